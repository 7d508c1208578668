/** Copies that were fetched as messages of their own before anybody could say whose they are. */
import type { Uid } from '../../imap/types.ts';
import type { CopyAction, MoveAction } from '../action.ts';
import type { MailboxKey, MessageKey, Rows } from '../model.ts';
import { identities, knowsAgain, pairUp } from '../same-message.ts';
import { actionsQuery } from '../store.ts';
import type { Truth } from '../truth.ts';

/**
 * Of messages of `from` that arrived under a UID that the server did not say, or that meant nothing yet: where the copies are among
 * the `rows` of the target, if they were fetched already. Looked for among what certainly came after the action was begun, by what
 * is known of the target now: another connection may have looked at it for the first time meanwhile. Within `Truth.change`.
 */
export async function copiesAmong(
  truth: Truth,
  { id }: MoveAction | CopyAction,
  from: MailboxKey,
  rows: Rows,
  arrived: ReadonlyMap<MessageKey, Uid | 0>,
): Promise<ReadonlyMap<MessageKey, number>> {
  const silent = new Set([...arrived].filter(([, uid]) => uid === 0).map(([key]) => key));
  if (silent.size === 0 || !(await knowsAgain(truth))) return new Map();
  const action = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
  if (action?.kind !== 'move' && action?.kind !== 'copy') return new Map();
  const { noted } = action;
  const now = (await truth.mailbox(rows.mailbox))?.sync.uidValidity;
  if (!noted || noted.uidValidity === 0 || noted.uidValidity !== now) return new Map();
  // What is known to be the copy of another, which may be just like it, is not that of this one as well.
  const said = new Set<number>(arrived.values());
  const settled = new Set(action.kind === 'copy' ? action.copies : action.messages);
  const late = [...rows.uids.keys()].filter((i) => {
    const uid = rows.uids[i] ?? 0;
    return uid >= noted.uidNext && !said.has(uid) && !settled.has(rows.keys[i] as MessageKey);
  });
  const source = await truth.rows(from);
  const ours = [...source.keys.keys()].filter((i) => silent.has(source.keys[i] as MessageKey));
  const known = await Promise.all([identities(truth, source, ours), identities(truth, rows, late)]);
  return new Map(pairUp(...known).map(([i, at]) => [source.keys[i] as MessageKey, at]));
}

/** What came of a move, in the store. */
import type { MoveAction } from '../action.ts';
import type { Mailbox, MessageRow, Rows } from '../model.ts';
import { adopt, identities, knowsAgain, pairUp } from '../same-message.ts';
import type { Uid } from '../../imap/types.ts';
import { actionsQuery } from '../store.ts';
import type { Truth } from '../truth.ts';
import { unsettled, validIn } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';

/**
 * Folds the result into truth. Another connection may have fetched the copy as a new message already: then that one is the
 * double.
 */
export function foldMove(
  truth: Truth,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  arrived: Arrived,
): Promise<void> {
  return truth.change(async () => {
    const rows = await truth.rows(to.key);
    const valid = await validIn(truth, to, arrived);
    const found = await copiesAmong(truth, action, from, to, rows, valid);
    const pairs: [MessageRow['key'], number][] = [];
    const moved = [...valid].map(([key, said]) => {
      const at = said === 0 ? (found.get(key) ?? -1) : rows.uids.indexOf(said);
      if (at >= 0) pairs.push([key, at]);
      return { key, uid: said === 0 && at >= 0 ? (rows.uids[at] as Uid) : said };
    });
    const { doubles, told, renamed } = await adopt(truth, rows, pairs);
    return {
      changes: [
        { kind: 'expunged', mailbox: to.key, keys: doubles },
        { kind: 'moved', from: from.key, to: to.key, rows: moved },
        { kind: 'flags', mailbox: to.key, rows: told },
        ...renamed,
        ...(moved.some(({ uid }) => uid === 0) ? await unsettled(truth, to) : []),
      ],
      result: undefined,
    };
  });
}

/**
 * Of messages that arrived under a UID that the server did not say: where the copies are among the rows of the target, if they
 * were fetched already. Looked for among what certainly came after the move was begun.
 */
async function copiesAmong(
  truth: Truth,
  { id }: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: Rows,
  arrived: ReadonlyMap<MessageRow['key'], Uid | 0>,
): Promise<ReadonlyMap<MessageRow['key'], number>> {
  const silent = new Set([...arrived].filter(([, uid]) => uid === 0).map(([key]) => key));
  if (silent.size === 0 || !(await knowsAgain(truth))) return new Map();
  const action = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
  const noted = action?.kind === 'move' ? action.noted : undefined;
  if (!noted || noted.uidValidity === 0 || noted.uidValidity !== to.sync.uidValidity) return new Map();
  // What is known to be the copy of another, which may be just like it, is not that of this one as well.
  const said = new Set<number>(arrived.values());
  const late = [...rows.uids.keys()].filter((i) => {
    const uid = rows.uids[i] ?? 0;
    return uid >= noted.uidNext && !said.has(uid);
  });
  const source = await truth.rows(from.key);
  const ours = [...source.keys.keys()].filter((i) => silent.has(source.keys[i] as MessageRow['key']));
  const known = await Promise.all([identities(truth, source, ours), identities(truth, rows, late)]);
  return new Map(pairUp(...known).map(([i, at]) => [source.keys[i] as MessageRow['key'], at]));
}

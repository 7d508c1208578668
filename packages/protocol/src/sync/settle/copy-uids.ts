/** Under which UIDs messages arrived where a server has moved or copied them. */
import type { CopyUid } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import type { Truth } from '../truth.ts';

/** Under the messages' keys: the UIDs in the target, 0 where one could not be learnt. */
export type Arrived = Map<MessageRow['key'], Uid | 0>;

/**
 * What the COPYUIDs say (RFC 4315 §3); where one is missing, whatever left the source is taken to have arrived. UIDs under another
 * UIDVALIDITY than the target is known by say nothing yet.
 */
export function arrivals(
  rows: readonly MessageRow[],
  copied: readonly (CopyUid | undefined)[],
  remaining: ReadonlySet<Uid>,
  { sync }: Mailbox,
): Arrived {
  const arrived: Arrived = new Map();
  const targets = new Map<Uid, Uid | 0 | undefined>();
  for (const code of copied) {
    // Of a mailbox that was never looked at no UID is known: it comes with the message, which is known again.
    const known = code?.uidValidity === sync.uidValidity;
    for (const [i, uid] of (code?.source ?? []).entries()) targets.set(uid, known ? code?.destination[i] : 0);
  }
  const silent = copied.includes(undefined);
  for (const { key, uid } of rows) {
    const target = targets.get(uid as Uid);
    if (target !== undefined) arrived.set(key, target);
    else if (silent && !remaining.has(uid as Uid)) arrived.set(key, 0);
  }
  return arrived;
}

/** Without the UIDs, where the other connection has found `to` numbered anew meanwhile: they are of nothing there any more. */
export async function validIn(
  truth: Truth,
  { key, sync }: Mailbox,
  arrived: ReadonlyMap<MessageRow['key'], Uid | 0>,
): Promise<ReadonlyMap<MessageRow['key'], Uid | 0>> {
  const now = await truth.mailbox(key);
  if (!now || now.sync.uidValidity === sync.uidValidity) return arrived;
  return new Map([...arrived.keys()].map((each) => [each, 0]));
}

/** Messages that were moved into a mailbox, and whose UID there nobody has said: what catching up does about them. */
import { noop } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import type { Change } from './change.ts';
import type { Lane } from './lane.ts';
import { losing } from './lost.ts';
import type { MessageKey, Rows } from './model.ts';
import type { Progress } from './progress.ts';
import { adopt, identities, knowsAgain } from './same-message.ts';
import type { Truth } from './truth.ts';

/**
 * Messages that were moved here and wait for the UID of their copy: it must have been looked for after they came, in a
 * mailbox that was told to bring up its news (Courier shows a copy only after NOOP). True when that is still to be done.
 */
export async function awaitCopies(
  lane: Lane,
  truth: Truth,
  rows: Rows,
  progress: Progress,
): Promise<boolean> {
  const waiting = waitingIn(rows);
  const late = waiting.filter((key) => !progress.awaited.has(key) && !truth.isLeaving(rows.mailbox, key));
  if (late.length === 0) return false;
  for (const key of late) progress.awaited.add(key);
  await lane.run(noop());
  progress.newAsked = false;
  return true;
}

/** Rows without a UID. */
export function waitingIn({ keys, uids }: Rows): MessageKey[] {
  // Seldom any, and asked of large mailboxes at every look.
  return uids.includes(0) ? ([...keys].filter((_, i) => uids[i] === 0) as MessageKey[]) : [];
}

/**
 * What becomes of messages that waited for their UID, now that all that are there are here: a copy that came as a message of
 * its own (there may be several alike) is the message, the newest first. Of the others somebody else took the copy away.
 */
export async function withoutCopies(
  truth: Truth,
  rows: Rows,
  awaited: ReadonlySet<MessageKey>,
): Promise<Change[]> {
  const { mailbox } = rows;
  const all = [...rows.keys.keys()];
  const waiting = all.filter((i) => rows.uids[i] === 0 && awaited.has(rows.keys[i] as MessageKey));
  if (waiting.length === 0) return [];
  const sizes = new Set(waiting.map((i) => rows.sizes[i]));
  const alike = all.filter((i) => rows.uids[i] !== 0 && sizes.has(rows.sizes[i]));
  const candidates = (await knowsAgain(truth)) ? await identities(truth, rows, alike) : [];
  const pairs: [MessageKey, number][] = [];
  for (const [identity, i] of await identities(truth, rows, waiting)) {
    const at = candidates.findLastIndex((candidate) => candidate[0] === identity);
    const [copy] = at < 0 ? [] : candidates.splice(at, 1);
    if (copy) pairs.push([rows.keys[i] as MessageKey, copy[1]]);
  }
  const { doubles, told, renamed } = await adopt(truth, rows, pairs);
  const found = new Set(pairs.map(([key]) => key));
  const gone = waiting.map((i) => rows.keys[i] as MessageKey).filter((key) => !found.has(key));
  return [
    ...(await losing(truth, new Set(gone), 'gone')),
    { kind: 'expunged', mailbox, keys: [...doubles, ...gone] },
    ...pairs.map(([key, at]): Change => ({ kind: 'uid', mailbox, key, uid: rows.uids[at] as Uid })),
    { kind: 'flags', mailbox, rows: told },
    ...renamed,
  ];
}

/** Taking messages out of a mailbox without touching anybody else's (RFC 4549 §4.2.4, RFC 4315 §2.1). */
import { ALL_UIDS, expunge, splitSet, uidExpunge, uidStore } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { ExpungeAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { Lane } from '../lane.ts';
import { ended } from '../lost.ts';
import { runFirstInSteps, searching } from '../steps.ts';
import { at, begin, needUids } from './context.ts';
import type { Settling } from './context.ts';

/**
 * Marks `uids` of the selected mailbox \Deleted and expunges them. Without UIDPLUS a plain EXPUNGE would also take what
 * other clients have marked: then it is used only when nothing else is marked, and otherwise ours stay marked, to be
 * taken by whoever expunges next: false then.
 */
export async function removeUids(lane: Lane, uids: readonly Uid[]): Promise<boolean> {
  const session = await lane.session();
  for (const set of splitSet(uids)) {
    await runFirstInSteps(lane, set, (some) =>
      uidStore(some, { mode: 'add', flags: ['\\Deleted'], silent: true }),
    );
    if (session.capabilities.has('UIDPLUS')) await runFirstInSteps(lane, set, uidExpunge);
  }
  if (session.capabilities.has('UIDPLUS')) return true;
  const marked = (await runFirstInSteps(lane, ALL_UIDS, searching({ key: 'DELETED' }))).flat();
  const ours = new Set(uids);
  const alone = marked.every((uid) => ours.has(uid));
  if (alone) await lane.runFirst(expunge());
  return alone;
}

/** Doing it again finds nothing more to remove: UIDs are never used twice under one UIDVALIDITY. */
export async function settleExpunge(settling: Settling, action: ExpungeAction): Promise<void> {
  const { lane, truth } = settling;
  const rows = await truth.locate(action.messages, action.mailbox);
  const here = rows.filter((row) => row.mailbox === action.mailbox);
  await needUids(settling, here);
  const uids = here.map(({ uid }) => uid).filter((uid): uid is Uid => uid !== 0);
  const home = here[0]?.home;
  let removed = true;
  if (uids.length > 0 && home) {
    await begin(settling, action);
    removed = await at(settling, home, async (there) => {
      await there.lane.select(home, { uids });
      return removeUids(there.lane, uids);
    });
  }
  const { mailbox } = action;
  const marked = here.map(({ key, flags }) => ({ key, flags: [...new Set([...flags, '\\Deleted'])] }));
  await truth.change(async () => {
    const done: Change = removed
      ? { kind: 'expunged', mailbox, keys: here.map(({ key }) => key) }
      : { kind: 'flags', mailbox, rows: marked };
    return { changes: [done, await ended(truth, action.id)], result: undefined };
  });
  await lane.absorbed();
}

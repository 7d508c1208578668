/** Whether UIDs still mean the messages they meant: their sizes tell, for they never change and seldom agree by chance. */
import { uidFetch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import { runInSteps } from './steps.ts';

/** How many messages of the selected mailbox have the size that is known of their UID, and how many another one. */
export async function compareSizes(
  lane: Lane,
  known: ReadonlyMap<number, number>,
): Promise<{ readonly same: number; readonly other: number }> {
  let same = 0;
  let other = 0;
  const { onFetch } = lane;
  lane.onFetch = ({ uid = 0, size }) => {
    if (size === undefined || !known.has(uid)) return;
    if (known.get(uid) === size) same++;
    else other++;
  };
  try {
    await runInSteps(lane, [...known.keys()] as Uid[], (some) => uidFetch(some, ['RFC822.SIZE']));
  } finally {
    lane.onFetch = onFetch;
  }
  return { same, other };
}

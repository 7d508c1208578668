/** Which messages are left, where another client may have expunged some of them (RFC 2180 §4). */
import { CommandError } from '../../error.ts';
import { uidFetch } from '../../imap/index.ts';
import type { Flag, Uid } from '../../imap/types.ts';
import type { Lane } from '../lane.ts';
import { isReferred } from '../referral.ts';
import { runFirstInSteps } from '../steps.ts';
import { behindNoop } from './behind-noop.ts';
import type { Settling } from './context.ts';

/** Which of `uids` the selected mailbox still has. */
export async function stillThere({ lane }: Pick<Settling, 'lane'>, uids: readonly Uid[]): Promise<Set<Uid>> {
  const there = new Set<Uid>();
  const asked = new Set(uids);
  lane.onFetch = ({ uid }) => {
    if (uid !== undefined && asked.has(uid)) there.add(uid);
  };
  try {
    await runFirstInSteps(lane, uids, (some) => uidFetch(some, ['FLAGS']));
  } finally {
    lane.onFetch = undefined;
  }
  return there;
}

/**
 * How a message of the selected mailbox is marked now, which a row may not say: that may be behind, or not be there yet. undefined:
 * it is gone. `absorbed` has to follow.
 */
export async function flagsNow(lane: Lane, uid: Uid): Promise<readonly Flag[] | undefined> {
  let found: readonly Flag[] | undefined;
  lane.onFetch = ({ uid: at, flags = found ?? [] }) => {
    if (at === uid) found = flags;
  };
  try {
    await runFirstInSteps(lane, [uid], (some) => uidFetch(some, ['FLAGS']));
  } finally {
    lane.onFetch = undefined;
  }
  return found;
}

/**
 * Those of `uids` that are left, where a command on them was refused because others of them are gone: NOOP brings the news. A
 * server need not say that it was for this (RFC 5530 came later), so it is asked. Rejects with `refusal` where none is gone.
 */
export async function leftOf(
  settling: Pick<Settling, 'lane'>,
  uids: readonly Uid[],
  refusal: unknown,
): Promise<Uid[]> {
  const { lane } = settling;
  if (!(refusal instanceof CommandError) || refusal.status !== 'NO' || isReferred(refusal)) throw refusal;
  const there = await behindNoop(lane, () => stillThere(settling, uids));
  await lane.absorbed();
  const left = uids.filter((uid) => there.has(uid));
  if (left.length === uids.length) throw refusal;
  return left;
}

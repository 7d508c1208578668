/** Taking messages out of a mailbox without touching anybody else's (RFC 4549 §4.2.4, RFC 4315 §2.1). */
import { CommandError } from '../../error.ts';
import {
  ALL_UIDS,
  expunge,
  hasUid,
  noop,
  splitSet,
  toRanges,
  uidExpunge,
  uidStore,
} from '../../imap/index.ts';
import type { Uid, UidRanges } from '../../imap/types.ts';
import type { ExpungeAction } from '../action.ts';
import type { Lane } from '../lane.ts';
import { ended } from '../lost.ts';
import type { Mailbox } from '../model.ts';
import { verdictOn } from '../outbox.ts';
import { runFirstInSteps, runInSteps, searching } from '../steps.ts';
import type { Located } from '../truth.ts';
import { at, begin, needUids, NotYet, StillThere } from './context.ts';
import type { Settling } from './context.ts';
import { needCertainty } from './in-doubt.ts';
import { restore, spare } from './spare.ts';
import { leftOf, stillThere } from './still-there.ts';

/** Others may mark, or clear marks, in between: so often it is looked again. */
const ROUNDS = 4;

/**
 * Marks `uids` of `mailbox` \Deleted and expunges them. Without UIDPLUS a plain EXPUNGE would also take
 * what other clients have marked: it is used only when nothing else is marked, after clearing those marks for that long.
 */
export async function removeUids(settling: Settling, mailbox: Mailbox, uids: readonly Uid[]): Promise<void> {
  const { lane } = settling;
  await lane.select(mailbox, { uids });
  const session = await lane.session();
  if (session.capabilities.has('UIDPLUS')) return removeByUid(settling, uids);
  const ours = new Set(uids);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const set of splitSet(uids)) await markDeleted(settling, set, uids);
      const { marked, whole } = await markedIn(lane);
      const others = marked.filter((uid) => !ours.has(uid));
      if (others.length > 0) {
        await spare(settling, mailbox, others);
        // What was marked meanwhile is found by looking again.
        continue;
      }
      if (!whole) continue;
      if (marked.length > 0) await lane.runFirst(expunge());
      // Another client may have cleared our marks, for the same reason.
      if ((await searchAll(lane, uids)).length === 0) return;
    }
  } finally {
    // Without a connection, or too soon after one was lost, it is done by whoever has the next one, before anything else.
    if (lane.isOpen)
      await restore(settling).catch((error: unknown) => {
        if (!(error instanceof NotYet)) throw error;
      });
  }
  throw new StillThere();
}

/** Another client may clear our marks before UID EXPUNGE finds them: what is left is asked for in the same flight, and done again. */
async function removeByUid(settling: Settling, uids: readonly Uid[]): Promise<void> {
  let left = uids;
  for (let round = 0; round < ROUNDS; round++) {
    // It may be gone by now, and the session not told.
    if (round > 0) await settling.lane.runFirst(noop());
    const there: Uid[] = [];
    for (const set of splitSet(left)) {
      await markDeleted(settling, set, left);
      there.push(...(await expungeAndLook(settling, set, left)));
    }
    if (there.length === 0) return;
    left = there;
  }
  throw new StillThere();
}

/** Which messages of `set` are left afterwards. */
async function expungeAndLook(settling: Settling, set: UidRanges, uids: readonly Uid[]): Promise<Uid[]> {
  const { lane } = settling;
  const asked = uids.filter((uid) => hasUid(set, uid));
  const [expunged, found] = await Promise.allSettled([
    runFirstInSteps(lane, set, uidExpunge),
    searchAll(lane, asked),
  ]);
  if (expunged.status === 'rejected') throw expunged.reason;
  if (found.status === 'rejected' && !(found.reason instanceof CommandError)) throw found.reason;
  const there = new Set(found.status === 'fulfilled' ? found.value : await stillThere(settling, asked));
  return asked.filter((uid) => there.has(uid));
}

async function markDeleted(settling: Settling, set: UidRanges, uids: readonly Uid[]): Promise<void> {
  try {
    await runFirstInSteps(settling.lane, set, (some) =>
      uidStore(some, { mode: 'add', flags: ['\\Deleted'], silent: true }),
    );
  } catch (error) {
    // RFC 2180 §4.2: NO because some of them were expunged by another client.
    const here = uids.filter((uid) => hasUid(set, uid));
    const left = await leftOf(settling, here, error);
    if (left.length > 0) await markDeleted(settling, toRanges(left), left);
  }
}

/**
 * What is marked \Deleted. EXPUNGE takes what this session has not been told of, too, and SEARCH need not know it: so the session
 * is told before. Not `whole` where it was told of more with the answer.
 */
async function markedIn(lane: Lane): Promise<{ marked: readonly Uid[]; whole: boolean }> {
  await lane.runFirst(noop());
  const { arrived } = lane.noticed;
  let whole = true;
  lane.onFetch = ({ flags }) => {
    if (flags?.includes('\\Deleted')) whole = false;
  };
  try {
    const marked = (await runFirstInSteps(lane, ALL_UIDS, searching({ key: 'DELETED' }))).flat();
    return { marked, whole: whole && lane.noticed.arrived === arrived };
  } finally {
    lane.onFetch = undefined;
  }
}

async function searchAll(lane: Lane, uids: readonly Uid[]): Promise<Uid[]> {
  const there: Uid[] = [];
  for (const set of splitSet(uids))
    there.push(...(await runFirstInSteps(lane, set, searching({ key: 'ALL' }))).flat());
  return there;
}

/** Told to the person as not done: no other program shall remove it for the mark that was set for that. */
async function unmark({ lane }: Settling, home: Mailbox, rows: readonly Located[]): Promise<void> {
  const ours = rows.flatMap(({ uid, flags }) => (uid === 0 || flags.includes('\\Deleted') ? [] : [uid]));
  if (ours.length === 0) return;
  try {
    await lane.select(home, { uids: ours });
    await runInSteps(lane, ours, (some) => uidStore(some, { mode: 'remove', flags: ['\\Deleted'] }));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

/**
 * Doing it again finds nothing more to remove: UIDs are never used twice under one UIDVALIDITY. What was moved elsewhere
 * meanwhile is not what was meant to be removed: it stays, and is shown.
 */
export async function settleExpunge(settling: Settling, action: ExpungeAction): Promise<void> {
  const { lane, truth } = settling;
  const rows = await truth.locate(action.messages, action.mailbox);
  const here = rows.filter((row) => row.mailbox === action.mailbox);
  await needUids(settling, here);
  await needCertainty(settling, action.id, here);
  const uids = here.map(({ uid }) => uid).filter((uid): uid is Uid => uid !== 0);
  const home = here[0]?.home;
  if (uids.length > 0 && home) {
    await begin(settling, action);
    await at(settling, home, async (there) => {
      await there.lane.select(home, { uids });
      try {
        await removeUids(there, home, uids);
      } catch (error) {
        if (error instanceof CommandError && verdictOn(error).verdict === 'fail')
          await unmark(there, home, here);
        throw error;
      }
    });
  }
  const elsewhere = rows.filter((row) => row.mailbox !== action.mailbox).map(({ key }) => key);
  const keys = here.map(({ key }) => key);
  await truth.change(async () => ({
    changes: [
      { kind: 'expunged', mailbox: action.mailbox, keys },
      await ended(truth, action.id, { messages: elsewhere, reason: 'gone' }),
    ],
    result: undefined,
  }));
  await lane.absorbed();
}

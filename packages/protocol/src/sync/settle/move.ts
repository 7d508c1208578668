/**
 * Moves (RFC 6851, RFC 4549 §4.2.2). Never loses, never doubles: while the action says 'running', both mailboxes are
 * looked into before anything is done again.
 */
import { CommandError } from '../../error.ts';
import { hasUid, inSteps, splitSet, uidCopy, uidFetch, uidMove } from '../../imap/index.ts';
import type { Collector, CopyUid } from '../../imap/index.ts';
import type { Uid, UidRanges } from '../../imap/types.ts';
import type { MoveAction } from '../action.ts';
import type { Lane } from '../lane.ts';
import { ended } from '../lost.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { isConnectionMatter } from '../problem.ts';
import { OutOfReach } from '../referral.ts';
import { groupByMailbox } from '../rows.ts';
import { runFirstInSteps } from '../steps.ts';
import { actionsQuery } from '../store.ts';
import type { Located } from '../truth.ts';
import { beginAnew } from './begin-anew.ts';
import {
  at,
  begin,
  mailboxFor,
  needUids,
  noteBefore,
  NotYet,
  Refused,
  StillThere,
  withTryCreate,
} from './context.ts';
import type { Settling } from './context.ts';
import { arrivals } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';
import { askFlags } from './flags-there.ts';
import { foldMove } from './fold-move.ts';
import { needCertainty } from './in-doubt.ts';
import { lookIntoBoth } from './move-in-doubt.ts';
import { needKnown } from './need-known.ts';
import { removeUids } from './remove.ts';
import { leftOf, stillThere } from './still-there.ts';
import { carryOver } from './transfer.ts';

interface Moved {
  readonly arrived: Arrived;
  /** Some are left for another turn. */
  readonly more: boolean;
}

export async function settleMove(settling: Settling, action: MoveAction): Promise<void> {
  const { truth } = settling;
  try {
    await moveAll(settling, action);
  } catch (error) {
    // Still held after a lost connection: what left the source is the move's own doing until that is looked into.
    const isPutOff = error instanceof NotYet && !(error instanceof StillThere);
    const lost = isConnectionMatter(error) || error instanceof OutOfReach || isPutOff;
    if (!lost) await truth.release(action.messages);
    throw error;
  }
}

async function moveAll(settling: Settling, action: MoveAction): Promise<void> {
  const { truth } = settling;
  const located = await truth.locate(action.messages, action.from);
  const rows = located.filter((row) => row.mailbox !== action.to);
  await needUids(settling, rows);
  await needCertainty(settling, action.id, rows);
  let moved = located.length - rows.length;
  for (const there of groupByMailbox(rows).values()) {
    for (const uids of splitSet(there.map(({ uid }) => uid as Uid))) {
      const here = there.filter(({ uid }) => uids.some(([first, last]) => uid >= first && uid <= last));
      const { arrived, more } = await moveFrom(settling, action, here);
      if (more) return beginAnew(settling, action);
      moved += arrived.size;
    }
  }
  if (moved === 0) throw new Refused(action.lost?.reason ?? 'gone');
  await truth.change(async () => ({ changes: [await ended(truth, action.id)], result: undefined }));
}

/** Messages that are in one mailbox and fit one command. */
async function moveFrom(settling: Settling, action: MoveAction, rows: readonly Located[]): Promise<Moved> {
  const from = rows[0]?.home;
  if (!from) return { arrived: new Map(), more: false };
  const to = await mailboxFor(settling, action.to);
  return at(settling, from, (there) => moveThere(there, action, from, to, rows));
}

async function moveThere(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly Located[],
): Promise<Moved> {
  const { truth, lane } = settling;
  const keys = rows.map(({ key }) => key);
  await needKnown(settling, from, rows);
  truth.hold(from.key, keys);
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  const moved = action.noted
    ? await goOn(settling, action, from, to, rows)
    : await move(settling, action, from, to, rows);
  await lane.absorbed();
  await truth.release(keys);
  settling.stale(to.key);
  return moved;
}

async function takeIn(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  arrived: Arrived,
): Promise<void> {
  if (arrived.size === 0) return;
  await foldMove(settling.truth, action, from, to, arrived);
  if (settling.servers.apart(from, to)) await askFlags(settling, to, arrived);
}

async function move(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Moved> {
  const { lane } = settling;
  const uids = rows.map(({ uid }) => uid as Uid);
  await lane.select(from, { uids });
  const noted = await at(settling, to, (there) => noteBefore(there, to));
  const begun = await begin(settling, action, { noted });
  if (settling.servers.apart(from, to)) {
    const moved = await moveApart(settling, action, from, to, rows);
    await takeIn(settling, action, from, to, moved.arrived);
    return moved;
  }
  // Who looked for the target under a new name has selected others: UIDs would be taken for theirs.
  await lane.select(from, { uids });
  let together: Together;
  try {
    together = await moveTogether(settling, begun, from, to, rows);
  } catch (error) {
    // RFC 2180 §4.4: some of them were expunged by another client. And MOVE may have come half way (RFC 6851 §3.3).
    if (error instanceof CommandError && error.status === 'NO') await lane.select(from, { uids });
    await leftOf(settling, uids, error);
    const newest = (await settling.truth.store.read(actionsQuery())).find(({ id }) => id === action.id);
    return goOn(settling, newest?.kind === 'move' ? newest : begun, from, to, rows);
  }
  await takeIn(settling, action, from, to, together.arrived);
  if (together.stays) throw new StillThere();
  return { arrived: together.arrived, more: false };
}

/** It was begun before: only what did not arrive is moved. */
async function goOn(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Moved> {
  const { arrived, todo } = await lookIntoBoth(settling, action, from, to, rows);
  // Whatever becomes of the others: what else is wanted of these is done to them where they are now.
  await takeIn(settling, action, from, to, arrived);
  if (todo.length === 0) return { arrived, more: false };
  const moved = await move(settling, action, from, to, todo);
  return { arrived: new Map([...arrived, ...moved.arrived]), more: moved.more };
}

interface Together {
  readonly arrived: Arrived;
  /** The server said OK, and some of them are where they were, and nowhere else for all it says. */
  readonly stays: boolean;
}

/** By the server that has both mailboxes. */
async function moveTogether(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Together> {
  const { lane } = settling;
  const session = await lane.session();
  const uids = rows.map(({ uid }) => uid as Uid);
  const target = lane.nameOf(to);
  if (session.capabilities.has('MOVE')) {
    const copied = await withTryCreate(settling, to, () =>
      runFirstInSteps(lane, uids, (some) => uidMove(some, target)),
    );
    const left = await stillThere(settling, uids);
    const arrived = arrivals(rows, copied, left, to, action.noted);
    return { arrived, stays: rows.some(({ key, uid }) => left.has(uid as Uid) && !arrived.has(key)) };
  }
  return withTryCreate(settling, to, () => copyAndRemove(settling, action, from, rows, to));
}

/** To another server: only what that has said OK to is removed here. */
async function moveApart(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Moved> {
  const { arrived, left } = await carryOver(settling, to, rows);
  await noteCopied(settling, action, rows, arrived);
  const uids = rows.filter(({ key }) => arrived.has(key)).map(({ uid }) => uid as Uid);
  if (uids.length > 0) await removeUids(settling, from, uids);
  return { arrived, more: left.length > 0 };
}

/**
 * Removes only what COPY has said OK to: \Deleted before that has lost mail in other programs. And step by step, so that what
 * is refused after the first step leaves nothing doubled.
 */
async function copyAndRemove(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  rows: readonly MessageRow[],
  to: Mailbox,
): Promise<Together> {
  const { lane } = settling;
  const uids = rows.map(({ uid }) => uid as Uid);
  const arrived: Arrived = new Map();
  const passedOver: Uid[] = [];
  let step: UidRanges = [];
  let code: CopyUid | undefined;
  const session: Parameters<typeof inSteps>[0] = {
    async run(command) {
      // The step before may have put right what is marked in another mailbox.
      await lane.select(from, { uids });
      const copied = await tellingFirst(lane, step, () => lane.runFirst(command));
      const some = rows.filter(({ uid }) => hasUid(step, uid as Uid));
      const source: ReadonlySet<number> | undefined = code ? new Set(code.source) : copied.told;
      const gone = source ? some.filter(({ uid }) => source.has(uid)) : some;
      const now = arrivals(gone, [code], new Set(), to, action.noted);
      for (const [key, uid] of now) arrived.set(key, uid);
      for (const row of some) if (!gone.includes(row)) passedOver.push(row.uid as Uid);
      await noteCopied(settling, action, gone, now);
      const these = gone.map(({ uid }) => uid as Uid);
      if (these.length > 0) await removeUids(settling, from, these);
      return copied.value;
    },
  };
  await inSteps(session, uids, (some) => {
    step = some;
    const command = uidCopy(some, lane.nameOf(to));
    const collect = (): Collector<CopyUid | undefined> => {
      const collector = command.collect();
      return { ...collector, settle: (status) => (code = collector.settle(status)) };
    };
    return { ...command, collect };
  });
  if (passedOver.length === 0) return { arrived, stays: false };
  await lane.select(from, { uids });
  return { arrived, stays: (await stillThere(settling, passedOver)).size > 0 };
}

interface Telling<T> {
  readonly value: T;
  readonly told: ReadonlySet<number> | undefined;
}

/**
 * Runs a COPY with, ahead of it in its flight, the question which of `uids` the session was told of: it passes over all others in
 * silence, and what is heard of right behind it must not be taken for copied. Not asked where COPYUID tells.
 */
async function tellingFirst<T>(lane: Lane, uids: UidRanges, run: () => Promise<T>): Promise<Telling<T>> {
  const { capabilities } = await lane.session();
  if (capabilities.has('UIDPLUS')) return { value: await run(), told: undefined };
  const told = new Set<number>();
  lane.onFetch = ({ uid }) => {
    if (uid !== undefined) told.add(uid);
  };
  try {
    const [asked, done] = await Promise.allSettled([lane.runFirst(uidFetch(uids, ['FLAGS'])), run()]);
    if (done.status === 'rejected') throw done.reason;
    if (asked.status === 'fulfilled') return { value: done.value, told };
    // RFC 2180 §4.1.2: NO because some of them were expunged by another client.
    if (!(asked.reason instanceof CommandError)) throw asked.reason;
    return { value: done.value, told: undefined };
  } finally {
    lane.onFetch = undefined;
  }
}

/** Copied for certain: whatever becomes of the copy from here on, it is not made again. */
function noteCopied(
  { truth }: Settling,
  { id }: MoveAction,
  rows: readonly MessageRow[],
  arrived: Arrived,
): Promise<void> {
  const flags = new Map(rows.map((row) => [row.key, row.flags]));
  return truth.change(async () => {
    const action = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
    if (action?.kind !== 'move') return { changes: [], result: undefined };
    const now = [...arrived].map(([key, uid]) => ({ key, uid, flags: flags.get(key) ?? [] }));
    const copied = [...(action.copied ?? []), ...now];
    return {
      changes: [{ kind: 'action', action: { ...action, copied }, onlyIfThere: true }],
      result: undefined,
    };
  });
}

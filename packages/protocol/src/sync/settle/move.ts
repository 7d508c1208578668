/**
 * Moves (RFC 6851, RFC 4549 §4.2.2). Never loses, never doubles: while the action says 'running', both mailboxes are
 * looked into before anything is done again.
 */
import { CommandError } from '../../error.ts';
import { hasUid, inSteps, noop, splitSet, uidCopy, uidMove, uidStore } from '../../imap/index.ts';
import type { Collector, CopyUid } from '../../imap/index.ts';
import type { SelectedMailbox, Uid, UidRanges } from '../../imap/types.ts';
import type { CopyAction, MoveAction, Noted } from '../action.ts';
import type { Lane } from '../lane.ts';
import { ended } from '../lost.ts';
import type { Mailbox, MessageRow, Rows } from '../model.ts';
import { isConnectionMatter } from '../problem.ts';
import { OutOfReach } from '../referral.ts';
import { actionsQuery, descriptorsQuery } from '../store.ts';
import { flagsAt, groupByMailbox } from '../rows.ts';
import { adopt, identities, knowsAgain, pairUp } from '../same-message.ts';
import { runFirstInSteps } from '../steps.ts';
import type { Located, Truth } from '../truth.ts';
import {
  at,
  begin,
  fetchSince,
  isMissing,
  mailboxFor,
  needUids,
  noteBefore,
  Refused,
  unlessRenamed,
  withTryCreate,
} from './context.ts';
import type { Settling } from './context.ts';
import { needCertainty } from './in-doubt.ts';
import { removeUids } from './remove.ts';
import { unlessElsewhere } from './renamed-target.ts';
import { leftOf, stillThere } from './still-there.ts';
import { carryOver } from './transfer.ts';

/** uid in the target, 0 where it could not be learnt. */
type Arrived = Map<MessageRow['key'], Uid | 0>;

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
    // Still held after a lost connection: what left the source is the move's own doing until `check` has looked.
    const lost = isConnectionMatter(error) || error instanceof OutOfReach;
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
      if (more) return putBack(settling, action);
      moved += arrived.size;
    }
  }
  if (moved === 0) throw new Refused(action.lost?.reason ?? 'gone');
  await truth.change(async () => ({ changes: [await ended(truth, action.id)], result: undefined }));
}

/** What arrived is settled: the rest begins anew, for what was noted would find what is settled. */
export function putBack({ truth }: Settling, { id }: MoveAction | CopyAction): Promise<void> {
  return truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
    if (newest?.kind !== 'move' && newest?.kind !== 'copy') return { changes: [], result: undefined };
    const action: (MoveAction | CopyAction) & { noted?: object } = { ...newest, state: { name: 'waiting' } };
    delete action.noted;
    return { changes: [{ kind: 'action', action, onlyIfThere: true }], result: undefined };
  });
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
  truth.hold(from.key, keys);
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  const moved = action.noted
    ? await check(settling, action, from, to, rows)
    : await move(settling, action, from, to, rows);
  await settle(truth, action, from, to, moved.arrived);
  await lane.absorbed();
  await truth.release(keys);
  settling.stale(to.key);
  return moved;
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
  if (settling.servers.apart(from, to)) return moveApart(settling, action, from, to, rows);
  try {
    return await moveTogether(settling, action, from, to, rows);
  } catch (error) {
    // RFC 2180 §4.4: some of them were expunged by another client. And MOVE may have come half way (RFC 6851 §3.3).
    if (error instanceof CommandError && error.status === 'NO') await lane.select(from, { uids });
    await leftOf(settling, uids, error);
    const newest = (await settling.truth.store.read(actionsQuery())).find(({ id }) => id === action.id);
    return check(settling, newest?.kind === 'move' ? newest : begun, from, to, rows);
  }
}

/** By the server that has both mailboxes. */
async function moveTogether(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Moved> {
  const { lane } = settling;
  const session = await lane.session();
  const uids = rows.map(({ uid }) => uid as Uid);
  const target = lane.nameOf(to);
  if (session.capabilities.has('MOVE')) {
    const copied = await withTryCreate(settling, to, () =>
      runFirstInSteps(lane, uids, (some) => uidMove(some, target)),
    );
    return { arrived: arrivals(rows, copied, await stillThere(settling, uids), to), more: false };
  }
  const copied = await withTryCreate(settling, to, () => copyAndRemove(settling, action, from, rows, to));
  return { arrived: arrivals(rows, copied, new Set(), to), more: false };
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
function copyAndRemove(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  rows: readonly MessageRow[],
  to: Mailbox,
): Promise<readonly (CopyUid | undefined)[]> {
  const { lane } = settling;
  const uids = rows.map(({ uid }) => uid as Uid);
  let step: UidRanges = [];
  let code: CopyUid | undefined;
  const session: Parameters<typeof inSteps>[0] = {
    async run(command) {
      // The step before may have put right what is marked in another mailbox.
      await lane.select(from, { uids });
      const copied = await lane.runFirst(command);
      const some = rows.filter(({ uid }) => hasUid(step, uid as Uid));
      await noteCopied(settling, action, some, arrivals(some, [code], new Set(), to));
      await removeUids(
        settling,
        from,
        some.map(({ uid }) => uid as Uid),
      );
      return copied;
    },
  };
  return inSteps(session, uids, (some) => {
    step = some;
    const command = uidCopy(some, lane.nameOf(to));
    const collect = (): Collector<CopyUid | undefined> => {
      const collector = command.collect();
      return { ...collector, settle: (status) => (code = collector.settle(status)) };
    };
    return { ...command, collect };
  });
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

/**
 * The receipt was lost: look into both mailboxes. Source has it and target lacks it: move it now. Both have it: finish
 * the removal. Only the target has it: done. Neither: gone, by somebody else's hand.
 */
async function check(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Moved> {
  const { lane, truth } = settling;
  const arrived: Arrived = new Map();
  const valid = action.noted?.uidValidity === to.sync.uidValidity;
  for (const { key, uid } of action.copied ?? [])
    if (rows.some((row) => row.key === key)) arrived.set(key, valid ? uid : 0);
  const unsure = rows.filter(({ key }) => !arrived.has(key));
  const descriptors = await truth.store.read(descriptorsQuery(unsure.map(({ key }) => key)));
  const markOfRow = (row: MessageRow): string => markOf(descriptors.get(row.key)?.messageId ?? '', row);
  const copies =
    unsure.length > 0
      ? await at(settling, to, (there) => copiesIn(there, action, to, unsure.map(markOfRow)))
      : new Map<string, Uid[]>();
  for (const uid of arrived.values()) for (const uids of copies.values()) remove(uids, uid);
  for (const row of unsure) {
    const uid = copies.get(markOfRow(row))?.shift();
    if (uid !== undefined) arrived.set(row.key, to.sync.uidValidity === 0 ? 0 : uid);
  }
  await lane.select(from, { again: true });
  const there = await stillThere(
    settling,
    rows.map(({ uid }) => uid as Uid),
  );
  // Their flags of now, taken in later, would overlay what the other connection hears meanwhile.
  await lane.absorbed();
  const both = rows
    .filter(({ key, uid }) => arrived.has(key) && there.has(uid as Uid))
    .map(({ uid }) => uid as Uid);
  if (both.length > 0) {
    if (valid) await markCopies(settling, action, from, to);
    await removeUids(settling, from, both);
  }
  const todo = rows.filter(({ key, uid }) => !arrived.has(key) && there.has(uid as Uid));
  if (todo.length === 0) return { arrived, more: false };
  const moved = await move(settling, action, from, to, todo);
  for (const [key, uid] of moved.arrived) arrived.set(key, uid);
  return { arrived, more: moved.more };
}

/** What was done to the flags of a message after it was copied, where the move stood still as failed, is done to the copy. */
async function markCopies(
  settling: Settling,
  { copied = [] }: MoveAction,
  from: Mailbox,
  to: Mailbox,
): Promise<void> {
  const rows = await settling.truth.rows(from.key);
  for (const { key, uid, flags: before } of copied) {
    const i = rows.keys.indexOf(key);
    if (i < 0 || uid === 0 || !before) continue;
    const now = flagsAt(rows, i);
    const added = now.filter((flag) => flag !== '\\Deleted' && !before.includes(flag));
    const removed = before.filter((flag) => flag !== '\\Deleted' && !now.includes(flag));
    await at(settling, to, async ({ lane }) => {
      for (const [mode, flags] of [
        ['add', added],
        ['remove', removed],
      ] as const) {
        if (flags.length === 0) continue;
        await lane.select(to, { uids: [uid] });
        try {
          await lane.run(uidStore([uid], { mode, flags }));
        } catch (error) {
          // Somebody may have taken the copy away.
          await leftOf({ lane }, [uid], error);
        }
      }
    });
  }
}

function remove(uids: Uid[], uid: Uid | 0): void {
  const at = uids.indexOf(uid as Uid);
  if (at >= 0) uids.splice(at, 1);
}

/**
 * What a message is known by, and its copies: size and Message-ID, which COPY keeps. Of messages without one, INTERNALDATE stands in
 * (RFC 3501 §6.4.7), but only among those that certainly came after the move was begun: others may be other messages.
 */
export function markOf(messageId: string, { size, date }: Pick<MessageRow, 'size' | 'date'>): string {
  return messageId === '' ? `${size} at ${date}` : `${size} ${messageId}`;
}

/** UIDs of what may be the copies, by their marks. COPY puts all or none there, so that all are `wanted` (RFC 3501 §6.4.7). */
export async function copiesIn(
  settling: Settling,
  action: MoveAction | CopyAction,
  to: Mailbox,
  wanted: readonly string[],
): Promise<Map<string, Uid[]>> {
  const holds = async (lane: Lane, selected: SelectedMailbox): Promise<boolean> => {
    const marks = new Set(
      (await arrivalsIn(lane, selected, action.noted)).map((each) => markOf(each.messageId, each)),
    );
    return wanted.every((mark) => marks.has(mark));
  };
  const missing = (): Promise<void> => unlessElsewhere(settling, action, to, action.noted, holds);
  const copies = new Map<string, Uid[]>();
  for (const arrival of await arrivedSince(settling, action, to, missing)) {
    const mark = markOf(arrival.messageId, arrival);
    copies.set(mark, [...(copies.get(mark) ?? []), arrival.uid]);
  }
  return copies;
}

/** What tells one message from another. */
export interface Arrival {
  readonly uid: Uid;
  readonly size: number;
  /** INTERNALDATE, milliseconds since 1970. */
  readonly date: number;
  /** With angle brackets; empty where it has none. */
  readonly messageId: string;
}

/**
 * What is in the target since it was `noted`. Of messages without a Message-ID only what certainly came since: others may be other
 * messages. `missing` rejects where a target that is not there may be there under another name.
 */
export async function arrivedSince(
  settling: Settling,
  { noted }: Pick<MoveAction, 'noted'>,
  to: Mailbox,
  missing = (): Promise<void> => unlessRenamed(settling, to, noted),
): Promise<Arrival[]> {
  const { lane } = settling;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(to, { again: true });
  } catch (error) {
    // No such mailbox (yet): nothing arrived there; [TRYCREATE] will make it.
    if (!(await isMissing(lane, to, error))) throw error;
    await missing();
    return [];
  }
  // Courier shows what was appended only after a NOOP.
  await lane.run(noop());
  return arrivalsIn(lane, selected, noted);
}

async function arrivalsIn(
  lane: Lane,
  selected: SelectedMailbox,
  noted: Noted | undefined,
): Promise<Arrival[]> {
  const certain = noted && noted.uidValidity !== 0 && noted.uidValidity === selected.uidValidity;
  const since = await fetchSince(lane, certain ? noted.uidNext : 1);
  return since.flatMap(({ uid, size = 0, internalDate: date = 0, envelope }) => {
    const messageId = /<[^<>\s]+>/.exec(envelope?.messageId ?? '')?.[0] ?? '';
    return uid === undefined || (messageId === '' && !certain) ? [] : [{ uid, size, date, messageId }];
  });
}

/**
 * Folds the result into truth. Another connection may have fetched the copy as a new message already: then that one is the
 * double.
 */
function settle(
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
      ],
      result: undefined,
    };
  });
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
  const late = [...rows.uids.keys()].filter((i) => (rows.uids[i] ?? 0) >= noted.uidNext);
  const source = await truth.rows(from.key);
  const ours = [...source.keys.keys()].filter((i) => silent.has(source.keys[i] as MessageRow['key']));
  const known = await Promise.all([identities(truth, source, ours), identities(truth, rows, late)]);
  return new Map(pairUp(...known).map(([i, at]) => [source.keys[i] as MessageRow['key'], at]));
}

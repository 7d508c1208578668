/**
 * Copies within the account (RFC 3501 §6.4.7). A lost receipt is answered by looking for the copies among what came into the
 * target since: COPY is never said again of what may have been copied.
 */
import { splitSet, uidCopy } from '../../imap/index.ts';
import type { CopyUid } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { CopyAction, Noted } from '../action.ts';
import type { Change, NewMessage } from '../change.ts';
import { ended } from '../lost.ts';
import type { Descriptor, Mailbox, MessageKey } from '../model.ts';
import { groupByMailbox } from '../rows.ts';
import { adopt } from '../same-message.ts';
import { runInSteps } from '../steps.ts';
import { actionsQuery, descriptorsQuery, partQuery } from '../store.ts';
import { shownParts } from '../parts.ts';
import type { Located, Truth } from '../truth.ts';
import { appendedSince } from './appended-since.ts';
import { copiesIn, markOf } from './arrived-since.ts';
import { beginAnew } from './begin-anew.ts';
import { copiesAmong } from './copies-among.ts';
import { at, begin, mailboxFor, needUids, noteBefore, Refused, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import { arrivals, unsettled, validIn } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';
import { askFlags } from './flags-there.ts';
import { needKnown } from './need-known.ts';
import { leftOf } from './still-there.ts';
import { carryOver } from './transfer.ts';

interface Copied {
  readonly arrived: Arrived;
  readonly more: boolean;
}

export async function settleCopy(settling: Settling, action: CopyAction): Promise<void> {
  const { truth } = settling;
  const to = await mailboxFor(settling, action.to);
  const there = await truth.locate(action.copies, to.key);
  const done = new Set([...(action.made ?? []), ...there.map(({ key }) => key)]);
  const wanted = action.messages.filter((_, i) => !done.has(action.copies[i] as MessageKey));
  const rows = await truth.locate(wanted, action.from);
  if (rows.length === 0 && done.size === 0) throw new Refused(action.lost?.reason ?? 'gone');
  await needUids(settling, rows);
  for (const there of groupByMailbox(rows).values()) {
    for (const uids of splitSet(there.map(({ uid }) => uid as Uid))) {
      const here = there.filter(({ uid }) => uids.some(([first, last]) => uid >= first && uid <= last));
      if (await copyFrom(settling, action, to, here)) return beginAnew(settling, action);
    }
  }
  await truth.change(async () => ({ changes: [await ended(truth, action.id)], result: undefined }));
  settling.stale(to.key);
}

/** Messages that are in one mailbox and fit one command. True when it is the turn of others before the rest. */
async function copyFrom(
  settling: Settling,
  action: CopyAction,
  to: Mailbox,
  rows: readonly Located[],
): Promise<boolean> {
  const takeIn = async (begun: CopyAction, some: readonly Located[], copies: Arrived): Promise<void> => {
    await fold(settling, begun, to, some, copies);
    if (some[0] && settling.servers.apart(some[0].home, to)) await askFlags(settling, to, copies);
  };
  if (rows[0]) await needKnown(settling, rows[0].home, rows);
  let todo = rows;
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  if (action.noted) {
    const found = await look(settling, action, to, rows);
    await takeIn(action, rows, found);
    todo = rows.filter(({ key }) => !found.has(key));
  }
  const from = todo[0]?.home;
  if (!from) return false;
  const noted = await at(settling, to, (there) => noteBefore(there, to));
  const begun = await begin(settling, action, { noted });
  const { arrived, more } = await at(settling, from, (there) => copy(there, from, to, todo, noted));
  if ([...arrived.values()].includes(0)) {
    for (const [key, uid] of await look(settling, begun, to, todo))
      if (arrived.get(key) === 0) arrived.set(key, uid);
  }
  await takeIn(begun, todo, arrived);
  return more;
}

async function copy(
  settling: Settling,
  from: Mailbox,
  to: Mailbox,
  rows: readonly Located[],
  noted: Noted,
): Promise<Copied> {
  const { lane } = settling;
  await lane.select(from, { uids: rows.map(({ uid }) => uid) });
  if (settling.servers.apart(from, to)) {
    const { arrived, left } = await carryOver(settling, to, rows);
    await lane.absorbed();
    return { arrived, more: left.length > 0 };
  }
  const uids = rows.map(({ uid }) => uid as Uid);
  const run = (some: readonly Uid[]) =>
    withTryCreate(settling, to, () => runInSteps(lane, some, (step) => uidCopy(step, lane.nameOf(to))));
  let copied: readonly (CopyUid | undefined)[];
  let left = uids;
  try {
    copied = await run(uids);
  } catch (error) {
    // RFC 2180 §4.4: all are refused because some of them were expunged by another client.
    left = await leftOf(settling, uids, error);
    copied = left.length === 0 ? [] : await run(left);
  }
  const asked = rows.filter(({ uid }) => left.includes(uid as Uid));
  return { arrived: arrivals(asked, copied, new Set(), to, noted), more: false };
}

/** Which of the copies are in the target, by what COPY keeps; on another server, by what APPEND keeps. */
function look(
  settling: Settling,
  action: CopyAction,
  to: Mailbox,
  rows: readonly Located[],
): Promise<Arrived> {
  const from = rows[0]?.home;
  if (from && settling.servers.apart(from, to))
    return at(settling, from, async (here) => {
      await here.lane.select(from, { uids: rows.map(({ uid }) => uid) });
      return appendedSince(here, action, to, rows);
    });
  return at(settling, to, async (there) => {
    const { truth } = settling;
    const descriptors = await truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    const markOfRow = (row: Located): string => markOf(descriptors.get(row.key)?.messageId ?? '', row);
    const copies = await copiesIn(there, action, to, rows.map(markOfRow));
    const known = await truth.locate([...action.copies, ...action.messages], to.key);
    // Copies that are settled; and, within one mailbox, the originals.
    const ours = new Set(known.filter(({ mailbox }) => mailbox === to.key).map(({ uid }) => uid));
    const found: Arrived = new Map();
    for (const row of rows) {
      const candidates = copies.get(markOfRow(row));
      let uid = candidates?.shift();
      while (uid !== undefined && ours.has(uid)) uid = candidates?.shift();
      // Of a mailbox that was never looked at no UID is known: it comes with the message.
      if (uid !== undefined) found.set(row.key, to.sync.uidValidity === 0 ? 0 : uid);
    }
    return found;
  });
}

/** Takes the copies into truth, with the texts that are here: what the other connection has fetched already is the same. */
function fold(
  { truth }: Settling,
  action: CopyAction,
  to: Mailbox,
  rows: readonly Located[],
  arrived: Arrived,
): Promise<void> {
  const from = rows[0]?.home;
  if (!from) return Promise.resolve();
  const copyOf = new Map(action.messages.map((key, i) => [key, action.copies[i] as MessageKey]));
  return truth.change(async () => {
    const there = await truth.rows(to.key);
    const valid = await validIn(truth, to, arrived);
    const found = await copiesAmong(truth, action, from.key, there, valid);
    const descriptors = await truth.store.read(descriptorsQuery([...arrived.keys()]));
    const messages: NewMessage[] = [];
    const pairs: [MessageKey, number][] = [];
    const texts: Change[] = [];
    for (const { key: original, date, size, flags } of rows) {
      const said = valid.get(original);
      const descriptor = descriptors.get(original);
      const key = copyOf.get(original);
      if (said === undefined || !descriptor || key === undefined) continue;
      const double = said === 0 ? (found.get(original) ?? -1) : there.uids.indexOf(said);
      const uid = said === 0 && double >= 0 ? (there.uids[double] as Uid) : said;
      messages.push({ row: { key, uid, flags, date, size }, descriptor });
      if (double >= 0) pairs.push([key, double]);
      texts.push(...(await textsOf(truth, original, key, descriptor)));
    }
    const { doubles, told, renamed } = await adopt(truth, there, pairs);
    const made = messages.map(({ row }) => row.key);
    return {
      changes: [
        { kind: 'expunged', mailbox: to.key, keys: doubles },
        { kind: 'messages', mailbox: to.key, messages },
        { kind: 'flags', mailbox: to.key, rows: told },
        ...texts,
        ...(await withMade(truth, action, made, renamed)),
        ...(messages.some(({ row }) => row.uid === 0) ? await unsettled(truth, to) : []),
      ],
      result: undefined,
    };
  });
}

/** `renamed`, the action with it, which says now that these copies are made. */
async function withMade(
  { store }: Truth,
  { id }: CopyAction,
  made: readonly MessageKey[],
  renamed: readonly Change[],
): Promise<Change[]> {
  const isIts = (change: Change): boolean => change.kind === 'action' && change.action.id === id;
  const newest = (await store.read(actionsQuery())).find((each) => each.id === id);
  const mine = renamed.find(isIts) ?? (newest && { kind: 'action', action: newest, keepsState: true });
  const others = renamed.filter((change) => !isIts(change));
  if (mine?.kind !== 'action' || mine.action.kind !== 'copy') return others;
  const action: CopyAction = { ...mine.action, made: [...(mine.action.made ?? []), ...made] };
  return [...others, { ...mine, action }];
}

async function textsOf(
  truth: Truth,
  original: MessageKey,
  message: MessageKey,
  { structure }: Descriptor,
): Promise<Change[]> {
  const texts: Change[] = [];
  for (const { section } of shownParts(structure)) {
    const part = await truth.store.read(partQuery(original, section));
    if (part) texts.push({ kind: 'part', part: { ...part, message } });
  }
  return texts;
}

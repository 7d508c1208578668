/**
 * Messages that were copied for certain, and are to be removed where they were: somebody may have taken the copies away meanwhile, or
 * their mailbox with them. What is nowhere else any more is not removed: it would be the last.
 */
import { CommandError } from '../../error.ts';
import { list, uidFetch } from '../../imap/index.ts';
import type { ListedMailbox, Uid } from '../../imap/types.ts';
import type { CarryAction, MoveAction } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox, MessageKey, MessageRow } from '../model.ts';
import { runFirstInSteps } from '../steps.ts';
import { descriptorsQuery } from '../store.ts';
import { asStrange, strangeAmong } from '../strange.ts';
import { appendedSince } from './appended-since.ts';
import { copiesIn, markOf } from './arrived-since.ts';
import { at, findByMessageId } from './context.ts';
import type { Settling } from './context.ts';
import { settledIn } from './copy-uids.ts';
import { isCalled } from './listed.ts';
import { stillThere } from './still-there.ts';
import { whichArrived } from './which-arrived.ts';

/** Mailboxes that are looked through, where the copies are not in the target any more. */
const MOST = 50;
/** Of many messages so many are looked for in each mailbox; the others where one of those is. */
const SAMPLE = 10;

/** Those of `rows`, in `from`, of which nobody has a copy any more: neither `to`, nor any other mailbox of that server. */
export async function lastOfAll(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<MessageKey[]> {
  if (rows.length === 0) return [];
  const descriptors = await settling.truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const idOf: IdOf = ({ key }) => descriptors.get(key)?.messageId ?? '';
  const apart = settling.servers.apart(from, to);
  const find = apart ? appendedAmong : copiedAmong;
  const there = await find(settling, action, from, to, rows, idOf);
  const left = rows.filter(({ key }) => !there.has(key));
  const passed = apart ? [to] : [from, to];
  const elsewhere = await at(settling, to, ({ lane }) => elsewhereThan(lane, passed, left, idOf));
  return left.filter((row) => !elsewhere.has(row)).map(({ key }) => key);
}

/**
 * Those of `rows`, of the mailbox that is selected here, that had their receipts, and of which another account has a copy still, in `to`
 * or anywhere, or that are not here any more.
 */
export async function standing(
  here: Settling,
  other: Settling,
  { noted, copied = [] }: Pick<CarryAction, 'noted' | 'copied'>,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Set<MessageKey>> {
  const certain = rows.filter(({ key }) => copied.includes(key));
  const there = await stillThere(
    here,
    certain.map(({ uid }) => uid as Uid),
  );
  await here.lane.absorbed();
  const twice = certain.filter(({ uid }) => there.has(uid as Uid));
  const found = new Set(certain.flatMap(({ key, uid }) => (there.has(uid as Uid) ? [] : [key])));
  if (twice.length === 0) return found;
  const descriptors = await here.truth.store.read(descriptorsQuery(twice.map(({ key }) => key)));
  const idOf: IdOf = ({ key }) => descriptors.get(key)?.messageId ?? '';
  for (const key of (await whichArrived(here, other, noted ? { noted } : {}, to, twice)).keys())
    found.add(key);
  const left = twice.filter(({ key }) => !found.has(key));
  for (const { key } of await elsewhereThan(other.lane, [to], left, idOf)) found.add(key);
  return found;
}

type IdOf = (row: MessageRow) => string;

async function copiedAmong(
  settling: Settling,
  action: MoveAction,
  _: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
  idOf: IdOf,
): Promise<ReadonlySet<MessageKey>> {
  const settled = new Set(await settledIn(settling, action, to));
  const markOfRow = (row: MessageRow): string => markOf(idOf(row), row);
  const copies = await at(settling, to, (there) => copiesIn(there, action, to, rows.map(markOfRow)));
  const found = new Set<MessageKey>();
  for (const row of rows) {
    const uids = copies.get(markOfRow(row)) ?? [];
    const i = uids.findIndex((uid) => !settled.has(uid));
    if (i < 0) continue;
    uids.splice(i, 1);
    found.add(row.key);
  }
  return found;
}

async function appendedAmong(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<ReadonlySet<MessageKey>> {
  await settling.lane.select(from, { uids: rows.map(({ uid }) => uid) });
  return new Set((await appendedSince(settling, action, to, rows)).keys());
}

/** Somebody may have moved them on. */
async function elsewhereThan<R extends Pick<MessageRow, 'size'>>(
  lane: Lane,
  passed: readonly Mailbox[],
  rows: readonly R[],
  idOf: (row: R) => string,
): Promise<ReadonlySet<R>> {
  const found = new Set<R>();
  const named = rows.filter((row) => idOf(row) !== '');
  if (named.length === 0) return found;
  const names = passed.map((mailbox) => lane.nameOf(mailbox));
  const strange = strangeAmong(await lane.run(list('', '*')), (each) =>
    names.some((name) => isCalled(each, name)),
  );
  for (const each of strange.slice(0, MOST)) {
    const left = named.filter((row) => !found.has(row));
    const few = await among(lane, each, left.slice(0, SAMPLE), idOf);
    const more = few.length > 0 ? await among(lane, each, left.slice(SAMPLE), idOf) : [];
    for (const row of [...few, ...more]) found.add(row);
  }
  return found;
}

/** Those of `rows` that are in a mailbox. */
async function among<R extends Pick<MessageRow, 'size'>>(
  lane: Lane,
  mailbox: ListedMailbox,
  rows: readonly R[],
  idOf: (row: R) => string,
): Promise<R[]> {
  if (rows.length === 0) return [];
  const sizes = await sizesIn(lane, mailbox, [...new Set(rows.map(idOf))]);
  return rows.filter((row) => {
    const alike = sizes.get(idOf(row)) ?? [];
    const i = alike.indexOf(row.size);
    if (i >= 0) alike.splice(i, 1);
    return i >= 0;
  });
}

/** By Message-ID, the sizes of those that are in a mailbox; of none that does not open. */
async function sizesIn(
  lane: Lane,
  { wireName }: ListedMailbox,
  ids: readonly string[],
): Promise<Map<string, number[]>> {
  const sizes = new Map<string, number[]>();
  try {
    await lane.select(asStrange(wireName), { again: true });
    for (const id of ids) {
      const uids = await findByMessageId(lane, id, 1);
      if (uids.length === 0) continue;
      const these: number[] = [];
      lane.onFetch = ({ size }) => {
        if (size !== undefined) these.push(size);
      };
      await runFirstInSteps(lane, uids, (some) => uidFetch(some, ['RFC822.SIZE']));
      sizes.set(id, these);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  } finally {
    lane.onFetch = undefined;
  }
  return sizes;
}

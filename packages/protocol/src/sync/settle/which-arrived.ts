/**
 * Which messages are in a mailbox of another server, where the receipt for them was lost: told by what APPEND keeps of them, and
 * by all of their octets where that is not enough. One that was not put there never passes for there: it would be removed here.
 */
import type { Uid } from '../../imap/types.ts';
import type { CarryAction } from '../action.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { descriptorsQuery } from '../store.ts';
import { arrivedSince } from './arrived-since.ts';
import type { Arrival } from './arrived-since.ts';
import type { Settling } from './context.ts';
import type { Arrived } from './copy-uids.ts';
import { fetchSeveral } from './fetch-several.ts';

/**
 * Under which UIDs they are there; 0 where nobody can tell which of several is which.
 * @param rows of the mailbox that is selected here.
 * @param missing as `arrivedSince` has it. `settled`: UIDs there that stand for others.
 */
export async function whichArrived(
  here: Settling,
  other: Settling,
  { noted, copied }: Pick<CarryAction, 'noted' | 'copied'>,
  to: Mailbox,
  rows: readonly MessageRow[],
  {
    missing,
    settled = [],
  }: { readonly missing?: () => Promise<void>; readonly settled?: readonly Uid[] } = {},
): Promise<Arrived> {
  // Then all of that turn had their receipts.
  if (copied)
    return new Map(copied.filter((key) => rows.some((row) => row.key === key)).map((key) => [key, 0]));
  const descriptors = await here.truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const idOf = ({ key }: MessageRow): string => descriptors.get(key)?.messageId ?? '';
  const until = noted?.until ?? Infinity;
  let arrivals = (await arrivedSince(other, noted ? { noted } : {}, to, missing)).filter(
    ({ uid }) => uid < until && !settled.includes(uid),
  );
  const arrived: Arrived = new Map();
  const alike = grouped(rows, (row) => nameOf(idOf(row), row));
  for (const [name, wanted] of alike) {
    const found = arrivals.filter((each) => nameOf(each.messageId, each) === name);
    if (found.length === 0) continue;
    arrivals = arrivals.filter((each) => !found.includes(each));
    const there = found.length >= wanted.length ? wanted : await sameOctets(here, other, wanted, found);
    for (const { key } of there) arrived.set(key, uidOf(wanted, found));
  }
  const left = rows.filter((row) => !arrived.has(row.key) && idOf(row) !== '');
  for (const [messageId, wanted] of grouped(left, idOf)) {
    const found = arrivals.filter((each) => each.messageId === messageId);
    const there = wanted.filter((row) => found.some((each) => isRemade(row, each)));
    // Of several that only their octets told apart, which they are not any more, none passes for there.
    const remade = found.filter((each) => there.some((row) => isRemade(row, each)));
    if (there.length <= remade.length) for (const { key } of there) arrived.set(key, uidOf(there, remade));
  }
  return arrived;
}

function uidOf(wanted: readonly MessageRow[], found: readonly Arrival[]): Uid | 0 {
  const [only] = found;
  return only && found.length === 1 && wanted.length === 1 ? only.uid : 0;
}

/** What APPEND keeps of a message, and tells it from most others. */
function nameOf(messageId: string, { size, date }: { readonly size: number; readonly date: number }): string {
  return `${size} at ${date} ${messageId}`;
}

/** Quirk: Exchange makes a message of its own size of what it is given; the date is the one that we gave it. */
function isRemade(row: MessageRow, { size, date }: Arrival): boolean {
  return row.size === size || row.date === date;
}

function grouped<T>(all: readonly T[], nameOfOne: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = nameOfOne(one);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}

/** Those of `wanted` that are the same as one of `found`, octet by octet, each of which stands for one. */
async function sameOctets(
  here: Settling,
  other: Settling,
  wanted: readonly MessageRow[],
  found: readonly Arrival[],
): Promise<MessageRow[]> {
  const same = new Set<MessageRow>();
  for await (const copies of fetchSeveral(other.lane, found)) {
    const left = copies.flatMap(({ message }) => (message ? [message] : []));
    const unmatched = wanted.filter((row) => !same.has(row));
    for await (const originals of fetchSeveral(here.lane, unmatched)) {
      for (const { row, message } of originals) {
        const at = message ? left.findIndex((copy) => isEqual(copy, message)) : -1;
        if (at < 0) continue;
        left.splice(at, 1);
        same.add(row);
      }
      if (left.length === 0) break;
    }
  }
  return [...same];
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

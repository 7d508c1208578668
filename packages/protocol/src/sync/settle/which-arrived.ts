/**
 * Which messages are in the mailbox of another account, where the receipt for them was lost: told by what APPEND keeps of them, and
 * by all of their octets where that is not enough. One that was not put there never passes for there: it would be removed here.
 */
import type { CarryAction } from '../action.ts';
import type { Mailbox, MessageKey } from '../model.ts';
import { descriptorsQuery } from '../store.ts';
import type { Located } from '../truth.ts';
import { arrivedSince } from './arrived-since.ts';
import type { Arrival } from './arrived-since.ts';
import type { Settling } from './context.ts';
import { fetchSeveral } from './fetch-several.ts';

/** @param rows of the mailbox that is selected here. */
export async function whichArrived(
  here: Settling,
  other: Settling,
  action: CarryAction,
  to: Mailbox,
  rows: readonly Located[],
): Promise<ReadonlySet<MessageKey>> {
  // Then all of that turn had their receipts.
  if (action.copied) return new Set(action.copied.filter((key) => rows.some((row) => row.key === key)));
  const descriptors = await here.truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const idOf = ({ key }: Located): string => descriptors.get(key)?.messageId ?? '';
  const until = action.noted?.until ?? Infinity;
  let arrivals = (await arrivedSince(other, action, to)).filter(({ uid }) => uid < until);
  const arrived = new Set<MessageKey>();
  const alike = grouped(rows, (row) => nameOf(idOf(row), row));
  for (const [name, wanted] of alike) {
    const found = arrivals.filter((each) => nameOf(each.messageId, each) === name);
    if (found.length === 0) continue;
    arrivals = arrivals.filter((each) => !found.includes(each));
    const there = found.length >= wanted.length ? wanted : await sameOctets(here, other, wanted, found);
    for (const { key } of there) arrived.add(key);
  }
  const left = rows.filter((row) => !arrived.has(row.key) && idOf(row) !== '');
  for (const [messageId, wanted] of grouped(left, idOf)) {
    const found = arrivals.filter((each) => each.messageId === messageId);
    const there = wanted.filter((row) => found.some((each) => isRemade(row, each)));
    // Of several that only their octets told apart, which they are not any more, none passes for there.
    if (there.length <= found.filter((each) => there.some((row) => isRemade(row, each))).length)
      for (const { key } of there) arrived.add(key);
  }
  return arrived;
}

/** What APPEND keeps of a message, and tells it from most others. */
function nameOf(messageId: string, { size, date }: { readonly size: number; readonly date: number }): string {
  return `${size} at ${date} ${messageId}`;
}

/** Quirk: Exchange makes a message of its own size of what it is given; the date is the one that we gave it. */
function isRemade(row: Located, { size, date }: Arrival): boolean {
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
  wanted: readonly Located[],
  found: readonly Arrival[],
): Promise<Located[]> {
  const same = new Set<Located>();
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

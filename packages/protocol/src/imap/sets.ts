/** Sets of UIDs as ascending ranges that do not touch: the arithmetic of RFC 3501's sequence-set on what is known. */
import type { Uid, UidRanges } from './types.ts';

/** 2^32−1, the highest UID there can be (RFC 3501 §9, nz-number). As the end of a range it is written `*`. */
export const MAX_UID = 0xffff_ffff as Uid;

/** Every UID: `1:*`. */
export const ALL_UIDS: UidRanges = [[1, MAX_UID]];

/** A set of UIDs, as ranges or one by one in any order. */
export type UidSet = UidRanges | readonly number[];

/** `first:*`. Mind that a server gives the last message even if its UID is lower than `first` (RFC 3501 §6.4.8). */
export function uidsFrom(first: number): UidRanges {
  return [[first, MAX_UID]];
}

function isRanges(set: UidSet): set is UidRanges {
  return typeof set[0] === 'object';
}

/** Brings any set into order: ascending, merged, without doubles. */
export function toRanges(set: UidSet): UidRanges {
  if (set.length === 0) return [];
  const pairs: [number, number][] = isRanges(set)
    ? set.map(([a, b]) => (a <= b ? [a, b] : [b, a]))
    : set.map((uid) => [uid, uid]);
  return mergePairs(pairs);
}

/** Sorts and merges in place. */
function mergePairs(pairs: [number, number][]): UidRanges {
  let sorted = true;
  for (let i = 1; i < pairs.length && sorted; i++) sorted = pairs[i - 1]![0] <= pairs[i]![0];
  if (!sorted) pairs.sort((a, b) => a[0] - b[0]);
  let last = 0;
  for (let i = 1; i < pairs.length; i++) {
    const pair = pairs[i]!;
    const previous = pairs[last]!;
    if (pair[0] <= previous[1] + 1) {
      if (pair[1] > previous[1]) previous[1] = pair[1];
    } else {
      pairs[++last] = pair;
    }
  }
  pairs.length = Math.min(pairs.length, last + 1);
  return pairs;
}

/** As it goes on the wire, e.g. `1:3,7,9:*`; empty for the empty set, which no command may be sent with. */
export function formatSet(set: UidSet): string {
  const parts: string[] = [];
  for (const [first, last] of toRanges(set)) {
    const end = last === MAX_UID ? '*' : String(last);
    parts.push(first === last ? String(first) : `${first}:${end}`);
  }
  return parts.join(',');
}

/** How many UIDs the ranges span. */
export function countUids(ranges: UidRanges): number {
  let count = 0;
  for (const [first, last] of ranges) count += last - first + 1;
  return count;
}

/** One by one, ascending. Throws RangeError where that would be more than `limit`. */
export function expandRanges(ranges: UidRanges, limit: number): Uid[] {
  if (countUids(ranges) > limit) throw new RangeError(`a set of more than ${limit} UIDs`);
  const uids: Uid[] = [];
  for (const [first, last] of ranges) for (let uid = first; uid <= last; uid++) uids.push(uid as Uid);
  return uids;
}

export function hasUid(ranges: UidRanges, uid: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle]!;
    if (uid < first) high = middle - 1;
    else if (uid > last) low = middle + 1;
    else return true;
  }
  return false;
}

export function uniteRanges(a: UidRanges, b: UidRanges): UidRanges {
  return toRanges([...a, ...b]);
}

export function intersectRanges(a: UidRanges, b: UidRanges): UidRanges {
  const common: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [firstA, lastA] = a[i]!;
    const [firstB, lastB] = b[j]!;
    const first = Math.max(firstA, firstB);
    const last = Math.min(lastA, lastB);
    if (first <= last) common.push([first, last]);
    if (lastA < lastB) i++;
    else j++;
  }
  return common;
}

/** What is in `a` and not in `b`. */
export function subtractRanges(a: UidRanges, b: UidRanges): UidRanges {
  const rest: [number, number][] = [];
  let j = 0;
  for (const [first, last] of a) {
    let from = first;
    while (j < b.length && b[j]![1] < from) j++;
    for (let k = j; k < b.length && b[k]![0] <= last; k++) {
      const [firstB, lastB] = b[k]!;
      if (firstB > from) rest.push([from, firstB - 1]);
      from = lastB + 1;
    }
    if (from <= last) rest.push([from, last]);
  }
  return rest;
}

/**
 * Cuts a set so that no piece is written with more than `octets` octets: servers limit command lines, some to 1000 octets
 * (RFC 2683 §3.2.1.5 asks clients to stay below that; RFC 7162 §4 allows 8192).
 */
export function splitSet(set: UidSet, octets = 900): UidRanges[] {
  const pieces: (readonly [number, number])[][] = [];
  let size = Infinity;
  for (const range of toRanges(set)) {
    const length = formatSet([range]).length + 1;
    if (size + length > octets) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)!.push(range);
    size += length;
  }
  return pieces;
}

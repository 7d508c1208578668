import type { Message } from '../account/mailbox.ts';
import { GrammarError } from './grammar-error.ts';

/** `first:last` of a sequence set, in either order; Infinity stands for `*`. */
export type SequenceRange = readonly [first: number, last: number];

/** The messages of a command: a sequence set, or `$`, those the last SEARCH saved (RFC 5182). */
export type MessageSet = readonly SequenceRange[] | '$';

/** Parses a sequence set (RFC 3501 §9). */
export function parseSequenceSet(text: string): SequenceRange[] {
  return text.split(',').map((range) => {
    const match = /^(\*|\d{1,10})(?::(\*|\d{1,10}))?$/.exec(range);
    if (match === null) throw new GrammarError(`Not a sequence set: ${text.slice(0, 40)}`);
    const first = numberOf(match[1] ?? '');
    return [first, match[2] === undefined ? first : numberOf(match[2])];
  });
}

function numberOf(text: string): number {
  const value = text === '*' ? Infinity : Number(text);
  if (value === 0) throw new GrammarError('Zero is no message number');
  return value;
}

/** Ascending, disjoint ranges of the set, with `*` put in. */
export function resolved(set: readonly SequenceRange[], star: number): Array<[number, number]> {
  const ranges = set
    .map(([a, b]): [number, number] => {
      const first = a === Infinity ? star : a;
      const last = b === Infinity ? star : b;
      return first <= last ? [first, last] : [last, first];
    })
    .sort((x, y) => x[0] - y[0]);
  const merged: Array<[number, number]> = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous !== undefined && range[0] <= previous[1] + 1) previous[1] = Math.max(previous[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

/** Index of the first message whose UID is at least `uid`, in a list ascending by UID. */
export function lowerBound(messages: readonly Message[], uid: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.uid < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

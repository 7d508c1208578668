import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_UIDS,
  countUids,
  expandRanges,
  formatSet,
  hasUid,
  intersectRanges,
  splitSet,
  subtractRanges,
  toRanges,
  uidsFrom,
  uniteRanges,
} from './index.ts';

const uids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });
const sorted = (set: Iterable<number>): number[] => [...set].sort((a, b) => a - b);

describe('sets', () => {
  it.each([
    [[], ''],
    [[3, 1, 2, 7], '1:3,7'],
    [[5, 5, 5], '5'],
    [
      [
        [9, 7],
        [1, 2],
      ],
      '1:2,7:9',
    ],
    [
      [
        [1, 5],
        [2, 3],
        [6, 6],
      ],
      '1:6',
    ],
    [ALL_UIDS, '1:*'],
    [uidsFrom(17), '17:*'],
  ] as const)('%j is written %s', (set, text) => {
    expect(formatSet(set)).toBe(text);
  });

  it('are sets', () => {
    fc.assert(
      fc.property(uids, uids, (a, b) => {
        const [x, y] = [toRanges(a), toRanges(b)];
        const list = (ranges: typeof x): number[] => expandRanges(ranges, 100);
        expect(list(x)).toEqual(sorted(a));
        expect(countUids(x)).toBe(a.length);
        expect(list(uniteRanges(x, y))).toEqual(sorted(new Set([...a, ...b])));
        expect(list(intersectRanges(x, y))).toEqual(sorted(a.filter((uid) => b.includes(uid))));
        expect(list(subtractRanges(x, y))).toEqual(sorted(a.filter((uid) => !b.includes(uid))));
        for (let uid = 0; uid <= 41; uid++) expect(hasUid(x, uid)).toBe(a.includes(uid));
        for (let i = 1; i < x.length; i++) expect(x[i]![0]).toBeGreaterThan(x[i - 1]![1] + 1);
      }),
    );
  });

  it('do not change what they are made of', () => {
    const ranges = [
      [5, 9],
      [1, 6],
    ] as const;
    expect(toRanges(ranges)).toEqual([[1, 9]]);
    expect(ranges[0]).toEqual([5, 9]);
  });

  it('are not expanded beyond all measure', () => {
    expect(() => expandRanges(ALL_UIDS, 1000)).toThrow(RangeError);
  });

  it('are cut into pieces that fit a line and are the whole together', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100_000), { maxLength: 200 }), (list) => {
        const pieces = splitSet(list, 50);
        for (const piece of pieces) expect(formatSet(piece).length).toBeLessThanOrEqual(50);
        expect(pieces.flatMap((piece) => expandRanges(piece, 1000))).toEqual(sorted(list));
      }),
    );
  });
});

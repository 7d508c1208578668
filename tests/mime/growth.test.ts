/** Nothing that a message can hold, or a server can say, costs time that grows with the square of its size. */
import { expect, it } from 'vitest';
import { growthTable, measureGrowth } from '../bench/growth/measure.ts';
import type { Growth } from '../bench/growth/measure.ts';
import { HOSTILE } from '../bench/growth/hostile.ts';
import { HOSTILE_IMAP } from '../bench/growth/hostile-imap.ts';

/** Between n log n on a disturbed machine and the square. */
const MOST = 1.75;

it.each([
  ['messages', HOSTILE],
  ['IMAP servers', HOSTILE_IMAP],
])('hostile input from %s costs time in proportion', { timeout: 300_000 }, (_, inputs) => {
  const rows: Growth[] = [];
  for (const input of inputs) {
    let growth = measureGrowth(input);
    for (let again = 0; again < 3 && growth.exponent > MOST; again++) growth = measureGrowth(input);
    rows.push(growth);
  }
  console.log(growthTable(rows));
  expect(rows.filter(({ exponent }) => exponent > MOST)).toEqual([]);
});

it('a quadratic one would be seen', () => {
  const growth = measureGrowth({
    name: 'quadratic',
    make: (size) => () => {
      let sum = 0;
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j += 100) sum += i ^ j;
      return sum;
    },
  });
  expect(growth.exponent).toBeGreaterThan(MOST);
});

import { describe, expect, it } from 'vitest';
import { formats } from './format.ts';

const { when, size, span } = formats('en-GB');
const now = new Date(2026, 5, 17, 15, 0).getTime();
const at = (year: number, month: number, day: number, hour = 9, minute = 5) =>
  new Date(year, month - 1, day, hour, minute).getTime();

describe('when', () => {
  it.each([
    ['today', at(2026, 6, 17), '09:05'],
    ['just after midnight', at(2026, 6, 17, 0, 0), '00:00'],
    ['later today, from a clock ahead of ours', at(2026, 6, 17, 23, 59), '23:59'],
    ['a minute before midnight', at(2026, 6, 16, 23, 59), 'Tue'],
    ['six days ago', at(2026, 6, 11), 'Thu'],
    ['a week ago', at(2026, 6, 10), '10 Jun'],
    ['earlier this year', at(2026, 1, 2), '2 Jan'],
    ['last year', at(2025, 12, 31), '31 Dec 2025'],
    ['tomorrow, from a clock ahead of ours', at(2026, 6, 18), '18 Jun'],
  ])('%s', (_, date, expected) => {
    expect(when(date, now)).toBe(expected);
  });
});

describe('size', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1234, '1.2 kB'],
    [9960, '10 kB'],
    [139_400, '139 kB'],
    [40_000_000, '40 MB'],
    [999_700, '1 MB'],
    [2_500_000_000, '2.5 GB'],
    [-5, '0 bytes'],
  ])('%d octets', (octets, expected) => {
    expect(size(octets)).toBe(expected);
  });
});

describe('span', () => {
  it('ends an all-day event on its last day', () => {
    expect(span(at(2026, 6, 17, 0, 0), at(2026, 6, 18, 0, 0), true)).toMatch(/^Wednesday,? 17 June 2026$/);
  });

  it('names the day once', () => {
    expect(span(at(2026, 6, 17, 9, 0), at(2026, 6, 17, 10, 30), false).match(/June/g)).toHaveLength(1);
  });
});

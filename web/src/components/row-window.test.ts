import { describe, expect, it } from 'vitest';
import { rowWindow, scrollToShow } from './row-window.ts';

describe('rowWindow', () => {
  it.each([
    ['at the top', 0, 720, 100_000, 0, 18],
    ['in the middle of a row', 36, 720, 100_000, 0, 19],
    ['far down', 7_199_280, 720, 100_000, 99_982, 100_000],
    ['beyond the end, after the list became short', 7_199_280, 720, 10, 10, 10],
    ['without rows', 0, 720, 0, 0, 0],
  ])('%s', (_, scrollTop, height, length, first, end) => {
    expect(rowWindow(scrollTop, height, 72, length)).toEqual({ first, end });
  });
});

describe('scrollToShow', () => {
  it.each([
    ['a row in sight', 5, 0, 0],
    ['a row below', 20, 0, 21 * 72 - 720],
    ['a row above', 3, 720, 216],
    ['a row cut off at the bottom', 10, 36, 72],
  ])('%s', (_, index, scrollTop, expected) => {
    expect(scrollToShow(index, scrollTop, 720, 72)).toBe(expected);
  });
});

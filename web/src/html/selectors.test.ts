import { describe, expect, it } from 'vitest';
import { cleanMedia, cleanSelectors } from './selectors.ts';

describe('selectors', () => {
  it.each([
    ['p', 'p'],
    ['table.body td > a:hover', 'table.body td > a:hover'],
    ['.a.b, .c', '.a.b, .c'],
    ['#outlook a', '#m-outlook a'],
    ['.sm\\:w-full', '.sm\\:w-full'],
    ['*', '*'],
    ['tr:nth-child(2n + 1) td', 'tr:nth-child(2n + 1) td'],
    ['a:visited, a:link', 'a:link'],
    ['.a, [class="b"]', '.a'],
    ['h1 + p ~ ul', 'h1 + p ~ ul'],
  ])('%s becomes %s', (given, kept) => expect(cleanSelectors(given)).toBe(kept));

  it.each([
    'a:visited',
    '[href^="https://bank"]',
    'p:has(a)',
    ':is(a, b)',
    'p:not(.x, .y)',
    'a::before',
    '::-webkit-scrollbar',
    'svg|a',
    ':host',
    'p{}',
    '.a\\',
    '</style>',
    'input:checked',
    'a /deep/ b',
    'x'.repeat(400),
    ':nth-child(99999999999)',
  ])('%s goes', (given) => expect(cleanSelectors(given)).toBeUndefined());

  it('takes no time over what is made to cost some', () => {
    const begun = performance.now();
    cleanSelectors(`${'a '.repeat(140)}[`);
    cleanSelectors(`${'a:hover'.repeat(40)}!`);
    cleanSelectors(`${'> '.repeat(140)}!`);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});

describe('media conditions', () => {
  it.each([
    ['screen and (max-width: 600px)', 'screen and (max-width: 600px)'],
    [
      'only screen and (min-width:480px) and (max-width:37.5em)',
      'only screen and (min-width:480px) and (max-width:37.5em)',
    ],
    ['(max-device-width: 480px), print', '(max-device-width: 480px), print'],
    ['(width <= 600px)', '(width <= 600px)'],
    ['(-webkit-min-device-pixel-ratio: 1.5)', '(-webkit-min-device-pixel-ratio: 1.5)'],
    ['all', 'all'],
    ['screen, (max-height: 100px)', 'screen'],
  ])('%s stays', (given, condition) => expect(cleanMedia(given, false)?.condition).toBe(condition));

  it.each([
    '(max-height: 600px)',
    'screen and (orientation: portrait)',
    'not all',
    '(min-width: 99999px)',
    'x{}',
    '(aspect-ratio: 1/1)',
    '(scripting: none)',
  ])('%s goes', (given) => expect(cleanMedia(given, false)).toBeUndefined());

  it('decides on the scheme itself', () => {
    expect(cleanMedia('(prefers-color-scheme: dark)', true)).toEqual({ condition: '', forDark: true });
    expect(cleanMedia('(prefers-color-scheme: dark)', false)).toBeUndefined();
    expect(cleanMedia('(prefers-color-scheme: light)', false)).toEqual({ condition: '', forDark: false });
    expect(cleanMedia('screen and (prefers-color-scheme:dark)', true)).toEqual({
      condition: 'screen',
      forDark: true,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { baseSubject, forwardSubject, replySubject } from './subject.ts';

describe('baseSubject', () => {
  it.each([
    ['hello', 'hello'],
    ['Re: hello', 'hello'],
    ['re:re: FWD: hello', 'hello'],
    ['Re[2]: Fwd[a] : hello', 'hello'],
    ['[list] Re: [list] hello', 'hello'],
    ['Re: [list] hello (fwd) (FWD)', 'hello'],
    ['[fwd: Re: hello]', 'hello'],
    ['Re: [fwd: [list] hello (fwd)]', 'hello'],
    ['[hello]', '[hello]'],
    ['Re: [hello]', '[hello]'],
    ['hello [world]', 'hello [world]'],
    ['AW: WG: SV: Antw: Réponse', 'Réponse'],
    ['回复：转发: 你好', '你好'],
    ['Re:', ''],
    ['  a \t b ', 'a b'],
    ['Regards: you', 'Regards: you'],
    ['read: this', 'read: this'],
    ['re : spaced', 'spaced'],
    ['', ''],
  ])('%j', (subject, base) => {
    expect(baseSubject(subject)).toBe(base);
  });

  it('ends, and soon', () => {
    const started = performance.now();
    for (const piece of ['[a]', 're:', '(fwd)', '[fwd:', 're[', '[', ' ']) baseSubject(piece.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

it.each([
  ['hello', 'Re: hello'],
  ['Re: hello', 'Re: hello'],
  ['RE: Re[3]: AW: SV(2): hello', 'Re: hello'],
  ['Fwd: hello', 'Re: Fwd: hello'],
  ['Reply: hello', 'Re: Reply: hello'],
  ['[list] Re: hello', 'Re: [list] Re: hello'],
  ['', 'Re:'],
])('replySubject(%j)', (subject, expected) => {
  expect(replySubject(subject)).toBe(expected);
});

it.each([
  ['hello', 'Fwd: hello'],
  ['FW: WG: hello', 'Fwd: hello'],
  ['Re: hello', 'Fwd: Re: hello'],
  ['Forward: hello', 'Fwd: Forward: hello'],
])('forwardSubject(%j)', (subject, expected) => {
  expect(forwardSubject(subject)).toBe(expected);
});

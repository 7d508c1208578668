import { describe, expect, it } from 'vitest';
import { finished, likeliest, pastedList } from './recipients.ts';

describe('finished', () => {
  it('leaves what is still being typed', () => {
    expect(finished('ada@exam')).toEqual({ done: [], rest: 'ada@exam' });
  });

  it('takes what a comma or semicolon has ended', () => {
    const { done, rest } = finished('ada@example.org; grace@example.org, bo');
    expect(done.map((person) => person.address)).toEqual(['ada@example.org', 'grace@example.org']);
    expect(rest).toBe('bo');
  });

  it('does not end an address inside a quoted name', () => {
    expect(finished('"Lovelace, Ada" <ada@example.org').done).toEqual([]);
    expect(finished('"Lovelace, Ada" <ada@example.org>,').done).toMatchObject([
      { name: 'Lovelace, Ada', address: 'ada@example.org' },
    ]);
  });
});

describe('pastedList', () => {
  const addresses = (before: string, pasted: string, behind = '') =>
    pastedList(before, pasted, behind)?.map(({ name, address }) => `${name}|${address}`);

  it('takes a list whole, whichever way it is parted', () => {
    expect(addresses('', 'Doe, Jane <jane@x.example>; Roe, Rich <rich@x.example>')).toEqual([
      'Doe, Jane|jane@x.example',
      'Roe, Rich|rich@x.example',
    ]);
    expect(addresses('ad', 'a@x.example\r\nbob@x.example\n')).toEqual(['|ada@x.example', '|bob@x.example']);
  });

  it('leaves what is to be gone on with', () => {
    expect(addresses('', 'ada@x.example')).toBeUndefined();
    expect(addresses('', 'Doe, Jane')).toBeUndefined();
    expect(addresses('', 'ada@x.example, bob@x.ex', 'ample')).toBeUndefined();
  });
});

describe('likeliest', () => {
  const suggestions = [
    { name: 'Ada', address: 'ada@example.organic' },
    { name: '', address: 'Ada@example.org' },
  ];

  it('is the first, until the whole address was typed', () => {
    expect(likeliest('ada@example.o', suggestions.slice(0, 1))).toBe(0);
    expect(likeliest('ada@example', suggestions)).toBe(0);
    expect(likeliest('Ada', suggestions)).toBe(0);
  });

  it('is nobody else than who was typed', () => {
    expect(likeliest(' ada@example.org', suggestions)).toBe(1);
    expect(likeliest('ada@example.org', suggestions.slice(0, 1))).toBe(-1);
  });
});

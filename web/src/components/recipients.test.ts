import { describe, expect, it } from 'vitest';
import { complete, finished, isAddress } from './recipients.ts';

describe('isAddress', () => {
  it.each([
    ['ada@example.org', true],
    ['ada+list@mail.example.org', true],
    ['ada@localhost', true],
    ['grüße@пример.example', true],
    ['"a b"@example.org', true],
    ['ada', false],
    ['ada@', false],
    ['@example.org', false],
    ['ada@example..org', false],
    ['ada@example.org.', false],
    ['a b@example.org', false],
    ['ada@example.org, b', false],
  ])('%s: %s', (address, expected) => {
    expect(isAddress(address)).toBe(expected);
  });
});

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

describe('complete', () => {
  it('keeps what is no address, to be mended', () => {
    expect(complete('ada')).toMatchObject([{ address: 'ada' }]);
    expect(complete(' , ')).toEqual([]);
  });
});

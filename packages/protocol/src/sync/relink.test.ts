import { describe, expect, it } from 'vitest';
import type { Uid } from '../imap/types.ts';
import type { MessageKey } from './model.ts';
import { relink } from './relink.ts';
import type { FoundMessage, KnownMessage } from './relink.ts';

const marks = (n: number) => ({ messageId: `<${n}@example.org>`, size: 100 + n, date: n * 1000 });
const known = (n: number, fields: Partial<KnownMessage> = {}): KnownMessage => ({
  key: n as MessageKey,
  ...marks(n),
  ...fields,
});
const found = (n: number, fields: Partial<FoundMessage> = {}): FoundMessage => ({
  uid: (1000 + n) as Uid,
  ...marks(n),
  ...fields,
});
const range = <T>(from: number, to: number, make: (n: number) => T): T[] =>
  Array.from({ length: to - from + 1 }, (_, i) => make(from + i));
const links = (keys: readonly number[]) => new Map(keys.map((key) => [key, 1000 + key]));

it.each<[string, KnownMessage[], FoundMessage[], number[] | undefined]>([
  ['all there', range(1, 5, known), range(1, 5, found), [1, 2, 3, 4, 5]],
  ['four of five', range(1, 5, known), range(2, 9, found), [2, 3, 4, 5]],
  ['three of four', range(1, 4, known), range(2, 9, found), undefined],
  ['20 of 1,000', range(1, 1000, known), range(981, 1200, found), range(981, 1000, (n) => n)],
  ['19 of 1,000', range(1, 1000, known), range(982, 1200, found), undefined],
  ['other mail', range(1, 5, known), range(11, 15, found), undefined],
  ['nothing known', [], range(1, 5, found), undefined],
  ['nothing found', range(1, 5, known), [], undefined],
  ['one by another date', range(1, 30, known), range(1, 30, found).with(0, found(1, { date: 0 })), undefined],
  ['one of another size', range(1, 30, known), range(1, 30, found).with(0, found(1, { size: 1 })), undefined],
  [
    'one twice, in two sizes: the other one is new',
    range(1, 5, known),
    [...range(1, 5, found), found(1, { uid: 9 as Uid, size: 1 })],
    [1, 2, 3, 4, 5],
  ],
  [
    'a date within the second',
    range(1, 5, (n) => known(n, { date: n * 1000 + 999 })),
    range(1, 5, found),
    [1, 2, 3, 4, 5],
  ],
  [
    'one twice there: it is neither',
    range(1, 5, known),
    [...range(1, 5, found), found(1, { uid: 9 as Uid })],
    [2, 3, 4, 5],
  ],
  [
    'one twice here: it is neither',
    [...range(1, 5, known), known(1, { key: 9 as MessageKey })],
    range(1, 5, found),
    [2, 3, 4, 5],
  ],
  [
    'without Message-ID: counts neither way',
    [...range(1, 4, known), ...range(5, 9, (n) => known(n, { messageId: '' }))],
    [...range(1, 4, found), ...range(5, 9, (n) => found(n, { messageId: '' }))],
    [1, 2, 3, 4],
  ],
])('%s', (_, ours, theirs, keys) => {
  expect(relink(ours, theirs)).toEqual(keys && links(keys));
});

const named = (n: number, emailId = `M${n}`): KnownMessage => known(n, { emailId });
const sameNamed = (n: number, fields: Partial<FoundMessage> = {}): FoundMessage =>
  found(n, { emailId: `M${n}`, ...fields });

describe('with what the server calls their octets', () => {
  it.each<[string, KnownMessage[], FoundMessage[], number[] | undefined]>([
    ['one of 1,000 is enough', range(1, 1000, named), range(1000, 1200, sameNamed), [1000]],
    ['by another date', range(1, 5, named), range(1, 5, (n) => sameNamed(n, { date: 0 })), [1, 2, 3, 4, 5]],
    [
      'those without one by their marks, however few',
      [...range(1, 4, named), ...range(5, 40, known)],
      range(4, 6, (n) => found(n, n === 4 ? { emailId: 'M4' } : {})),
      [4, 5, 6],
    ],
    [
      'one that is another one by it, and the same by all else',
      range(1, 5, named),
      range(1, 5, sameNamed).with(0, sameNamed(1, { emailId: 'M9' })),
      [2, 3, 4, 5],
    ],
    ['of another size: not believed', range(1, 1, named), [sameNamed(1, { size: 1 })], undefined],
    [
      'of another Message-ID: not believed',
      range(1, 1, named),
      [sameNamed(1, { messageId: '<x@y>' })],
      undefined,
    ],
    [
      'one for all: as without',
      range(1, 5, (n) => named(n, 'M')),
      range(1, 5, (n) => sameNamed(n, { emailId: 'M' })),
      [1, 2, 3, 4, 5],
    ],
    [
      'all others: as without',
      range(1, 5, named),
      range(1, 5, (n) => sameNamed(n, { emailId: `N${n}` })),
      [1, 2, 3, 4, 5],
    ],
    [
      'most others: as without',
      range(1, 5, named),
      range(1, 5, (n) => sameNamed(n, n > 2 ? { emailId: `N${n}` } : {})),
      [1, 2, 3, 4, 5],
    ],
  ])('%s', (_, ours, theirs, keys) => {
    expect(relink(ours, theirs)).toEqual(keys && links(keys));
  });
});

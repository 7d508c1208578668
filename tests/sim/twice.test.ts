import type { Mailbox } from '@postern/mailserver';
import { expect, it } from 'vitest';
import type { Seen } from './device.ts';
import type { Deed } from './ledger.ts';
import { writeLetter } from './letters.ts';
import { perhapsTwice } from './twice.ts';

const row = (letter: number, uid: number, waits = false): Seen =>
  ({ key: uid, uid, descriptor: { subject: `letter ${letter} of all` }, ...(waits && { waits }) }) as never;

const holding = (...letters: readonly number[]): Mailbox =>
  ({
    messages: letters.map((number) => {
      const { bytes } = writeLetter(number, 0, 3);
      return { content: { read: () => bytes } };
    }),
  }) as never;

function twice(seen: readonly Seen[], there: Mailbox | undefined, deeds: readonly Deed[] = []): number[] {
  return [...perhapsTwice(seen, { there, deedsOf: () => deeds, isDoubtful: () => false })];
}

it('takes what waits, and what the server told of, for one message only where it may be', () => {
  const arrived = [row(1, 0), row(1, 5)];
  expect(twice(arrived, holding(1))).toEqual([1]);
  expect(twice(arrived, undefined)).toEqual([1]);
  expect(twice(arrived, holding(1, 1))).toEqual([]);
  // One of the two that are there may be what somebody else has put there.
  expect(twice(arrived, holding(1, 1), [{ what: 'copy', by: 'other', to: 'Far' }])).toEqual([1]);
  expect(twice([row(1, 0, true), row(1, 5)], holding(1, 1))).toEqual([1]);
  expect(twice([row(1, 0), row(1, 0)], holding(1))).toEqual([]);
  expect(twice([row(1, 4), row(1, 5)], holding(1))).toEqual([]);
  expect(twice([row(1, 0), row(2, 5)], holding(1, 2))).toEqual([]);
});

it('knows the copies of rows that may be one message', () => {
  const seen = [row(1, 7), row(2, 8)];
  const behind = { there: holding(1, 2), deedsOf: () => [], isDoubtful: ({ uid }: Seen) => uid === 8 };
  expect([...perhapsTwice(seen, behind)]).toEqual([1]);
});

import { describe, expect, it } from 'vitest';
import { knowById, movedById } from './mailbox-ids.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';

const mailbox = (key: number, wireName: string, mailboxId?: string): Mailbox => ({
  ...newMailbox(key as MailboxKey),
  wireName,
  ...(mailboxId === undefined ? {} : { mailboxId }),
});

const [a, b, c] = [mailbox(1, 'A', 'Fa'), mailbox(2, 'B', 'Fb'), mailbox(3, 'C')];
const here = [a, b, c];

describe('a mailbox is known by its id (RFC 8474 §4)', () => {
  it.each([
    ['under a new name', { D: 'Fa' }, { D: 1 }],
    ['under a name that another one had', { B: 'Fa' }, { B: 1 }],
    ['each under the name of the other', { A: 'Fb', B: 'Fa' }, { A: 2, B: 1 }],
    ['not where it has its name still', { A: 'Fa', D: 'Fx' }, {}],
    ['not where it is listed twice: neither name is known to be the one', { D: 'Fa', E: 'Fa' }, {}],
    ['not where it is listed under its own name and another', { A: 'Fa', D: 'Fa' }, {}],
    ['not where nothing was said', {}, {}],
  ] as const)('%s', (_, ids, moved) => {
    const found = movedById(here, new Map(Object.entries(ids)));
    expect(Object.fromEntries([...found].map(([name, { key }]) => [name, key]))).toEqual(moved);
  });
});

it('takes the name of one that has none any more, and no other name is touched', () => {
  const known = new Map(here.map((each) => [each.wireName, each]));
  const ids = new Map([['B', 'Fa']]);
  expect(knowById(known, here, ids)).toEqual([{ gone: b, stays: a }]);
  expect([...known].map(([name, { key }]) => [name, key])).toEqual([
    ['B', 1],
    ['C', 3],
  ]);
});

it('of those that exchange their names none gives way', () => {
  const known = new Map(here.map((each) => [each.wireName, each]));
  const ids = new Map(Object.entries({ A: 'Fb', B: 'Fa' }));
  expect(knowById(known, here, ids)).toEqual([]);
  expect(known.get('A')).toBe(b);
  expect(known.get('B')).toBe(a);
});

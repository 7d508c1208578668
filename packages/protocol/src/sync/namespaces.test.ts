import { describe, expect, it } from 'vitest';
import { foreignPlace, mayBeForeign, namespacesOf } from './namespaces.ts';

const at = (name: string, delimiter: string | null = '/') => ({ name, delimiter });
const dovecot = { personal: [''], others: ['user/'], shared: ['Public/'] };
const cyrus = { personal: ['INBOX.'], others: ['user.'], shared: [''] };

describe('whose a mailbox is', () => {
  it.each([
    ['Projects', undefined],
    ['INBOX', undefined],
    ['users', undefined],
    ['user/grace', { kind: 'others', prefix: 5 }],
    ['user/grace/Plans', { kind: 'others', prefix: 5 }],
    ['user', { kind: 'others', prefix: 4 }],
    ['Public/Team', { kind: 'shared', prefix: 7 }],
  ])('is told by what its name begins with: %s', (name, place) => {
    expect(foreignPlace(at(name), dovecot)).toEqual(place);
  });

  it.each([
    ['INBOX', undefined],
    ['INBOX.Sent', undefined],
    ['user.grace', { kind: 'others', prefix: 5 }],
    ['lists', { kind: 'shared', prefix: 0 }],
  ])('is told by the longest, where all that is nobody’s is shared: %s', (name, place) => {
    expect(foreignPlace(at(name, '.'), cyrus)).toEqual(place);
  });

  it('is the person’s where two namespaces are one', () => {
    expect(foreignPlace(at('Team'), { personal: [''], others: [], shared: [''] })).toBeUndefined();
  });
});

describe('a server is asked', () => {
  const listed = (...names: readonly string[]) =>
    names.map((name) => ({
      name: name.replace(/ .*/, ''),
      delimiter: '/',
      attributes: name.endsWith(' level') ? ['\\Noselect'] : [],
    }));
  it.each([
    [false, ['INBOX', 'Projects', 'Projects/2024']],
    [false, ['INBOX', 'INBOX/Sent']],
    [true, ['INBOX', 'user level', 'user/grace']],
    [true, ['INBOX', 'user/grace']],
    [true, ['INBOX', 'INBOX/Sent', 'lists']],
  ])('%s: %j', (asked, names) => {
    expect(mayBeForeign(listed(...names))).toBe(asked);
  });
});

it.each([
  [undefined, undefined],
  ['all', undefined],
  [{ personal: [''], others: ['user/'] }, undefined],
  [{ personal: [''], others: [1], shared: [] }, undefined],
  [dovecot, dovecot],
])('may be anything in a store: %j', (setting, read) => {
  expect(namespacesOf(setting)).toEqual(read);
});

import { beforeEach, expect, test } from 'vitest';
import { Account } from '../account/account.ts';
import type { Profile } from '../profile.ts';
import { profiles } from '../profiles.ts';
import { RawClient } from '../testing/raw-client.ts';
import { decodeUtf7, encodeUtf7 } from './utf7.ts';

let account: Account;

function client(profile: Profile = profiles.full): RawClient {
  return new RawClient([account], profile).signIn();
}

beforeEach(() => {
  account = new Account({ user: 'ada@postern.example', password: 'postern' });
  account.create('Projects/Light & wall');
  account.create('Reisen/Zürich');
  account.create('Reisen');
});

test.each([
  ['Zürich', 'Z&APw-rich'],
  ['台北 & 日本語', '&U,BTFw- &- &ZeVnLIqe-'],
  ['🗼', '&2D3d,A-'],
  ['plain', 'plain'],
])('modified UTF-7 of %s', (name, wire) => {
  expect(encodeUtf7(name)).toBe(wire);
  expect(decodeUtf7(wire)).toBe(name);
});

test.each(['&', 'a&b', '&AP-', '&A!-', 'Zürich'])('%s is not modified UTF-7', (wire) => {
  expect(decodeUtf7(wire)).toBeUndefined();
});

test('LIST shows attributes, implied parents, and matches both wildcards', () => {
  const ada = client();
  expect(ada.lines('LIST "" ""')[0]).toBe('* LIST (\\Noselect) "/" ""');
  expect(ada.lines('LIST "" "*"').slice(0, -1)).toEqual([
    '* LIST (\\HasNoChildren) "/" INBOX',
    '* LIST (\\HasNoChildren \\Archive) "/" Archive',
    '* LIST (\\HasNoChildren \\Drafts) "/" Drafts',
    '* LIST (\\HasNoChildren \\Junk) "/" Junk',
    '* LIST (\\Noselect \\HasChildren) "/" Projects',
    '* LIST (\\HasNoChildren) "/" "Projects/Light &- wall"',
    '* LIST (\\HasChildren) "/" Reisen',
    '* LIST (\\HasNoChildren) "/" Reisen/Z&APw-rich',
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
    '* LIST (\\HasNoChildren \\Trash) "/" Trash',
  ]);
  expect(ada.lines('LIST "" %').some((line) => line.includes('Reisen/'))).toBe(false);
  expect(ada.lines('LIST Reisen/ %')).toEqual([
    '* LIST (\\HasNoChildren) "/" Reisen/Z&APw-rich',
    'OK Listed',
  ]);
  expect(ada.lines('LIST "" inbox')).toHaveLength(2);
});

test('extended LIST: special use, subscriptions, and STATUS along the way', () => {
  const ada = client();
  expect(ada.lines('LIST (SPECIAL-USE) "" "*"')).toHaveLength(6);
  expect(
    ada.lines('LIST "" (Sent "R*") RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES HIGHESTMODSEQ))'),
  ).toEqual([
    '* LIST (\\HasChildren) "/" Reisen',
    '* STATUS Reisen (MESSAGES 0 HIGHESTMODSEQ 1)',
    '* LIST (\\HasNoChildren) "/" Reisen/Z&APw-rich',
    '* STATUS Reisen/Z&APw-rich (MESSAGES 0 HIGHESTMODSEQ 1)',
    '* LIST (\\HasNoChildren \\Subscribed \\Sent) "/" Sent',
    '* STATUS Sent (MESSAGES 0 HIGHESTMODSEQ 1)',
    'OK Listed',
  ]);
  expect(ada.run('LIST "" "*" RETURN (MYSTERY)')).toMatch(/^BAD/);
});

test('subscriptions', () => {
  const ada = client();
  expect(ada.lines('SUBSCRIBE Reisen')[0]).toMatch(/^OK/);
  ada.run('UNSUBSCRIBE Junk');
  expect(ada.lines('LSUB "" "*"').map((line) => line.split(' ').at(-1))).toEqual([
    'INBOX',
    'Archive',
    'Drafts',
    'Sent',
    'Trash',
    'Reisen',
    'Listed',
  ]);
  expect(ada.lines('SUBSCRIBE Nowhere')[0]).toMatch(/^NO/);
});

test('creating, renaming with what is below, deleting', () => {
  const ada = client();
  expect(ada.run('CREATE "Lists/"')).toMatch(/^OK/);
  expect(ada.run('CREATE Lists/gardeners')).toMatch(/^OK/);
  expect(ada.run('CREATE Lists/gardeners')).toMatch(/^NO \[ALREADYEXISTS\]/);
  expect(ada.run('RENAME Lists Posts')).toMatch(/^OK/);
  expect(account.find('Posts/gardeners')).toBeDefined();
  expect(ada.run('RENAME Posts Posts/below')).toMatch(/^NO \[CANNOT\]/);
  expect(ada.run('DELETE INBOX')).toMatch(/^NO/);
  const before = account.get('Posts/gardeners').uidValidity;
  expect(ada.run('DELETE Posts/gardeners')).toMatch(/^OK/);
  ada.run('CREATE Posts/gardeners');
  expect(account.get('Posts/gardeners').uidValidity).toBeGreaterThan(before);
});

test('renaming INBOX moves its messages', () => {
  account.get('INBOX').add({ content: Buffer.from('\r\n') });
  const ada = client();
  ada.run('SELECT INBOX');
  expect(ada.lines('RENAME INBOX Old')).toEqual(['* 1 EXPUNGE', 'OK Renamed']);
  expect(account.get('Old').messages).toHaveLength(1);
});

test('whoever has a mailbox selected that is deleted is told and disconnected', () => {
  const one = client();
  const two = client();
  one.run('SELECT Reisen');
  two.run('SELECT Reisen');
  two.run('IDLE');
  expect(one.run('DELETE Reisen')).toMatch(/^OK/);
  expect(two.read()).toMatch(/^a3 NO .*\r\n\* BYE /);
  expect(two.connection.state).toBe('closed');
  expect(one.run('NOOP')).toMatch(/^OK/);
});

test('names as Courier has them', () => {
  const ada = client(profiles.courier);
  expect(ada.lines('NAMESPACE')[0]).toBe('* NAMESPACE (("INBOX." ".")) NIL NIL');
  const names = ada.lines('LIST "" "*"').slice(0, -1);
  expect(names[0]).toBe('* LIST (\\HasChildren) "." INBOX');
  expect(names).toContain('* LIST (\\HasNoChildren) "." INBOX.Reisen.Z&APw-rich');
  expect(names.join()).not.toContain('\\Sent');
  expect(ada.run('CREATE INBOX.Lists.gardeners')).toMatch(/^OK/);
  expect(account.find('Lists/gardeners')).toBeDefined();
  expect(ada.run('CREATE Lists')).toMatch(/^NO/);
  expect(ada.run('SELECT INBOX.Reisen')).toMatch(/OK \[READ-WRITE\]/);
  expect(ada.lines('STATUS INBOX.Sent (MESSAGES UIDNEXT UNSEEN RECENT UIDVALIDITY)')[0]).toBe(
    '* STATUS INBOX.Sent (MESSAGES 0 UIDNEXT 1 UNSEEN 0 RECENT 0 UIDVALIDITY 1700000005)',
  );
});

test('a server without hierarchy', () => {
  const ada = client({ name: 'flat', separator: null });
  expect(ada.lines('LIST "" %')).toContain('* LIST (\\HasNoChildren) NIL Reisen/Z&APw-rich');
});

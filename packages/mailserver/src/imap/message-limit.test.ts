import { expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

function limited(): { client: RawClient; account: Account } {
  const account = accountWith(5);
  const client = new RawClient([account], { name: 'limited', messageLimit: 2 }).signIn();
  client.run('SELECT INBOX');
  return { client, account };
}

test('FETCH, STORE, MOVE and UID EXPUNGE work on the highest messages, and say how far they came (RFC 9738 §3.1)', () => {
  const { client, account } = limited();
  expect(client.lines('CAPABILITY')[0]).toContain(' MESSAGELIMIT=2');
  expect(client.lines('UID FETCH 1:4 (UID)')).toEqual([
    '* 4 FETCH (UID 4)',
    '* 3 FETCH (UID 3)',
    'OK [MESSAGELIMIT 2 3] Fetched',
  ]);
  expect(client.run('FETCH 1:2 UID')).toMatch(/OK Fetched/);
  expect(client.run('UID FETCH 1:* (UID) (PARTIAL -1:-3)')).toMatch(/^NO \[MESSAGELIMIT 2\]/);
  expect(client.lines('UID STORE 1:* +FLAGS.SILENT (\\Deleted)').at(-1)).toBe('OK [MESSAGELIMIT 2 4] Stored');
  client.run('UID STORE 3 +FLAGS.SILENT (\\Deleted)');
  expect(client.lines('UID EXPUNGE 1:*')).toEqual([
    '* 4 EXPUNGE',
    '* 4 EXPUNGE',
    'OK [MESSAGELIMIT 2 4] Expunged',
  ]);
  expect(client.lines('UID MOVE 1:3 Sent')).toEqual([
    '* OK [COPYUID 1700000005 2:3 1:2] Moved',
    '* 2 EXPUNGE',
    '* 2 EXPUNGE',
    'OK [MESSAGELIMIT 2 2] Done',
  ]);
  expect(account.get('INBOX').messages.length).toBe(1);
});

test('HIGHESTMODSEQ keeps its place in the tagged OK (RFC 7162 §3.2.9)', () => {
  const { client } = limited();
  client.run('ENABLE QRESYNC');
  for (const uid of [1, 2, 3]) client.run(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
  expect(client.lines('UID EXPUNGE 1:3')).toEqual([
    '* NO [MESSAGELIMIT 2 2] Expunged some',
    '* VANISHED 2:3',
    'OK [HIGHESTMODSEQ 10] Expunged',
  ]);
});

test('COPY and APPEND are whole or not at all; EXPUNGE has no limit; UIDAFTER and UIDBEFORE (RFC 9738 §3.1, §3.2)', () => {
  const { client, account } = limited();
  expect(client.run('UID COPY 1:3 Sent')).toMatch(/^NO \[MESSAGELIMIT 2 2\]/);
  expect(client.run('APPEND Sent {1+}\r\na {1+}\r\nb {1+}\r\nc')).toMatch(/^NO \[MESSAGELIMIT 2\]/);
  expect(account.get('Sent').messages.length).toBe(0);
  expect(client.lines('SEARCH UIDAFTER 2 UIDBEFORE 5')[0]).toBe('* SEARCH 3 4');
  for (const uid of [1, 2, 3]) client.run(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
  expect(client.lines('EXPUNGE').length).toBe(4);
  const free = new RawClient([account]).signIn();
  free.run('SELECT INBOX');
  expect(free.run('SEARCH UIDAFTER 2')).toMatch(/^BAD/);
});

test('SEARCH looks at the highest messages, of those in the sets that it names (RFC 9738 §3.1)', () => {
  const { client } = limited();
  client.run('UID STORE 4 +FLAGS.SILENT (\\Flagged)');
  expect(client.lines('UID SEARCH ALL')).toEqual(['* SEARCH 4 5', 'OK [MESSAGELIMIT 2 4] Searched']);
  expect(client.lines('UID SEARCH UID 1:4 UNFLAGGED')).toEqual([
    '* SEARCH 3',
    'OK [MESSAGELIMIT 2 3] Searched',
  ]);
  expect(client.lines('UID SEARCH NOT UID 1:3')).toEqual(['* SEARCH 4 5', 'OK [MESSAGELIMIT 2 4] Searched']);
  expect(client.lines('UID SEARCH 1:2 ALL')).toEqual(['* SEARCH 1 2', 'OK Searched']);
});

test('CREATE with a special use (RFC 6154 §3)', () => {
  const account = accountWith(0);
  const client = new RawClient([account]).signIn();
  expect(client.run('CREATE Stars (USE (\\Flagged))')).toMatch(/^OK/);
  expect(client.lines('LIST "" Stars')[0]).toBe('* LIST (\\HasNoChildren \\Flagged) "/" Stars');
  for (const use of ['(\\Nonsense)', '(\\All \\Flagged)'])
    expect(client.run(`CREATE More (USE ${use})`)).toMatch(/^NO \[USEATTR\]/);
  expect(account.find('More')).toBeUndefined();
});

import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;
let client: RawClient;

beforeEach(() => {
  account = accountWith(3);
  client = new RawClient([account]).signIn();
});

test('SETACL, GETACL, MYRIGHTS, LISTRIGHTS and DELETEACL (RFC 4314 §3)', () => {
  expect(client.lines('MYRIGHTS INBOX')[0]).toBe('* MYRIGHTS INBOX lrswipkxteacd');
  expect(client.run('SETACL Sent grace@postern.example lr')).toMatch(/^OK/);
  client.run('SETACL Sent grace@postern.example +dw');
  client.run('SETACL Sent grace@postern.example -r');
  expect(client.lines('GETACL Sent')[0]).toBe(
    '* ACL Sent ada@postern.example lrswipkxteacd grace@postern.example lwxted',
  );
  client.run('DELETEACL Sent grace@postern.example');
  expect(client.lines('GETACL Sent')[0]).toBe('* ACL Sent ada@postern.example lrswipkxteacd');
  expect(client.lines('LISTRIGHTS Sent anyone')[0]).toBe(
    '* LISTRIGHTS Sent anyone "" l r s w i p k x t e a c d',
  );
  expect(client.run('SETACL Sent grace@postern.example lq')).toMatch(/^BAD/);
  expect(client.run('SETACL Sent grace@postern.example L')).toMatch(/^BAD/);
});

test('LIST RETURN (MYRIGHTS) tells the rights of each (RFC 8440)', () => {
  account.get('Sent').acl.set('ada@postern.example', 'lr');
  expect(client.lines('LIST "" S% RETURN (MYRIGHTS)').slice(0, 2)).toEqual([
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
    '* MYRIGHTS Sent lr',
  ]);
});

test('what the rights do not allow is NO [NOPERM] (RFC 4314 §4)', () => {
  account.get('Sent').acl.set('ada@postern.example', 'l');
  for (const command of [
    'SELECT Sent',
    'STATUS Sent (MESSAGES)',
    'DELETE Sent',
    'GETACL Sent',
    'CREATE Sent/2026',
  ])
    expect(client.lines(command).at(-1)).toMatch(/^NO \[NOPERM\]/);
  expect(client.run('APPEND Sent {3+}\r\nabc')).toMatch(/^NO \[NOPERM\]/);
  client.run('SELECT INBOX');
  expect(client.run('COPY 1 Sent')).toMatch(/^NO \[NOPERM\]/);
  account.get('Sent').acl.set('ada@postern.example', '');
  expect(client.run('LIST "" *')).not.toContain('Sent');
});

test('a mailbox where nothing may be changed opens read-only, one where some may says which (RFC 4314 §5)', () => {
  const rights = (text: string): void => void account.get('INBOX').acl.set('ada@postern.example', text);
  rights('lr');
  expect(client.lines('SELECT INBOX').at(-1)).toBe('OK [READ-ONLY] Examined');
  rights('lrst');
  expect(client.run('SELECT INBOX')).toContain('[PERMANENTFLAGS (\\Deleted \\Seen)]');
  expect(client.lines('STORE 1 +FLAGS (\\Seen \\Flagged)')[0]).toBe('* 1 FETCH (FLAGS (\\Seen \\Recent))');
  expect(client.run('STORE 1 +FLAGS (\\Flagged)')).toMatch(/^NO \[NOPERM\]/);
  client.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  expect(client.run('EXPUNGE')).toMatch(/^NO \[NOPERM\]/);
  expect(client.run('CLOSE')).toMatch(/^OK/);
  expect(account.get('INBOX').messages.length).toBe(3);
});

test('flags that may not be set are lost on the way, the message is not (RFC 4314 §4)', () => {
  account.get('Sent').acl.set('ada@postern.example', 'lriw');
  expect(client.run('APPEND Sent (\\Seen \\Deleted \\Flagged $Work) {3+}\r\nabc')).toMatch(/^OK/);
  expect([...account.get('Sent').messages[0]!.flags]).toEqual(['$Work', '\\Flagged']);
});

test('quota: usage and limit, OVERQUOTA for what is too much, room given by REPLACE and MOVE (RFC 9208, RFC 8508)', () => {
  account.quota = { storage: 1, messages: 4 };
  expect(client.lines('GETQUOTAROOT INBOX')).toEqual([
    '* QUOTAROOT INBOX ""',
    '* QUOTA "" (STORAGE 1 1 MESSAGE 3 4)',
    'OK Quota roots given',
  ]);
  expect(client.run(`APPEND Sent {2000+}\r\n${'x'.repeat(2000)}`)).toMatch(/^NO \[OVERQUOTA\]/);
  client.run('SELECT INBOX');
  expect(client.run('COPY 1:3 Sent')).toMatch(/^NO \[OVERQUOTA\]/);
  expect(account.get('Sent').messages.length).toBe(0);
  expect(client.run('MOVE 1 Sent')).toMatch(/OK Done|OK \[/);
  expect(client.run('COPY 1 Sent')).toMatch(/^OK/);
  expect(client.run('COPY 1 Sent')).toMatch(/^NO \[OVERQUOTA\]/);
  expect(client.run('REPLACE 1 INBOX {3+}\r\nabc')).toMatch(/OK/);
  expect(client.lines('SETQUOTA "" (MESSAGE 9)')[0]).toBe('* QUOTA "" (MESSAGE 4 9)');
  expect(client.run('GETQUOTA other')).toMatch(/^NO/);
  client.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  expect(client.lines('STATUS INBOX (DELETED DELETED-STORAGE)')[0]).toMatch(
    /\(DELETED 1 DELETED-STORAGE \d+\)/,
  );
});

test('REPLACE appends and removes in one step, and nothing when it cannot (RFC 8508 §3)', () => {
  client.run('SELECT INBOX');
  expect(client.lines('REPLACE 2 INBOX (\\Seen) {3+}\r\nabc')).toEqual([
    '* OK [APPENDUID 1700000001 4] Replacement ready',
    '* 2 EXPUNGE',
    '* 3 EXISTS',
    '* 3 RECENT',
    'OK Replaced',
  ]);
  expect(client.run('UID REPLACE 1 Drafts {3+}\r\nabc')).toContain('* 1 EXPUNGE');
  expect(client.run('UID REPLACE 99 Drafts {3+}\r\nabc')).toMatch(/^NO/);
  expect(client.send('x UID REPLACE 3 Nowhere {3}\r\n')).toMatch(/^x NO \[TRYCREATE\]/);
  expect(client.run('REPLACE 99 Drafts {3+}\r\nabc')).toMatch(/^BAD/);
  expect(account.get('Drafts').messages.length).toBe(1);
});

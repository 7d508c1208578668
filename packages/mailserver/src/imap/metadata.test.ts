import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;
let client: RawClient;

beforeEach(() => {
  account = accountWith(1);
  client = new RawClient([account]).signIn();
});

test('entries are set, listed by depth, and removed by NIL (RFC 5464 §4.2, §4.3)', () => {
  expect(
    client.run('SETMETADATA INBOX (/private/a "1" /private/a/b {2+}\r\n22 /private/a/b/c "333")'),
  ).toMatch(/^OK/);
  expect(client.lines('GETMETADATA INBOX /private/a')[0]).toBe('* METADATA INBOX (/private/a "1")');
  expect(client.lines('GETMETADATA INBOX (DEPTH 1) /private/a')[0]).toBe(
    '* METADATA INBOX (/private/a "1" /private/a/b "22")',
  );
  expect(client.lines('GETMETADATA (DEPTH infinity MAXSIZE 2) INBOX (/private/a /shared/x)')).toEqual([
    '* METADATA INBOX (/private/a "1" /private/a/b "22")',
    'OK [METADATA LONGENTRIES 3] Metadata given',
  ]);
  client.run('SETMETADATA INBOX (/private/a NIL)');
  expect(client.lines('GETMETADATA INBOX /private/a')).toEqual(['OK Metadata given']);
  client.run('SETMETADATA "" (/shared/comment "of the server")');
  expect(client.lines('GETMETADATA "" /shared/comment')[0]).toBe(
    '* METADATA "" (/shared/comment "of the server")',
  );
});

test('all entries or none; what is too long, too many or no entry is refused (RFC 5464 §4.3)', () => {
  const long = 'x'.repeat(70_000);
  expect(client.run(`SETMETADATA INBOX (/private/a "1" /private/b {70000+}\r\n${long})`)).toMatch(
    /^NO \[METADATA MAXSIZE 65536\]/,
  );
  expect(account.get('INBOX').metadata.size).toBe(0);
  const many = Array.from({ length: 101 }, (_, i) => `/private/${i} "x"`).join(' ');
  expect(client.run(`SETMETADATA INBOX (${many})`)).toMatch(/^NO \[METADATA TOOMANY\]/);
  for (const wrong of ['/public/x "1"', '/private "1"', '/private/x'])
    expect(client.run(`SETMETADATA INBOX (${wrong})`)).toMatch(/^BAD/);
  expect(client.run('SETMETADATA Nowhere (/private/x "1")')).toMatch(/^NO \[NONEXISTENT\]/);
});

test('changes by others are told once METADATA is enabled, or as NOTIFY asks (RFC 5464 §4.4, RFC 5465 §5.6)', () => {
  const other = new RawClient([account]).signIn();
  client.run('ENABLE METADATA');
  const notified = new RawClient([account]).signIn();
  notified.run('NOTIFY SET (mailboxes Sent (MailboxMetadataChange)) (personal (ServerMetadataChange))');
  other.run('SETMETADATA INBOX (/private/a "1" /shared/b NIL)');
  other.run('SETMETADATA "" (/shared/c "1")');
  expect(client.lines('NOOP')).toEqual([
    '* METADATA INBOX /private/a /shared/b',
    '* METADATA "" /shared/c',
    'OK Done',
  ]);
  expect(notified.read()).toBe('* METADATA "" /shared/c\r\n');
  expect(other.run('NOOP')).toBe('OK Done\r\n');
});

test('a change counts as one of the mailbox (RFC 7162 §3.2); without the capability all of it is BAD', () => {
  const before = account.get('INBOX').highestModSeq;
  client.run('SETMETADATA INBOX (/private/a "1")');
  expect(account.get('INBOX').highestModSeq).toBe(before + 1n);
  const without = new RawClient([account], { name: 'x', capabilities: { METADATA: false } }).signIn();
  expect(without.run('GETMETADATA INBOX /private/a')).toMatch(/^BAD/);
  expect(without.run('NOTIFY SET (personal (MailboxMetadataChange))')).toMatch(/^NO \[BADEVENT/);
});

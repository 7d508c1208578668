import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;

beforeEach(() => {
  account = accountWith(3);
});

function enabled(...names: string[]): RawClient {
  const client = new RawClient([account]).signIn();
  expect(client.lines(`ENABLE ${names.join(' ')}`)[0]).toBe(`* ENABLED ${names.join(' ')}`);
  return client;
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

test('IMAP4rev2: SELECT tells the mailbox as LIST has it, nothing of recent or unseen ones (RFC 9051 §6.3.2)', () => {
  const client = enabled('IMAP4rev2');
  const select = client.lines('SELECT inbox');
  expect(select).toContain('* LIST (\\HasNoChildren \\Subscribed) "/" INBOX');
  expect(select.join('\n')).not.toMatch(/RECENT|UNSEEN/);
  expect(client.lines('FETCH 1 FLAGS')[0]).toBe('* 1 FETCH (FLAGS ())');
  account.get('INBOX').add({ content: Buffer.from('Subject: new\r\n\r\n') });
  expect(client.lines('NOOP')).toEqual(['* 4 EXISTS', 'OK Done']);
  expect(client.run('FETCH 1 RFC822')).toMatch(/^BAD/);
  expect(client.lines('STATUS INBOX (DELETED SIZE)')[0]).toMatch(/\(DELETED 0 SIZE \d+\)$/);
});

test('IMAP4rev2: SEARCH is answered by ESEARCH (RFC 9051 §6.4.4)', () => {
  const client = enabled('IMAP4rev2');
  client.run('SELECT INBOX');
  expect(client.lines('SEARCH 2:3')[0]).toBe('* ESEARCH (TAG "a4") ALL 2:3');
  expect(client.lines('UID SEARCH SUBJECT nothing')[0]).toBe('* ESEARCH (TAG "a5") UID');
});

test.each(['IMAP4rev2', 'UTF8=ACCEPT'])(
  '%s: names are UTF-8 in both directions (RFC 9051 §5.1, RFC 6855 §3)',
  (name) => {
    const client = enabled(name);
    expect(client.run(`CREATE "${utf8('Grüße & mehr')}"`)).toMatch(/^OK/);
    expect(account.find('Grüße & mehr')).toBeDefined();
    expect(client.lines(`LIST "" "${utf8('Grü')}*"`)[0]).toBe(
      `* LIST (\\HasNoChildren) "/" "${utf8('Grüße & mehr')}"`,
    );
    expect(client.run('CREATE "A&-B"')).toMatch(/^OK/);
    expect(account.find('A&-B')).toBeDefined();
    expect(client.run('CREATE "\xff"')).toMatch(/^NO \[CANNOT\]/);
    const old = new RawClient([account]).signIn();
    expect(old.run('LIST "" Gr*')).toContain('"Gr&APwA3w-e &- mehr"');
    expect(old.run(`CREATE "${utf8('ü')}"`)).toMatch(/^NO \[CANNOT\]/);
  },
);

test('UTF8=ACCEPT: SEARCH has no CHARSET, APPEND takes UTF8 (RFC 6855 §3, §4)', () => {
  const client = enabled('UTF8=ACCEPT');
  const message = utf8('Subject: grüße\r\n\r\n');
  expect(client.run(`APPEND Drafts (\\Draft) UTF8 (~{${message.length}+}\r\n${message})`)).toMatch(/^OK/);
  client.run('SELECT Drafts');
  expect(client.lines(`SEARCH SUBJECT "${utf8('GRÜSSE')}"`)[0]).toBe('* SEARCH');
  expect(client.lines(`SEARCH SUBJECT "${utf8('Grüße')}"`)[0]).toBe('* SEARCH 1');
  expect(client.run('SEARCH CHARSET UTF-8 ALL')).toMatch(/^BAD/);
  const without = new RawClient([account]).signIn();
  expect(without.run(`APPEND Drafts UTF8 (~{${message.length}+}\r\n${message})`)).toMatch(/^BAD/);
});

test('UIDONLY: UIDFETCH and VANISHED, and no message number anywhere (RFC 9586 §3)', () => {
  const client = enabled('UIDONLY');
  expect(client.run('SELECT INBOX')).not.toContain('UNSEEN');
  expect(client.lines('UID FETCH 2:3 (FLAGS)').slice(0, 2)).toEqual([
    '* 2 UIDFETCH (FLAGS (\\Recent))',
    '* 3 UIDFETCH (FLAGS (\\Recent))',
  ]);
  for (const command of [
    'FETCH 1 FLAGS',
    'STORE 1 FLAGS ()',
    'SEARCH ALL',
    'COPY 1 Sent',
    'MOVE 1 Sent',
    'UID SEARCH 1:2',
  ])
    expect(client.run(command)).toMatch(/^BAD \[UIDREQUIRED\]/);
  expect(client.lines('UID STORE 2 +FLAGS (\\Deleted)')[0]).toBe('* 2 UIDFETCH (FLAGS (\\Deleted \\Recent))');
  expect(client.lines('UID SEARCH UID 1:2')[0]).toBe('* SEARCH 1 2');
  expect(client.lines('EXPUNGE')).toEqual(['* VANISHED 2', 'OK Expunged']);
  account.get('INBOX').setFlags(account.get('INBOX').messages[1]!, new Set(['\\Seen']));
  expect(client.lines('NOOP')[0]).toBe('* 3 UIDFETCH (FLAGS (\\Seen \\Recent))');
});

test('what is not enabled changes nothing, what is off cannot be enabled', () => {
  const client = new RawClient([account], {
    name: 'x',
    capabilities: { MOVE: false, UIDONLY: false },
  }).signIn();
  expect(client.lines('CAPABILITY')[0]).not.toMatch(/rev2|UIDONLY/);
  expect(client.lines('ENABLE IMAP4rev2 UIDONLY')[0]).toBe('* ENABLED');
  expect(client.run('SELECT INBOX')).toContain('* 3 RECENT');
});

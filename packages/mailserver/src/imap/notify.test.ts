import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { flagSet } from '../account/mailbox.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;
let client: RawClient;

beforeEach(() => {
  account = accountWith(3);
  client = new RawClient([account]).signIn();
});

function arrive(mailbox: string): void {
  account.get(mailbox).add({ content: Buffer.from('Subject: new\r\n\r\nHi\r\n'), internalDate: 0 });
}

test('of the selected mailbox, what is asked for is told while no command runs (RFC 5465 §5.1–5.3)', () => {
  client.run('SELECT INBOX');
  client.run('NOTIFY SET (selected (MessageNew (uid preview) MessageExpunge FlagChange))');
  const inbox = account.get('INBOX');
  arrive('INBOX');
  expect(client.wakes).toBeGreaterThan(0);
  expect(client.read()).toBe('* 4 EXISTS\r\n* 4 RECENT\r\n* 4 FETCH (UID 4 PREVIEW "Hi")\r\n');
  inbox.setFlags(inbox.messages[1]!, flagSet(['\\Seen']));
  expect(client.read()).toBe('* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent))\r\n');
  inbox.expunge([inbox.messages[0]!]);
  expect(client.read()).toBe('* 1 EXPUNGE\r\n');
  expect(client.run('APPEND INBOX {3+}\r\nabc')).toMatch(/^\* 4 EXISTS\r\n\* 4 RECENT\r\nOK/);
});

test('SELECTED-DELAYED lets expunges wait for a command; what is not asked for is not told (RFC 5465 §6.1)', () => {
  client.run('SELECT INBOX');
  client.run('NOTIFY SET (selected-delayed (MessageNew MessageExpunge))');
  const inbox = account.get('INBOX');
  inbox.expunge([inbox.messages[0]!]);
  inbox.setFlags(inbox.messages[1]!, flagSet(['\\Seen']));
  expect(client.read()).toBe('');
  expect(client.lines('NOOP')).toEqual(['* 1 EXPUNGE', 'OK Done']);
  client.run('NOTIFY SET (personal (MessageNew MessageExpunge))');
  arrive('INBOX');
  expect(client.lines('NOOP')).toEqual(['OK Done']);
});

test('NOTIFY NONE: not a word, but of what the client itself removes; SET tells what had come (RFC 5465 §3.1)', () => {
  client.run('SELECT INBOX');
  client.run('NOTIFY NONE');
  arrive('INBOX');
  expect(client.run('NOOP')).toBe('OK Done\r\n');
  client.run('STORE 1 +FLAGS.SILENT (\\Deleted)');
  expect(client.lines('EXPUNGE')).toEqual(['* 1 EXPUNGE', 'OK Expunged']);
  expect(client.lines('NOTIFY SET (selected (MessageNew MessageExpunge))')).toEqual([
    '* 3 EXISTS',
    '* 3 RECENT',
    'OK Will be told',
  ]);
});

test('of other mailboxes STATUS tells, at first for all of them where asked (RFC 5465 §3.1, §5)', () => {
  account.create('Lists/Boats');
  client.run('ENABLE CONDSTORE');
  client.run('SELECT INBOX');
  expect(client.lines('NOTIFY SET STATUS (subtree Lists (MessageNew MessageExpunge FlagChange))')).toEqual([
    '* STATUS Lists/Boats (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1700000007 HIGHESTMODSEQ 1)',
    'OK Will be told',
  ]);
  arrive('Lists/Boats');
  arrive('Lists/Boats');
  arrive('Sent');
  expect(client.read()).toBe('* STATUS Lists/Boats (UIDNEXT 3 MESSAGES 2 HIGHESTMODSEQ 3)\r\n');
  const boats = account.get('Lists/Boats');
  boats.setFlags(boats.messages[0]!, flagSet(['\\Seen']));
  expect(client.read()).toBe('* STATUS Lists/Boats (UIDVALIDITY 1700000007 UNSEEN 1 HIGHESTMODSEQ 4)\r\n');
  expect(client.run('COPY 1 Lists/Boats')).not.toContain('* STATUS');
});

test('names: created and deleted with their parent, renamed with OLDNAME, subscriptions (RFC 5465 §5.4, §5.5)', () => {
  client.run('NOTIFY SET (personal (MailboxName SubscriptionChange))');
  account.create('Lists');
  expect(client.read()).toBe('* LIST (\\HasNoChildren) "/" Lists\r\n');
  account.create('Lists/Boats');
  expect(client.read()).toBe(
    '* LIST (\\HasNoChildren) "/" Lists/Boats\r\n* LIST (\\HasChildren) "/" Lists\r\n',
  );
  account.rename('Lists', 'Letters');
  expect(client.read()).toBe('* LIST (\\HasChildren) "/" Letters ("OLDNAME" (Lists))\r\n');
  account.delete('Letters/Boats');
  expect(client.read()).toBe(
    '* LIST (\\NonExistent \\HasNoChildren) "/" Letters/Boats\r\n* LIST (\\HasNoChildren) "/" Letters\r\n',
  );
  account.subscribe('Letters');
  expect(client.read()).toBe('* LIST (\\HasNoChildren \\Subscribed) "/" Letters\r\n');
  expect(client.run('CREATE Mine')).toMatch(/^OK/);
});

test('events are told during IDLE as well (RFC 5465 §4)', () => {
  client.run('NOTIFY SET (mailboxes (Sent Trash) (MessageNew MessageExpunge))');
  client.run('IDLE');
  arrive('Trash');
  expect(client.read()).toBe('* STATUS Trash (UIDNEXT 2 MESSAGES 1)\r\n');
});

test('what cannot be told is refused: unknown events NO, half a pair BAD (RFC 5465 §3.1, §5)', () => {
  expect(client.run('NOTIFY SET (personal (AnnotationChange))')).toMatch(
    /^NO \[BADEVENT \(MessageNew .*\)\]/,
  );
  for (const wrong of [
    'SET (personal (MessageNew))',
    'SET (personal (FlagChange))',
    'SET (selected (MailboxName))',
    'SET (selected NONE) (selected-delayed NONE)',
    'SET (personal (MessageNew (uid) MessageExpunge))',
    'SET',
  ])
    expect(client.run(`NOTIFY ${wrong}`)).toMatch(/^BAD/);
  expect(
    new RawClient([account], { name: 'n', capabilities: { NOTIFY: false } }).signIn().run('NOTIFY NONE'),
  ).toMatch(/^BAD/);
});

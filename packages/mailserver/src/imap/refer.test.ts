import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { Referrals } from '../referrals.ts';
import { noReferrals } from '../referrals.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

let account: Account;
let referrals: Referrals;
let client: RawClient;

beforeEach(() => {
  account = accountWith(1);
  referrals = noReferrals();
  referrals.self = 'imap://here.example:143';
  referrals.mailboxes.set('Shared', [
    { origin: 'imap://one.example:1143' },
    { origin: 'imap://two.example', name: 'Öff' },
  ]);
  client = new RawClient([account], { name: 'referring' }, referrals).signIn();
});

const USER = 'ada%40postern.example;AUTH=*';
const FOO = `REFERRAL imap://${USER}@one.example:1143/Shared/Foo%20bar imap://${USER}@two.example/%C3%96ff/Foo%20bar`;

test('commands that name a mailbox elsewhere are answered by its URLs, the preferred one first (RFC 2193 §4.1, §4.2)', () => {
  client.run('SELECT INBOX');
  for (const command of [
    'STATUS "Shared/Foo bar" (MESSAGES)',
    'CREATE "Shared/Foo bar"',
    'DELETE "Shared/Foo bar"',
    'SUBSCRIBE "Shared/Foo bar"',
    'UNSUBSCRIBE "Shared/Foo bar"',
    'COPY 1 "Shared/Foo bar"',
    'UID MOVE 1 "Shared/Foo bar"',
    'EXAMINE "Shared/Foo bar"',
    'SELECT "Shared/Foo bar"',
  ])
    expect(client.lines(command).at(-1)).toBe(`NO [${FOO}] The mailbox is on another server`);
  expect(client.send('x APPEND "Shared/Foo bar" {5}\r\n')).toBe(
    `x NO [${FOO}] The mailbox is on another server\r\n`,
  );
});

test('RENAME gives pairs: from where to where (RFC 2193 §4.3)', () => {
  referrals.mailboxes.set('There', [{ origin: 'imap://one.example:1143' }]);
  account.create('Local');
  const url = (host: string, name: string): string => `imap://${USER}@${host}/${name}`;
  const renamed = (from: string, to: string): string | undefined =>
    /\[REFERRAL (.*)\]/.exec(client.run(`RENAME ${from} ${to}`))?.[1];
  expect(renamed('There', 'There2')).toBe(
    `${url('one.example:1143', 'There')} ${url('here.example:143', 'There2')}`,
  );
  expect(renamed('There/a', 'There/b')).toBe(
    `${url('one.example:1143', 'There/a')} ${url('one.example:1143', 'There/b')}`,
  );
  expect(renamed('Local', 'There/c')).toBe(
    `${url('here.example:143', 'Local')} ${url('one.example:1143', 'There/c')}`,
  );
  expect(client.run('RENAME Local Other')).toMatch(/^OK/);
});

test('LIST and LSUB keep quiet about them; RLIST, RLSUB and LIST (REMOTE) tell (RFC 2193 §5, RFC 5258 §3.1)', () => {
  account.subscribe('Shared');
  expect(client.run('LIST "" *')).not.toContain('Shared');
  expect(client.run('LSUB "" *')).not.toContain('Shared');
  expect(client.lines('RLIST "" S%')).toEqual([
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
    '* LIST (\\HasNoChildren) "/" Shared',
    'OK Listed',
  ]);
  expect(client.lines('RLSUB "" Shared')[0]).toBe('* LSUB () "/" Shared');
  expect(client.lines('LIST (REMOTE) "" Shared')[0]).toBe('* LIST (\\Remote \\HasNoChildren) "/" Shared');
});

test('a user who lives elsewhere is told so, with NO or with OK, once the password was right (RFC 2221 §4.1, §6)', () => {
  const plain = Buffer.from('\0ada@postern.example\0postern').toString('base64');
  const fresh = (): RawClient => new RawClient([account], { name: 'referring' }, referrals);
  referrals.users.set('ada@postern.example', { origin: 'imap://home.example:2143', refuse: true });
  const url = 'REFERRAL imap://ada%40postern.example@home.example:2143/';
  expect(fresh().run('LOGIN ada@postern.example postern')).toBe(
    `NO [${url}] Your mail is on another server\r\n`,
  );
  expect(fresh().run('LOGIN ada@postern.example wrong')).toMatch(/^NO \[AUTHENTICATIONFAILED\]/);
  expect(fresh().run(`AUTHENTICATE PLAIN ${plain}`)).toContain(
    `NO [REFERRAL imap://${USER}@home.example:2143/]`,
  );
  referrals.users.set('ada@postern.example', { origin: 'imap://home.example:2143', refuse: false });
  const both = fresh();
  expect(both.run('LOGIN ada@postern.example postern')).toMatch(/^OK \[REFERRAL imap:/);
  expect(both.run('SELECT INBOX')).toContain('OK [READ-WRITE]');
});

test('whoever connects can be sent away at once (RFC 2221 §4.2)', () => {
  referrals.everybody = 'imap://other.example';
  const sent = new RawClient([account], { name: 'referring' }, referrals);
  expect(sent.greeting).toMatch(/^\* BYE \[REFERRAL imap:\/\/;AUTH=\*@other\.example\/\] /);
  expect(sent.connection.state).toBe('closed');
});

test('without the capabilities nobody is sent anywhere', () => {
  referrals.users.set('ada@postern.example', { origin: 'imap://home.example', refuse: true });
  const capabilities = { 'LOGIN-REFERRALS': false, 'MAILBOX-REFERRALS': false };
  const stay = new RawClient([account], { name: 'stay', capabilities }, referrals).signIn();
  expect(stay.run('SELECT Shared')).toMatch(/^NO \[NONEXISTENT\]/);
  expect(stay.run('RLIST "" *')).toMatch(/^BAD/);
});

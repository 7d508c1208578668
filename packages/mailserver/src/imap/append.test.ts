import { expect, test } from 'vitest';
import type { Profile } from '../profile.ts';
import { accountWith, RawClient } from '../testing/raw-client.ts';

function place(profile?: Profile): { client: RawClient; count: (mailbox: string) => number } {
  const account = accountWith(0);
  return {
    client: new RawClient([account], profile).signIn(),
    count: (mailbox) => account.get(mailbox).messages.length,
  };
}

const two = 'APPEND Sent (\\Seen) {10+}\r\nSubject: 1 " 7-Feb-2026 22:43:04 -0800" {11+}\r\nSubject: 22';

test('MULTIAPPEND adds all in order and names their UIDs (RFC 3502)', () => {
  const { client, count } = place();
  expect(client.run(two)).toBe('OK [APPENDUID 1700000005 1:2] Appended\r\n');
  expect(count('Sent')).toBe(2);
  client.run('SELECT Sent');
  expect(client.lines('FETCH 1:2 (FLAGS RFC822.SIZE)').slice(0, 2)).toEqual([
    '* 1 FETCH (FLAGS (\\Seen \\Recent) RFC822.SIZE 10)',
    '* 2 FETCH (FLAGS (\\Recent) RFC822.SIZE 11)',
  ]);
});

test('MULTIAPPEND is all or none: an empty or too large message refuses the rest with it (RFC 3502 §6.3.11)', () => {
  const { client, count } = place({ name: 'small', appendLimit: 10 });
  expect(client.run('APPEND Sent {10+}\r\nSubject: 1 {0+}\r\n')).toMatch(/^NO A message of no octets/);
  expect(client.run(two)).toMatch(/^NO \[TOOBIG\]/);
  expect(client.send('x APPEND Sent {10}\r\n')).toBe('+ Go ahead\r\n');
  expect(client.send('Subject: 1 {99}\r\n')).toMatch(/^x NO \[TOOBIG\]/);
  expect(count('Sent')).toBe(0);
  expect(client.run('NOOP')).toBe('OK Done\r\n');
});

test('without MULTIAPPEND a second message is BAD', () => {
  const { client, count } = place({ name: 'single', capabilities: { MULTIAPPEND: false } });
  expect(client.run(two)).toMatch(/^BAD/);
  expect(count('Sent')).toBe(0);
});

test('APPENDLIMIT is announced and told by STATUS (RFC 7889)', () => {
  const { client } = place({ name: 'small', appendLimit: 1000 });
  expect(client.lines('CAPABILITY')[0]).toContain(' APPENDLIMIT=1000 ');
  expect(client.lines('STATUS INBOX (APPENDLIMIT MESSAGES)')[0]).toBe(
    '* STATUS INBOX (APPENDLIMIT 1000 MESSAGES 0)',
  );
  expect(client.send('x APPEND INBOX {1001}\r\n')).toMatch(/^x NO \[TOOBIG\]/);
});

test('STATUS=SIZE counts every octet (RFC 8438), also in LIST RETURN (STATUS …)', () => {
  const { client } = place();
  client.run(two);
  expect(client.lines('LIST "" Sent RETURN (STATUS (SIZE MESSAGES))')[1]).toBe(
    '* STATUS Sent (SIZE 21 MESSAGES 2)',
  );
  const without = place({ name: 'none', capabilities: { 'STATUS=SIZE': false } }).client;
  expect(without.run('STATUS INBOX (SIZE)')).toMatch(/^BAD/);
});

test('LITERAL- takes 4096 octets unasked and not one more (RFC 7888 §5)', () => {
  const { client, count } = place({ name: 'minus', capabilities: { 'LITERAL+': false, 'LITERAL-': true } });
  expect(client.lines('CAPABILITY')[0]).toContain(' LITERAL- ');
  expect(client.lines('CAPABILITY')[0]).not.toContain('LITERAL+');
  expect(client.run(`APPEND Sent {4096+}\r\n${'x'.repeat(4096)}`)).toMatch(/^OK/);
  expect(client.run(`APPEND Sent {4097+}\r\n${'x'.repeat(4097)}`)).toMatch(/^BAD \[TOOBIG\]/);
  expect(client.send('s APPEND Sent {4097}\r\n')).toBe('+ Go ahead\r\n');
  expect(client.send(`${'x'.repeat(4097)}\r\n`)).toMatch(/^s OK/);
  expect(count('Sent')).toBe(2);
});

test('a message with a NUL is UNKNOWN-CTE where BINARY would bring one (RFC 3516 §4.4)', () => {
  const { client, count } = place();
  expect(client.run('APPEND Sent ~{3+}\r\na\0b')).toMatch(/^NO \[UNKNOWN-CTE\]/);
  expect(count('Sent')).toBe(0);
});

import { afterEach, expect, test, vi } from 'vitest';
import { Account } from './account/account.ts';
import { ServerConnection } from './imap/connection.ts';
import type { ImapHost } from './imap/session.ts';
import { profiles } from './profiles.ts';
import { SubmissionConnection } from './submission-connection.ts';
import type { RelayedMessage, SubmissionHost } from './submission-delivery.ts';

afterEach(() => vi.restoreAllMocks());

/** Whatever asks the system for the time, a timer or randomness fails. */
function forbidTheSystem(): void {
  const forbidden = (): never => {
    throw new Error('the system was asked');
  };
  vi.spyOn(Date, 'now').mockImplementation(forbidden);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(forbidden);
  vi.spyOn(globalThis, 'setImmediate').mockImplementation(forbidden);
  vi.spyOn(Math, 'random').mockImplementation(forbidden);
}

/** A world of its own: an account, its hosts, and a clock that only moves by hand. */
function world(): {
  host: ImapHost;
  submissionHost: SubmissionHost;
  account: Account;
  clock: { now: number };
  relayed: RelayedMessage[];
} {
  const clock = { now: Date.UTC(2026, 0, 15) };
  const now = (): number => clock.now;
  const account = new Account({ user: 'ada@postern.example', password: 'postern', now });
  const accountOf = (user: string): Account | undefined => (user === account.user ? account : undefined);
  const authenticate = (user: string, password: string): Account | undefined =>
    password === 'postern' ? accountOf(user) : undefined;
  const relayed: RelayedMessage[] = [];
  let octet = 0;
  const random = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => ++octet & 255);
  const shared = { faults: {}, authenticate, accountOf, now };
  return {
    account,
    clock,
    relayed,
    host: { ...shared, profile: profiles.full, startTls: false, random },
    submissionHost: {
      ...shared,
      domain: 'postern.example',
      filesSent: false,
      relay: (message) => relayed.push(message),
    },
  };
}

function pump(connection: ServerConnection | SubmissionConnection, text: string): string {
  let answer = '';
  if (text !== '') connection.receive(Buffer.from(text, 'latin1'));
  for (let bytes; (bytes = connection.output()) !== undefined;)
    answer += Buffer.from(bytes).toString('latin1');
  return answer;
}

const script = [
  'a AUTHENTICATE SCRAM-SHA-256 bixuPWFkYUBwb3N0ZXJuLmV4YW1wbGUscj1hYmM=\r\n',
  '*\r\n',
  'b LOGIN ada@postern.example postern\r\n',
  'c ENABLE QRESYNC\r\n',
  'd APPEND INBOX (\\Seen) {13+}\r\nSubject: sim\r\n\r\n',
  'e SELECT INBOX\r\n',
  'f FETCH 1 (UID FLAGS INTERNALDATE SAVEDATE EMAILID BODY[])\r\n',
  'g IDLE\r\n',
];

test('a session runs the same, octet by octet, wherever and whenever it runs', () => {
  const run = (): string => {
    const { host, account } = world();
    const connection = new ServerConnection(host, { wake: () => undefined });
    let all = pump(connection, '');
    for (const line of script) all += pump(connection, line);
    account.get('INBOX').add({ content: Buffer.from('Subject: came\r\n\r\n') });
    return all + pump(connection, 'DONE\r\n');
  };
  forbidTheSystem();
  const first = run();
  expect(first).toContain('* 2 EXISTS\r\n');
  expect(first).toContain('15-Jan-2026');
  expect(run()).toBe(first);
});

test('a delayed command waits for the clock that is given, and says until when', () => {
  const { host, clock } = world();
  forbidTheSystem();
  const connection = new ServerConnection({ ...host, faults: { delay: 250 } }, { wake: () => undefined });
  pump(connection, '');
  expect(pump(connection, 'a NOOP\r\n')).toBe('');
  expect(connection.wakeAt).toBe(clock.now + 250);
  clock.now += 250;
  expect(pump(connection, '')).toBe('a OK Done\r\n');
});

test('whoever is signed in from the start is greeted by PREAUTH', () => {
  const { host, account } = world();
  const connection = new ServerConnection(host, { wake: () => undefined, account });
  expect(pump(connection, '')).toMatch(/^\* PREAUTH \[CAPABILITY IMAP4rev1 (?!.*AUTH=)/);
  expect(pump(connection, 'a SELECT INBOX\r\n')).toContain('a OK [READ-WRITE]');
});

test('submission without a socket: pipelined, dots undone, refusals by recipient, delivered and relayed', () => {
  const { submissionHost, account, relayed } = world();
  forbidTheSystem();
  const connection = new SubmissionConnection(submissionHost, account.user);
  expect(pump(connection, '')).toMatch(/^220 /);
  expect(pump(connection, 'EHLO sim\r\n')).toMatch(
    /250-PIPELINING\r\n(250-.*\r\n)*250 ENHANCEDSTATUSCODES\r\n$/,
  );
  const answer = pump(
    connection,
    'MAIL FROM:<ada@postern.example> SIZE=30\r\nRCPT TO:<ada@postern.example>\r\n' +
      'RCPT TO:<nobody@postern.example>\r\nRCPT TO:<far@elsewhere.example>\r\nDATA\r\n',
  );
  expect(answer.match(/^\d{3}/gm)).toEqual(['250', '250', '550', '250', '354']);
  expect(pump(connection, 'Subject: dots\r\n\r\n..one\r\n.')).toBe('');
  expect(pump(connection, '\r\nRSET\r\nDATA\r\nQUIT\r\n').match(/^\d{3}/gm)).toEqual([
    '250',
    '250',
    '503',
    '221',
  ]);
  expect(connection.state).toBe('closed');
  const text = 'Subject: dots\r\n\r\n.one\r\n';
  expect(relayed.map(({ content }) => Buffer.from(content).toString())).toEqual([text]);
  const [arrived] = account.get('INBOX').messages;
  expect(Buffer.from(arrived!.content.read(0, arrived!.content.size)).toString()).toMatch(
    /^Return-Path: .*\.one\r\n$/s,
  );
});

test('each step of a submission can be refused', () => {
  const { submissionHost, account } = world();
  for (const refused of ['MAIL', 'RCPT', 'DATA'] as const) {
    submissionHost.faults.refuseSubmission = (step) => (step === refused ? '451 4.3.0 Later' : undefined);
    const connection = new SubmissionConnection(submissionHost, account.user);
    pump(connection, 'EHLO sim\r\n');
    const said = pump(connection, 'MAIL FROM:<>\r\nRCPT TO:<ada@postern.example>\r\nDATA\r\nHi\r\n.\r\n');
    expect(said).toContain('451 4.3.0 Later\r\n');
  }
  expect(account.get('INBOX').messages.length).toBe(0);
});

test('a message cut before its end is not delivered', () => {
  const { submissionHost, account } = world();
  const connection = new SubmissionConnection(submissionHost, account.user);
  pump(
    connection,
    'EHLO sim\r\nMAIL FROM:<>\r\nRCPT TO:<ada@postern.example>\r\nDATA\r\nSubject: cut\r\n\r\n.\r',
  );
  connection.end();
  expect(account.get('INBOX').messages.length).toBe(0);
});

import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Account } from './account/account.ts';
import type { MailServer } from './server.ts';
import { profiles } from './profiles.ts';
import { startMailServer } from './server.ts';

let server: MailServer;
let ada: Account;
let grace: Account;
const log: string[] = [];

beforeEach(async () => {
  log.length = 0;
  ada = new Account({ user: 'ada@postern.example', password: 'postern' });
  grace = new Account({ user: 'grace@postern.example', password: 'postern' });
  server = await startMailServer({ accounts: [ada, grace], onLine: (_, line) => log.push(line) });
});

afterEach(() => server.close());

/** A text dialogue over a socket. */
class Dialogue {
  readonly socket: Socket;
  #received = '';
  #arrived: () => void = () => undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#received += text;
      this.#arrived();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.#arrived());
  }

  /** Waits until what was received since the last time matches; gives all of it. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.destroyed) throw new Error(`closed after ${this.#received.slice(-200)}`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    const text = this.#received;
    this.#received = '';
    return text;
  }

  async say(line: string, answer: RegExp): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.until(answer);
  }
}

async function imap(): Promise<Dialogue> {
  const client = new Dialogue(server.imap.port);
  await client.until(/^\* OK/);
  await client.say('1 LOGIN ada@postern.example postern', /^1 OK/m);
  return client;
}

async function submission(password = 'postern'): Promise<[Dialogue, string]> {
  const client = new Dialogue(server.submission.port);
  await client.until(/^220 /);
  await client.say('EHLO tests', /^250 /m);
  const secret = Buffer.from(`\0grace@postern.example\0${password}`).toString('base64');
  return [client, await client.say(`AUTH PLAIN ${secret}`, /^\d{3} /m)];
}

const message =
  'From: grace@postern.example\r\nTo: ada@postern.example\r\nBcc: x@y.example\r\nSubject: Hello\r\n\r\nHi\r\n';

test('what is submitted arrives at once where somebody idles, octets as sent below the trace fields', async () => {
  const reader = await imap();
  await reader.say('2 SELECT INBOX', /^2 OK/m);
  await reader.say('3 IDLE', /^\+/m);
  const [sender] = await submission();
  await sender.say('MAIL FROM:<grace@postern.example> SIZE=99 BODY=8BITMIME', /^250/m);
  await sender.say('RCPT TO:<ada@postern.example>', /^250/m);
  await sender.say('RCPT TO:<far@elsewhere.example>', /^250/m);
  expect(await sender.say('RCPT TO:<nobody@postern.example>', /^5/m)).toMatch(
    /^550 5\.1\.1 There is no mailbox/,
  );
  await sender.say('DATA', /^354/m);
  await sender.say(`${message}.`, /^250/m);
  await reader.until(/^\* 1 EXISTS/m);

  const [arrived] = ada.get('INBOX').messages;
  const text = Buffer.from(arrived!.content.read(0, arrived!.content.size)).toString();
  expect(text.startsWith('Return-Path: <grace@postern.example>\r\nReceived: from tests')).toBe(true);
  expect(text.endsWith(message)).toBe(true);
  const parsed = await simpleParser(text);
  expect(parsed.subject).toBe('Hello');
  expect(parsed.headers.has('received')).toBe(true);
  expect(server.relayed).toEqual([
    { from: 'grace@postern.example', recipients: ['far@elsewhere.example'], content: Buffer.from(message) },
  ]);
});

test('submission needs a sign-in, and can be made to refuse it for now', async () => {
  expect((await submission('wrong'))[1]).toMatch(/^535 5\.7\.8 User name/);
  const [sender] = await submission('wrong');
  expect(await sender.say('MAIL FROM:<grace@postern.example>', /^\d/)).toMatch(/^530/);
  server.faults.refuseLogins = 'Back in an hour';
  expect((await submission())[1]).toMatch(/^454 4\.7\.0 Back in an hour/);
  const client = new Dialogue(server.imap.port);
  await client.until(/^\* OK/);
  expect(await client.say('1 LOGIN ada@postern.example postern', /^1 /m)).toBe(
    '1 NO [UNAVAILABLE] Back in an hour\r\n',
  );
});

test('connections can be dropped, and new ones are taken', async () => {
  const client = await imap();
  const [sender] = await submission();
  server.disconnectAll();
  await Promise.all([client, sender].map(({ socket }) => socket.closed || once(socket, 'close')));
  await submission();
  await imap();
  expect(log.join('\n')).not.toContain('postern postern');
});

test('a message far larger than any buffer is sent as fast as it is read, and not held', async () => {
  const size = 200 << 20;
  const chunk = Buffer.alloc(65536, 'x');
  let read = 0;
  const header = Buffer.from('Subject: large\r\n\r\n');
  const structure = {
    start: 0,
    bodyStart: 18,
    end: size,
    header: [],
    type: 'text',
    subtype: 'plain',
    encoding: '7bit',
    lines: 1,
  };
  server.deliver('ada@postern.example', 'INBOX', {
    size,
    read: (offset, count) => {
      read += count;
      return offset < header.length ? header.subarray(offset, offset + count) : chunk.subarray(0, count);
    },
    structure: () => ({ ...structure, contentType: { value: 'text/plain', parameters: [] } }),
  });
  const client = await imap();
  await client.say('2 SELECT INBOX', /^2 OK/m);
  client.socket.write('3 FETCH 1 BODY.PEEK[]\r\n');
  await client.until(/BODY\[\]/);
  client.socket.pause();
  // Whatever the socket buffers hold, it is far from the whole.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(read).toBeLessThan(64 << 20);
  const before = read;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(read).toBe(before);
});

test('each step of a submission can be refused', async () => {
  for (const refused of ['MAIL', 'RCPT', 'DATA'] as const) {
    server.faults.refuseSubmission = (step) => (step === refused ? '451 4.3.0 Later' : undefined);
    const [sender] = await submission();
    const steps = [
      ['MAIL', 'MAIL FROM:<grace@postern.example>'],
      ['RCPT', 'RCPT TO:<ada@postern.example>'],
      ['', 'DATA'],
      ['DATA', 'Hi\r\n.'],
    ] as const;
    for (const [step, line] of steps) {
      const answer = await sender.say(line, /^\d{3} .*\r\n/m);
      if (step === refused) expect(answer).toBe('451 4.3.0 Later\r\n');
      if (step === refused) break;
    }
  }
  expect(ada.get('INBOX').messages.length).toBe(0);
});

test('two servers that refer to each other: what is not here is there', async () => {
  const other = await startMailServer({
    accounts: [new Account({ user: 'ada@postern.example', password: 'postern' })],
  });
  try {
    other.accounts[0]!.create('Shared').add({ content: Buffer.from('Subject: there\r\n\r\n') });
    server.referrals.mailboxes.set('Shared', [{ origin: other.referrals.self! }]);
    other.referrals.mailboxes.set('Archive', [{ origin: server.referrals.self! }]);
    const here = await imap();
    const refusal = await here.say('b SELECT Shared', /^b .*\r\n/m);
    const url = new URL(/\[REFERRAL (\S+)\]/.exec(refusal)![1]!);
    expect(decodeURIComponent(url.username)).toBe('ada@postern.example;AUTH=*');
    expect(Number(url.port)).toBe(other.imap.port);
    const there = new Dialogue(Number(url.port));
    await there.until(/^\* OK/);
    await there.say('a LOGIN ada@postern.example postern', /^a OK/m);
    expect(await there.say('b SELECT Shared', /^b OK.*\r\n/m)).toContain('* 1 EXISTS');
    expect(await there.say('c STATUS Archive (MESSAGES)', /^c .*\r\n/m)).toContain(
      `:${server.imap.port}/Archive]`,
    );
  } finally {
    await other.close();
  }
});

test('a server that files what is submitted in Sent has it there once', async () => {
  const filing = await startMailServer({ accounts: [ada, grace], profile: profiles.gmail });
  try {
    const sender = new Dialogue(filing.submission.port);
    await sender.until(/^220/);
    await sender.say('EHLO test', /^250 /m);
    const secret = Buffer.from('\0ada@postern.example\0postern').toString('base64');
    await sender.say(`AUTH PLAIN ${secret}`, /^235/m);
    await sender.say('MAIL FROM:<ada@postern.example>', /^250/m);
    await sender.say('RCPT TO:<grace@postern.example>', /^250/m);
    await sender.say('DATA', /^354/m);
    await sender.say('Subject: filed\r\n\r\nHi\r\n.', /^250/m);
    expect(ada.get('Sent').messages.map(({ content }) => content.size)).toEqual([22]);
    expect(grace.get('INBOX').messages.length).toBe(1);
  } finally {
    await filing.close();
  }
});

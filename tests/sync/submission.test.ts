import { afterEach, expect, it } from 'vitest';
import type { Transport } from '@postern/protocol/port';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** What becomes of mail whose submission server misbehaves at the one moment that matters: after the final dot. */
let desk: Desk;

afterEach(() => desk.stop());

interface Seen {
  /** Complete messages. */
  messages: number;
  /** What MAIL said, for each that was begun. */
  readonly mail?: string[];
  /** Whom each was for. */
  readonly reached: string[][];
}

interface Ways {
  /** Extensions that EHLO offers. */
  readonly offers?: readonly string[];
  /** Recipients that it takes at once. */
  readonly atOnce?: number;
  /** Replies to RCPT, by address. */
  readonly replies?: ReadonlyMap<string, string>;
  /** Which message gets `end`; the others are taken. */
  readonly endOf?: number;
}

/** Takes everything as a good server does; the last reply is `end`, or undefined: it closes without one. */
function submissionServer(end: string | undefined, seen: Seen, ways: Ways = {}): () => Transport {
  return () => {
    const said: Uint8Array[] = [new TextEncoder().encode('220 ready\r\n')];
    let wake = (): void => {};
    let closed = false;
    let taking = false;
    let recipients: string[] = [];
    const say = (line: string): void => {
      said.push(new TextEncoder().encode(`${line}\r\n`));
      wake();
    };
    const close = (): void => {
      closed = true;
      wake();
    };
    let held = '';
    return {
      bytes: (async function* () {
        for (;;) {
          const chunk = said.shift();
          if (chunk) yield chunk;
          else if (closed) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
      async write(bytes) {
        held += new TextDecoder().decode(bytes);
        for (let at = held.indexOf('\r\n'); at >= 0; at = held.indexOf('\r\n')) {
          const line = held.slice(0, at);
          held = held.slice(at + 2);
          if (taking && line !== '.') continue;
          if (taking) {
            taking = false;
            seen.messages++;
            seen.reached.push(recipients);
            recipients = [];
            if (ways.endOf !== undefined && ways.endOf !== seen.messages) say('250 queued');
            else if (end === 'throws') throw new TypeError('a bug of ours');
            if (end === undefined) close();
            else if (end !== 'silence') say(end);
          } else if (line === 'DATA') {
            taking = true;
            say('354 go on');
          } else if (line.startsWith('RCPT')) {
            const address = /<(.*)>/.exec(line)?.[1] ?? '';
            const answer =
              recipients.length >= (ways.atOnce ?? Infinity)
                ? '452 4.5.3 enough'
                : ways.replies?.get(address);
            if (answer === undefined) recipients.push(address);
            say(answer ?? '250 fine');
          } else {
            if (line === 'RSET') recipients = [];
            if (line.startsWith('MAIL')) seen.mail?.push(line);
            const offers = line.startsWith('EHLO') ? (ways.offers ?? []) : [];
            for (const offer of ['mail.example', ...offers].slice(0, offers.length)) say(`250-${offer}`);
            say(offers.length > 0 ? `250 ${offers.at(-1)}` : '250 fine');
          }
        }
      },
      close,
    };
  };
}

/** Has the engine send a message to them. */
async function send(recipients: readonly string[], filed?: string, text = 'text'): Promise<void> {
  await desk.act(
    {
      kind: 'send',
      messageId: '<m@postern.example>',
      subject: 'm',
      from: 'ada@postern.example',
      recipients,
      sent: filed === undefined ? undefined : (await desk.mailbox(filed)).key,
      answers: undefined,
      notBefore: 0,
      step: 'submit',
    },
    new TextEncoder().encode(`Subject: m\r\nMessage-ID: <m@postern.example>\r\n\r\n${text}\r\n`),
  );
}

it.each([
  ['a reply that is not SMTP', 'what?', 'uncertain', 1],
  ['no reply', undefined, 'uncertain', 1],
  ['a bug of ours', 'throws', 'uncertain', 1],
  ['a refusal for good', '554 no', 'failed', 1],
  ['acceptance', '250 queued', undefined, 1],
])('%s after the message: it is never sent a second time in silence', async (_, end, state, messages) => {
  const server = new ScriptedServer('INBOX', 'Sent');
  desk = new Desk(server, {});
  const seen: Seen = { messages: 0, reached: [] };
  desk.submission = submissionServer(end, seen);
  await desk.look();
  await send(['grace@postern.example']);
  await desk.clock.pass(120_000);
  expect(seen.messages).toBe(messages);
  expect((await desk.actions())[0]?.state.name).toBe(state);
});

it('an engine that is to stop waits no longer than a few seconds for a submission server that says nothing', async () => {
  desk = new Desk(new ScriptedServer('INBOX', 'Sent'), {});
  const seen: Seen = { messages: 0, reached: [] };
  desk.submission = submissionServer('silence', seen);
  await desk.look();
  await send(['grace@postern.example']);
  await desk.clock.pass(1000);
  expect(seen.messages).toBe(1);
  let stopped = false;
  void desk.engine.stop().then(() => (stopped = true));
  await desk.clock.pass(4000);
  expect(stopped).toBe(false);
  await desk.clock.pass(2000);
  expect(stopped).toBe(true);
  // Nobody knows whether it was sent: the next engine asks Sent, or the person.
  expect((await desk.actions())[0]?.state.name).toMatch(/running|uncertain/);
});

/** A desk whose submission server has these ways, once it has had two minutes to send to them. */
async function sent(seen: Seen, end: string | undefined, ways: Ways, ...recipients: string[]): Promise<void> {
  desk = new Desk(new ScriptedServer('INBOX', 'Sent'), {});
  desk.submission = submissionServer(end, seen, ways);
  await desk.look();
  await send(recipients);
  await desk.clock.pass(120_000);
}

const four = ['a@x', 'b@x', 'c@x', 'd@x'];

it('a server that takes two recipients at a time gets all of them, each once, and Sent one copy', async () => {
  const seen: Seen = { messages: 0, reached: [] };
  await sent(seen, '250 queued', { atOnce: 2 }, ...four);
  expect(seen.reached.flat().toSorted()).toEqual(four);
  expect(await desk.actions()).toEqual([]);
  expect(desk.server.mailboxes.get('Sent')!.messages).toHaveLength(1);
});

it('when the second lot is refused for now, only that is tried again', async () => {
  const seen: Seen = { messages: 0, reached: [] };
  await sent(seen, '451 not now', { atOnce: 2, endOf: 2 }, ...four);
  expect(seen.reached.slice(1)).toEqual([seen.reached[1], seen.reached[1]]);
  expect(seen.reached.slice(0, 2).flat().toSorted()).toEqual(four);
  expect(await desk.actions()).toEqual([]);
});

it('when the reply to the second lot is lost, the person decides about that alone', async () => {
  const seen: Seen = { messages: 0, reached: [] };
  await sent(seen, undefined, { atOnce: 2, endOf: 2 }, ...four);
  expect(seen.reached).toHaveLength(2);
  const [action] = await desk.actions();
  expect(action).toMatchObject({ state: { name: 'uncertain' }, delivered: seen.reached[0] });
  await desk.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
  desk.engine.wake('action');
  await desk.clock.pass(10_000);
  expect(seen.reached[2]).toEqual(seen.reached[1]);
  expect(await desk.actions()).toEqual([]);
});

it('when the reply to the first lot is lost, a copy in Sent does not pass for all of them', async () => {
  const seen: Seen = { messages: 0, reached: [] };
  desk = new Desk(new ScriptedServer('INBOX', 'Sent'), {});
  desk.submission = submissionServer(undefined, seen, { atOnce: 2, endOf: 1 });
  desk.server.add('Sent', 'm', { messageId: '<m@postern.example>' });
  await desk.look('Sent');
  await send(four, 'Sent');
  await desk.clock.pass(120_000);
  expect(seen.reached).toHaveLength(1);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'uncertain' }, delivered: [] }]);
});

it.each([
  ['some are', ['a@x', 'b@x', 'c@x']],
  ['all are', ['b@x', 'c@x']],
])('says of each recipient why it was refused where %s, and sends to nobody', async (_, recipients) => {
  const seen: Seen = { messages: 0, reached: [] };
  const replies = new Map([
    ['b@x', '550 5.1.1 nobody'],
    ['c@x', '450 4.2.2 full'],
  ]);
  await sent(seen, '250 queued', { replies }, ...recipients);
  expect(seen.reached).toEqual([]);
  const [action] = await desk.actions();
  expect(action?.state).toEqual({
    name: 'failed',
    reason: 'recipients',
    words: 'b@x: nobody\nc@x: full',
    refusals: [
      { address: 'b@x', why: 'no-such-address', lasting: true },
      { address: 'c@x', why: 'mailbox-full', lasting: false },
    ],
  });
});

it.each([
  ['ASCII', 'text', ['8BITMIME'], / SIZE=| BODY=/, undefined],
  ['8 bits', 'Grüße', ['SIZE', '8BITMIME'], /^(?!.* BODY=8BITMIME$)/, undefined],
  ['8 bits, where they are not taken', 'Grüße', ['SIZE'], /./, 'failed'],
])('of %s MAIL says so', async (_, text, offers, never, state) => {
  desk = new Desk(new ScriptedServer('INBOX', 'Sent'), {});
  const seen = { messages: 0, reached: [], mail: [] as string[] };
  desk.submission = submissionServer('250 queued', seen, { offers });
  await desk.look();
  await send(['grace@postern.example'], undefined, text);
  await desk.clock.pass(120_000);
  expect(seen.mail.filter((line) => never.test(line))).toEqual([]);
  expect(seen.messages).toBe(state === undefined ? 1 : 0);
  expect((await desk.actions())[0]?.state.name).toBe(state);
});

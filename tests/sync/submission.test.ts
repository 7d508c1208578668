import { afterEach, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen, Ways } from './submission-server.ts';

/** What becomes of mail whose submission server misbehaves at the one moment that matters: after the final dot. */
let desk: Desk;

afterEach(() => desk.stop());

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

it.each([
  ['is not filed a second time in ours', '250 queued'],
  ['is certain to have been sent', undefined],
])('what the server has filed in another Sent %s', async (_, end) => {
  const server = new ScriptedServer('INBOX', 'Old mail', 'Sent');
  for (const name of server.mailboxes.keys()) server.add(name, 'other');
  desk = new Desk(server, {});
  const seen: Seen = { messages: 0, reached: [] };
  desk.submission = submissionServer(end, seen, {});
  await desk.look();
  server.script = ({ name, args }) => {
    if (seen.messages > 0 && name === 'SELECT' && args.includes('Sent') && sentBy.length === 1)
      server.add('Sent', 'm', { messageId: '<m@postern.example>' });
    return undefined;
  };
  const sentBy = server.mailboxes.get('Sent')!.messages;
  await send(['grace@postern.example'], 'Old mail');
  await desk.clock.pass(120_000);
  expect(await desk.actions()).toEqual([]);
  expect([...server.mailboxes.values()].map(({ messages }) => messages.length)).toEqual([1, 1, 2]);
  expect(seen.messages).toBe(1);
});

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

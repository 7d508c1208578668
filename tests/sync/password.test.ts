import { GatewayRefused } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen } from './submission-server.ts';

/** What the gateway says when there is no session, and when the mail server does not take the password any more. */
const expired = new GatewayRefused(4401, 'expired');
const changed = new GatewayRefused(4403, 'auth');

const HOUR = 3600_000;
let desk: Desk;

afterEach(() => desk.stop());

describe.each([
  ['whose session has expired', expired],
  ['whose password was changed', changed],
])('an account %s', (_, refusal) => {
  it('has the person sign in, bothers nobody meanwhile, and does then what waits', async () => {
    const server = new ScriptedServer('INBOX', 'Archive');
    server.add('INBOX', 'one');
    let refused = false;
    let asked = 0;
    desk = new Desk(server, {
      connect: async (): Promise<Transport> => {
        asked++;
        await new Promise((resolve) => setImmediate(resolve));
        if (refused) throw refusal;
        return server.connect();
      },
    });
    await desk.look();
    const [row] = await desk.rows();
    if (!row) throw new Error('no message');
    refused = true;
    server.dropAll();
    await desk.clock.pass(60_000);
    expect(desk.status.connection).toBe('signed-out');
    await desk.act({
      kind: 'flag',
      mailbox: row.mailbox,
      messages: [row.key],
      add: ['\\Flagged'],
      remove: [],
    });
    asked = 0;
    await desk.clock.pass(HOUR);
    // A mail server that is asked with a wrong password time and again locks the account.
    expect(asked).toBeLessThan(20);
    expect(desk.status.connection).toBe('signed-out');
    expect(await desk.actions()).toHaveLength(1);
    refused = false;
    desk.engine.wake('network');
    await desk.clock.pass(10_000);
    expect(desk.status.connection).toBe('online');
    expect(await desk.actions()).toEqual([]);
    expect((await desk.rows())[0]?.flags).toEqual(['\\Flagged']);
  });
});

const letter = new TextEncoder().encode('Subject: m\r\nMessage-ID: <m@postern.example>\r\n\r\nm\r\n');

const sending = async () => ({
  kind: 'send',
  messageId: '<m@postern.example>',
  subject: 'm',
  from: 'ada@postern.example',
  recipients: ['grace@postern.example'],
  sent: (await desk.mailbox('Sent')).key,
  answers: undefined,
  notBefore: 0,
  step: 'submit',
});

it('a session that is over when mail is to be sent leads to the sign-in at once, though what is open works on', async () => {
  const server = new ScriptedServer('INBOX', 'Sent');
  const seen: Seen = { messages: 0, reached: [] };
  const submission = submissionServer('250 queued', seen);
  let over = false;
  let asked = 0;
  desk = new Desk(server, {
    connect: async (service): Promise<Transport> => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      if (over) throw expired;
      return service === 'imap' ? server.connect() : submission();
    },
  });
  await desk.look();
  over = true;
  await desk.act(await sending(), letter);
  await desk.clock.pass(5000);
  expect(desk.status.connection).toBe('signed-out');
  asked = 0;
  await desk.clock.pass(HOUR);
  expect(asked).toBeLessThan(20);
  expect(desk.status.connection).toBe('signed-out');
  expect((await desk.actions()).map(({ state }) => state.name)).toEqual(['waiting']);
  over = false;
  desk.engine.wake('network');
  await desk.clock.pass(10_000);
  expect(desk.status.connection).toBe('online');
  expect([seen.messages, await desk.actions()]).toEqual([1, []]);
});

it('mail that the password is not taken for says so, and goes out once when it is tried again', async () => {
  desk = new Desk(new ScriptedServer('INBOX', 'Sent'), {});
  let asked = 0;
  desk.submission = () => {
    asked++;
    throw changed;
  };
  await desk.look();
  await desk.act(await sending(), letter);
  await desk.clock.pass(HOUR);
  expect(asked).toBe(1);
  const [action] = await desk.actions();
  expect(action?.state).toMatchObject({ name: 'failed', reason: 'password' });
  const seen: Seen = { messages: 0, reached: [] };
  desk.submission = submissionServer('250 queued', seen);
  if (action)
    await desk.store.commit([
      { kind: 'action-state', id: action.id, state: { name: 'waiting' }, onlyIn: 'failed' },
    ]);
  await desk.clock.pass(10_000);
  expect([seen.messages, await desk.actions()]).toEqual([1, []]);
});

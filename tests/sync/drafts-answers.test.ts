import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draftsQuery } from '@postern/protocol/sync';
import type { Draft, MessageKey, SendAction } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen } from './submission-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** Drafts that answer or forward: one draft like any other, and what it answers is marked from whichever device it is sent. */
let server: ServerWithoutSockets;
let desk: Desk;
let seen: Seen;

beforeEach(async () => {
  const clock = { now: () => Date.now() };
  server = new ServerWithoutSockets(quiet({}, false), () => clock.now());
  server.add('INBOX', 'question', 'other');
  seen = { messages: 0, reached: [] };
  desk = new Desk(new ScriptedServer(), {
    random: (octets) => new Uint8Array(randomBytes(octets)),
    connect: async (service) => {
      await new Promise((resolve) => setImmediate(resolve));
      return service === 'imap' ? server.connect() : submissionServer('250 queued', seen)();
    },
    onBug: (error) => desk.bugs.push(error),
  });
  clock.now = () => desk.clock.now();
  await desk.look();
});

afterEach(async () => {
  expect(desk.bugs).toEqual([]);
  await desk.stop();
});

const question = async (): Promise<MessageKey> =>
  (await desk.rows())[(await desk.subjects()).indexOf('question')]!.key;
const flagsOf = (subject: string): string[] => [...server.find('INBOX', subject).flags];

async function save(more: Partial<Draft>): Promise<readonly Draft[]> {
  const draft: Draft = {
    ...sampleDraft('d'),
    to: 'grace@postern.example',
    subject: 'Re: question',
    text: 'text',
    ...more,
  };
  await desk.store.commit([{ kind: 'draft', draft }]);
  const { key: mailbox } = await desk.mailbox('Drafts');
  const from = { name: 'Ada', address: 'ada@postern.example' };
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
  await desk.clock.pass(20_000);
  expect(server.subjects('Drafts')).toEqual(['Re: question']);
  return desk.store.read(draftsQuery());
}

async function send(more: Partial<SendAction>): Promise<void> {
  const action = {
    kind: 'send',
    messageId: '<a@postern.example>',
    subject: 'Re: question',
    from: 'ada@postern.example',
    recipients: ['grace@postern.example'],
    sent: (await desk.mailbox('Sent')).key,
    answers: undefined,
    notBefore: 0,
    step: 'submit',
    ...more,
  };
  await desk.act(action, new TextEncoder().encode('Message-ID: <a@postern.example>\r\n\r\ntext\r\n'));
  await desk.clock.pass(60_000);
  expect(seen.messages).toBe(1);
  expect(await desk.actions()).toEqual([]);
  expect(server.mailbox('Sent').messages).toHaveLength(1);
}

describe('a draft that was saved on the server', () => {
  it.each([
    ['answers', '\\Answered', { inReplyTo: '<question@x>', references: ['<question@x>'] }],
    ['forwards', '$Forwarded', { references: ['<question@x>'] }],
  ] as const)('is there alone when it %s', async (_, flag, more) => {
    expect(await save({ ...more, answers: { key: await question(), flag } })).toEqual([]);
  });

  it.each([
    ['answers a message without a Message-ID', '\\Answered', {}],
    ['answers one, and would be taken to forward it', '\\Answered', { references: ['<question@x>'] }],
  ] as const)('is here, too, when it %s', async (_, flag, more) => {
    expect(await save({ ...more, answers: { key: await question(), flag } })).toHaveLength(1);
  });
});

describe('what was answered from another device', () => {
  const answered = { original: { messageId: '<question@x>', flag: '\\Answered' } } as const;

  it('is marked, known by its Message-ID', async () => {
    await send(answered);
    expect(server.count(/question@x/)).toBe(0);
    expect(flagsOf('question')).toContain('\\Answered');
    expect(flagsOf('other')).not.toContain('\\Answered');
  });

  it('is marked on the server where this device does not know it', async () => {
    const { key: mailbox } = await desk.mailbox('INBOX');
    await desk.store.commit([{ kind: 'expunged', mailbox, keys: [await question()] }]);
    await send({ original: { messageId: '<question@x>', flag: '$Forwarded' } });
    expect(flagsOf('question')).toContain('$Forwarded');
    expect(flagsOf('other')).not.toContain('$Forwarded');
    // In the flight of the search.
    expect(server.count(/UID STORE \$ /)).toBe(1);
  });

  it('is marked also where the server searches no headers', async () => {
    const { key: mailbox } = await desk.mailbox('INBOX');
    await desk.store.commit([{ kind: 'expunged', mailbox, keys: [await question()] }]);
    server.faults.refuse = (command) => (command === 'UID SEARCH' ? { status: 'NO', text: 'no' } : undefined);
    await send({ original: { messageId: '<question@x>', flag: '$Forwarded' } });
    expect(flagsOf('question')).toContain('$Forwarded');
    expect(flagsOf('other')).not.toContain('$Forwarded');
  });

  it('is marked also when its row here is another by now', async () => {
    await send({ ...answered, answers: { key: 999_999 as MessageKey, flag: '\\Answered' } });
    expect(flagsOf('question')).toContain('\\Answered');
  });

  it('is marked where another client files it just before it would have been', async () => {
    const other = server.other();
    other.run('SELECT INBOX');
    const { commit } = desk.store;
    desk.store.commit = async (changes) => {
      await commit.call(desk.store, changes);
      if (!changes.some((change) => change.kind === 'action' && change.action.id.endsWith('-answers')))
        return;
      desk.store.commit = commit;
      expect(other.run('MOVE 1 Archive')).toContain('OK');
    };
    await send({ ...answered, answers: { key: await question(), flag: '\\Answered' } });
    expect(desk.store.commit).toBe(commit);
    expect(server.subjects('Archive')).toEqual(['question']);
    expect([...server.find('Archive', 'question').flags]).toContain('\\Answered');
    expect(flagsOf('other')).not.toContain('\\Answered');
  });

  it('is nowhere any more: it is sent all the same', async () => {
    server.expunge('INBOX', 'question');
    await send(answered);
    expect(flagsOf('other')).not.toContain('\\Answered');
  });
});

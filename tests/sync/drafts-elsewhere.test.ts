import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  descriptorsQuery,
  draftsQuery,
  lineOf,
  newVersionId,
  partedVersions,
  versionIn,
} from '@postern/protocol/sync';
import type { Draft, DraftCopy, DraftVersion, SendAction } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen } from './submission-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** One draft on two devices of one person: it is never sent twice in silence, and nothing that was written is lost. */
let server: ServerWithoutSockets;
let laptop: Desk;
let phone: Desk;
let seen: Seen;
const desks: Desk[] = [];

async function pass(milliseconds: number): Promise<void> {
  // Turn by turn, each with a clock of its own.
  for (let left = milliseconds; left > 0; left -= 5000)
    for (const desk of desks) await desk.clock.pass(Math.min(left, 5000));
}

function device(): Desk {
  const desk = new Desk(new ScriptedServer(), {
    random: (octets) => new Uint8Array(randomBytes(octets)),
    connect: async (service) => {
      await new Promise((resolve) => setImmediate(resolve));
      return service === 'imap' ? server.connect() : submissionServer('250 queued', seen)();
    },
    onBug: (error) => desk.bugs.push(error),
  });
  desks.push(desk);
  return desk;
}

async function open(replace: boolean): Promise<void> {
  const clock = { now: () => Date.now() };
  const { capabilities, ...profile } = quiet({}, false);
  const offered = { ...profile, capabilities: { ...capabilities, ...(replace ? {} : { REPLACE: false }) } };
  server = new ServerWithoutSockets(offered, () => clock.now());
  seen = { messages: 0, reached: [] };
  laptop = device();
  clock.now = () => laptop.clock.now();
  phone = device();
  await laptop.look('Drafts');
  await phone.look('Drafts');
}

afterEach(async () => {
  for (const desk of desks.splice(0)) {
    expect(desk.bugs).toEqual([]);
    await desk.stop();
  }
});

const LINE = lineOf({ id: '0b8a36c5-2b1f-4f7a-9d3e-7a5f7c1e9b42' });
let changed = 0;

/** Written on a device, and saved. */
async function save(desk: Desk, text: string, more: Partial<Draft> = {}): Promise<void> {
  const draft: Draft = {
    ...sampleDraft('d', ++changed),
    to: 'grace@postern.example',
    subject: text,
    text,
    editing: true,
    line: LINE,
    ...more,
  };
  await desk.store.commit([{ kind: 'draft', draft }]);
  const { key: mailbox } = await desk.mailbox('Drafts');
  const from = { name: 'Ada', address: 'ada@postern.example' };
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
  await pass(20_000);
}

/** As it is opened on another device, from the Drafts mailbox. */
async function copyOn(desk: Desk): Promise<DraftCopy> {
  const { key: mailbox, sync } = await desk.mailbox('Drafts');
  const { uid } = (await desk.rows('Drafts')).at(-1)!;
  return { mailbox, uidValidity: sync.uidValidity, uid } as DraftCopy;
}

const draftOn = async (desk: Desk): Promise<Draft | undefined> => (await desk.store.read(draftsQuery()))[0];

/** Sends the draft as it is on that device, as a screen does. */
async function send(desk: Desk, text: string, more: Partial<SendAction> = {}): Promise<string> {
  const draft = await draftOn(desk);
  const messageId = newVersionId(LINE, 'postern.example', new Uint8Array(randomBytes(32)));
  const action = {
    kind: 'send',
    messageId,
    subject: text,
    from: 'ada@postern.example',
    recipients: ['grace@postern.example'],
    sent: (await desk.mailbox('Sent')).key,
    answers: undefined,
    line: LINE,
    ...(draft?.copy ? { copy: draft.copy } : {}),
    notBefore: 0,
    step: 'submit',
    ...more,
  };
  const head = `Message-ID: ${messageId}\r\nSubject: ${text}`;
  const id = await desk.act(action, new TextEncoder().encode(`${head}\r\n\r\n${text}\r\n`));
  await desk.store.commit([{ kind: 'draft-removed', id: 'd' }]);
  return id;
}

const stateOf = async (desk: Desk, id: string) =>
  (await desk.actions()).find((each) => each.id === id)?.state;

/** Those that a device has in the Drafts mailbox. */
async function versions(desk: Desk): Promise<DraftVersion[]> {
  const rows = await desk.rows('Drafts');
  const descriptors = await desk.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  return rows.map(({ key }) => versionIn(descriptors.get(key)?.messageId ?? '')!);
}

/** How many versions a device shows apart. */
async function parted(desk: Desk): Promise<number[]> {
  return [...partedVersions(await versions(desk)).values()].map(({ length }) => length);
}

describe.each([true, false])('a draft that is open on two devices (REPLACE: %s)', (replace) => {
  beforeEach(async () => {
    await open(replace);
    await save(laptop, 'begun');
    await save(phone, 'gone on with', { copy: await copyOn(phone) });
    expect(server.subjects('Drafts')).toEqual(['gone on with']);
  });

  it('is there in both versions when both have changed it, and both devices know', async () => {
    await save(laptop, 'by the laptop');
    expect(server.subjects('Drafts')).toEqual(['gone on with', 'by the laptop']);
    await pass(900_000);
    expect(await parted(laptop)).toEqual([2]);
    expect(await parted(phone)).toEqual([2]);
  });

  it('says which version it takes the place of: both are there for a while', async () => {
    const [before] = await versions(phone);
    await save(phone, 'further');
    await pass(900_000);
    expect(server.subjects('Drafts')).toEqual(['further']);
    const [after] = await versions(laptop);
    expect(after?.before).toBe(before?.version.slice(0, 8));
    expect([...partedVersions([before!, after!])]).toEqual([]);
  });

  it('is not sent a second time without asking, and then when the person says so', async () => {
    await send(phone, 'gone on with');
    await pass(20_000);
    expect(seen.messages).toBe(1);
    expect(server.subjects('Drafts')).toEqual([]);
    const id = await send(laptop, 'begun');
    await pass(60_000);
    expect(seen.messages).toBe(1);
    expect(await stateOf(laptop, id)).toEqual({ name: 'uncertain', reason: 'sent-already', words: '' });
    const action = (await laptop.actions())[0]!;
    await laptop.store.commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } } }]);
    laptop.engine.wake('action');
    await pass(60_000);
    expect(seen.messages).toBe(2);
    expect(await laptop.actions()).toEqual([]);
  });

  it('is not sent a second time without asking after another version of it was saved', async () => {
    await send(phone, 'gone on with');
    await pass(20_000);
    await save(laptop, 'by the laptop');
    const id = await send(laptop, 'by the laptop');
    await pass(60_000);
    expect(seen.messages).toBe(1);
    expect(await stateOf(laptop, id)).toMatchObject({ reason: 'sent-already' });
    expect(server.subjects('Drafts')).toEqual(['by the laptop']);
  });

  it('is not sent without asking when another program has sent or discarded it', async () => {
    server.expunge('Drafts', 'gone on with');
    const id = await send(phone, 'gone on with');
    await pass(60_000);
    expect(seen.messages).toBe(0);
    expect(await stateOf(phone, id)).toEqual({ name: 'uncertain', reason: 'draft-gone', words: '' });
  });

  it('is sent without asking when the other device has only changed it: its version stays', async () => {
    await send(laptop, 'begun');
    await pass(60_000);
    expect(seen.messages).toBe(1);
    expect(await laptop.actions()).toEqual([]);
    expect(server.subjects('Drafts')).toEqual(['gone on with']);
  });

  it('is sent without asking where Sent or Drafts cannot be looked into', async () => {
    server.account.delete('Sent');
    await send(phone, 'gone on with');
    await pass(60_000);
    expect(seen.messages).toBe(1);
    expect(server.subjects('Drafts')).toEqual([]);
  });
});

describe('a draft whose mailbox is numbered anew', () => {
  const renumber = (): void => {
    const box = server.mailbox('Drafts');
    // So that its UIDs are others, too.
    server.add('Drafts', 'other');
    server.expunge('Drafts', 'other');
    box.renumber(box.uidValidity + 1);
  };

  it.each([true, false])('is replaced all the same (REPLACE: %s)', async (replace) => {
    await open(replace);
    await save(laptop, 'one');
    renumber();
    await save(laptop, 'two');
    await pass(60_000);
    expect(server.subjects('Drafts')).toEqual(['two']);
  });

  it('is gone from there when it was sent, without a question', async () => {
    await open(true);
    await save(laptop, 'one');
    renumber();
    await send(laptop, 'one');
    await pass(60_000);
    expect(seen.messages).toBe(1);
    expect(await laptop.actions()).toEqual([]);
    expect(server.subjects('Drafts')).toEqual([]);
  });
});

describe('a draft that is sent while it is being saved', () => {
  it.each(['UID REPLACE', 'APPEND', 'UID STORE', 'UID EXPUNGE'])(
    'goes once, and leaves nothing behind (%s)',
    async (command) => {
      await open(command === 'UID REPLACE');
      await save(laptop, 'one');
      server.when(new RegExp(command), () => void send(laptop, 'two'));
      await save(laptop, 'two');
      await pass(60_000);
      expect(seen.messages).toBe(1);
      expect(await laptop.actions()).toEqual([]);
      expect(server.subjects('Drafts')).toEqual([]);
      expect(server.subjects('Sent')).toEqual(['two']);
    },
  );

  it('and taken back knows its version on the server', async () => {
    await open(false);
    await save(laptop, 'one');
    server.when(/APPEND/, () => {
      void send(laptop, 'two', { notBefore: Infinity }).then(async (id) => {
        const draft: Draft = { ...draftOf(), id, line: LINE };
        await laptop.store.commit([{ kind: 'taken-back', id, draft }]);
      });
    });
    await save(laptop, 'two');
    await pass(60_000);
    const draft = await draftOn(laptop);
    expect(server.subjects('Drafts')).toEqual(['two']);
    expect(draft?.copy?.uid).toBe(server.find('Drafts', 'two').uid);
  });
});

const draftOf = (): Draft => ({
  id: 'd',
  changed: 1,
  to: '',
  cc: '',
  bcc: '',
  subject: 'two',
  text: 'two',
  inReplyTo: '',
  references: [],
  answers: undefined,
  attachments: [],
});

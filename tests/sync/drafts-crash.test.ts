import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { compose } from '@postern/protocol/mime';
import type { Transport } from '@postern/protocol/port';
import {
  draftMessage,
  draftsQuery,
  filesIn,
  lineOf,
  MemoryStore,
  newVersionId,
} from '@postern/protocol/sync';
import type { Draft, DraftAttachment } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { FragileWire, MortalStore } from './dying.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen } from './submission-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** Saving and sending drafts, with the engine killed at each of its commits, and the wire cut after any octet. */
let server: ServerWithoutSockets;
let desk: Desk;
let wire: FragileWire;
let store: MortalStore;
let seen: Seen;
const open = new Set<Transport>();

afterEach(() => desk.stop());

const ways = {
  replace: {},
  /** With a file, which the server has from the version before. */
  catenate: {},
  uidplus: { REPLACE: false },
  basic: { REPLACE: false, UIDPLUS: false, MOVE: false, QRESYNC: false, CONDSTORE: false },
} as const;

/** Enough for CATENATE (RFC 4469). */
const file: DraftAttachment = {
  id: 'file',
  name: 'a.bin',
  type: 'application/x-test',
  bytes: new Uint8Array(randomBytes(7000)),
};
let attachments: readonly DraftAttachment[] = [];

/** Each message has its file, whole. */
function expectFiles(what: string): void {
  if (attachments.length === 0) return;
  for (const { content } of ['Drafts', 'Sent'].flatMap((name) => server.mailbox(name).messages)) {
    const text = Buffer.from(content.read(0, content.size)).toString();
    expect(text.replaceAll('\r\n', ''), what).toContain(Buffer.from(file.bytes).toString('base64'));
  }
}

async function begin(way: keyof typeof ways): Promise<void> {
  attachments = way === 'catenate' ? [file] : [];
  const clock = { now: () => Date.now() };
  const { capabilities, ...profile } = quiet({}, false);
  server = new ServerWithoutSockets({ ...profile, capabilities: { ...capabilities, ...ways[way] } }, () =>
    clock.now(),
  );
  wire = new FragileWire();
  seen = { messages: 0, reached: [] };
  // Its first engine has nothing to do with it: those that count are started by the test.
  desk = new Desk(new ScriptedServer(), {
    store: new MemoryStore(),
    connect: () => new Promise(() => undefined),
  });
  await desk.stop();
  clock.now = () => desk.clock.now();
  live();
  await desk.look('Drafts');
}

/** An engine on what the one before has left. */
function live(): void {
  store = new MortalStore(desk.store, () => {
    for (const transport of open) transport.close();
    open.clear();
  });
  const mine = store;
  desk.start({
    store: mine,
    random: (octets) => new Uint8Array(randomBytes(octets)),
    connect: async (service) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (mine.isDead) return new Promise(() => undefined);
      const transport = wire.carry(
        service === 'imap' ? server.connect() : submissionServer('250 queued', seen)(),
      );
      open.add(transport);
      return transport;
    },
    onBug: (error) => desk.bugs.push(error),
  });
}

let changed = 0;
const ID = '0b8a36c5-2b1f-4f7a-9d3e-7a5f7c1e9b42';

async function write(text: string, editing: boolean): Promise<void> {
  const draft: Draft = {
    ...sampleDraft(ID, ++changed),
    to: 'grace@postern.example',
    subject: text,
    text,
    attachments,
    editing,
  };
  const { key: mailbox } = await desk.mailbox('Drafts');
  await desk.store.commit([{ kind: 'draft', draft }]);
  if ((await desk.actions()).some(({ kind, state }) => kind === 'save-draft' && state.name === 'waiting'))
    return;
  const from = { name: 'Ada', address: 'ada@postern.example' };
  await desk.act({ kind: 'save-draft', draft: ID, mailbox, from, timeZoneOffset: 0 });
}

async function send(text: string): Promise<void> {
  const [draft] = await desk.store.read(draftsQuery());
  const line = lineOf({ id: ID, line: undefined });
  const messageId = newVersionId(line, 'postern.example', new Uint8Array(randomBytes(32)));
  const from = { name: 'Ada', address: 'ada@postern.example' };
  const written = { ...sampleDraft(ID), to: 'grace@postern.example', subject: text, text, attachments };
  const outgoing = draftMessage(written, { from, now: desk.clock.now(), timeZoneOffset: 0, messageId });
  const composed = compose(outgoing);
  const chunks: Uint8Array[] = [];
  for await (const chunk of composed.chunks()) chunks.push(chunk);
  const saving = (await desk.actions()).filter(({ kind }) => kind === 'save-draft');
  await desk.act(
    {
      kind: 'send',
      messageId,
      subject: text,
      from: 'ada@postern.example',
      recipients: ['grace@postern.example'],
      sent: (await desk.mailbox('Sent')).key,
      answers: undefined,
      ...(draft?.copy ? { copy: draft.copy, line } : {}),
      files: filesIn(written, outgoing, composed),
      notBefore: 0,
      step: 'submit',
    },
    new Uint8Array(Buffer.concat(chunks)),
  );
  await desk.store.commit([
    { kind: 'draft-removed', id: ID },
    ...saving.map(({ id }) => ({ kind: 'action-removed' as const, id, onlyIn: 'waiting' as const })),
  ]);
}

/** What a person does with a draft, and what has to be there in the end. */
interface Scene {
  readonly before: () => Promise<void>;
  readonly act: (text: string) => Promise<void>;
  readonly after: (text: string, what: string) => Promise<void>;
}

const saved: Scene = {
  before: () => write('before', true),
  act: (text) => write(text, false),
  async after(text, what) {
    expect(server.subjects('Drafts'), what).toEqual([text]);
    expect(await desk.store.read(draftsQuery()), what).toEqual([]);
    expect(await desk.actions(), what).toEqual([]);
    server.expunge('Drafts', text);
  },
};

const goneOnWith: Scene = {
  before: () => write('before', true),
  act: (text) => write(text, true),
  async after(text, what) {
    expect(server.subjects('Drafts'), what).toEqual([text]);
    const [draft] = await desk.store.read(draftsQuery());
    expect(draft, what).toMatchObject({ text, copy: { uid: server.find('Drafts', text).uid } });
    expect(await desk.actions(), what).toEqual([]);
  },
};

/** Once, and then it is no draft any more; or the person is asked, and nothing is lost. */
async function sentOrAsked(text: string, what: string): Promise<void> {
  const [asked, ...others] = await desk.actions();
  expect(others, what).toEqual([]);
  if (asked) {
    expect(asked.state, what).toMatchObject({ name: 'uncertain', reason: 'uncertain' });
    expect(seen.messages, what).toBeLessThanOrEqual(1);
    expect(server.subjects('Drafts'), what).toHaveLength(1);
    await desk.store.commit([{ kind: 'action-removed', id: asked.id }]);
    server.expunge('Drafts', ...server.subjects('Drafts'));
  } else {
    expect(seen.messages, what).toBe(1);
    expect(server.subjects('Drafts'), what).toEqual([]);
    expect(server.subjects('Sent'), what).toEqual([text]);
    server.expunge('Sent', text);
  }
  seen.messages = 0;
}

const sent: Scene = {
  before: () => write('before', true),
  act: (text) => send(text),
  after: sentOrAsked,
};

const sentWhileSaved: Scene = {
  before: () => write('before', true),
  async act(text) {
    await write(text, true);
    await desk.clock.pass(1);
    await send(text);
  },
  after: sentOrAsked,
};

const scenes = { saved, 'gone on with': goneOnWith, sent, 'sent while it is saved': sentWhileSaved };
const rest = async (): Promise<void> => desk.clock.pass(30_000);

// Octet by octet what `uidplus` says is in the others.
describe.each(Object.keys(ways) as (keyof typeof ways)[])('a draft, on a server with %s,', (way) => {
  describe.each(Object.entries(scenes))('%s', (_, scene) => {
    it.each([true, false])(
      'is there once, whichever commit is the last of an engine (kept: %s)',
      async (kept) => {
        await begin(way);
        let died = true;
        for (let n = 1; died; n++) {
          await scene.before();
          await rest();
          store.doom(n, kept);
          await scene.act(`commit ${n}`);
          await rest();
          died = store.isDead;
          if (died) live();
          else store.doom(Infinity, kept);
          await rest();
          expectFiles(`dead at commit ${n}`);
          await scene.after(`commit ${n}`, `dead at commit ${n}`);
        }
        expect(desk.bugs).toEqual([]);
        expect(server.count(/CATENATE/) > 0).toBe(attachments.length > 0);
      },
      60_000,
    );

    if (way === 'uidplus') return;
    it('is there once, after whichever octet the wire is cut', async () => {
      await begin(way);
      let cut = true;
      for (let n = 1; cut; n += STEP) {
        await scene.before();
        await rest();
        wire.octets = 0;
        wire.cutAfter = n;
        await scene.act(`octet ${n}`);
        await desk.clock.pass(2000);
        cut = wire.cutAfter === undefined;
        wire.cutAfter = undefined;
        await rest();
        expectFiles(`cut after octet ${n}`);
        await scene.after(`octet ${n}`, `cut after octet ${n}`);
      }
      expect(desk.bugs).toEqual([]);
      expect(server.count(/CATENATE/) > 0).toBe(attachments.length > 0);
    }, 60_000);
  });
});

/** Octets from one cut to the next: a prime, so that every command is cut in many places over the profiles. */
const STEP = 401;

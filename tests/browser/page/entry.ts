/** What runs inside the browser: the store and the transport of the app, in the hands of a test. */
import {
  actionsQuery,
  descriptorsQuery,
  draftsQuery,
  partQuery,
  ROOM_SETTING,
  rowsQuery,
  settingQuery,
} from '@postern/protocol/sync';
import type { Action, Draft, MailboxKey, MessageKey, NewMessage, Store } from '@postern/protocol/sync';
import {
  sampleDescriptor,
  sampleDraft,
  sampleMailbox,
  storeCases,
} from '@postern/protocol/sync/store-conformance';
import { connect } from '../../../web/src/engine/transport.ts';
import { destroyStore, openStore } from '../../../web/src/store/index.ts';

const inbox = 1 as MailboxKey;
const opened = new Map<string, Store>();

async function runCase(name: string): Promise<void> {
  const found = storeCases.find((each) => each.name === name);
  if (!found) throw new Error(`no case is called ${name}`);
  const database = `case ${name}`;
  let store = await openStore(database);
  try {
    await found.run(store, async () => {
      store.close();
      return (store = await openStore(database));
    });
  } finally {
    store.close();
    await destroyStore(database);
  }
}

async function open(name: string): Promise<void> {
  opened.set(name, await openStore(name));
}

function the(name: string): Store {
  const store = opened.get(name);
  if (!store) throw new Error(`${name} is not open`);
  return store;
}

/** Keys of the messages, which get the numbers `from` on as UIDs. `noisy`: so many characters of each subject make it long. */
async function fill(name: string, from: number, count: number, noisy = 0): Promise<number> {
  const store = the(name);
  const first = await store.allocate(count);
  const messages = Array.from({ length: count }, (_, i): NewMessage => ({
    row: {
      key: (first + i) as NewMessage['row']['key'],
      uid: (from + i) as NewMessage['row']['uid'],
      flags: [],
      date: 1_700_000_000_000 + i,
      size: 1000,
    },
    descriptor: sampleDescriptor(`message ${from + i} ${letters(noisy)}`),
  }));
  await store.commit([{ kind: 'messages', mailbox: inbox, messages }]);
  return first;
}

async function uids(name: string): Promise<number[]> {
  return [...(await the(name).read(rowsQuery(inbox))).uids];
}

/** Octets that nothing makes smaller. */
function noise(octets: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(octets);
  for (let at = 0; at < octets; at += 65_536)
    crypto.getRandomValues(bytes.subarray(at, Math.min(octets, at + 65_536)));
  return bytes;
}

function letters(count: number): string {
  return String.fromCharCode(...noise(count).map((octet) => 64 + (octet & 63)));
}

/** Whether what is deleted is room at once. */
async function givesBack(): Promise<boolean> {
  const name = 'given back';
  const used = async (): Promise<number> => (await navigator.storage.estimate()).usage ?? 0;
  const octets = 1_000_000;
  await open(name);
  const first = await fill(name, 1, 1);
  await attach(name, first, 1, octets);
  const full = await used();
  await the(name).commit([{ kind: 'evicted', what: 'attachments', keys: [first as MessageKey] }]);
  const back = full - (await used());
  the(name).close();
  await destroyStore(name);
  return back > octets / 2;
}

/** Gives each of so many messages from `first` on an attachment; settles with how that of the last one failed, if it did. */
async function attach(name: string, first: number, count: number, octets: number): Promise<string> {
  const store = the(name);
  await store.commit([{ kind: 'mailbox', mailbox: sampleMailbox(inbox, 'INBOX') }]);
  for (let i = 0; i < count; i++) {
    const part = { message: (first + i) as MessageKey, section: '2', bytes: noise(octets) };
    try {
      await store.commit([{ kind: 'part', part, attachment: true }]);
    } catch (error) {
      return (error as { reason?: string }).reason ?? String(error);
    }
  }
  return 'none';
}

/** Which of so many messages from `first` on have their attachment. */
async function attached(name: string, first: number, count: number): Promise<boolean[]> {
  const keys = Array.from({ length: count }, (_, i) => (first + i) as MessageKey);
  const parts = await Promise.all(keys.map((key) => the(name).read(partQuery(key, '2'))));
  return parts.map((part) => part !== undefined);
}

/** Which of so many messages from `first` on have their descriptor. */
async function described(name: string, first: number, count: number): Promise<boolean[]> {
  const keys = Array.from({ length: count }, (_, i) => (first + i) as MessageKey);
  const there = await the(name).read(descriptorsQuery(keys));
  return keys.map((key) => there.has(key));
}

/** Keeps a draft with an attachment, and reads it back; octets, or how it failed. */
async function draft(name: string, octets: number): Promise<number | string> {
  const bytes = noise(octets);
  const attachments = [{ id: String(octets), name: 'x', type: 'application/octet-stream', bytes }];
  const mine: Draft = { ...sampleDraft('mine'), attachments };
  try {
    await the(name).commit([{ kind: 'draft', draft: mine }]);
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
  return (await the(name).read(draftsQuery()))[0]?.attachments[0]?.bytes.length ?? 0;
}

/** A mark on a message that waits for the server. */
async function mark(name: string, message: number): Promise<void> {
  const action: Action = {
    id: 'mark',
    at: 1,
    state: { name: 'waiting' },
    kind: 'flag',
    mailbox: inbox,
    messages: [message as MessageKey],
    add: ['\\Flagged'],
    remove: [],
  };
  await the(name).commit([
    { kind: 'mailbox', mailbox: sampleMailbox(inbox, 'INBOX') },
    { kind: 'action', action },
  ]);
}

/** What a person made that is here: octets of drafts, and actions. */
async function made(name: string): Promise<{ readonly octets: number; readonly actions: number }> {
  const drafts = await the(name).read(draftsQuery());
  const octets = drafts.flatMap(({ attachments }) => attachments.map(({ bytes }) => bytes.length));
  const actions = await the(name).read(actionsQuery());
  return { octets: octets.reduce((sum, each) => sum + each, 0), actions: actions.length };
}

/** What the device had no room for. */
function room(name: string): Promise<unknown> {
  return the(name).read(settingQuery(ROOM_SETTING));
}

/** Settles with what the next commit of another context touched. */
function nextTouched(name: string): Promise<string[]> {
  return new Promise((resolve) => {
    const stop = the(name).watch((touched) => {
      stop();
      resolve([...touched]);
    });
  });
}

/** How a read of a store fails: the reason of its StoreError. */
async function readFailure(name: string): Promise<string> {
  try {
    await the(name).read(rowsQuery(inbox));
    return 'none';
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
}

interface Talk {
  /** What came before the end, as text. */
  readonly heard: string;
  /** `end`, or kind, status and reason of the error. */
  readonly ended: string;
}

/** Connects, says `say` `times` times, and listens to the end. */
async function talk(say = '', times = 1): Promise<Talk> {
  const described = (error: unknown): string => {
    const { kind, status, reason } = error as { kind?: string; status?: number; reason?: string };
    return [kind ?? String(error), status, reason].filter((each) => each !== undefined).join(' ');
  };
  let heard = '';
  try {
    const transport = await connect(location.origin, 'imap', { account: 'AAAAAAAAAAAA' });
    const bytes = new TextEncoder().encode(say);
    if (say !== '') for (let n = 0; n < times; n++) await transport.write(bytes);
    const decoder = new TextDecoder();
    for await (const chunk of transport.bytes) heard += decoder.decode(chunk, { stream: true });
    return { heard, ended: 'end' };
  } catch (error) {
    return { heard, ended: described(error) };
  }
}

export const bench = {
  cases: storeCases.map(({ name }) => name),
  runCase,
  open,
  fill,
  uids,
  attach,
  attached,
  givesBack,
  described,
  mark,
  made,
  draft,
  room,
  nextTouched,
  readFailure,
  destroyStore,
  talk,
};

Object.assign(globalThis, { bench });

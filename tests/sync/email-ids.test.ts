/**
 * Messages that another program moves or copies, on servers that say which are the same octets (EMAILID, RFC 8474 §5.1; X-GM-MSGID), on
 * those that do not, and on those that say it wrongly: what is here is not fetched again, and no text is shown with another message.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import {
  descriptorsQuery,
  JUST_GONE,
  KeptDepth,
  keptQuery,
  partQuery,
  rowsQuery,
} from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import type { Transport } from '@postern/protocol/port';
import { deskBefore } from './desk-before.ts';
import type { Desk } from './desk.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;
/** Octets that the server said. */
let octets = 0;
/** What becomes of what the server says, and of what is said to it. */
let says: ((text: string) => string) | undefined;
let hears: ((text: string) => string) | undefined;

afterEach(async () => {
  says = undefined;
  hears = undefined;
  await desk.stop();
});

const LINE = 'What it is about, in so many words that it is worth keeping.\r\n';

function letter(n: number, lines = 30): Uint8Array {
  const boundary = 'edge';
  const header = [
    'From: grace@postern.example',
    `Subject: letter ${n}`,
    `Message-ID: <${n}@x>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary=${boundary}`,
  ];
  const text = `--${boundary}\r\nContent-Type: text/plain\r\n\r\nLetter ${n}.\r\n${LINE.repeat(lines)}`;
  const file = `--${boundary}\r\nContent-Type: application/x\r\nContent-Disposition: attachment\r\n\r\n${n} ${'x'.repeat(3000)}\r\n`;
  return new TextEncoder().encode(`${header.join('\r\n')}\r\n\r\n${text}${file}--${boundary}--\r\n`);
}

/** A device that is up to date, and keeps all of `count` letters in INBOX. */
async function open(
  capabilities: Profile['capabilities'] = {},
  count = 6,
  furnish: (there: ServerWithoutSockets, date: number) => void = () => undefined,
): Promise<void> {
  const profile: Profile = {
    name: 'octets',
    capabilities: { 'COMPRESS=DEFLATE': false, IMAP4rev2: false, ...capabilities },
  };
  ({ desk, server } = deskBefore(profile, (there) => {
    for (const name of ['Archive', 'Other']) there.mailbox(name);
  }));
  counted();
  const internalDate = desk.clock.now() - 86_400_000;
  for (let n = 1; n <= count; n++)
    server.mailbox('INBOX').add({ content: letter(n), internalDate: internalDate + n * 1000 });
  furnish(server, internalDate);
  await desk.look();
  await desk.clock.pass(70_000);
  expect(await wholeIn('INBOX')).toBe(count);
}

/** Octets are counted, and may be changed, on their way. */
function counted(): void {
  octets = 0;
  const connect = server.connect.bind(server);
  server.connect = (): Transport => {
    const { bytes, write, close } = connect();
    const edited = (chunk: Uint8Array, edit: typeof says): Uint8Array =>
      edit ? Buffer.from(edit(Buffer.from(chunk).toString('latin1')), 'latin1') : chunk;
    return {
      write: (chunk) => write(edited(chunk, hears)),
      close,
      bytes: (async function* () {
        for await (const chunk of bytes) {
          octets += chunk.length;
          yield edited(chunk, says);
        }
      })(),
    };
  };
}

async function wholeIn(name: string): Promise<number> {
  const { depths } = await desk.store.read(keptQuery((await desk.mailbox(name)).key));
  return depths.filter((depth) => depth === KeptDepth.whole).length;
}

const keysIn = async (name: string): Promise<MessageKey[]> => (await desk.rows(name)).map(({ key }) => key);

/** Every text and attachment that is here is its own message's. */
async function allRight(name: string): Promise<void> {
  const keys = await keysIn(name);
  const descriptors = await desk.store.read(descriptorsQuery(keys));
  for (const key of keys) {
    const n = /\d+/.exec(descriptors.get(key)?.subject ?? '')?.[0];
    const [text, file] = await Promise.all(
      ['1', '2'].map((section) => desk.store.read(partQuery(key, section))),
    );
    if (text) expect(Buffer.from(text.bytes).toString()).toMatch(new RegExp(`^Letter ${n}\\.`));
    if (file) expect(Buffer.from(file.bytes).toString()).toMatch(new RegExp(`^${n} x`));
  }
}

/** Fetches of texts and attachments since then. */
const fetched = (): number => server.count(/UID FETCH .*(?:BODY|BINARY)\.PEEK\[(?!HEADER)/);

function another(...commands: readonly string[]): void {
  const other = server.other();
  for (const command of commands) expect(other.run(command)).toMatch(/^x OK/m);
  other.end();
}

/** What Gmail says, of a server that has EMAILID. */
function asGmail(): void {
  hears = (text) => text.replace(/\bX-GM-MSGID\b/g, 'EMAILID');
  says = (text) =>
    text
      .replace(/\bOBJECTID\b/g, 'X-GM-EXT-1')
      .replace(/EMAILID \(M(\d+)-(\d+)\)/g, (_, box: string, n: string) => `X-GM-MSGID ${box}0000${n}`);
}

const ways: readonly (readonly [string, Profile['capabilities']])[] = [
  ['NOTIFY', {}],
  ['IDLE and STATUS', { NOTIFY: false }],
  ['CONDSTORE', { NOTIFY: false, QRESYNC: false }],
  [
    'nothing of that',
    { NOTIFY: false, QRESYNC: false, CONDSTORE: false, UIDPLUS: false, MOVE: false, IDLE: false },
  ],
];

describe.each(ways)('with %s', (_, capabilities) => {
  it('what another program moved keeps its key, its text and its attachments', async () => {
    await open(capabilities);
    const keys = await keysIn('INBOX');
    server.said.length = 0;
    another('SELECT INBOX', 'UID COPY 2:6 Archive', 'UID STORE 2:6 +FLAGS (\\Deleted)', 'EXPUNGE');
    await desk.clock.pass(130_000);
    expect(await desk.subjects('Archive')).toEqual([2, 3, 4, 5, 6].map((n) => `letter ${n}`));
    expect(await desk.subjects('INBOX')).toEqual(['letter 1']);
    expect(await wholeIn('Archive')).toBe(5);
    await allRight('Archive');
    expect(fetched()).toBe(0);
    expect(await keysIn('Archive')).toEqual(keys.slice(1));
  });

  it('what another program copied is kept without being fetched', async () => {
    await open(capabilities);
    server.said.length = 0;
    another('SELECT INBOX', 'UID COPY 1:6 Archive');
    await desk.clock.pass(130_000);
    expect(await wholeIn('Archive')).toBe(6);
    await allRight('Archive');
    expect(fetched()).toBe(0);
  });
});

it('without identifiers it is fetched, as mail that is new', async () => {
  await open({ OBJECTID: false });
  server.said.length = 0;
  another('SELECT INBOX', 'UID MOVE 2:6 Archive');
  await desk.clock.pass(130_000);
  expect(await wholeIn('Archive')).toBe(5);
  await allRight('Archive');
  expect(fetched()).toBeGreaterThan(0);
  expect(server.count(/EMAILID/)).toBe(0);
});

it('what Gmail shows in INBOX and in All Mail is fetched once, also at first', async () => {
  asGmail();
  await open({}, 6, (there, date) => {
    for (const { content, emailId } of there.mailbox('INBOX').messages) {
      const internalDate =
        date + 1000 * Number(/letter (\d)/.exec(Buffer.from(content.read(0, 400)).toString())?.[1]);
      there.mailbox('Other').add({ content: content.read(0, content.size), internalDate, emailId });
    }
  });
  expect(await wholeIn('Other')).toBe(6);
  await allRight('Other');
  const selected = server.said.findIndex((line) => /SELECT Other/.test(line));
  const since = server.said.slice(selected).filter((line) => /PEEK\[(?!HEADER)/.test(line));
  expect(since).toEqual([]);
  expect(server.count(/UID FETCH 1:6 \(UID EMAILID\)/)).toBe(2);
});

it('the first look asks for no identifiers of mail of which nothing is kept', async () => {
  await open({}, 3, (there, date) => {
    for (let n = 11; n < 40; n++)
      there.mailbox('Other').add({ content: letter(n), internalDate: date - 400 * 86_400_000 });
  });
  expect((await desk.rows('Other')).length).toBe(29);
  expect(server.said.filter((line) => line.includes('EMAILID'))).toEqual([
    expect.stringMatching(/UID FETCH 1:3 \(UID EMAILID\)/),
  ]);
});

it('a server that gives all its mail one identifier, and one date, shows no text with another message', async () => {
  says = (text) =>
    text
      .replace(/EMAILID \(M[^)]+\)/g, 'EMAILID (M1)')
      .replace(/INTERNALDATE "[^"]+"/g, 'INTERNALDATE "22-Nov-2026 10:00:00 +0000"');
  await open({}, 6, (there, date) => there.mailbox('Other').add({ content: letter(9), internalDate: date }));
  another('SELECT INBOX', 'UID MOVE 2:4 Archive');
  another('SELECT INBOX', 'UID STORE 5 +FLAGS (\\Deleted)', 'EXPUNGE');
  server.mailbox('Archive').add({ content: letter(7), internalDate: desk.clock.now() });
  await desk.clock.pass(130_000);
  for (const [name, count] of [
    ['INBOX', 2],
    ['Archive', 4],
    ['Other', 1],
  ] as const) {
    expect(await wholeIn(name), name).toBe(count);
    await allRight(name);
  }
});

it('a server that announces identifiers and refuses them loses nothing', async () => {
  hears = (text) => text.replace(/\bEMAILID\b/g, 'EMAILNO');
  await open();
  server.said.length = 0;
  another('SELECT INBOX', 'UID MOVE 2:6 Archive');
  await desk.clock.pass(130_000);
  expect(await wholeIn('Archive')).toBe(5);
  await allRight('Archive');
  expect(server.count(/EMAILNO/)).toBe(0);
});

it('what is gone for good is forgotten after a few minutes, or when the device starts anew', async () => {
  const waiting = async (): Promise<number> => (await desk.store.read(rowsQuery(JUST_GONE))).length;
  await open();
  const keys = await keysIn('INBOX');
  another('SELECT INBOX', 'UID STORE 1:3 +FLAGS (\\Deleted)', 'EXPUNGE');
  await desk.clock.pass(10_000);
  expect(await waiting()).toBe(3);
  await desk.clock.pass(400_000);
  expect(await waiting()).toBe(0);
  expect((await desk.store.read(descriptorsQuery(keys))).size).toBe(3);
  another('SELECT INBOX', 'UID STORE 4 +FLAGS (\\Deleted)', 'EXPUNGE');
  await desk.clock.pass(10_000);
  expect(await waiting()).toBe(1);
  await desk.stop();
  desk.start({ connect: async () => server.connect() });
  await desk.clock.pass(10_000);
  expect(await waiting()).toBe(0);
  expect((await desk.store.read(descriptorsQuery(keys))).size).toBe(2);
});

it('what an action waits to be done to is gone for it, as ever', async () => {
  await open();
  const [first] = await keysIn('INBOX');
  const { key } = await desk.mailbox('INBOX');
  server.faults.refuse = (command) =>
    command.endsWith('STORE') ? { status: 'NO', code: 'INUSE', text: 'later' } : undefined;
  await desk.act({ kind: 'flag', mailbox: key, messages: [first], add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(5000);
  delete server.faults.refuse;
  another('SELECT INBOX', 'UID MOVE 1 Archive');
  await desk.clock.pass(130_000);
  expect(await desk.actions()).toEqual([]);
  expect(server.find('Archive', 'letter 1').flags.has('\\Flagged')).toBe(false);
  expect(await desk.subjects('Archive')).toEqual(['letter 1']);
  expect(await keysIn('Archive')).not.toContain(first);
  await allRight('Archive');
});

it('what is opened, and is kept with another, is not fetched; nor are its attachments', async () => {
  await open();
  const { key } = await desk.mailbox('Other');
  another('SELECT INBOX', 'UID COPY 1:2 Other');
  await desk.clock.pass(130_000);
  await desk.store.commit([{ kind: 'mode', mailbox: key, mode: 'online' }]);
  await desk.clock.pass(10_000);
  const [one = 0 as MessageKey] = await keysIn('Other');
  expect(await desk.store.read(partQuery(one, '1'))).toBe(undefined);
  server.said.length = 0;
  desk.wish({ mailbox: key, messages: [one], parts: [{ message: one, section: '2' }] });
  await desk.clock.pass(1000);
  for (const section of ['1', '2']) expect(await desk.store.read(partQuery(one, section))).toBeDefined();
  await allRight('Other');
  expect(fetched()).toBe(0);
});

it('a mailbox that is numbered anew keeps the few messages that are left of it, by their identifiers', async () => {
  await open();
  const keys = await keysIn('INBOX');
  const inbox = server.mailbox('INBOX');
  // While nobody listens: two of six are too few to be believed by their marks.
  await desk.stop();
  inbox.expunge(inbox.messages.slice(0, 4));
  inbox.renumber(inbox.uidValidity + 1000);
  server.said.length = 0;
  desk.start({ connect: async () => server.connect() });
  await desk.look();
  await desk.clock.pass(130_000);
  expect(await desk.subjects()).toEqual(['letter 5', 'letter 6']);
  expect(await keysIn('INBOX')).toEqual(keys.slice(4));
  expect(fetched()).toBe(0);
});

it('a hundred messages that another program moves cost a fraction of their octets', async () => {
  const cost: number[] = [];
  for (const OBJECTID of [true, false]) {
    await open({ OBJECTID }, 100);
    octets = 0;
    another('SELECT INBOX', 'UID MOVE 1:100 Archive');
    await desk.clock.pass(130_000);
    expect(await wholeIn('Archive')).toBe(100);
    cost.push(octets);
    if (OBJECTID) await desk.stop();
  }
  const [withIds = 0, without = 0] = cost;
  expect(withIds * 5).toBeLessThan(without);
});

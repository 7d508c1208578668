/** Names and headers in UTF-8, where the server has UTF8=ACCEPT (RFC 6855), and where it does not, or not any more. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CapabilityName, Profile } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;
/** Of the server: what is changed holds for the next connection. */
let capabilities: Partial<Record<CapabilityName, boolean>>;

afterEach(() => desk.stop());

const NAMES = ['Entwürfe & mehr', '日本/東京', 'R&D'];

const ports = () => ({
  connect: async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return server.connect();
  },
  onBug: (error: unknown) => desk.bugs.push(error),
});

async function open(more: Profile['capabilities'] = {}): Promise<void> {
  const clock = { now: () => Date.now() };
  capabilities = { 'COMPRESS=DEFLATE': false, IMAP4rev2: false, ...more };
  server = new ServerWithoutSockets({ name: 'utf8', capabilities }, () => clock.now());
  server.add('INBOX', 'at home');
  for (const name of NAMES) server.add(name, `one in ${name}`, `two in ${name}`);
  desk = new Desk(new ScriptedServer(), ports());
  clock.now = () => desk.clock.now();
  await desk.look();
  await settled();
}

async function settled(): Promise<void> {
  await desk.clock.pass(120_000);
  expect(desk.bugs).toEqual([]);
  expect(await desk.actions()).toEqual([]);
  for (const name of ['INBOX', ...NAMES]) {
    if (!server.account.find(name)) continue;
    expect((await desk.subjects(name)).toSorted(), name).toEqual(server.subjects(name).toSorted());
  }
}

async function again(): Promise<void> {
  await desk.stop();
  server.said.length = 0;
  desk.start(ports());
  desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
}

const keysOf = async (name: string): Promise<number[]> => (await desk.rows(name)).map(({ key }) => key);

it('names that are the same either way are said before ENABLE is answered, others only then', async () => {
  const scripted = new ScriptedServer('INBOX', 'Entw&APw-rfe');
  scripted.capabilities = 'IMAP4rev1 IDLE LITERAL+ ENABLE UTF8=ACCEPT';
  desk = new Desk(scripted);
  await desk.look('Entwürfe');
  await desk.look();
  scripted.dropAll();
  scripted.commands.length = 0;
  // The answer to ENABLE does not come.
  scripted.script = ({ name }) => (name === 'ENABLE' ? '' : undefined);
  await desk.clock.pass(5000);
  expect(scripted.commands.map(({ name }) => name)).toContain('SELECT');
  desk.wish({ mailbox: (await desk.mailbox('Entwürfe')).key });
  scripted.dropAll();
  scripted.commands.length = 0;
  await desk.clock.pass(5000);
  expect(scripted.commands.filter(({ args }) => args.includes('Entw'))).toEqual([]);
});

const OFF = { 'UTF8=ACCEPT': false };

describe.each([
  ['is there', {}],
  ['and nothing else to ENABLE is there', { QRESYNC: false, CONDSTORE: false }],
  ['is not there', OFF],
] as const)('where UTF8=ACCEPT %s', (_, more) => {
  const enabled = more !== OFF;

  it('what a person does in mailboxes of any name is done in those', async () => {
    await open(more);
    await again();
    // First of all on the connection for actions: nothing is named before it is known how.
    const { key: from } = await desk.mailbox(NAMES[0]!);
    const { key: to } = await desk.mailbox(NAMES[1]!);
    const [message] = await keysOf(NAMES[0]!);
    await desk.act({ kind: 'move', from, to, messages: [message] });
    const made = (await desk.store.allocate(1)) as number;
    await desk.act({
      kind: 'create-mailbox',
      mailbox: made,
      name: 'Größe & Co',
      delimiter: '/',
      role: undefined,
    });
    await desk.act({
      kind: 'rename-mailbox',
      mailbox: (await desk.mailbox(NAMES[2]!)).key,
      name: 'F&E für alle',
    });
    await settled();
    expect(server.subjects(NAMES[0]!)).toEqual([`two in ${NAMES[0]}`]);
    expect(server.subjects(NAMES[1]!)).toHaveLength(3);
    expect((await desk.mailbox('Größe & Co')).key).toBe(made);
    expect(server.account.find('Größe & Co')).toBeDefined();
    expect(server.subjects('F&E für alle')).toEqual(['one in R&D', 'two in R&D']);
    expect(await desk.subjects('F&E für alle')).toEqual(server.subjects('F&E für alle'));
  });

  it('a message to an internationalised address is filed as it was written', async () => {
    await open(more);
    const { key: mailbox } = await desk.mailbox(NAMES[0]!);
    const header = 'To: jörg@exämple.de\r\nSubject: Grüße\r\nMessage-ID: <utf8@x>\r\n';
    const bytes = new TextEncoder().encode(`${header}\r\nText.\r\n`);
    await desk.act({ kind: 'upload', mailbox, messageId: '<utf8@x>', flags: [], date: 0 }, bytes);
    await settled();
    const filed = server.find(NAMES[0]!, 'Grüße').content;
    expect(Buffer.from(filed.read(0, filed.size))).toEqual(Buffer.from(bytes));
    expect(server.count(/APPEND .*UTF8 \(/) > 0).toBe(enabled);
  });
});

it.each([
  ['comes', OFF, {}],
  ['goes', {}, OFF],
])('mailboxes and their mail stay what they are when UTF8=ACCEPT %s', async (_, before, after) => {
  await open(before);
  const keys = await Promise.all(
    NAMES.map(async (name) => [(await desk.mailbox(name)).key, await keysOf(name)]),
  );
  for (const name of Object.keys(OFF)) delete capabilities[name as CapabilityName];
  Object.assign(capabilities, after);
  await again();
  server.add(NAMES[0]!, 'three');
  await settled();
  const now = await Promise.all(
    NAMES.map(async (name) => [(await desk.mailbox(name)).key, await keysOf(name)]),
  );
  expect(now[0]![0]).toBe(keys[0]![0]);
  expect((now[0]![1] as number[]).slice(0, 2)).toEqual(keys[0]![1]);
  expect(now.slice(1)).toEqual(keys.slice(1));
});

it('a server that announces the form for UTF-8 headers and refuses it (Courier) is given the message as it is', async () => {
  await open();
  let refused = 0;
  server.faults.refuse = (command) =>
    command === 'APPEND' && refused++ === 0 ? { status: 'NO', text: 'not in that form' } : undefined;
  const { key: mailbox } = await desk.mailbox('INBOX');
  const bytes = new TextEncoder().encode('Subject: Grüße\r\nMessage-ID: <utf8@x>\r\n\r\nText.\r\n');
  await desk.act({ kind: 'upload', mailbox, messageId: '<utf8@x>', flags: [], date: 0 }, bytes);
  await settled();
  expect(server.subjects('INBOX')).toEqual(['at home', 'Grüße']);
  expect(server.said.filter((line) => line.includes('APPEND')).at(-1)).not.toContain('UTF8');
});

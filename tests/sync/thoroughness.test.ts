import { afterEach, describe, expect, it } from 'vitest';
import { partQuery, rowAt, rowsQuery } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

let desks: Desk[] = [];

afterEach(async () => {
  for (const desk of desks) await desk.stop();
  desks = [];
});

function open(server: ScriptedServer): Desk {
  const desk = new Desk(server);
  desks.push(desk);
  return desk;
}

const plain = (): ScriptedServer => new ScriptedServer();
function condstore(): ScriptedServer {
  const server = new ScriptedServer();
  server.capabilities += ' CONDSTORE ENABLE';
  server.edit = (text) => (text.includes('[UIDNEXT') ? `${text}* OK [HIGHESTMODSEQ 50] ok\r\n` : text);
  return server;
}

/** What the store has: UIDs with their flags. */
async function truth(desk: Desk): Promise<string[]> {
  const rows = await desk.store.read(rowsQuery((await desk.mailbox('INBOX')).key));
  return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i))
    .map(({ uid, flags }) => `${uid} ${flags.toSorted().join(' ')}`)
    .toSorted();
}

const texts = async (desk: Desk): Promise<number> => {
  const parts = await Promise.all((await desk.rows()).map(({ key }) => desk.store.read(partQuery(key, '1'))));
  return parts.filter(Boolean).length;
};

const fetches = (server: ScriptedServer): string[] => server.named('UID FETCH').map(({ args }) => args);

it('descriptors alone (RFC 4549 §4.4): no text but what is asked for, until all is wanted', async () => {
  const server = plain();
  for (let i = 1; i <= 5; i++) server.add('INBOX', `letter ${i}`);
  const desk = open(server);
  desk.wish({ thoroughness: 'descriptors' });
  await desk.clock.pass(1000);
  const { key: mailbox } = await desk.mailbox('INBOX');
  desk.wish({ mailbox, thoroughness: 'descriptors' });
  await desk.clock.pass(120_000);
  expect(await desk.subjects()).toHaveLength(5);
  expect((await desk.mailbox('INBOX')).sync.at).toBeGreaterThan(0);
  expect(fetches(server).filter((args) => args.includes('BODY.PEEK[1]'))).toEqual([]);
  const [first] = await desk.rows();
  desk.wish({ mailbox, messages: [first!.key], thoroughness: 'descriptors' });
  await desk.clock.pass(1000);
  expect(await texts(desk)).toBe(1);
  desk.wish({ mailbox });
  await desk.clock.pass(1000);
  expect(await texts(desk)).toBe(5);
});

describe.each([
  ['plain', plain],
  ['CONDSTORE', condstore],
])('new mail only (RFC 4549 §4.5), %s', (_, make) => {
  it('asks for nothing that is known, and leaves to a later look what became of it', async () => {
    const server = make();
    for (let i = 1; i <= 20; i++) server.add('INBOX', `letter ${i}`);
    const desk = open(server);
    await desk.look();
    await desk.clock.pass(5000);
    await desk.stop();
    const before = (await desk.mailbox('INBOX')).sync;

    const box = server.mailboxes.get('INBOX')!;
    for (const message of box.messages.slice(0, 5)) message.flags.push('\\Flagged');
    box.messages.splice(8, 2);
    server.add('INBOX', 'new one');
    server.add('INBOX', 'new two');
    server.edit = (text) =>
      text.includes('[UIDNEXT') && make === condstore ? `${text}* OK [HIGHESTMODSEQ 60] ok\r\n` : text;
    server.commands.length = 0;
    desk.start();
    desk.wish({ thoroughness: 'new' });
    await desk.clock.pass(0);
    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key, thoroughness: 'new' });
    await desk.clock.pass(120_000);
    expect(fetches(server).map((args) => args.split(' ')[0])).toEqual(['21:*']);
    expect(server.named('UID SEARCH')).toEqual([]);
    const hasty = await truth(desk);
    expect(hasty).toContain('22 ');
    expect(hasty).toContain('1 ');
    const after = (await desk.mailbox('INBOX')).sync;
    expect([after.at, after.highestModSeq]).toEqual([before.at, before.highestModSeq]);

    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
    await desk.clock.pass(5000);
    const fresh = open(server);
    await fresh.look();
    await fresh.clock.pass(5000);
    expect(await truth(desk)).toEqual(await truth(fresh));
    expect(await truth(desk)).toContain('1 \\Flagged');
    expect(await truth(desk)).toHaveLength(20);
  });

  it('brings of a mailbox never seen what came last, and the rest when there is time', async () => {
    const server = make();
    for (let i = 1; i <= 300; i++) server.add('INBOX', `letter ${i}`);
    const desk = open(server);
    desk.wish({ thoroughness: 'new' });
    await desk.clock.pass(1000);
    const { key: mailbox } = await desk.mailbox('INBOX');
    desk.wish({ mailbox, thoroughness: 'new' });
    await desk.clock.pass(120_000);
    expect(await truth(desk)).toHaveLength(60);
    server.add('INBOX', 'new');
    await desk.clock.pass(1000);
    expect(await truth(desk)).toHaveLength(61);
    desk.wish({ mailbox });
    await desk.clock.pass(5000);
    expect(await truth(desk)).toHaveLength(301);
  });
});

it('new mail does not wait for the old, while a mailbox is looked at for the first time', async () => {
  const server = plain();
  for (let i = 1; i <= 4000; i++) server.add('INBOX', `letter ${i}`);
  const desk = open(server);
  server.edit = (text) => {
    if (!/^\S+ OK/m.test(text) || server.named('UID FETCH').length !== 2) return text;
    server.edit = (rest) => rest;
    server.add('INBOX', 'new');
    return `* 4001 EXISTS\r\n${text}`;
  };
  await desk.look();
  await desk.clock.pass(20_000);
  expect(await truth(desk)).toHaveLength(4001);
  const sets = fetches(server)
    .filter((args) => args.includes('ENVELOPE'))
    .map((args) => args.split(' ')[0]!);
  const at = sets.findIndex((set) => set.startsWith('4001:'));
  expect(at).toBeGreaterThan(0);
  expect(sets.slice(at + 1).length).toBeGreaterThan(1);
});

import { afterEach, expect, it } from 'vitest';
import {
  actionsQuery,
  descriptorsQuery,
  MemoryStore,
  outgoingQuery,
  partQuery,
  ROOM_SETTING,
  withRoom,
} from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { ENDLESS_ROOM } from '../../packages/protocol/src/sync/keep.ts';
import { DESCRIPTOR_OCTETS } from '../../packages/protocol/src/sync/kept.ts';
import { scarceStore } from '../../packages/protocol/src/sync/scarce-store.ts';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

let desk: Desk | undefined;

afterEach(() => desk?.stop());

const KB = 1024;

/** A device with so much room, and mail of 10 KB a day. */
async function begin(messages: number, quota: number) {
  const server = new ScriptedServer();
  for (let i = 0; i < messages; i++) {
    const day = String((i % 28) + 1).padStart(2, '0');
    const month = ['May', 'Jun', 'Jul'][Math.floor(i / 28)] ?? 'Jul';
    const date = `${day}-${month}-2026 01:00:00 +0000`;
    server.add('INBOX', `letter ${i}`, { text: 'x'.repeat(10 * KB), date });
  }
  const memory = new MemoryStore();
  const scarce = scarceStore(memory, quota);
  const mine = new Desk(server, { store: withRoom(scarce) });
  // What the desk reads is the same store.
  Object.assign(mine, { store: memory });
  desk = mine;
  await mine.look();
  await mine.clock.pass(120_000);
  return { server, mine, memory, scarce };
}

async function kept(mine: Desk): Promise<string> {
  const rows = (await mine.rows()).toSorted((a, b) => a.uid - b.uid);
  const parts = await Promise.all(rows.map(({ key }) => mine.store.read(partQuery(key, '1'))));
  return parts.map((part) => (part ? 'x' : '.')).join('');
}

it('a device with little room has all the list, the newest texts, and comes to rest', async () => {
  const { server, mine, scarce } = await begin(60, 400 * KB);
  expect(scarce.refused).toBeGreaterThan(0);
  expect(await mine.rows()).toHaveLength(60);
  expect(await kept(mine)).toMatch(/^\.{20}.{20}x{20}$/);
  expect(mine.status.connection).toBe('online');
  const commands = server.named('UID FETCH').length;
  await mine.clock.pass(600_000);
  expect(server.named('UID FETCH').length).toBe(commands);
  expect(mine.bugs).toEqual([]);

  server.add('INBOX', 'new', { text: 'x'.repeat(20 * KB), date: '15-Jul-2026 01:00:00 +0000' });
  await mine.clock.pass(20_000);
  expect(await kept(mine)).toMatch(/^\.{20}.{21}x{20}$/);
});

it.each([
  ['asks to try again', undefined],
  ['has made some', { ...ENDLESS_ROOM, texts: 1 }],
])('what there is no room for comes as soon as the person %s', async (_, value) => {
  // Room for the list, and for nothing that could make room.
  const { mine, scarce, memory } = await begin(60, 60 * DESCRIPTOR_OCTETS + 5 * KB);
  expect(await kept(mine)).toBe('.'.repeat(60));
  scarce.quota = 1024 * KB;
  await memory.commit([{ kind: 'setting', name: ROOM_SETTING, value }]);
  await mine.clock.pass(30_000);
  expect(await kept(mine)).toBe('x'.repeat(60));
});

it('the list that there was no room for comes at once as well', async () => {
  const { mine, memory, scarce } = await begin(10, KB);
  await mine.clock.pass(300_000);
  expect(await mine.rows()).toHaveLength(0);
  expect(mine.status).toMatchObject({ connection: 'waiting', problem: { reason: 'storage' } });
  scarce.quota = 4000 * KB;
  await memory.commit([{ kind: 'setting', name: ROOM_SETTING, value: undefined }]);
  await mine.clock.pass(1000);
  expect(await mine.rows()).toHaveLength(10);
  expect(mine.status.connection).toBe('online');
});

it('what an action names stays, however old, and so does what is to be sent', async () => {
  const { server, mine, memory, scarce } = await begin(30, 4000 * KB);
  expect(await kept(mine)).toBe('x'.repeat(30));
  server.script = ({ name, tag }) => (name === 'UID STORE' ? `${tag} NO [INUSE] later\r\n` : undefined);
  const [first, second] = (await mine.rows()).toSorted((a, b) => a.uid - b.uid);
  await mine.stop();
  await mine.act({
    kind: 'flag',
    mailbox: first!.mailbox,
    messages: [first!.key],
    add: ['\\Flagged'],
    remove: [],
  });
  scarce.quota = 300 * KB;
  const store = withRoom(scarce);
  const bytes = new Uint8Array(150 * KB);
  await store.commit([{ kind: 'outgoing', outgoing: { id: 'mine', bytes } }]);
  expect((await memory.read(outgoingQuery('mine')))?.bytes.length).toBe(150 * KB);
  expect(await memory.read(partQuery(first!.key, '1'))).toBeDefined();
  expect(await memory.read(partQuery(second!.key, '1'))).toBeUndefined();
  expect(await memory.read(actionsQuery())).toHaveLength(1);
  mine.start({ store });
});

it('descriptors that had to go come back to whoever looks at their rows, or opens them', async () => {
  const { mine, memory } = await begin(5, 4000 * KB);
  const keys = (await mine.rows()).map(({ key }) => key);
  const mailbox = (await mine.rows())[0]!.mailbox;
  const described = async (some: readonly MessageKey[]): Promise<number> =>
    (await memory.read(descriptorsQuery(some))).size;
  await memory.commit([{ kind: 'evicted', what: 'descriptors', keys }]);
  expect(await described(keys)).toBe(0);
  mine.wish({ mailbox, previews: keys.slice(0, 2) });
  await mine.clock.pass(1000);
  expect(await described(keys.slice(0, 2))).toBe(2);
  expect(await described(keys)).toBe(2);
  const [last] = keys.slice(-1);
  mine.wish({ mailbox, messages: [last!] });
  await mine.clock.pass(1000);
  expect(await described([last!])).toBe(1);
  expect(await memory.read(partQuery(last!, '1'))).toBeDefined();
  expect(mine.notes.filter(({ note }) => note === 'unavailable')).toEqual([]);
});

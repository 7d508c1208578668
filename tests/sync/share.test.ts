import { afterEach, expect, it } from 'vitest';
import { partQuery, ROOM_SETTING, settingQuery, sizesQuery } from '@postern/protocol/sync';
import type { Room } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

let desk: Desk | undefined;

afterEach(() => desk?.stop());

const KB = 1024;
const dated = (day: number): string => `${String(day).padStart(2, '0')}-Jul-2026 02:44:25 +0000`;

it('keeps no more ahead than a share of the room there is, and the newest of it', async () => {
  const server = new ScriptedServer();
  for (let day = 1; day <= 14; day++)
    server.add('INBOX', `letter ${day}`, { text: 'x'.repeat(50 * KB), date: dated(day) });
  const quota = 500 * KB;
  const usage = async (): Promise<number> => {
    const sizes = await desk!.store.read(sizesQuery());
    return sizes.reduce((sum, { texts }) => sum + texts, 0);
  };
  const mine = new Desk(server, { storage: async () => ({ usage: await usage(), quota }) });
  desk = mine;
  await mine.look();
  await mine.clock.pass(2 * 3600_000);
  const left = async (): Promise<string> => {
    const parts = await Promise.all(
      (await mine.rows()).map(({ key }) => mine.store.read(partQuery(key, '1'))),
    );
    return parts.map((part) => (part ? 'x' : '.')).join('');
  };
  // Room was made once, down to 0.7 of 500: seven letters.
  expect(await left()).toBe('.......xxxxxxx');
  const room = await mine.store.read(settingQuery<Room>(ROOM_SETTING));
  expect(room?.texts).toBe(Date.UTC(2026, 6, 7, 2, 44, 25) / 1000);

  // What comes is kept all the same, and what was opened: what was used longest ago makes room for it.
  server.add('INBOX', 'new', { text: 'x'.repeat(10 * KB) });
  await mine.clock.pass(60_000);
  expect(await left()).toBe('.......xxxxxxxx');
  const [first] = await mine.rows();
  mine.wish({ mailbox: first!.mailbox, messages: [first!.key] });
  await mine.clock.pass(1000);
  expect(await left()).toBe('x........xxxxxx');

  // Asked to try again, or for other mail, it does.
  await mine.store.commit([{ kind: 'mode', mailbox: first!.mailbox, mode: 'offline' }]);
  await mine.clock.pass(60_000);
  expect((await left()).replaceAll('.', '').length).toBeGreaterThan(7);
});

it('asks the browser at once how much room there is when the person wants it tried again', async () => {
  const server = new ScriptedServer();
  for (let day = 1; day <= 3; day++)
    server.add('INBOX', `letter ${day}`, { text: 'x'.repeat(50 * KB), date: dated(day) });
  const device = { usage: 90 * KB, quota: 100 * KB };
  const mine = new Desk(server, { storage: () => Promise.resolve({ ...device }) });
  desk = mine;
  await mine.look();
  await mine.clock.pass(600_000);
  const parts = async (): Promise<number> => {
    const all = await Promise.all((await mine.rows()).map(({ key }) => mine.store.read(partQuery(key, '1'))));
    return all.filter((part) => part !== undefined).length;
  };
  expect(await parts()).toBe(0);
  device.quota = 1000 * KB;
  await mine.store.commit([{ kind: 'setting', name: ROOM_SETTING, value: undefined }]);
  await mine.clock.pass(5000);
  expect(await parts()).toBe(3);
});

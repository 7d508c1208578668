/** How full the account is on its server (RFC 9208): asked for when nobody waits, known without a network. */
import { afterEach, expect, it } from 'vitest';
import type { CapabilityName } from '@postern/mailserver';
import type { Transport } from '@postern/protocol/port';
import { QUOTA_SETTING, quotaOf, settingQuery } from '@postern/protocol/sync';
import type { AccountQuota } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { draft } from './scripted-desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;
const transports: Transport[] = [];

afterEach(() => desk.stop());

const MINUTE = 60_000;

async function open(limit: { storage?: number; messages?: number }, ...off: CapabilityName[]): Promise<void> {
  const clock = { now: () => Date.now() };
  const capabilities = Object.fromEntries(off.map((name) => [name, false]));
  server = new ServerWithoutSockets({ name: 'limited', capabilities }, () => clock.now());
  for (let i = 1; i <= 8; i++) server.add('INBOX', `letter ${i}`);
  server.account.quota = limit;
  desk = new Desk(new ScriptedServer(), {
    connect: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const transport = server.connect();
      transports.push(transport);
      return transport;
    },
  });
  clock.now = () => desk.clock.now();
  await desk.look();
  await desk.clock.pass(5000);
}

const known = async (): Promise<AccountQuota | undefined> =>
  quotaOf(await desk.store.read(settingQuery<unknown>(QUOTA_SETTING)));
const asked = (): number => server.count(/GETQUOTAROOT/);

it('is known behind everything else, and asked for again every ten minutes, whatever becomes of connections', async () => {
  await open({ storage: 2000, messages: 100 });
  expect(await known()).toMatchObject({
    storage: { used: 1024, limit: 2_048_000 },
    messages: { used: 8, limit: 100 },
  });
  expect(asked()).toBe(1);
  const at = server.said.findIndex((line) => line.includes('GETQUOTAROOT'));
  expect(server.said.slice(0, at).some((line) => line.includes('UID FETCH'))).toBe(true);
  for (let turn = 0; turn < 3; turn++) {
    for (const transport of transports.splice(0)) transport.close();
    await desk.clock.pass(2 * MINUTE);
  }
  expect(asked()).toBe(1);
  await desk.clock.pass(25 * MINUTE);
  expect(asked()).toBe(4);
  // What is known stays known, with its age.
  const { at: said } = (await known())!;
  await desk.stop();
  await desk.clock.pass(60 * MINUTE);
  expect((await known())?.at).toBe(said);
  desk.start();
});

it('is asked for more often where little room is left, and at once when something goes', async () => {
  await open({ messages: 8 });
  expect(asked()).toBe(1);
  await desk.clock.pass(2 * MINUTE);
  expect(asked()).toBe(2);
  const [row] = await desk.rows();
  await desk.act({ kind: 'expunge', mailbox: row!.mailbox, messages: [row!.key] });
  await desk.clock.pass(2000);
  expect(asked()).toBe(3);
  expect(await known()).toMatchObject({ messages: { used: 7, limit: 8 } });
  expect(await desk.actions()).toEqual([]);
});

it('is asked for at once when something is refused for want of room, which goes through once there is some', async () => {
  await open({ messages: 100 });
  server.account.quota = { messages: 8 };
  const { key: mailbox } = await desk.mailbox('INBOX');
  const upload = { kind: 'upload', mailbox, messageId: '<more@postern.example>', flags: [], date: 0 };
  await desk.act(upload, draft('more'));
  await desk.clock.pass(2000);
  const [refused] = await desk.actions();
  expect(refused?.state).toMatchObject({ name: 'failed', reason: 'quota' });
  expect(await known()).toMatchObject({ messages: { used: 8, limit: 8 } });
  server.account.quota = {};
  await desk.store.commit([{ kind: 'action', action: { ...refused!, state: { name: 'waiting' } } }]);
  await desk.clock.pass(5000);
  expect(await desk.actions()).toEqual([]);
  expect(server.subjects('INBOX')).toContain('more');
  await desk.clock.pass(3 * MINUTE);
  expect(await known()).toBeUndefined();
});

it('is nothing where the server has no quotas (any more)', async () => {
  await open({ messages: 9 });
  expect(await known()).toBeDefined();
  await desk.stop();
  await open({ messages: 9 }, 'QUOTA');
  expect(asked()).toBe(0);
  await desk.store.commit([
    { kind: 'setting', name: QUOTA_SETTING, value: { at: 1, messages: { used: 1, limit: 1 } } },
  ]);
  await desk.clock.pass(70 * MINUTE);
  expect(await known()).toBeUndefined();
});

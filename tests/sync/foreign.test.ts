/** Which mailboxes are not the person's own (RFC 2342): asked for where there may be any, when nobody waits, and once. */
import { afterEach, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { NAMESPACES_SETTING, namespacesOf, settingQuery } from '@postern/protocol/sync';
import type { KnownNamespaces } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;

afterEach(() => desk.stop());

const foreign = { others: 'user/', shared: 'Public/' };

async function open(profile: Omit<Profile, 'name'>, ...mailboxes: readonly string[]): Promise<void> {
  const clock = { now: () => Date.now() };
  server = new ServerWithoutSockets({ name: 'shared', ...profile }, () => clock.now());
  for (const name of mailboxes) server.account.create(name);
  server.add('INBOX', 'letter');
  desk = new Desk(new ScriptedServer(), {
    connect: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return server.connect();
    },
  });
  clock.now = () => desk.clock.now();
  await desk.look();
  await desk.clock.pass(5000);
}

const known = async (): Promise<KnownNamespaces | undefined> =>
  namespacesOf(await desk.store.read(settingQuery<unknown>(NAMESPACES_SETTING)));
const asked = (): number => server.count(/NAMESPACE/);

it('is known behind everything else, and asked for once', async () => {
  await open({ foreign }, 'user/grace', 'Public/Team');
  expect(await known()).toEqual({ personal: [''], others: ['user/'], shared: ['Public/'] });
  const at = server.said.findIndex((line) => line.includes('NAMESPACE'));
  expect(server.said.slice(at).filter((line) => /FETCH|LIST/.test(line))).toEqual([]);
  await desk.clock.pass(3 * 60 * 60_000);
  expect(asked()).toBe(1);
});

it('is not asked for where all is the person’s, nor of a server without namespaces', async () => {
  await open({ foreign }, 'Projects', 'Projects/2024');
  expect(asked()).toBe(0);
  await desk.stop();
  await open({ foreign, capabilities: { NAMESPACE: false } }, 'user/grace');
  expect(asked()).toBe(0);
  expect(await known()).toBeUndefined();
});

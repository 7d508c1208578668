import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { descriptorsQuery } from '@postern/protocol/sync';
import type { EnginePorts } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { FragileWire, MortalStore } from './dying.ts';
import { farAway } from './far-server.ts';
import type { Way } from './far-server.ts';
import { ScriptedServer } from './scripted-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** Older mail of a large mailbox from a server that is far away: windows of it are asked for before those above them are here. */
let desk: Desk;
let server: ServerWithoutSockets;
let wire: FragileWire;
const way: Way = { roundTrip: 0 };

const HOUR = 3600_000;

afterEach(() => desk.stop());

/** A device that has nothing yet, and a mailbox of so many messages. Nothing has happened. */
async function open(messages: number, profile: Profile = quiet({}, false), at: Way = { roundTrip: 200 }) {
  const clock = { now: () => Date.now() };
  delete way.rate;
  Object.assign(way, at);
  server = new ServerWithoutSockets(profile, () => clock.now());
  server.add('INBOX', ...Array.from({ length: messages }, (_, i) => `letter ${i + 1}`));
  wire = new FragileWire();
  desk = new Desk(new ScriptedServer(), { connect, onBug: (error) => desk.bugs.push(error) });
  clock.now = () => desk.clock.now();
}

const connect: EnginePorts['connect'] = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return farAway(wire.carry(server.connect()), desk.clock, way);
};

const isWhole = async (): Promise<boolean> =>
  (await desk.mailbox('INBOX').catch(() => undefined))?.sync.from === 1 && (await desk.rows()).length > 100;

/** Milliseconds until it is whole. */
async function untilWhole(): Promise<number> {
  const began = desk.clock.now();
  while (!(await isWhole())) {
    expect(desk.clock.now() - began).toBeLessThan(HOUR);
    await desk.clock.pass(50);
  }
  return desk.clock.now() - began;
}

/** Windows of descriptors, as they were asked for. */
const windows = (): [number, number][] =>
  server.said.flatMap((line) => {
    const set = /UID FETCH (\d+):(\d+) \(.*ENVELOPE/.exec(line);
    return set ? [[Number(set[1]), Number(set[2])] as [number, number]] : [];
  });

/** All of the mailbox is here, each message once. */
async function expectAll(): Promise<void> {
  const here = (await desk.rows()).map(({ uid }) => Number(uid)).toSorted((a, b) => a - b);
  const there = server.mailbox('INBOX').messages.map(({ uid }) => uid);
  expect(here).toEqual(there);
  expect(desk.bugs).toEqual([]);
}

describe('windows of older mail', () => {
  it('cost few round trips: several are on their way at once', async () => {
    await open(8000);
    const took = await untilWhole();
    await expectAll();
    expect(windows().length).toBeGreaterThan(8);
    // SELECT, the newest; then a few until it is known how quickly they come.
    expect(took / way.roundTrip).toBeLessThan(7);
  });

  it('and all else that is asked first cost three round trips where the mailbox is small, however many UIDs it has', async () => {
    const { capabilities, ...profile } = quiet({}, false);
    await open(2500, { ...profile, capabilities: { ...capabilities, 'MAILBOX-REFERRALS': false } });
    const gone = server.mailbox('INBOX').messages.filter(({ uid }) => uid < 1500);
    server.mailbox('INBOX').expunge(gone);
    server.mailbox('Sent');
    server.other().run('SUBSCRIBE Sent');
    const took = await untilWhole();
    await expectAll();
    expect(took / way.roundTrip).toBeLessThan(4);
    const names = server.said.flatMap((line) => /^\S+ (LIST|LSUB|UID FETCH|SELECT)/.exec(line)?.[1] ?? []);
    // The list of mailboxes goes with the newest, and tells what is subscribed to.
    expect(names.slice(0, 4)).toEqual(['SELECT', 'UID FETCH', 'UID FETCH', 'LIST']);
    expect(names).not.toContain('LSUB');
    expect((await desk.mailbox('Sent')).subscribed).toBe(true);
  });

  it('leave a person who scrolls to the last year waiting for no more than is on its way, and that is little', async () => {
    await open(8000, quiet({}, false), { roundTrip: 300, rate: 500 });
    await desk.clock.pass(3500);
    const mailbox = await desk.mailbox('INBOX');
    expect(mailbox.sync.from).toBeGreaterThan(1000);
    const before = windows().length;
    expect(before).toBeGreaterThan(3);
    desk.wish({ mailbox: mailbox.key, around: { position: 7700 } });
    const wished = desk.clock.now();
    const there = async (): Promise<boolean> => (await desk.rows()).some(({ uid }) => uid === 300);
    while (!(await there())) await desk.clock.pass(10);
    // The windows that were asked for, and the way there and back.
    expect(desk.clock.now() - wished).toBeLessThan(1500 + way.roundTrip);
    // One may have been under way to the server.
    const at = windows().findIndex(([first, last]) => first <= 300 && last >= 300);
    expect(at - before).toBeLessThanOrEqual(1);
    await untilWhole();
    await expectAll();
  });

  it('are no more than two where the network is dear', async () => {
    await open(4000, quiet({}, false), { roundTrip: 1000 });
    desk.wish({ thoroughness: 'descriptors' });
    let most = 0;
    while (!(await isWhole())) {
      await desk.clock.pass(50);
      const from = (await desk.mailbox('INBOX').catch(() => undefined))?.sync.from ?? 0;
      most = Math.max(most, windows().filter(([first]) => first < from).length);
    }
    expect(most).toBe(2);
    await expectAll();
  });

  it.each([
    ['takes few messages at a time (RFC 9738)', { ...quiet({}, false), messageLimit: 150 }],
    ['refuses a window of which something went', quiet({ fetch: 'no' }, true)],
    ['gives nothing of what went', quiet({ fetch: 'nil' }, false)],
  ] as const)('bring all where the server %s', async (_, profile) => {
    await open(3500, profile);
    const other = server.other();
    other.run('SELECT INBOX');
    for (const subject of [1, 2, 3, 4]) {
      server.when(/UID FETCH 2\d{3}:/, () => {
        const gone = [2500 + subject, 1500 + subject, 500 + subject].map((n) => `letter ${n}`);
        server.expunge('INBOX', ...gone);
      });
      await desk.clock.pass(400);
    }
    await untilWhole();
    await desk.clock.pass(120_000);
    await expectAll();
    expect(server.mailbox('INBOX').messages.length).toBeLessThan(3500);
  });

  it('are missing nowhere after the connection was cut in the middle of any of them', async () => {
    await open(2600, quiet({}, false), { roundTrip: 400 });
    await untilWhole();
    const { octets } = wire;
    const { connections } = server;
    await desk.stop();
    for (let cut = 1; cut <= 9; cut++) {
      await open(2600, quiet({}, false), { roundTrip: 400 });
      wire.cutAfter = Math.round((octets * cut) / 10);
      await untilWhole();
      await expectAll();
      expect(server.connections).toBeGreaterThan(connections);
      await desk.stop();
    }
  });

  it.each([true, false])('are missing nowhere after a kill at any commit, kept: %s', async (kept) => {
    const begin = async (doomed?: number): Promise<MortalStore> => {
      await open(2600, quiet({}, false), { roundTrip: 400 });
      await desk.stop();
      const store = new MortalStore(desk.store, () => undefined);
      if (doomed !== undefined) store.doom(doomed, kept);
      desk.start({ store, connect });
      return store;
    };
    const uncut = await begin();
    await untilWhole();
    await desk.stop();
    expect(uncut.commits).toBeGreaterThan(8);
    for (let commit = 1; commit <= uncut.commits; commit++) {
      const store = await begin(commit);
      await desk.clock.pass(20_000);
      expect(store.isDead).toBe(true);
      desk.start({ connect });
      await untilWhole();
      await expectAll();
      await desk.stop();
    }
  });

  it('leave the first words of rows on screen waiting no longer', async () => {
    await open(8000, quiet({}, false), { roundTrip: 300, rate: 500 });
    await desk.clock.pass(2000);
    const { key: mailbox } = await desk.mailbox('INBOX');
    desk.wish({ mailbox });
    await desk.clock.pass(2000);
    expect((await desk.mailbox('INBOX')).sync.from).toBeGreaterThan(1000);
    const rows = (await desk.rows()).slice(-5);
    const previews = rows.map(({ key }) => key);
    desk.wish({ mailbox, previews });
    const wished = desk.clock.now();
    const words = async (): Promise<boolean> => {
      const found = await desk.store.read(descriptorsQuery(previews));
      return previews.every((key) => found.get(key)?.preview !== undefined);
    };
    while (!(await words())) await desk.clock.pass(10);
    expect(desk.clock.now() - wished).toBeLessThan(1500 + way.roundTrip);
    await untilWhole();
    await expectAll();
  });

  it('say how far they have come, while they come', async () => {
    await open(8000, quiet({}, false), { roundTrip: 300, rate: 500 });
    await untilWhole();
    const told = desk.notes.flatMap((note) => (note.note === 'status' ? (note.status.progress ?? []) : []));
    expect(told.length).toBeGreaterThan(4);
    expect(told.every(({ total }) => total === 8000)).toBe(true);
    const done = told.map((each) => each.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(6500);
  });
});

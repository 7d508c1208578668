import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { STOPPED_SETTING } from '@postern/protocol/sync';
import type { Around, EnginePorts } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { farAway } from './far-server.ts';
import { ScriptedServer } from './scripted-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** Older mail of a large mailbox that the person stops, and what still comes of it. */
let desk: Desk;
let server: ServerWithoutSockets;

const MESSAGES = 8000;

const profiles: readonly (readonly [string, Profile])[] = [
  ['has every extension', quiet({}, false)],
  ['has few', quiet({}, true)],
  ['takes few messages at a time', { ...quiet({}, false), messageLimit: 150 }],
];

afterEach(() => desk.stop());

const connect: EnginePorts['connect'] = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return farAway(server.connect(), desk.clock, { roundTrip: 200, rate: 500 });
};

/** A device that has nothing yet, before a mailbox of so many messages. */
function open(profile: Profile, messages = MESSAGES): void {
  const clock = { now: () => Date.now() };
  server = new ServerWithoutSockets(profile, () => clock.now());
  server.add('INBOX', ...Array.from({ length: messages }, (_, i) => `letter ${i + 1}`));
  desk = new Desk(new ScriptedServer(), { connect, onBug: (error) => desk.bugs.push(error) });
  clock.now = () => desk.clock.now();
}

const from = async (): Promise<number> => (await desk.mailbox('INBOX')).sync.from;

/** All that is on its way comes. */
const rest = (): Promise<void> => desk.clock.pass(20_000);

/** The person stops it, or wants it again. */
async function stop(...mailboxes: readonly number[]): Promise<void> {
  await desk.store.commit([{ kind: 'setting', name: STOPPED_SETTING, value: mailboxes }]);
}

/** On screen, stopped when some of it is here. */
async function openStopped(profile: Profile, messages = MESSAGES): Promise<number> {
  open(profile, messages);
  while (!(await from().catch(() => 0))) await desk.clock.pass(50);
  const { key } = await desk.mailbox('INBOX');
  desk.wish({ mailbox: key });
  await desk.clock.pass(1500);
  await stop(key);
  await rest();
  expect(await from()).toBeGreaterThan(1);
  return key;
}

async function scroll(around: Around): Promise<void> {
  desk.wish({ mailbox: (await desk.mailbox('INBOX')).key, around });
  await rest();
}

const uids = async (): Promise<number[]> =>
  (await desk.rows()).map(({ uid }) => Number(uid)).toSorted((a, b) => a - b);

const there = (first = 1): number[] =>
  server.mailbox('INBOX').messages.flatMap(({ uid }) => (uid >= first ? [uid] : []));

const isSeen = async (uid: number): Promise<boolean | undefined> =>
  (await desk.rows()).find((row) => row.uid === uid)?.flags.includes('\\Seen');

/** The connections are there, nothing is asked for any more, and no progress is told. */
function expectRest(): void {
  expect(desk.status).toMatchObject({ connection: 'online' });
  expect(desk.status.progress).toBeUndefined();
  expect(desk.bugs).toEqual([]);
}

describe.each(profiles)('older mail that is stopped, of a server that %s', (_, profile) => {
  it('comes no more, beyond what is on its way', async () => {
    open(profile);
    while (!(await from().catch(() => 0))) await desk.clock.pass(50);
    const { key } = await desk.mailbox('INBOX');
    desk.wish({ mailbox: key });
    await desk.clock.pass(1500);
    expect(desk.status.progress).toMatchObject({ total: MESSAGES });
    const before = await from();
    await stop(key);
    await desk.clock.pass(500);
    expectRest();
    await rest();
    const stopped = await from();
    expect(stopped).toBeGreaterThan(before - 3000);
    expect(stopped).toBeGreaterThan(1000);
    server.said.length = 0;
    await desk.clock.pass(3600_000);
    expect(await from()).toBe(stopped);
    expect(server.count(/ENVELOPE/)).toBe(0);
    expect(await uids()).toEqual(there(stopped));
  });

  it('leaves new mail coming, and what others do to what is here', async () => {
    await openStopped(profile);
    const stopped = await from();
    const other = server.other();
    other.run('SELECT INBOX');
    other.run('UID STORE 7990 +FLAGS (\\Seen)');
    server.expunge('INBOX', 'letter 7995', 'letter 12');
    server.add('INBOX', 'new');
    await desk.clock.pass(60_000);
    expect(await isSeen(7990)).toBe(true);
    expect(await uids()).toEqual(there(stopped));
    expect(await desk.subjects()).toContain('new');
    expect(await desk.mailbox('INBOX')).toMatchObject({ messages: MESSAGES - 1, unseen: MESSAGES - 2 });
    // And while nobody was there.
    await desk.stop();
    other.run('UID STORE 7991 +FLAGS (\\Seen)');
    other.run('UID STORE 13 +FLAGS (\\Seen)');
    server.expunge('INBOX', 'letter 7996', 'letter 14');
    server.add('INBOX', 'newer');
    desk.start({ connect });
    await rest();
    expect(await isSeen(7991)).toBe(true);
    expect(await uids()).toEqual(there(stopped));
    expect(await desk.mailbox('INBOX')).toMatchObject({ messages: MESSAGES - 2, unseen: MESSAGES - 5 });
    expectRest();
  });

  it('comes in order, two screens of it, where somebody scrolls to the end of what is here', async () => {
    const key = await openStopped(profile);
    for (let turn = 0; turn < 3; turn++) {
      const here = (await uids()).length;
      await scroll({ position: here });
      const came = (await uids()).length - here;
      expect(came).toBeGreaterThanOrEqual(50);
      expect(came).toBeLessThanOrEqual(400);
      expect(await uids()).toEqual(there(await from()));
    }
    expectRest();
    // The same place again, after as many have gone as came.
    desk.wish({ mailbox: key as never });
    const here = await uids();
    server.mailbox('INBOX').expunge(server.mailbox('INBOX').messages.filter(({ uid }) => uid > 7900));
    await desk.clock.pass(60_000);
    expect((await uids()).length).toBe(here.length - 100);
    await scroll({ position: here.length - 100 });
    expect((await uids()).length).toBeGreaterThanOrEqual(here.length - 50);
  });

  it('comes about a date that somebody goes to, and below what is here when that is scrolled to', async () => {
    await openStopped(profile);
    const stopped = await from();
    await scroll({ date: desk.clock.now() });
    const near = (await uids()).length;
    await scroll({ position: (await uids()).filter((uid) => uid >= stopped).length });
    expect((await uids()).length).toBeGreaterThan(near);
    expect(await from()).toBeLessThan(stopped);
    const all = await uids();
    expect(new Set(all).size).toBe(all.length);
  });

  it('comes when it is wanted again, each message once', async () => {
    await openStopped(profile);
    const count = (await uids()).length;
    await scroll({ position: count });
    server.expunge('INBOX', 'letter 100');
    await stop();
    await desk.clock.pass(5 * 60_000);
    expect(await uids()).toEqual(there());
    const { sync, messages, unseen } = await desk.mailbox('INBOX');
    expect({ messages, unseen, exists: sync.exists }).toEqual({
      ...{ messages: MESSAGES - 1, unseen: MESSAGES - 1, exists: MESSAGES - 1 },
    });
    expect(sync.at).toBeGreaterThan(0);
    expectRest();
  });
});

describe('older mail that is stopped', () => {
  it('stays so for another engine, and does not begin where it was stopped before', async () => {
    await openStopped(quiet({}, false));
    const stopped = await from();
    await desk.stop();
    desk.start({ connect });
    await rest();
    expect(await from()).toBe(stopped);
    expectRest();
  });

  it('is that of one mailbox: others go on', async () => {
    open(quiet({}, false));
    server.add('Archive', ...Array.from({ length: 3000 }, (_, i) => `old ${i}`));
    while (!(await from().catch(() => 0))) await desk.clock.pass(50);
    const { key } = await desk.mailbox('INBOX');
    await stop(key);
    desk.wish({ mailbox: key });
    await desk.clock.pass(120_000);
    expect(await from()).toBeGreaterThan(1);
    expect((await desk.rows('Archive')).length).toBe(3000);
  });

  it('comes where UIDs are far between, however far, and the mailbox is whole at the end of it', async () => {
    open(quiet({}, false), 4000);
    const box = server.mailbox('INBOX');
    box.expunge(box.messages.filter(({ uid }) => uid > 20 && uid < 3900));
    while (!(await from().catch(() => 0))) await desk.clock.pass(50);
    const { key } = await desk.mailbox('INBOX');
    await stop(key);
    await rest();
    expect(await from()).toBeGreaterThan(1);
    for (let turn = 0; turn < 5 && (await from()) > 1; turn++)
      await scroll({ position: (await uids()).length });
    expect(await uids()).toEqual(there());
    await desk.clock.pass(60_000);
    const { sync } = await desk.mailbox('INBOX');
    expect(sync.from).toBe(1);
    expect(sync.at).toBeGreaterThan(0);
    expectRest();
  });

  it('comes when all that was here has gone, and somebody looks', async () => {
    await openStopped(quiet({}, false), 3000);
    const stopped = await from();
    const box = server.mailbox('INBOX');
    box.expunge(box.messages.filter(({ uid }) => uid >= stopped));
    await desk.clock.pass(60_000);
    expect(await uids()).toEqual([]);
    await scroll({ position: 0 });
    expect((await uids()).length).toBeGreaterThanOrEqual(50);
    expect(await uids()).toEqual(there(await from()));
  });
});

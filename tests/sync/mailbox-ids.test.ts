/**
 * What another client did to mailboxes, on a server that says which is which by MAILBOXID (RFC 8474), and on one that does not: nothing
 * is fetched anew, or done to another mailbox, that could be known again.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import type { Desk } from './desk.ts';
import { deskBefore } from './desk-before.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;

afterEach(() => desk.stop());

const subjects = ['one', 'two', 'three', 'four'];

/** A device that is up to date, with INBOX on screen, and mail in Work. */
async function open(capabilities: Profile['capabilities'] = {}): Promise<void> {
  const off = { 'COMPRESS=DEFLATE': false, IMAP4rev2: false };
  const profile: Profile = {
    name: 'ids',
    capabilities: { ...off, ...capabilities },
    multiAccess: { rename: 'rename' },
  };
  ({ desk, server } = deskBefore(profile, (there) => {
    there.add('INBOX', 'at home');
    there.add('Work', ...subjects);
    there.mailbox('Empty');
  }));
  await desk.look();
  await desk.clock.pass(20_000);
  expect(await desk.subjects('Work')).toEqual(subjects);
  server.said.length = 0;
}

/** Device and server agree, and there was no rush. */
async function settled(...names: string[]): Promise<void> {
  // Where the server does not tell of names, they are asked for every 15 minutes.
  await desk.clock.pass(2_000_000);
  expect(desk.bugs).toEqual([]);
  expect(desk.status.connection).toBe('online');
  expect(server.said.length).toBeLessThan(600);
  for (const name of ['INBOX', ...names])
    expect(await desk.subjects(name), name).toEqual(server.subjects(name));
}

const keysOf = async (name: string): Promise<number[]> => (await desk.rows(name)).map(({ key }) => key);

const offline = async (name: string): Promise<number> => {
  const { key } = await desk.mailbox(name);
  await desk.store.commit([{ kind: 'mode', mailbox: key, mode: 'offline' }]);
  return key;
};

describe.each([
  ['LIST-STATUS', {}],
  ['STATUS of each', { 'LIST-STATUS': false, NOTIFY: false }],
  ['NOTIFY and no IDLE', { IDLE: false }],
  ['no CONDSTORE', { QRESYNC: false, CONDSTORE: false }],
] as const)('with OBJECTID and %s', (_, capabilities) => {
  it('a mailbox that was renamed and numbered anew keeps its mail, its mode and what is wanted of it', async () => {
    await open(capabilities);
    const key = await offline('Work');
    const keys = await keysOf('Work');
    const work = server.mailbox('Work');
    server.account.rename('Work', 'Done');
    work.renumber(work.uidValidity + 1000);
    await desk.act({ kind: 'flag', mailbox: key, messages: [keys[1]], add: ['\\Flagged'], remove: [] });
    await settled('Done');
    expect(await desk.mailbox('Done')).toMatchObject({ key, mode: 'offline' });
    expect(await keysOf('Done')).toEqual(keys);
    expect(await desk.actions()).toEqual([]);
    expect(server.find('Done', 'two').flags.has('\\Flagged')).toBe(true);
  });

  it('an empty mailbox that was renamed and numbered anew keeps its mode, and what was to be put there', async () => {
    await open(capabilities);
    const key = await offline('Empty');
    const empty = server.mailbox('Empty');
    server.account.rename('Empty', 'Filled');
    empty.renumber(empty.uidValidity + 1000);
    const bytes = new TextEncoder().encode('Subject: new\r\nMessage-ID: <new@x>\r\n\r\nText.\r\n');
    const upload = { kind: 'upload', mailbox: key, messageId: '<new@x>', flags: [], date: 0 };
    await desk.act(upload, bytes);
    await settled('Filled');
    expect(await desk.mailbox('Filled')).toMatchObject({ key, mode: 'offline' });
    expect(server.subjects('Filled')).toEqual(['new']);
    expect(server.account.find('Empty')).toBeUndefined();
    expect(await desk.actions()).toEqual([]);
  });

  it('mailboxes that exchanged their names keep their mail', async () => {
    await open(capabilities);
    server.add('Other', 'five', 'six');
    await settled('Work', 'Other');
    const [work, other] = [await offline('Work'), (await desk.mailbox('Other')).key];
    const keys = [await keysOf('Work'), await keysOf('Other')];
    server.account.rename('Work', 'x');
    server.account.rename('Other', 'Work');
    server.account.rename('x', 'Other');
    server.said.length = 0;
    server.add('Work', 'seven');
    await settled('Work', 'Other');
    expect(await desk.mailbox('Work')).toMatchObject({ key: other, mode: 'disconnected' });
    expect(await desk.mailbox('Other')).toMatchObject({ key: work, mode: 'offline' });
    expect(await keysOf('Other')).toEqual(keys[0]);
    expect((await keysOf('Work')).slice(0, 2)).toEqual(keys[1]);
  });

  it('a mailbox whose name another one was made under keeps its mail', async () => {
    await open(capabilities);
    const key = await offline('Work');
    const keys = await keysOf('Work');
    server.account.rename('Work', 'Done');
    server.add('Work', 'five');
    await settled('Work', 'Done');
    expect(await desk.mailbox('Done')).toMatchObject({ key, mode: 'offline' });
    expect(await keysOf('Done')).toEqual(keys);
    expect(await desk.mailbox('Work')).toMatchObject({ mode: 'disconnected' });
  });

  it('what was to go into a mailbox that another one has taken the place of goes there', async () => {
    await open(capabilities);
    const { key } = await desk.mailbox('Empty');
    const work = await offline('Work');
    const keys = await keysOf('Work');
    server.faults.refuse = (command) =>
      command === 'APPEND' ? { status: 'NO', code: 'INUSE', text: 'later' } : undefined;
    const bytes = new TextEncoder().encode('Subject: new\r\nMessage-ID: <new@x>\r\n\r\nText.\r\n');
    await desk.act({ kind: 'upload', mailbox: key, messageId: '<new@x>', flags: [], date: 0 }, bytes);
    server.account.delete('Empty');
    server.account.rename('Work', 'Empty');
    await desk.clock.pass(100_000);
    delete server.faults.refuse;
    await settled('Empty');
    expect((await desk.mailbox('Empty')).key).toBe(work);
    expect((await keysOf('Empty')).slice(0, 4)).toEqual(keys);
    expect(server.subjects('Empty')).toEqual([...subjects, 'new']);
    expect(await desk.actions()).toEqual([]);
  });
});

it('without OBJECTID, one that was renamed and numbered anew is another mailbox, and no mail of it is lost on the server', async () => {
  await open({ OBJECTID: false });
  const key = await offline('Work');
  const work = server.mailbox('Work');
  server.account.rename('Work', 'Done');
  work.renumber(work.uidValidity + 1000);
  await settled('Done');
  expect((await desk.mailbox('Done')).key).not.toBe(key);
});

it('a server that has other ids each time it is asked is as one that has none', async () => {
  await open();
  for (const name of ['INBOX', 'Work', 'Empty']) {
    let asked = 0;
    Object.defineProperty(server.mailbox(name), 'id', { get: () => `${name}${asked++}` });
  }
  server.add('INBOX', 'there');
  server.add('Work', 'five');
  await settled('Work');
  const key = await offline('Work');
  server.account.rename('Work', 'Done');
  await settled('Done');
  expect((await desk.mailbox('Done')).key).toBe(key);
});

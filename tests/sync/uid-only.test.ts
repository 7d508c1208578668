/** A server that has given up sequence numbers for this device (UIDONLY, RFC 9586): all is as it is with them. */
import { profiles } from '@postern/mailserver';
import type { CapabilityName, Profile } from '@postern/mailserver';
import { afterEach, describe, expect, it } from 'vitest';
import type { MessageKey } from '@postern/protocol/sync';
import { deskBefore } from './desk-before.ts';
import type { Desk } from './desk.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

const without = (...names: readonly CapabilityName[]): Profile => ({
  name: `without ${names.join(' ')}`,
  capabilities: Object.fromEntries(['IMAP4rev2', ...names].map((name) => [name, false])),
});

let desk: Desk;
let server: ServerWithoutSockets;

afterEach(() => desk.stop());

async function open(profile: Profile): Promise<void> {
  ({ desk, server } = deskBefore(profile, (mine) => {
    mine.add('INBOX', ...Array.from({ length: 300 }, (_, i) => `letter ${i}`));
    mine.mailbox('Work');
  }));
  await desk.clock.pass(60_000);
  await desk.look();
  await desk.clock.pass(60_000);
}

const here = async (name: string): Promise<string[]> => (await desk.subjects(name)).toSorted();
const there = (name: string): string[] => server.subjects(name).toSorted();

async function key(subject: string): Promise<MessageKey> {
  const rows = await desk.rows();
  return rows[(await desk.subjects()).indexOf(subject)]!.key;
}

describe.each([
  ['QRESYNC', without()],
  ['CONDSTORE', without('QRESYNC')],
  ['neither', without('QRESYNC', 'CONDSTORE')],
  ['neither, nor NOTIFY, MOVE or UIDPLUS', without('QRESYNC', 'CONDSTORE', 'NOTIFY', 'MOVE', 'UIDPLUS')],
] as const)('without sequence numbers, with %s', (_, profile) => {
  it('a first look, news, and what happened meanwhile are there', async () => {
    await open(profile);
    expect(server.count(/ENABLE .*UIDONLY/)).toBeGreaterThan(0);
    expect(await here('INBOX')).toEqual(there('INBOX'));
    const other = server.other();
    other.run('SELECT INBOX');
    // While it listens.
    other.run('UID STORE 7 +FLAGS (\\Flagged)');
    server.expunge('INBOX', 'letter 250', 'letter 3');
    server.add('INBOX', 'news');
    await desk.clock.pass(90_000);
    expect(await here('INBOX')).toEqual(there('INBOX'));
    expect((await desk.rows()).find(({ uid }) => uid === 7)?.flags).toContain('\\Flagged');
    // While it is away.
    await desk.stop();
    other.run('UID STORE 9 +FLAGS (\\Seen)');
    server.expunge('INBOX', 'letter 100', 'news');
    server.add('INBOX', 'more news');
    desk.start({ connect: async () => server.connect(), onBug: (error) => desk.bugs.push(error) });
    await desk.look();
    await desk.clock.pass(90_000);
    expect(await here('INBOX')).toEqual(there('INBOX'));
    expect((await desk.rows()).find(({ uid }) => uid === 9)?.flags).toContain('\\Seen');
    expect(desk.bugs).toEqual([]);
  });

  it('what a person does is done', async () => {
    await open(profile);
    const { key: from } = await desk.mailbox('INBOX');
    const { key: to } = await desk.mailbox('Work');
    const messages = [await key('letter 5'), await key('letter 200')];
    await desk.act({
      kind: 'flag',
      mailbox: from,
      messages: [await key('letter 6')],
      add: ['\\Flagged'],
      remove: [],
    });
    await desk.act({ kind: 'move', messages, from, to });
    await desk.act({ kind: 'expunge', messages: [await key('letter 8')], mailbox: from });
    await desk.clock.pass(90_000);
    expect(await desk.actions()).toEqual([]);
    expect(there('Work')).toEqual(['letter 200', 'letter 5']);
    expect(there('INBOX')).toHaveLength(297);
    expect([...server.find('INBOX', 'letter 6').flags]).toContain('\\Flagged');
    expect(await here('INBOX')).toEqual(there('INBOX'));
    expect(desk.bugs).toEqual([]);
  });
});

it.each([
  ['has no PARTIAL', without('PARTIAL')],
  ['stops half way', { name: 'limited', messageLimit: 100 }],
  ['has no UIDONLY', profiles.dovecot],
] as const)('a server that %s keeps its sequence numbers', async (_, profile) => {
  await open(profile);
  expect(server.count(/ENABLE/)).toBeGreaterThan(0);
  expect(server.count(/UIDONLY/)).toBe(0);
  expect(await here('INBOX')).toEqual(there('INBOX'));
});

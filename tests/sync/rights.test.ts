/** What a person may not do in a mailbox (RFC 4314) is known before it is tried, and tried all the same once it may be allowed. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CapabilityName } from '@postern/mailserver';
import { may } from '@postern/protocol/sync';
import type { Deed } from '@postern/protocol/sync';
import { ada } from '../support/embedded.ts';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;

afterEach(() => desk.stop());

const HOUR = 3_600_000;
const READ = 'lrs';

/** `Team` may be read only, INBOX and Archive are the person's own. */
async function open(...off: CapabilityName[]): Promise<void> {
  const clock = { now: () => Date.now() };
  const capabilities = Object.fromEntries(off.map((name) => [name, false]));
  server = new ServerWithoutSockets({ name: 'shared', capabilities }, () => clock.now());
  server.add('INBOX', 'mine');
  server.add('Team', 'plan', 'lamp');
  server.add('Archive', 'old');
  give(READ);
  desk = new Desk(new ScriptedServer(), {
    connect: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return server.connect();
    },
  });
  clock.now = () => desk.clock.now();
  await desk.look();
  await desk.clock.pass(20_000);
}

function give(rights: string): void {
  server.mailbox('Team').acl.set(ada.user, rights);
}

async function allowed(name: string): Promise<Deed[]> {
  const mailbox = await desk.mailbox(name);
  return (['seen', 'flag', 'remove', 'insert', 'create', 'end'] as const).filter((deed) =>
    may(mailbox, deed),
  );
}

/** Moves what is in Team to the Archive. */
async function moveAway(): Promise<void> {
  const { key: from } = await desk.mailbox('Team');
  const { key: to } = await desk.mailbox('Archive');
  const messages = (await desk.rows('Team')).map(({ key }) => key);
  expect(messages).toHaveLength(2);
  await desk.act({ kind: 'move', from, to, messages });
  await desk.clock.pass(5000);
}

const states = async () => (await desk.actions()).map(({ state }) => state);
const tryAgain = async (): Promise<void> => {
  for (const action of await desk.actions())
    await desk.store.commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } } }]);
  await desk.clock.pass(5000);
};

describe.each([
  ['all at once (RFC 8440)', []],
  ['of each', ['LIST-MYRIGHTS', 'NAMESPACE', 'IMAP4rev2']],
] as [string, CapabilityName[]][])('rights, asked for %s', (_, off) => {
  it('are known once all else is here, and asked for again in an hour, not on every connection', async () => {
    await open(...off);
    expect(await allowed('Team')).toEqual(['seen']);
    expect(await allowed('INBOX')).toHaveLength(6);
    const asked = server.count(/MYRIGHTS/);
    expect(asked).toBe(off.length === 0 ? 1 : server.account.mailboxes.size);
    const [first] = server.said.flatMap((line, at) => (line.includes('MYRIGHTS') ? [at] : []));
    expect(server.said.slice(0, first).filter((line) => line.includes('UID FETCH')).length).toBeGreaterThan(
      2,
    );
    give('lrswipkxtea');
    await desk.stop();
    desk.start({ connect: async () => server.connect() });
    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
    await desk.clock.pass(HOUR / 2);
    expect(server.count(/MYRIGHTS/)).toBe(asked * 2);
    await desk.clock.pass(HOUR);
    expect(server.count(/MYRIGHTS/)).toBe(asked * 3);
    expect(await allowed('Team')).toHaveLength(6);
  });
});

it('in the person’s own mailboxes are not asked for one by one', async () => {
  await open('LIST-MYRIGHTS', 'IMAP4rev2');
  // What SELECT said of the mailbox is why this one was.
  expect(server.said.filter((line) => line.includes('MYRIGHTS'))).toEqual([
    expect.stringMatching(/MYRIGHTS "?Team"?$/),
  ]);
  expect(await allowed('Team')).toEqual(['seen']);
});

it('without ACL, SELECT tells that a mailbox is not to be changed', async () => {
  await open('ACL', 'IMAP4rev2');
  give('lr');
  await desk.look('Team');
  await desk.clock.pass(20_000);
  expect(server.count(/MYRIGHTS/)).toBe(0);
  expect(await allowed('Team')).toEqual(['insert', 'create', 'end']);
});

describe('an action that is forbidden', () => {
  it('is refused before half of it is done, and done once it is allowed and tried again', async () => {
    await open('MOVE', 'IMAP4rev2');
    give('lrswi');
    await moveAway();
    expect(await states()).toEqual([{ name: 'failed', reason: 'forbidden', words: '' }]);
    expect(server.count(/UID COPY/)).toBe(0);
    expect(server.subjects('Archive')).toEqual(['old']);
    give('lrswite');
    await tryAgain();
    expect(await states()).toEqual([]);
    expect(server.subjects('Archive')).toEqual(['old', 'plan', 'lamp']);
    expect(server.subjects('Team')).toEqual([]);
    expect(await allowed('Team')).toContain('remove');
  });

  it('goes through where it is allowed meanwhile: what is known is but a hint', async () => {
    await open();
    expect(await allowed('Team')).toEqual(['seen']);
    give('lrswite');
    await moveAway();
    expect(await states()).toEqual([]);
    expect(server.subjects('Archive')).toEqual(['old', 'plan', 'lamp']);
  });

  it('that was allowed when last asked is the server’s to refuse; nothing is lost, and the screen is to know', async () => {
    await open();
    give('lrswite');
    await desk.clock.pass(HOUR);
    expect(await allowed('Team')).toContain('remove');
    give('lr');
    await moveAway();
    expect(await states()).toMatchObject([{ name: 'failed', reason: 'forbidden' }]);
    expect(await allowed('Team')).toEqual([]);
    expect(server.subjects('Team')).toEqual(['plan', 'lamp']);
    expect(await desk.subjects('Team')).toEqual(['plan', 'lamp']);
    expect(await desk.subjects('Archive')).toEqual(['old']);
  });

  it('is done once it is allowed, though the connection that was refused had the mailbox READ-ONLY', async () => {
    await open('ACL', 'IMAP4rev2');
    give('lr');
    const { key: mailbox } = await desk.mailbox('Team');
    const messages = (await desk.rows('Team')).map(({ key }) => key);
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(5000);
    expect(await states()).toMatchObject([{ name: 'failed', reason: 'forbidden' }]);
    give('lrswite');
    await tryAgain();
    expect(await states()).toEqual([]);
    expect(server.find('Team', 'plan').flags.has('\\Flagged')).toBe(true);
  });
});

import { afterEach, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { profiles } from '@postern/mailserver';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { Desk } from './desk.ts';
import { startDoomed } from './dying.ts';
import { ScriptedServer } from './scripted-server.ts';

let place: EmbeddedPlace | undefined;
let gateway: Gateway | undefined;
let device: Device | undefined;

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

it.each(['full', 'courier', 'dovecot'] as const)(
  'new mail that brings EXISTS back to where it was is fetched (%s)',
  async (profile) => {
    place = await startEmbedded({ profile: profiles[profile] });
    gateway = await openGateway(place);
    device = await Device.open(gateway, ada);
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.caughtUp('inbox', 0);
    const inbox = place.server.accounts[0]!.get('INBOX');
    for (const subject of ['first', 'second', 'third']) {
      await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject }));
      await eventually(`"${subject}"`, async () => (await device!.subjects('inbox')).includes(subject), 3000);
      // Another client removes it: EXISTS is 0 again, and 1 with the next.
      inbox.expunge([...inbox.messages]);
      await eventually('nothing', async () => (await device!.subjects('inbox')).length === 0, 3000);
    }
    expect(await device.subjects('inbox')).toEqual([]);
  },
);

it('a mailbox that was left is asked about once that can be done, although asking broke the connection before', async () => {
  const server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS NOTIFY';
  server.add('INBOX', 'here');
  server.add('Archive', 'there');
  let drops = 3;
  let before = '';
  let late = false;
  server.script = ({ name, args, tag }) => {
    // Not when all are counted, which follows LIST and NOTIFY.
    const left = name === 'STATUS' && (before === 'SELECT' || before === 'UID FETCH');
    before = name;
    if (left && drops > 0) {
      drops--;
      return 'drop';
    }
    // While it is being left.
    if (late && name === 'SELECT' && args.includes('INBOX')) {
      late = false;
      server.add('Archive', 'late');
    }
    return name === 'NOTIFY' ? `${tag} OK will do\r\n` : undefined;
  };
  const desk = new Desk(server);
  try {
    for (let round = 0; round < 3; round++) {
      await desk.look('Archive');
      await desk.look('INBOX');
    }
    expect(drops).toBe(0);
    await desk.look('Archive');
    late = true;
    await desk.look('INBOX');
    expect(late).toBe(false);
    expect(await desk.subjects('Archive')).toEqual(['there']);
    desk.engine.wake('network');
    await desk.clock.pass(5000);
    expect(await desk.subjects('Archive')).toEqual(['there', 'late']);
  } finally {
    await desk.stop();
  }
});

it('a connection that ends between two commands is followed by one on which all is asked for again', async () => {
  const server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS NOTIFY';
  server.add('Archive', 'there');
  server.script = ({ name, tag }) => (name === 'NOTIFY' ? `${tag} OK will do\r\n` : undefined);
  const desk = new Desk(server);
  try {
    const { key: mailbox } = await desk.look('Archive');
    const read = desk.store.read.bind(desk.store);
    for (let reads = 1; reads <= 12; reads++) {
      await desk.look('INBOX');
      const asked = (): number[] => ['NOTIFY', 'LIST'].map((name) => server.named(name).length);
      const before = asked();
      let left = reads;
      desk.store.read = async (query) => {
        if (--left === 0) {
          server.dropAll();
          for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        }
        return read(query);
      };
      desk.wish({ mailbox });
      await desk.clock.pass(60_000);
      desk.store.read = read;
      expect(left, `${reads} reads`).toBeLessThanOrEqual(0);
      expect(asked(), `dropped at read ${reads}`).toEqual(before.map((count) => count + 1));
    }
  } finally {
    await desk.stop();
  }
});

it('a mailbox that was refused when it was to be looked at is looked at later, though its counts say no more than before', async () => {
  const server = new ScriptedServer('INBOX', 'Archive');
  server.add('Archive', 'there');
  const desk = new Desk(server);
  try {
    await desk.look('Archive');
    await desk.look('INBOX');
    let refusals = 1;
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('Archive') && refusals-- > 0
        ? `${tag} NO [INUSE] not now\r\n`
        : undefined;
    server.add('Archive', 'late');
    server.commands.length = 0;
    await desk.clock.pass(300_000);
    expect(refusals).toBe(0);
    expect(await desk.subjects('Archive')).toEqual(['there']);
    await desk.clock.pass(900_000);
    expect(await desk.subjects('Archive')).toEqual(['there', 'late']);
    const selected = server.named('SELECT').filter(({ args }) => args.includes('Archive'));
    expect(selected).toHaveLength(2);
  } finally {
    await desk.stop();
  }
});

it.each([true, false])(
  'what a worker had not seen when it died is seen by the next, kept: %s',
  async (kept) => {
    const server = new ScriptedServer('INBOX', 'Archive');
    const archive = server.mailboxes.get('Archive')!;
    const desk = new Desk(server);
    try {
      for (const subject of ['one', 'two']) server.add('Archive', subject);
      await desk.look('Archive');
      await desk.stop();
      let subjects = ['one', 'two'];
      for (let commit = 1, died = true; died; commit++) {
        // As many as before, all unread.
        archive.messages.shift();
        server.add('Archive', `later ${commit}`);
        subjects = [...subjects.slice(1), `later ${commit}`];
        const store = startDoomed(desk, server, commit, kept);
        await desk.clock.pass(60_000);
        died = store.isDead;
        if (!died) await desk.stop();
        desk.start();
        await desk.clock.pass(60_000);
        expect(await desk.subjects('Archive'), `commit ${commit}`).toEqual(subjects);
        await desk.stop();
      }
    } finally {
      await desk.stop();
    }
  },
);

/** Where nothing but the number of unread messages tells that one was read in another program. */
function marking(server: ScriptedServer): void {
  const [message] = server.mailboxes.get('Archive')!.messages;
  message!.flags = message!.flags.length > 0 ? [] : ['\\Seen'];
}

it('what was marked in a mailbox that was refused when it was to be looked at is seen later', async () => {
  const server = new ScriptedServer('INBOX', 'Archive');
  server.add('Archive', 'there');
  const desk = new Desk(server);
  try {
    await desk.look('Archive');
    await desk.look('INBOX');
    let refusals = 1;
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('Archive') && refusals-- > 0
        ? `${tag} NO [INUSE] not now\r\n`
        : undefined;
    marking(server);
    await desk.clock.pass(300_000);
    expect(refusals).toBe(0);
    await desk.clock.pass(900_000);
    expect((await desk.rows('Archive')).map(({ flags }) => flags)).toEqual([['\\Seen']]);
  } finally {
    await desk.stop();
  }
});

it.each([true, false])(
  'what was marked in a mailbox, and a worker that died had not seen, is seen by the next, kept: %s',
  async (kept) => {
    const server = new ScriptedServer('INBOX', 'Archive');
    const desk = new Desk(server);
    try {
      server.add('Archive', 'there');
      await desk.look('Archive');
      await desk.look('INBOX');
      await desk.stop();
      for (let commit = 1, died = true; died; commit++) {
        marking(server);
        const store = startDoomed(desk, server, commit, kept);
        await desk.clock.pass(60_000);
        died = store.isDead;
        if (!died) await desk.stop();
        desk.start();
        await desk.clock.pass(60_000);
        const [message] = server.mailboxes.get('Archive')!.messages;
        const [row] = await desk.rows('Archive');
        expect(row!.flags, `commit ${commit}`).toEqual(message!.flags);
        await desk.stop();
      }
    } finally {
      await desk.stop();
    }
  },
);

/** EXISTS and STATUS count one that nobody is given. */
function hiding(): { readonly server: ScriptedServer; readonly show: () => void } {
  const server = new ScriptedServer('INBOX', 'Archive');
  const archive = server.mailboxes.get('Archive')!;
  for (const subject of ['one', 'two', 'three']) server.add('Archive', subject, { flags: ['\\Seen'] });
  const [hidden] = archive.messages.splice(1, 1);
  let shown = false;
  server.edit = (text) =>
    shown
      ? text
      : text
          .replace('* 2 EXISTS', '* 3 EXISTS')
          .replace('STATUS "Archive" (MESSAGES 2', 'STATUS "Archive" (MESSAGES 3');
  const show = (): void => {
    archive.messages.splice(1, 0, hidden!);
    shown = true;
  };
  return { server, show };
}

it.each([true, false])(
  'what a server counts and does not give is looked for again, whoever comes to it, the same worker: %s',
  async (same) => {
    const { server, show } = hiding();
    const desk = new Desk(server);
    try {
      await desk.look('Archive');
      await desk.look('INBOX');
      await desk.clock.pass(120_000);
      expect(await desk.subjects('Archive')).toEqual(['one', 'three']);
      show();
      server.commands.length = 0;
      if (!same) {
        await desk.stop();
        desk.start();
      }
      await desk.clock.pass(same ? 16 * 60_000 : 5000);
      expect((await desk.subjects('Archive')).toSorted()).toEqual(['one', 'three', 'two']);
    } finally {
      await desk.stop();
    }
  },
);

it('what a server counts and does not give is looked for again in the mailbox that is listened to', async () => {
  const { server, show } = hiding();
  const desk = new Desk(server);
  try {
    await desk.look('Archive');
    await desk.clock.pass(120_000);
    expect(await desk.subjects('Archive')).toEqual(['one', 'three']);
    show();
    server.commands.length = 0;
    await desk.clock.pass(20 * 60_000);
    expect((await desk.subjects('Archive')).toSorted()).toEqual(['one', 'three', 'two']);
  } finally {
    await desk.stop();
  }
});

it('a server that never gives what it counts is asked for it seldom', async () => {
  const { server } = hiding();
  const desk = new Desk(server);
  try {
    await desk.look('Archive');
    await desk.clock.pass(120_000);
    server.commands.length = 0;
    await desk.clock.pass(60 * 60_000);
    expect(server.named('UID FETCH').length).toBeLessThanOrEqual(12);
    await desk.look('INBOX');
    server.commands.length = 0;
    await desk.clock.pass(60 * 60_000);
    expect(server.named('SELECT').length).toBeLessThanOrEqual(10);
    expect(server.named('UID FETCH').length).toBeLessThanOrEqual(12);
  } finally {
    await desk.stop();
  }
});

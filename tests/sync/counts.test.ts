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

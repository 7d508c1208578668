import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { partQuery } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const missing = dovecotMissing();
if (missing) console.log(`skipped: ${missing}`);

describe.skipIf(missing)('the engine against a real Dovecot', () => {
  let place: DovecotPlace;
  let gateway: Gateway;
  let device: Device;
  const [ada, grace] = ['ada@postern.example', 'grace@postern.example'];

  beforeAll(async () => {
    place = await startDovecot();
    gateway = await openGateway(place);
    for (let i = 1; i <= 30; i++) {
      await place.deliver(place.users[0], 'INBOX', letter({ from: grace, to: ada, subject: `letter ${i}` }));
    }
    device = await Device.open(gateway, place.users[0]);
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
  }, 60_000);

  afterAll(async () => {
    await device?.stop();
    await gateway?.close();
    await place?.close();
  });

  it('catches up and knows the special mailboxes', async () => {
    await device.caughtUp('inbox', 30);
    for (const role of ['sent', 'drafts', 'trash', 'junk', 'archive'] as const) await device.mailbox(role);
  });

  it('hears of new mail within two seconds', async () => {
    await eventually('online', () => device.status.connection === 'online');
    const since = Date.now();
    await place.deliver(place.users[0], 'INBOX', letter({ from: grace, to: ada, subject: 'just now' }));
    await device.find('inbox', 'just now');
    expect(Date.now() - since).toBeLessThan(2000);
  });

  it('flags, moves with its text, and removes', async () => {
    const row = await device.find('inbox', 'letter 3');
    device.wish({ mailbox: row.mailbox, messages: [row.key] });
    await eventually('the text', () => device.store.read(partQuery(row.key, '1')));
    const archive = await device.mailbox('archive');
    await device.act({
      kind: 'flag',
      mailbox: row.mailbox,
      messages: [row.key],
      add: ['\\Flagged'],
      remove: [],
    });
    await device.act({ kind: 'move', from: row.mailbox, to: archive.key, messages: [row.key] });
    const other = await device.find('inbox', 'letter 4');
    await device.act({ kind: 'expunge', mailbox: other.mailbox, messages: [other.key] });
    await device.settled();
    const moved = await device.find('archive', 'letter 3');
    expect(moved.key).toBe(row.key);
    expect(moved.flags).toContain('\\Flagged');
    const fresh = await Device.open(gateway, place.users[0]);
    try {
      fresh.wish({ mailbox: (await fresh.mailbox('archive')).key });
      await fresh.caughtUp('archive', 1);
      expect((await fresh.find('archive', 'letter 3')).flags).toContain('\\Flagged');
      await fresh.caughtUp('inbox', 29);
    } finally {
      await fresh.stop();
    }
  });

  it('sends through its submission service, once, and files the copy', async () => {
    const message = letter({
      from: ada,
      to: grace,
      subject: 'over dovecot',
      messageId: '<over@postern.example>',
    });
    await device.act(
      {
        kind: 'send',
        messageId: '<over@postern.example>',
        subject: 'over dovecot',
        from: ada,
        recipients: [grace],
        sent: (await device.mailbox('sent')).key,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      },
      new TextEncoder().encode(message),
    );
    await device.settled();
    await device.find('sent', 'over dovecot');
    const recipient = await Device.open(gateway, place.users[1]);
    try {
      recipient.wish({ mailbox: (await recipient.mailbox('inbox')).key });
      await recipient.find('inbox', 'over dovecot');
      expect(await recipient.subjects('inbox')).toEqual(['over dovecot']);
    } finally {
      await recipient.stop();
    }
  });

  it('comes back after the server was restarted', async () => {
    await place.stop();
    // Its processes live on for a while, and so do their connections.
    await eventually('it is noticed', () => device.status.connection !== 'online', 30_000);
    await place.start();
    device.engine.wake('network');
    await eventually('online again', () => device.status.connection === 'online', 40_000);
  });
});

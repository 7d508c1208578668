import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { profiles } from '@postern/mailserver';
import { mailboxesQuery, mailboxForRole, partQuery } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

const say = (subject: string, text?: string): string =>
  letter({ from: grace.address, to: ada.address, subject, ...(text ? { text } : {}) });

describe.each([profiles.full, profiles.rev1, profiles.courier])(
  'the engine against profile $name',
  (profile) => {
    let place: EmbeddedPlace;
    let gateway: Gateway;
    let device: Device;

    beforeAll(async () => {
      place = await startEmbedded({ profile });
      gateway = await openGateway(place);
      for (let i = 1; i <= 150; i++) {
        await place.deliver(
          ada,
          'INBOX',
          say(`letter ${i}`, `This is letter ${i}.`),
          i % 2 ? ['\\Seen'] : [],
        );
      }
      device = await Device.open(gateway, ada);
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
    });

    afterAll(async () => {
      await device?.stop();
      await gateway?.close();
      await place?.close();
    });

    it('catches up: every message once, with flags, newest in time', async () => {
      await device.caughtUp('inbox', 150);
      expect(new Set(await device.subjects('inbox')).size).toBe(150);
      expect((await device.find('inbox', 'letter 7')).flags).toEqual(['\\Seen']);
      expect((await device.find('inbox', 'letter 8')).flags).toEqual([]);
      await eventually('online', () => device.status.connection === 'online');
    });

    it('hears of new mail within two seconds', async () => {
      await eventually('listening', () => device.status.connection === 'online');
      const since = Date.now();
      await place.deliver(ada, 'INBOX', say('just now'));
      await device.find('inbox', 'just now');
      // Without IDLE a server is asked every fifteen seconds.
      if (profile !== profiles.rev1) expect(Date.now() - since).toBeLessThan(2000);
    }, 30_000);

    it('keeps the text of an open message, byte for byte', async () => {
      const { key, mailbox } = await device.find('inbox', 'letter 9');
      device.wish({ mailbox, messages: [key] });
      const part = await eventually('the text', () => device.store.read(partQuery(key, '1')));
      expect(new TextDecoder().decode(part.bytes)).toBe('This is letter 9.\r\n');
    });

    it('sets and clears flags on the server', async () => {
      const { key, mailbox } = await device.find('inbox', 'letter 10');
      await device.act({ kind: 'flag', mailbox, messages: [key], add: ['\\Flagged', '\\Seen'], remove: [] });
      await device.settled();
      const onServer = () =>
        place.server.accounts[0]?.get('INBOX').messages.find((m) => m.uid === 10)?.flags ?? new Set();
      expect([...onServer()].toSorted()).toEqual(expect.arrayContaining(['\\Flagged', '\\Seen']));
      expect((await device.find('inbox', 'letter 10')).flags.toSorted()).toEqual(['\\Flagged', '\\Seen']);
      await device.act({ kind: 'flag', mailbox, messages: [key], add: [], remove: ['\\Flagged'] });
      await device.settled();
      expect([...onServer()]).not.toContain('\\Flagged');
    });

    it('moves messages: gone there, here once, same key, text kept', async () => {
      const row = await device.find('inbox', 'letter 9');
      const archive = await device.mailbox('archive');
      await device.act({ kind: 'move', from: row.mailbox, to: archive.key, messages: [row.key] });
      await device.settled();
      const moved = await device.find('archive', 'letter 9');
      await eventually('its UID', async () => (await device.find('archive', 'letter 9')).uid !== 0);
      expect(await device.subjects('inbox')).not.toContain('letter 9');
      expect(await device.subjects('archive')).toEqual(['letter 9']);
      if (profile !== profiles.rev1) {
        expect(moved.key).toBe(row.key);
        expect(await device.store.read(partQuery(row.key, '1'))).toBeDefined();
      }
    });

    it('makes the mailbox that a move needs, where the account has none', async () => {
      const row = await device.find('inbox', 'letter 11');
      const junk = await device.mailbox('junk');
      // While no engine runs: the store's mailboxes are its own to write.
      await device.stop();
      place.server.accounts[0]?.delete('Junk');
      await device.store.commit([{ kind: 'mailbox-removed', mailbox: junk.key }]);
      const key: number = await device.store.allocate(1);
      const made = mailboxForRole('junk', await device.store.read(mailboxesQuery()), key as MailboxKey);
      if (!made) throw new Error('no mailbox to make');
      await device.store.commit([{ kind: 'mailbox', mailbox: made }]);
      await device.act({ kind: 'move', from: row.mailbox, to: made.key, messages: [row.key] });
      device.start();
      device.wish({ mailbox: row.mailbox });
      await device.settled();
      expect(place.server.accounts[0]?.find('Junk')?.messages).toHaveLength(1);
      // Without UIDPLUS the copy may be heard of before the move is settled; the next look tells that they are one.
      await eventually('once', async () => (await device.subjects('junk')).join() === 'letter 11');
    });

    it('removes for ever only what it was asked to', async () => {
      const row = await device.find('inbox', 'letter 20');
      await device.act({ kind: 'expunge', mailbox: row.mailbox, messages: [row.key] });
      await device.settled();
      expect(place.server.accounts[0]?.get('INBOX').messages.some((m) => m.uid === 20)).toBe(false);
      expect(await device.subjects('inbox')).not.toContain('letter 20');
    });

    it('sends: the recipient has it once, without Bcc, and Sent has it with', async () => {
      const bytes = new TextEncoder().encode(
        letter({
          from: ada.address,
          to: grace.address,
          subject: 'hello grace',
          messageId: '<hello@postern.example>',
        }).replace('MIME-Version', 'Bcc: hidden@elsewhere.example\r\nMIME-Version'),
      );
      const answered = await device.find('inbox', 'letter 30');
      await device.act(
        {
          kind: 'send',
          messageId: '<hello@postern.example>',
          subject: 'hello grace',
          from: ada.address,
          recipients: [grace.address, 'hidden@elsewhere.example'],
          sent: (await device.mailbox('sent')).key,
          answers: { key: answered.key, flag: '\\Answered' },
          notBefore: 0,
          step: 'submit',
        },
        bytes,
      );
      await device.settled();
      const inbox = place.server.accounts[1]?.get('INBOX').messages ?? [];
      expect(inbox).toHaveLength(1);
      const received = new TextDecoder().decode(inbox[0]?.content.read(0, inbox[0].content.size));
      expect(received).toContain('hello grace');
      expect(received).not.toContain('hidden@elsewhere.example');
      const sent = place.server.accounts[0]?.get('Sent').messages ?? [];
      expect(sent).toHaveLength(1);
      expect(new TextDecoder().decode(sent[0]?.content.read(0, sent[0].content.size))).toContain(
        'Bcc: hidden@elsewhere.example',
      );
      expect(place.server.relayed).toHaveLength(1);
      await eventually('answered', async () =>
        (await device.find('inbox', 'letter 30')).flags.includes('\\Answered'),
      );
    });

    it('survives losing every connection, and catches up with what happened meanwhile', async () => {
      const before = (await device.rows('inbox')).length;
      place.server.disconnectAll();
      await place.deliver(ada, 'INBOX', say('while away'));
      await device.find('inbox', 'while away');
      await device.caughtUp('inbox', before + 1);
    }, 30_000);
  },
);

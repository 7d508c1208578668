import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expunge, select, uidSearch, uidStore } from '@postern/protocol/imap';
import { partQuery } from '@postern/protocol/sync';
import { ada, grace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { Visit } from './visit.ts';

const messages = 30;

interface Journey<Place extends MailPlace> {
  /** Milliseconds from another client's change to this one's store; a busy machine may take that long, polling takes longer. */
  readonly newsWithin?: number;
  /** It decodes parts (BINARY). */
  readonly decodes?: boolean;
  /** Tests that follow, of what only this server can do. */
  readonly more?: (visit: Visit<Place>) => void;
}

const say = (subject: string, messageId?: string): string =>
  letter({ from: grace.address, to: ada.address, subject, ...(messageId ? { messageId } : {}) });

function withFile(subject: string, file: Buffer): string {
  return [
    `From: ${grace.address}`,
    `To: ${ada.address}`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'See the file.',
    '--cut',
    'Content-Type: application/octet-stream; name=file.bin',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=file.bin',
    '',
    file.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--cut--',
    '',
  ].join('\r\n');
}

/** A person's day with the engine on one real server, through a real gateway. */
export function describeJourney<Place extends MailPlace>(
  server: string,
  missing: string | undefined,
  start: () => Promise<Place>,
  { newsWithin = 5000, decodes = false, more }: Journey<Place> = {},
): void {
  describe(`the engine against a real ${server}`, () => {
    if (missing) {
      it('a day', ({ skip }) => skip(missing));
      return;
    }
    const visit = new Visit(start, async (place) => {
      for (let i = 1; i <= messages; i++) await place.deliver(place.users[0], 'INBOX', say(`letter ${i}`));
    });
    const deliver = (subject: string): Promise<void> =>
      visit.place.deliver(visit.place.users[0], 'INBOX', say(subject));

    const uidOf = async (subject: string): Promise<number> => {
      const [, found] = await visit.elsewhere(
        select('INBOX', { readOnly: true }),
        uidSearch({ key: 'HEADER', field: 'Subject', text: subject }),
      );
      return (found as number[])[0] ?? 0;
    };

    it('catches up and knows what the mailboxes are for', async () => {
      const { device } = visit;
      await device.caughtUp('inbox', messages);
      expect((await device.subjects('inbox')).toSorted()).toEqual(
        Array.from({ length: messages }, (_, i) => `letter ${i + 1}`).toSorted(),
      );
      for (const role of ['sent', 'drafts', 'trash', 'junk', 'archive'] as const) await device.mailbox(role);
    });

    it('hears at once of what another client does', async () => {
      const { device } = visit;
      await eventually('online', () => device.status.connection === 'online');
      let since = Date.now();
      await deliver('just now');
      await device.find('inbox', 'just now');
      expect(Date.now() - since).toBeLessThan(newsWithin);

      const uid = await uidOf('just now');
      since = Date.now();
      await visit.elsewhere(select('INBOX'), uidStore([[uid, uid]], { mode: 'add', flags: ['\\Flagged'] }));
      await eventually('the flag', async () =>
        (await device.find('inbox', 'just now')).flags.includes('\\Flagged'),
      );
      expect(Date.now() - since).toBeLessThan(newsWithin);

      since = Date.now();
      const gone = uidStore([[uid, uid]], { mode: 'add', flags: ['\\Deleted'] });
      await visit.elsewhere(select('INBOX'), gone, expunge());
      await eventually('that it went', async () => !(await device.subjects('inbox')).includes('just now'));
      expect(Date.now() - since).toBeLessThan(newsWithin);

      // The count of messages is one that it had before: it is news all the same.
      await deliver('in its place');
      const { mailbox, key } = await device.find('inbox', 'in its place');
      await device.act({ kind: 'expunge', mailbox, messages: [key] });
      await device.settled();
    });

    it('brings an attachment whole, by as few octets as the server can', async () => {
      const { device, place } = visit;
      const file = randomBytes(1_300_000);
      await place.deliver(place.users[0], 'INBOX', withFile('with a file', file));
      const { mailbox, key } = await device.find('inbox', 'with a file');
      const before = device.wire.down;
      device.wish({ mailbox, downloads: [{ id: 'file', message: key, section: '2' }] });
      await eventually('the file', () => device.notes.some(({ note }) => note === 'downloaded'), 30_000);
      const came = device.wire.down - before;
      const pieces = device.notes.filter((note) => note.note === 'piece');
      expect(file.equals(Buffer.concat(pieces.map(({ bytes }) => bytes)))).toBe(true);
      if (decodes) expect(came).toBeLessThan(file.length * 1.02);
      else expect(came).toBeGreaterThan(file.length * 1.33);
      await device.act({ kind: 'expunge', mailbox, messages: [key] });
      await device.settled();
      device.wish({ mailbox });
    });

    it('flags, moves with its text, and removes', async () => {
      const { device } = visit;
      const row = await device.find('inbox', 'letter 3');
      device.wish({ mailbox: row.mailbox, messages: [row.key] });
      await eventually('the text', () => device.store.read(partQuery(row.key, '1')));
      const archive = await device.mailbox('archive');
      const { mailbox, key } = row;
      await device.act({ kind: 'flag', mailbox, messages: [key], add: ['\\Flagged'], remove: [] });
      await device.act({ kind: 'move', from: mailbox, to: archive.key, messages: [key] });
      const other = await device.find('inbox', 'letter 4');
      await device.act({ kind: 'expunge', mailbox, messages: [other.key] });
      await device.settled();
      const moved = await device.find('archive', 'letter 3');
      expect(moved.key).toBe(key);
      expect(moved.flags).toContain('\\Flagged');
      await visit.fresh(async (second) => {
        second.wish({ mailbox: (await second.mailbox('archive')).key });
        await second.caughtUp('archive', 1);
        expect((await second.find('archive', 'letter 3')).flags).toContain('\\Flagged');
        await second.caughtUp('inbox', messages - 2);
        expect(await second.subjects('inbox')).not.toContain('letter 4');
      });
    });

    it('puts a draft where other clients find it, once', async () => {
      const { device } = visit;
      const messageId = '<draft@postern.example>';
      await device.act(
        {
          kind: 'upload',
          mailbox: (await device.mailbox('drafts')).key,
          messageId,
          flags: ['\\Draft'],
          date: Date.UTC(2026, 8, 1),
        },
        new TextEncoder().encode(say('a draft', messageId)),
      );
      await device.settled();
      await visit.fresh(async (second) => {
        second.wish({ mailbox: (await second.mailbox('drafts')).key });
        await second.caughtUp('drafts', 1);
        expect((await second.find('drafts', 'a draft')).flags).toContain('\\Draft');
      });
    });

    it('catches up with what happened while it was away', async () => {
      const { device } = visit;
      await device.stop();
      const [gone, flagged] = [await uidOf('letter 30'), await uidOf('letter 29')];
      await visit.elsewhere(
        select('INBOX'),
        uidStore([[gone, gone]], { mode: 'add', flags: ['\\Deleted'] }),
        expunge(),
        uidStore([[flagged, flagged]], { mode: 'add', flags: ['\\Answered'] }),
      );
      await deliver('while away');
      device.start();
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
      await device.find('inbox', 'while away');
      await eventually('the rest', async () => {
        const subjects = await device.subjects('inbox');
        const { flags } = await device.find('inbox', 'letter 29');
        return !subjects.includes('letter 30') && flags.includes('\\Answered');
      });
      expect(await device.subjects('inbox')).toHaveLength(messages - 2);
    });

    it('says whether there is anything to send by', async () => {
      const { place, gateway } = visit;
      const session = await fetch(`${gateway.url}/session`, {
        method: 'POST',
        headers: { Origin: gateway.url, 'Content-Type': 'application/json' },
        body: JSON.stringify({ user: place.users[0].user, password: place.users[0].password }),
      });
      expect(await session.json()).toMatchObject({ submission: place.submission !== undefined });
    });

    more?.(visit);
  });
}

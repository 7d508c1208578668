/** Files that a real server has already are not uploaded again (CATENATE, RFC 4469), and arrive as they are. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { append, create, formatImapUrl, select, uidFetch } from '@postern/protocol/imap';
import type { FetchedMessage } from '@postern/protocol/imap';
import { decodeTransfer, parseMessage } from '@postern/protocol/mime';
import { draftsQuery, mailboxesQuery } from '@postern/protocol/sync';
import type { DraftAttachment } from '@postern/protocol/sync';
import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { withSession } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { draftWith, letterWithFile, sendingOf, writer } from '../support/files-of-drafts.ts';
import type { MailPlace } from '../support/place.ts';
import { Visit } from './visit.ts';

const servers: readonly (readonly [
  name: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
])[] = [
  ['Cyrus', cyrusMissing(), () => startCyrus()],
  ['Dovecot', dovecotMissing(), () => startDovecot()],
];

const KB = 1024;
const octets = new Uint8Array(randomBytes(400 * KB));

describe.each(servers)('a real %s', (_, missing, start) => {
  if (missing) {
    it('is given no file twice', ({ skip }) => skip(missing));
    return;
  }

  const visit = new Visit(start, async ({ deliver, users: [person] }) => {
    await deliver(person, 'INBOX', letterWithFile(octets, 60));
  });
  let version = Date.UTC(2026, 8, 1);

  /** The messages of a mailbox, whole, as another client has them. */
  async function read(mailbox: string): Promise<string[]> {
    const messages = new Map<number, string>();
    const keep = ({ uid, sections = [] }: FetchedMessage): void => {
      const data = sections.find(({ section }) => section === '')?.data;
      if (uid !== undefined && data) messages.set(uid, Buffer.from(data).toString('latin1'));
    };
    await withSession(
      visit.place.imap,
      visit.place.users[0],
      async (session) => {
        await session.run(select(mailbox));
        await session.run(uidFetch([[1, 0xffffffff]], [{ section: '' }]));
      },
      (news) => {
        if (news.type === 'fetch') keep(news.message);
      },
    );
    return [...messages].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  /** Gives the octets that went up meanwhile. */
  async function save(subject: string, attachments: readonly DraftAttachment[]): Promise<number> {
    const { device } = visit;
    await device.seesAll('drafts');
    const { key: mailbox } = await device.mailbox('drafts');
    const before = device.wire.up;
    await device.store.commit([{ kind: 'draft', draft: draftWith(++version, subject, attachments) }]);
    await device.act({ kind: 'save-draft', draft: 'd', mailbox, from: writer, timeZoneOffset: 0 } as never);
    device.engine.wake('action');
    await device.settled();
    return device.wire.up - before;
  }

  function filesOf(message: string): string[] {
    const bytes = Buffer.from(message, 'latin1');
    const { structure, body } = parseMessage(bytes);
    const parts = structure.kind === 'multipart' ? structure.parts.slice(1) : [];
    return parts.map((part) => {
      expect(part).toMatchObject({ kind: 'part', encoding: 'base64' });
      return Buffer.from(decodeTransfer(body(part.section)!, 'base64')).toString('hex');
    });
  }

  it('has the next version of a draft, and what is sent, with the files of the one before', async () => {
    const { device } = visit;
    const type = 'application/x-test';
    const a = { id: 'a', name: 'größe.bin', type, bytes: octets };
    const b = { id: 'b', name: 'b.bin', type, bytes: new Uint8Array(randomBytes(100 * KB)) };
    const hex = ({ bytes }: DraftAttachment): string => Buffer.from(bytes).toString('hex');
    expect(await save('one', [a, b])).toBeGreaterThan(600 * KB);
    expect(await save('two', [b, a])).toBeLessThan(8 * KB);
    const drafts = (await device.mailbox('drafts')).name;
    const [two, ...others] = await read(drafts);
    expect(others).toEqual([]);
    expect(two).toContain('Subject: two');
    expect(filesOf(two!)).toEqual([hex(b), hex(a)]);

    const [draft] = await device.store.read(draftsQuery());
    const { key } = await device.mailbox('sent');
    // It was submitted.
    const { action, bytes } = await sendingOf(draft!, Date.now(), key, 'file');
    const before = device.wire.up;
    await device.act(action, new Uint8Array(bytes));
    device.engine.wake('action');
    await device.settled();
    expect(device.wire.up - before).toBeLessThan(8 * KB);
    expect(await read((await device.mailbox('sent')).name)).toEqual([bytes.toString('latin1')]);
  }, 60_000);

  it('has what is forwarded from a folder with a name beyond ASCII', async () => {
    const { device } = visit;
    const { name: archive, delimiter } = await device.mailbox('archive');
    const prefix = archive.slice(0, archive.lastIndexOf(delimiter ?? '/') + 1);
    const name = `${prefix}Größe & mehr`;
    await visit.elsewhere(
      create(name),
      append(name, { message: Buffer.from(letterWithFile(octets, 60), 'latin1') }),
    );
    await device.stop();
    device.start();
    await device.mailbox(name);
    await device.seesAll(name);
    const { key } = await device.find(name, 'with a file');
    const file = { id: 'theirs', name: 'theirs.bin', type: 'application/x-test', bytes: octets };
    expect(await save('forwarded', [{ ...file, source: { key, section: '2' } }])).toBeLessThan(8 * KB);
    const saved = (await read((await device.mailbox('drafts')).name)).find((message) =>
      message.includes('Subject: forwarded'),
    );
    expect(filesOf(saved!)).toEqual([Buffer.from(octets).toString('hex')]);
  }, 60_000);

  it('says BADURL of a part that is not there, and of a mailbox that was numbered anew', async () => {
    const mailboxes = await visit.device.store.read(mailboxesQuery());
    const { uidValidity } = mailboxes.find(({ role }) => role === 'inbox')!.sync;
    const text = Buffer.from('Subject: not whole\r\n\r\n');
    for (const wrong of [
      { uidValidity: uidValidity + 1, uid: 1 },
      { uidValidity: uidValidity as number, uid: 4_000_000 },
    ]) {
      const url = formatImapUrl({ form: 'absolute', mailbox: 'INBOX', section: '2', ...wrong });
      await expect(visit.elsewhere(append('INBOX', { parts: [{ text }, { url }] }))).rejects.toMatchObject({
        status: 'NO',
        code: { code: 'BADURL' },
      });
    }
    expect(await read('INBOX')).toHaveLength(1);
  });
});

import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { keptQuery, KEEPING_SETTING, partQuery, piecesQuery, sizesQuery } from '@postern/protocol/sync';
import type { KeepingProgress, MailboxMode, MessageKey } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { openGateway } from '../support/relay.ts';

const DAY = 24 * 3600_000;
const KB = 1024;

let place: EmbeddedPlace;
let gateway: Gateway;
let device: Device;
/** What the engine sent. */
let sent: string[] = [];

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  await place?.close();
});

/** A letter with an attachment of so many octets. */
function deliver(subject: string, days: number, octets: number): Uint8Array {
  const file = randomBytes(octets);
  const base64 = file.toString('base64').replace(/.{76}/g, '$&\r\n');
  const message = [
    `From: ${grace.address}`,
    `To: ${ada.address}`,
    `Subject: ${subject}`,
    `Message-ID: <${crypto.randomUUID()}@postern.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    `The words of ${subject}.`,
    '--cut',
    'Content-Type: application/octet-stream; name=file.bin',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=file.bin',
    '',
    base64,
    '--cut--',
    '',
  ].join('\r\n');
  place.server.deliver(ada.user, 'INBOX', new TextEncoder().encode(message), {
    internalDate: Date.now() - days * DAY,
  });
  return new Uint8Array(file);
}

async function begin(): Promise<void> {
  sent = [];
  place = await startEmbedded({
    onLine: (direction, line) => void (direction === 'C' && sent.push(line)),
  });
  gateway = await openGateway(place);
}

async function open(messages: number): Promise<void> {
  device = await Device.open(gateway, ada);
  device.wish({ mailbox: (await device.mailbox('inbox')).key });
  await device.caughtUp('inbox', messages);
}

/** What is kept of each message: t for its text, a for its attachment. */
async function kept(...subjects: string[]): Promise<string> {
  const found = await Promise.all(
    subjects.map(async (subject) => {
      const { key } = await device.find('inbox', subject);
      const [text, file] = [
        await device.store.read(partQuery(key, '1')),
        await device.store.read(partQuery(key, '2')),
      ];
      return `${text ? 't' : ''}${file ? 'a' : ''}`;
    }),
  );
  return found.join(' ');
}

async function becomes(wanted: string, ...subjects: string[]): Promise<void> {
  let last = '';
  await eventually(`kept: ${wanted}`, async () => (last = await kept(...subjects)) === wanted).catch(
    (error: unknown) => {
      expect(last).toBe(wanted);
      throw error;
    },
  );
}

async function setMode(mode: MailboxMode): Promise<void> {
  await device.store.commit([{ kind: 'mode', mailbox: (await device.mailbox('inbox')).key, mode }]);
}

describe('what a mailbox keeps', () => {
  it('follows its mode, and what the person calls recent and small', async () => {
    await begin();
    const small = deliver('recent', 1, 20 * KB);
    deliver('large', 2, 700 * KB);
    deliver('old', 200, 20 * KB);
    await open(3);
    const all = ['recent', 'large', 'old'];
    await becomes('ta t ', ...all);
    const { key } = await device.find('inbox', 'recent');
    expect(Buffer.compare((await device.store.read(partQuery(key, '2')))!.bytes, small)).toBe(0);

    await device.store.commit([
      { kind: 'setting', name: KEEPING_SETTING, value: { days: 365, octets: 10 * KB } },
    ]);
    await becomes('t t t', ...all);
    await setMode('offline');
    await becomes('ta ta ta', ...all);
    const [sizes] = await device.store.read(sizesQuery());
    expect(sizes?.attachments).toBe(740 * KB);
    expect(sizes?.texts).toBeGreaterThan(50);

    await setMode('disconnected');
    await becomes('t t t', ...all);
    await setMode('online');
    await becomes('  ', ...all);
    expect(await device.subjects('inbox')).toEqual(expect.arrayContaining(all));
    expect((await device.mailbox('inbox')).mode).toBe('online');
  });

  it('is, online, no longer than it is on screen', async () => {
    await begin();
    deliver('first', 1, KB);
    deliver('second', 2, KB);
    await open(2);
    await setMode('online');
    await becomes(' ', 'first', 'second');
    const [first, second] = [await device.find('inbox', 'first'), await device.find('inbox', 'second')];
    device.wish({ mailbox: first.mailbox, messages: [first.key] });
    await becomes('t ', 'first', 'second');
    device.wish({ mailbox: first.mailbox, messages: [second.key] });
    await becomes(' t', 'first', 'second');
    device.wish({ mailbox: first.mailbox });
    await becomes(' ', 'first', 'second');
  });

  it('includes what was opened lately, however old', async () => {
    await begin();
    deliver('old', 200, KB);
    deliver('older', 300, KB);
    deliver('recent', 1, KB);
    await open(3);
    await becomes('  ta', 'old', 'older', 'recent');
    const { key, mailbox } = await device.find('inbox', 'old');
    device.wish({ mailbox, messages: [key] });
    await eventually('its text', () => device.store.read(partQuery(key, '1')));
    device.wish({ mailbox });
    await becomes('ta ', 'old', 'older');
    const { opened } = await device.store.read(keptQuery(mailbox));
    expect([...opened].filter((time) => time > Date.now() / 1000 - 100)).toHaveLength(1);
  });
});

describe('keeping everything', () => {
  const octets = 3000 * KB;

  async function begun(
    size = octets,
  ): Promise<{ key: MessageKey; file: Uint8Array; progress: KeepingProgress[] }> {
    await begin();
    const file = deliver('huge', 5, size);
    deliver('before', 10, 100 * KB);
    await open(2);
    await becomes('t ta', 'huge', 'before');
    const { key } = await device.find('inbox', 'huge');
    const progress: KeepingProgress[] = [];
    sent = [];
    await setMode('offline');
    await eventually('the first ranges', async () => {
      if (device.status.keeping) progress.push(device.status.keeping);
      return (await device.store.read(piecesQuery(key, '2'))).length >= 2;
    });
    return { key, file, progress };
  }

  const ranges = (): number => sent.filter((line) => /(?:BODY|BINARY)\.PEEK\[2\]</.test(line)).length;

  it('takes a large part in ranges, and goes on where it was after the engine was gone', async () => {
    const { key, file } = await begun();
    await device.stop();
    const pieces = await device.store.read(piecesQuery(key, '2'));
    const here = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(here).toBeGreaterThanOrEqual(1024 * KB);
    const before = device.wire.down;
    device.start();
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    const part = await eventually('all of it', () => device.store.read(partQuery(key, '2')));
    expect(Buffer.compare(part.bytes, file)).toBe(0);
    expect(device.wire.down - before).toBeLessThan(((octets * 4) / 3) * 1.1 - here);
    expect(await device.store.read(piecesQuery(key, '2'))).toEqual([]);
    await eventually('an end of it', () => device.status.keeping === undefined);
  });

  it('tells how far it is, by messages and octets, without ever going back', async () => {
    const { progress } = await begun();
    await eventually('all of it', async () => {
      if (device.status.keeping) progress.push(device.status.keeping);
      return (await kept('huge')) === 'ta';
    });
    expect(progress.length).toBeGreaterThan(1);
    const done = progress.map((each) => each.octets.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(new Set(progress.map((each) => each.octets.total)).size).toBe(1);
    expect(progress.every((each) => each.octets.done < each.octets.total)).toBe(true);
    expect(progress.every((each) => each.messages.done === 0 && each.messages.total === 1)).toBe(true);
  });

  it('ends when the person wants it no more, and nothing half stays', async () => {
    const { key } = await begun();
    await setMode('disconnected');
    await eventually('no pieces', async () => (await device.store.read(piecesQuery(key, '2'))).length === 0);
    await eventually('no more of it', () => device.status.keeping === undefined);
    expect(ranges()).toBeLessThan(8);
    expect(await kept('huge')).toBe('t');
  });

  it('lets new mail, and what a person waits for, go first', async () => {
    await begun(4 * octets);
    deliver('new', 200, KB);
    const { key, mailbox } = await device.find('inbox', 'new');
    device.wish({ mailbox, messages: [key] });
    await eventually('its text', () => device.store.read(partQuery(key, '1')));
    expect(ranges()).toBeLessThan(24);
    await becomes('ta ta', 'huge', 'new');
    expect(ranges()).toBe(33);
  });
});

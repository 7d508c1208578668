/** A hostile server under compression: what it says may inflate a thousandfold, and must cost no more than its octets. */
import { createDeflateRaw } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress, Session, uidFetch } from '@postern/protocol/imap';
import type { Compression, Transport } from '@postern/protocol/port';
import { compression as browserCompression } from '../../web/src/engine/compression.ts';
import { systemClock } from '../support/relay.ts';
import { zlibCompression } from '../support/zlib.ts';

const MiB = 1024 * 1024;
const ports = [
  { name: "Node's zlib", port: zlibCompression },
  { name: "the browser's streams", port: browserCompression! },
];

const text = (line: string): Uint8Array => new TextEncoder().encode(`${line}\r\n`);

/** `count` MiB of one letter between `before` and `after`, deflated; made piece by piece. */
async function bomb(before: string, count: number, after: string): Promise<Buffer> {
  const deflate = createDeflateRaw();
  const pieces: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => pieces.push(piece));
  const letters = Buffer.alloc(MiB, 'a');
  deflate.write(before);
  for (let n = 0; n < count; n++) await new Promise((resolve) => deflate.write(letters, resolve));
  await new Promise((resolve) => deflate.write(after, resolve));
  await new Promise<void>((resolve) => deflate.flush(() => resolve()));
  return Buffer.concat(pieces);
}

/** Signed in, INBOX selected by nobody; after COMPRESS's OK the server says `payload`, in frames of 64 KiB. */
async function listen(
  payload: Uint8Array,
  port: Compression,
): Promise<{ session: Session; defects: string[]; peak: () => number; heard: Promise<void> }> {
  let asked: () => void = () => undefined;
  const compressing = new Promise<void>((resolve) => (asked = resolve));
  const before = process.memoryUsage().rss;
  let peak = before;
  const transport: Transport = {
    bytes: (async function* () {
      yield text('* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello');
      await compressing;
      yield text('P1 OK active');
      for (let at = 0; at < payload.length; at += 64 * 1024) {
        yield new Uint8Array(payload.subarray(at, at + 64 * 1024));
        peak = Math.max(peak, process.memoryUsage().rss);
      }
      await new Promise(() => undefined);
    })(),
    write: async (bytes) => {
      if (new TextDecoder().decode(bytes).includes('COMPRESS')) asked();
    },
    close: () => undefined,
  };
  const defects: string[] = [];
  let told: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (told = resolve));
  const session = new Session(transport, {
    clock: systemClock,
    onNews: ({ type }) => {
      peak = Math.max(peak, process.memoryUsage().rss);
      if (type === 'exists') told();
    },
    onDefect: (error) => defects.push(error.message),
  });
  await session.ready;
  await session.run(compress(port));
  return { session, defects, peak: () => peak - before, heard };
}

describe.each(ports)('with $name', ({ port }) => {
  it('a line without end costs itself, and memory for a bounded line', async () => {
    const payload = await bomb('* OK ', 300, '\r\n* 7 EXISTS\r\n');
    expect(payload.length).toBeLessThan(2 * MiB);
    const { session, defects, peak, heard } = await listen(payload, port);
    await heard;
    expect(defects).toEqual([expect.stringContaining('a line of more than')]);
    expect(peak()).toBeLessThan(200 * MiB);
    session.close();
  });

  it('a literal that nobody wants is passed over', async () => {
    const payload = await bomb(`* 1 FETCH (UID 1 BODY[] {${300 * MiB}}\r\n`, 300, ')\r\n* 7 EXISTS\r\n');
    const { session, peak, heard } = await listen(payload, port);
    void session.run(uidFetch([1], [{ section: '' }])).catch(() => undefined);
    await heard;
    expect(peak()).toBeLessThan(200 * MiB);
    session.close();
  });

  it('what is no DEFLATE ends the connection', async () => {
    const { session } = await listen(Buffer.from('* 7 EXISTS\r\n'), port);
    expect(await session.closed).toMatchObject({
      kind: 'ConnectionLost',
      message: 'what the server compressed cannot be read',
    });
  });
});

import { isDeepStrictEqual } from 'node:util';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ConnectionLost, GatewayRefused, ProtocolError } from '@postern/protocol/error';
import { compress, noop, Session } from '@postern/protocol/imap';
import type { News } from '@postern/protocol/imap';
import type { Compression, Transport } from '@postern/protocol/port';
import type { Random } from './random.ts';
import { TRANSCRIPTS } from './samples.ts';

/** Transcripts as a server deflates them: as they are, in stored blocks, and again and again. */
export const DEFLATED: readonly Uint8Array[] = TRANSCRIPTS.flatMap((transcript) => [
  new Uint8Array(deflateRawSync(transcript)),
  new Uint8Array(deflateRawSync(transcript, { level: 0 })),
  new Uint8Array(deflateRawSync(Buffer.alloc(20_000, transcript))),
]);

const HELLO = Buffer.from('* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] x\r\n');
const OK = Buffer.from('P1 OK x\r\n');

/** What a server says behind COMPRESS's OK: however it is cut, it is the same, or the session ends with a named error. */
export async function inflateAll(bytes: Uint8Array, random: Random): Promise<void> {
  const cut = random.below(bytes.length + 1);
  const pieces = [bytes.slice(0, cut), bytes.slice(cut)];
  const together = await outcome([Buffer.concat([OK, bytes])], zlib);
  const apart = await outcome([OK, ...pieces], zlib);
  const broken = inflated(bytes) === undefined;
  const plain = await outcome([OK, inflated(bytes) ?? inflated(pieces[0]!) ?? new Uint8Array(0)], asItCame);
  for (const { news, lost } of broken ? [apart] : [together, apart]) {
    if (!isDeepStrictEqual(news, plain.news)) throw new Error('the news differ from what was compressed');
    if (broken && !lost) throw new Error('what cannot be inflated was taken');
  }
}

function inflated(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** Without streams of its own, which would have their own time. */
const zlib: Compression = {
  async *inflate(bytes) {
    let all: Uint8Array = new Uint8Array(0);
    let given = 0;
    for await (const chunk of bytes) {
      all = Buffer.concat([all, chunk]);
      const whole = inflateRawSync(all, { finishFlush: constants.Z_SYNC_FLUSH });
      yield new Uint8Array(whole.subarray(given));
      given = whole.length;
    }
  },
  deflate: () => (bytes) => Promise.resolve(bytes),
};
const asItCame: Compression = { inflate: (bytes) => bytes, deflate: () => (bytes) => Promise.resolve(bytes) };

async function outcome(
  pieces: readonly Uint8Array[],
  compression: Compression,
): Promise<{ readonly news: readonly News[]; readonly lost: boolean }> {
  const news: News[] = [];
  let hear: (() => void) | undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  let over = false;
  const transport: Transport = {
    bytes: (async function* () {
      yield HELLO;
      await heard;
      for (const piece of pieces) if (piece.length > 0) yield piece;
      // Whatever comes of what was said comes before the end of it.
      await new Promise((resolve) => setImmediate(resolve));
      over = true;
    })(),
    write: () => Promise.resolve(hear?.()),
    close: () => undefined,
  };
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('woken'))));
  const session = new Session(transport, {
    clock: { now: () => 0, sleep },
    onNews: (item) => news.push(item),
  });
  await session.ready;
  await session.run(compress(compression));
  const asked = session.run(noop()).catch((error: unknown) => error);
  const end = await session.closed;
  const lost = !over;
  if (end) named(end);
  const unanswered = await asked;
  if (unanswered !== undefined) named(unanswered);
  return { news, lost };
}

function named(error: unknown): void {
  const known = [ConnectionLost, ProtocolError, GatewayRefused].some((kind) => error instanceof kind);
  if (!known) throw error;
}

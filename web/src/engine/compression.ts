/** COMPRESS=DEFLATE (RFC 4978) as a browser can do it: it inflates what comes, and wraps what goes. */
import type { Compression } from '@postern/protocol/port';

/**
 * Octets inflated at a time. DEFLATE grows by 1032 at most, so a hostile server gets 4 MB into memory before somebody has to
 * have taken them.
 */
const stepOctets = 4096;
/** What one stored block holds at most (RFC 1951 §3.2.4). */
const blockOctets = 0xffff;
const blockHeader = 5;

/** undefined where the browser cannot inflate. */
export const compression: Compression | undefined = canInflate()
  ? { inflate, deflate: () => (bytes) => Promise.resolve(stored(bytes)) }
  : undefined;

function canInflate(): boolean {
  try {
    return typeof new DecompressionStream('deflate-raw') === 'object';
  } catch {
    return false;
  }
}

async function* inflate(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  const feed = async (): Promise<void> => {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += stepOctets) {
        await writer.write(new Uint8Array(chunk.subarray(at, at + stepOctets)));
      }
    }
    await writer.close();
  };
  // The reader below hears of it.
  feed().catch((error: unknown) => writer.abort(error).catch(() => undefined));
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/**
 * DEFLATE without compressing: 5 octets a block, and every block ends on an octet, so nothing is ever withheld. What goes up
 * is commands and messages being sent, which are few, and mostly base64, which hardly shrinks.
 */
export function stored(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / blockOctets);
  const out = new Uint8Array(bytes.length + blocks * blockHeader);
  for (let block = 0, at = 0; block < blocks; block++) {
    const data = bytes.subarray(block * blockOctets, (block + 1) * blockOctets);
    const { length } = data;
    // BFINAL 0, BTYPE 00; then LEN and NLEN, the least significant octet first.
    out.set([0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff], at);
    out.set(data, at + blockHeader);
    at += blockHeader + length;
  }
  return out;
}

import { ConnectionLost } from '../error.ts';
import type { Compression, Transport } from '../port.ts';

/** A transport whose two streams are DEFLATE (RFC 4978) on another. Reading throws ConnectionLost where they are not. */
export function compressed(plain: Transport, compression: Compression): Transport {
  const deflate = compression.deflate();
  return {
    bytes: inflated(plain.bytes, compression),
    write: async (bytes) => plain.write(await deflate(bytes)),
    close: () => plain.close(),
  };
}

async function* inflated(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  let ended = false;
  let broken: { readonly error: unknown } | undefined;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      broken = { error };
    }
    ended = true;
  }
  try {
    yield* compression.inflate(source());
  } catch {
    // A stream that ends does so in the middle of DEFLATE, which has no end here: that alone is no fault of it.
    if (!ended) throw new ConnectionLost('what the server compressed cannot be read');
  }
  if (broken) throw broken.error;
  if (!ended) throw new ConnectionLost('the server ended its compressed stream and went on');
}

/** `first`, then all of `rest`. */
export async function* preceded(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

import { StoreError } from '../error.ts';
import { Base64Encoder } from '../bytes/index.ts';

/** Octets that are produced when they are wanted, as often as they are wanted, and never all at once. */
export interface Octets {
  /** Exactly as many as `chunks` gives. */
  readonly octets: number;
  /** From the beginning, at every call. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** What is composed stands in memory where it is small, and streams where it is an attachment. */
export type Segment = Uint8Array | Octets;

export function joined(segments: readonly Segment[]): Octets {
  const octets = segments.reduce(
    (sum, one) => sum + (one instanceof Uint8Array ? one.length : one.octets),
    0,
  );
  return {
    octets,
    async *chunks() {
      for (const segment of segments) {
        if (!(segment instanceof Uint8Array)) yield* segment.chunks();
        else if (segment.length > 0) yield segment;
      }
    },
  };
}

/** Octets encoded at once, whole lines: a file that comes in one piece is not held in memory a second time. */
const AT_ONCE = 57 * 1024;

/** In lines of 76 letters, with no line break at the end (RFC 2045 §6.8). */
export function inBase64(source: Octets): Octets {
  const lines = Math.ceil(source.octets / 57);
  return {
    octets: Math.ceil(source.octets / 3) * 4 + 2 * Math.max(0, lines - 1),
    async *chunks() {
      const encoder = new Base64Encoder();
      for await (const chunk of exactly(source).chunks()) {
        for (let at = 0; at < chunk.length; at += AT_ONCE) {
          const encoded = encoder.push(chunk.subarray(at, at + AT_ONCE));
          if (encoded.length > 0) yield encoded;
        }
      }
      const last = encoder.finish();
      if (last.length > 0) yield last;
    },
  };
}

/**
 * Its chunks, as long as they add up. A file can change between attaching and sending, and the size of the message has been
 * told to the server by then.
 * @throws StoreError where the source gives more or fewer octets than it said.
 */
export function exactly(source: Octets): Octets {
  const changed = () =>
    new StoreError(
      'failed',
      'An attached file has changed since it was attached. Nothing was sent. Attach it again.',
    );
  return {
    octets: source.octets,
    async *chunks() {
      let left = source.octets;
      for await (const chunk of source.chunks()) {
        left -= chunk.length;
        if (left < 0) throw changed();
        yield chunk;
      }
      if (left > 0) throw changed();
    },
  };
}

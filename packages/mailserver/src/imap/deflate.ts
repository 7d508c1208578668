import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * A DEFLATE stream (RFC 1951) in both directions without anything asynchronous, so that a connection can be driven
 * octet by octet. Node's synchronous functions take whole streams only: each call continues one from the last 32 KiB
 * that went before, which is all that DEFLATE looks back to.
 */
const WINDOW = 32768;

/** Octets that one call may make of what it is given. */
const MAX_INFLATED = 256 << 20;

/** An empty final block, stored. Only at the end of a block can it be told from what went before. */
const FINAL_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);

function lastOf(window: Buffer, more: Uint8Array): Buffer {
  return Buffer.concat([window, more]).subarray(-WINDOW);
}

function dictionary(window: Buffer): { dictionary?: Buffer } {
  return window.length === 0 ? {} : { dictionary: window };
}

/** Compresses; what comes out of each call ends at an octet and can be read at once. */
export class Deflater {
  #window: Buffer = Buffer.alloc(0);

  compress(octets: Uint8Array): Uint8Array {
    const finishFlush = constants.Z_SYNC_FLUSH;
    const compressed = deflateRawSync(octets, { finishFlush, ...dictionary(this.#window) });
    this.#window = lastOf(this.#window, octets);
    return compressed;
  }
}

/** Decompresses, however the compressed octets are cut. Throws when they are no DEFLATE stream. */
export class Inflater {
  #window: Buffer = Buffer.alloc(0);
  /** Compressed octets since the last end of a block that was also the end of a chunk. */
  #pending: Buffer = Buffer.alloc(0);
  /** Octets already given of what `#pending` holds. */
  #given = 0;

  /** What can be read now. */
  decompress(octets: Uint8Array): Uint8Array {
    this.#pending = Buffer.concat([this.#pending, octets]);
    const whole = inflateRawSync(this.#pending, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: MAX_INFLATED,
      ...dictionary(this.#window),
    });
    const fresh = whole.subarray(this.#given);
    this.#given = whole.length;
    if (this.#atBlockEnd(whole.length)) {
      this.#window = lastOf(this.#window, whole);
      this.#pending = Buffer.alloc(0);
      this.#given = 0;
    }
    return fresh;
  }

  #atBlockEnd(length: number): boolean {
    if (!this.#pending.subarray(-4).equals(FINAL_BLOCK.subarray(1))) return false;
    try {
      const ended = Buffer.concat([this.#pending, FINAL_BLOCK]);
      return (
        inflateRawSync(ended, { maxOutputLength: MAX_INFLATED, ...dictionary(this.#window) }).length ===
        length
      );
    } catch {
      return false;
    }
  }
}

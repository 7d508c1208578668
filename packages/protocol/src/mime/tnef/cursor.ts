/** Little-endian numbers and stretches of octets, one after the other. What is not there any more is undefined. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number | undefined {
    return this.#bytes[this.#at++];
  }

  u16(): number | undefined {
    const octets = this.take(2);
    return octets && octets[0]! | (octets[1]! << 8);
  }

  u32(): number | undefined {
    const octets = this.take(4);
    return octets && (octets[0]! | (octets[1]! << 8) | (octets[2]! << 16)) + octets[3]! * 0x1000000;
  }

  /** Exactly that many octets, not copied. */
  take(length: number): Uint8Array | undefined {
    if (length > this.left) return undefined;
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** As many as there are, at most `length`: what a cut file still holds. */
  takeUpTo(length: number): Uint8Array {
    return this.take(Math.max(0, Math.min(length, this.left))) ?? new Uint8Array(0);
  }
}

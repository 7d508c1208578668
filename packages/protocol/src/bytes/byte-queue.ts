import { NO_BYTES } from './ascii.ts';

/** Octets behind the window that are searched in vain sooner than a view is made without them. */
const ROOM_SEARCHED = 1024;

/**
 * Octets that arrived and are not consumed yet, as one contiguous window.
 *
 * A view that was handed out stays valid and unchanged for ever: the window moves to a new buffer when it has to grow and
 * never writes over octets it has shown. A chunk that arrives while the queue is empty is adopted, not copied, so its
 * owner must not write to it any more.
 */
export class ByteQueue {
  #buffer: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const { length } = this;
    if (length === 0) {
      // Node's Buffer is a Uint8Array whose `slice` does not copy: what is handed out must not be one.
      const { buffer, byteOffset, byteLength } = chunk;
      this.#buffer = new Uint8Array(buffer, byteOffset, byteLength);
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) {
      // Doubling keeps the copying linear in what arrives, however small the chunks are.
      const grown = new Uint8Array(Math.max(4096, 2 * (length + chunk.length)));
      grown.set(this.view());
      this.#buffer = grown;
      this.#start = 0;
      this.#end = length;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** All octets, or those from `from` to `to`, counted from the front; consumes nothing. */
  view(from = 0, to = this.length): Uint8Array {
    return this.#buffer.subarray(this.#start + from, Math.min(this.#start + to, this.#end));
  }

  /** Position of the first `octet` at or after `from`, −1 if it has not arrived. */
  indexOf(octet: number, from = 0): number {
    // A window that has grown has as much room again behind it, which would be searched at every push; a view costs less.
    const room = this.#buffer.length - this.#end;
    const searched = room > ROOM_SEARCHED ? this.#buffer.subarray(0, this.#end) : this.#buffer;
    const at = searched.indexOf(octet, this.#start + from);
    return at === -1 || at >= this.#end ? -1 : at - this.#start;
  }

  /**
   * Has octets read where they are, without a view of them: `read` gets the buffer and where in it the window begins and ends,
   * and says where what it consumed ends, or −1. True where something was consumed.
   */
  consume(reader: { read(bytes: Uint8Array, start: number, end: number): number }): boolean {
    const end = reader.read(this.#buffer, this.#start, this.#end);
    if (end === -1) return false;
    this.#start = end;
    return true;
  }

  /** Consumes up to `count` octets from the front. */
  take(count: number): Uint8Array {
    const taken = this.view(0, count);
    this.#start += taken.length;
    return taken;
  }
}

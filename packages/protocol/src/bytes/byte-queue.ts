import { NO_BYTES, octetText } from './ascii.ts';

/** Octets that are made text at once: few enough to be kept alive for one word of them, many enough to make it worth it. */
const PAGE = 8192;

/** A stretch of octets as `octetText` gives them, shared by all that lie in it. */
export interface Page {
  readonly text: string;
  /** Where in `text` the octets asked for begin. */
  readonly at: number;
}

/**
 * Octets that arrived and are not consumed yet, as one contiguous window.
 *
 * A view that was handed out stays valid and unchanged for ever: the window moves to a new buffer when it has to grow and
 * never writes over octets it has shown. A chunk that arrives while the queue is empty is adopted, not copied, so its
 * owner must not write to it any more.
 */
export class ByteQueue {
  #buffer: Uint8Array = NO_BYTES;
  /** The buffer without the room behind what arrived. */
  #arrived: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  /** What the octets of the buffer from #pageStart to #pageEnd say. */
  #text = '';
  #pageStart = 0;
  #pageEnd = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const { length } = this;
    if (length === 0) {
      // Node's Buffer is a Uint8Array whose `slice` does not copy: what is handed out must not be one.
      const { buffer, byteOffset, byteLength } = chunk;
      this.#buffer = this.#arrived = new Uint8Array(buffer, byteOffset, byteLength);
      this.#start = this.#pageEnd = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) {
      // Doubling keeps the copying linear in what arrives, however small the chunks are; what is moved for a chunk as large
      // as itself is linear anyway.
      const needed = length + chunk.length;
      const grown = new Uint8Array(Math.max(4096, chunk.length > length ? needed : 2 * needed));
      grown.set(this.view());
      this.#buffer = grown;
      this.#start = this.#pageEnd = 0;
      this.#end = length;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
    this.#arrived = this.#buffer.subarray(0, this.#end);
  }

  /** All octets, or those from `from` to `to`, counted from the front; consumes nothing. */
  view(from = 0, to = this.length): Uint8Array {
    return this.#buffer.subarray(this.#start + from, Math.min(this.#start + to, this.#end));
  }

  /** Position of the first `octet` at or after `from`, −1 if it has not arrived. */
  indexOf(octet: number, from = 0): number {
    const at = this.#arrived.indexOf(octet, this.#start + from);
    return at === -1 ? -1 : at - this.#start;
  }

  /** The octet at `at`, counted from the front; it has arrived. */
  octet(at: number): number {
    return this.#buffer[this.#start + at]!;
  }

  /** The first `count` octets as text, undefined where they are too many for a page. */
  page(count: number): Page | undefined {
    if (count > PAGE) return undefined;
    if (this.#start + count > this.#pageEnd) {
      this.#pageStart = this.#start;
      this.#pageEnd = Math.min(this.#start + PAGE, this.#end);
      this.#text = octetText(this.#buffer.subarray(this.#pageStart, this.#pageEnd));
    }
    return { text: this.#text, at: this.#start - this.#pageStart };
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

  /** Consumes up to `count` octets from the front; gives those of them before `to`. */
  take(count: number, to = count): Uint8Array {
    const taken = this.view(0, to);
    this.#start = Math.min(this.#start + count, this.#end);
    return taken;
  }
}

import { LF, NO_BYTES, octetText } from './ascii.ts';

/** Octets that are made text at once: few enough to be kept alive for one word of them, many enough to make it worth it. */
const PAGE = 16_384;

/** What octets lie in: the same as octets, as numbers of several octets, and some of them as `octetText` gives them. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly text: string;
  /** Where in `bytes` the text begins. */
  readonly textStart: number;
}

/** A window of these octets alone, without their text. */
export function windowOf(bytes: Uint8Array): Window {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    text: '',
    textStart: 0,
  };
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
  /** The buffer with a page of its text; undefined where none was asked for yet. */
  #window: Window | undefined;

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
      this.#start = 0;
      this.#end = chunk.length;
      this.#window = undefined;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) {
      // Doubling keeps the copying linear in what arrives, however small the chunks are; what is moved for a chunk as large
      // as itself is linear anyway.
      const needed = length + chunk.length;
      const grown = new Uint8Array(Math.max(4096, chunk.length > length ? needed : 2 * needed));
      grown.set(this.view());
      this.#buffer = grown;
      this.#start = 0;
      this.#end = length;
      this.#window = undefined;
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

  /** As `indexOf`, of the line feed: sought first in the page that was read last, which is text and quicker to search. */
  lineFeed(from: number): number {
    const found = this.#feedInPage(from);
    if (found !== -1 || from > 0 || this.length === 0) return found === -1 ? this.indexOf(LF, from) : found;
    // What begins here is read from a page of its own anyway.
    this.#newPage();
    const again = this.#feedInPage(0);
    return again === -1 ? this.indexOf(LF, PAGE) : again;
  }

  #feedInPage(from: number): number {
    const window = this.#window;
    const at = window ? this.#start + from - window.textStart : -1;
    const found = at < 0 ? -1 : window!.text.indexOf('\n', at);
    return found === -1 ? -1 : found + window!.textStart - this.#start;
  }

  /** The octet at `at`, counted from the front; it has arrived. */
  octet(at: number): number {
    return this.#buffer[this.#start + at]!;
  }

  /** Where in their window the octets begin. */
  get start(): number {
    return this.#start;
  }

  /** What they lie in, the first `count` of them as text too, where they are not too many for a page. */
  window(count: number): Window {
    const known = this.#window;
    if (known && this.#start + count <= known.textStart + known.text.length) return known;
    if (count <= PAGE) return this.#newPage();
    return (this.#window = { ...(known ?? windowOf(this.#buffer)), text: '', textStart: this.#start });
  }

  /** Makes a page of what comes first. */
  #newPage(): Window {
    const bytes = this.#buffer;
    const view = this.#window?.view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const textStart = this.#start;
    const text = octetText(bytes.subarray(textStart, Math.min(textStart + PAGE, this.#end)));
    return (this.#window = { bytes, view, text, textStart });
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

  /** Consumes up to `count` octets from the front, and gives them. */
  take(count: number): Uint8Array {
    const taken = this.view(0, count);
    this.skip(count);
    return taken;
  }

  /** Consumes up to `count` octets from the front. */
  skip(count: number): void {
    this.#start = Math.min(this.#start + count, this.#end);
  }
}

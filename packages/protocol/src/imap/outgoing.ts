import { concatBytes, encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import type { Piece, StreamedLiteral } from './command.ts';

/** Octets that LITERAL- lets go out without asking (RFC 7888 §5). */
const LITERAL_MINUS_LIMIT = 4096;
/** With LITERAL+ anything may go unasked, but a server can refuse a large message only if it is asked (over quota). */
const LITERAL_PLUS_LIMIT = 64 * 1024;

/** `wait`: nothing more goes out until a continuation request came. `pause`: until the command itself is told to go on. */
type Item = Uint8Array | StreamedLiteral | 'wait' | 'pause';

interface Entry {
  readonly tag: string;
  readonly items: Item[];
}

/** What is still to be written, in order; held back where a synchronising literal awaits its `+` (RFC 3501 §4.3). */
export class Outgoing {
  readonly #entries: Entry[] = [];
  /** Octets of the streamed literal at the front that were supplied. */
  #supplied = 0;

  /** Queues a command: tag, pieces, line break. */
  command(tag: string, pieces: readonly Piece[], capabilities: ReadonlySet<string>): void {
    const items: Item[] = [];
    let text = `${tag} `;
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        text += piece;
        continue;
      }
      const literal = 'literal8' in piece ? piece.literal8 : piece;
      const octets = literal instanceof Uint8Array ? literal.length : literal.octets;
      const unasked = goesUnasked(octets, capabilities);
      items.push(encodeText(`${text}${literal === piece ? '' : '~'}{${octets}${unasked ? '+' : ''}}\r\n`));
      if (!unasked) items.push('wait');
      items.push(literal);
      text = '';
    }
    items.push(encodeText(`${text}\r\n`));
    this.#entries.push({ tag, items });
  }

  /** Appends a line to a command in flight: the answer to a challenge. */
  line(tag: string, text: string): void {
    this.#entries.push({ tag, items: [encodeText(`${text}\r\n`)] });
  }

  /** Appends DONE, to go out once `resume` is called and the continuation request has come. */
  afterPause(tag: string, text: string): void {
    this.#entries.push({ tag, items: ['wait', 'pause', encodeText(`${text}\r\n`)] });
  }

  /** All that may go out now. */
  take(): Uint8Array | undefined {
    const out: Uint8Array[] = [];
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      const item = entry.items[0];
      if (item === undefined) {
        this.#entries.shift();
      } else if (item instanceof Uint8Array) {
        out.push(item);
        entry.items.shift();
      } else {
        break;
      }
    }
    return out.length === 0 ? undefined : concatBytes(out);
  }

  /** The streamed literal whose octets are due, and its command. */
  get wanted():
    { readonly tag: string; readonly literal: StreamedLiteral; readonly remaining: number } | undefined {
    const entry = this.#entries[0];
    const item = entry?.items[0];
    if (!entry || item === undefined || typeof item === 'string' || item instanceof Uint8Array)
      return undefined;
    return { tag: entry.tag, literal: item, remaining: item.octets - this.#supplied };
  }

  /** The next octets of the wanted literal. UsageError where they are more than were announced. */
  supply(chunk: Uint8Array): void {
    const { wanted } = this;
    if (!wanted || chunk.length > wanted.remaining)
      throw new UsageError('more octets than the literal announced');
    const items = this.#entries[0]!.items;
    this.#supplied += chunk.length;
    if (chunk.length === wanted.remaining) {
      items.shift();
      this.#supplied = 0;
    }
    if (chunk.length > 0) items.unshift(chunk);
  }

  /** A continuation request: true where one was awaited. */
  proceed(): boolean {
    const items = this.#entries[0]?.items;
    if (items?.[0] !== 'wait') return false;
    items.shift();
    return true;
  }

  /** Lets a paused command go on, now or when its continuation request comes. */
  resume(tag: string): void {
    const entry = this.#entries.find(
      (candidate) => candidate.tag === tag && candidate.items.includes('pause'),
    );
    if (entry) entry.items.splice(entry.items.indexOf('pause'), 1);
  }

  /**
   * The command was answered before all of it was written: forgets the rest. Octets that were announced without asking are
   * owed all the same (RFC 7888 §4), so those stay.
   */
  cancel(tag: string): void {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if (entry.tag !== tag) continue;
      const asks = entry.items.findIndex((item) => item === 'wait' || item === 'pause');
      if (asks === -1) continue;
      entry.items.length = asks;
      if (asks === 0) this.#entries.splice(i, 1);
    }
  }
}

function goesUnasked(octets: number, capabilities: ReadonlySet<string>): boolean {
  if (capabilities.has('LITERAL+')) return octets <= LITERAL_PLUS_LIMIT;
  return (capabilities.has('LITERAL-') || capabilities.has('IMAP4REV2')) && octets <= LITERAL_MINUS_LIMIT;
}

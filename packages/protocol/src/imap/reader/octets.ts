import { NO_BYTES, sameNumbers, sameOctets, SP, windowOf } from '../../bytes/index.ts';
import { ProtocolError } from '../../error.ts';
import { excerpt } from '../excerpt.ts';
import type { Frame, Literal } from '../fragmenter.ts';

const NOTHING = windowOf(NO_BYTES);

/** One frame at a time as octets, and a position in it. */
export class Octets {
  /** What the frame lies in, from its begin on up to `end`. */
  bytes: Uint8Array = NO_BYTES;
  protected view: DataView = NOTHING.view;
  protected literals: readonly Literal[] = [];
  /** The first literal that is not passed. */
  protected literal = 0;
  /** Where the frame begins, and where it ends. */
  #start = 0;
  end = 0;
  /** Octets from pageStart on as text, right where they are ASCII. */
  protected page = '';
  protected pageStart = 0;
  pos = 0;

  open({ window, start, end, literals }: Frame): this {
    this.bytes = window.bytes;
    this.view = window.view;
    this.literals = literals;
    this.pos = this.#start = start;
    this.end = end;
    this.literal = 0;
    this.page = window.text;
    this.pageStart = window.textStart;
    return this;
  }

  /** The octet at the position, −1 at the end. */
  get peek(): number {
    return this.pos < this.end ? this.bytes[this.pos]! : -1;
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }

  error(expected: string, at = this.pos): ProtocolError {
    const offset = at - this.#start;
    const frame = this.bytes.subarray(this.#start, this.end);
    return new ProtocolError(`expected ${expected}`, offset, excerpt(frame, offset));
  }

  /** Passes any number of spaces: some servers double them, some leave them out. */
  skipSpaces(): void {
    const bytes = this.bytes;
    const { end } = this;
    let at = this.pos;
    while (at < end && bytes[at] === SP) at++;
    this.pos = at;
  }

  /** Passes spaces; the octet behind them, −1 at the end. */
  next(): number {
    this.skipSpaces();
    return this.peek;
  }

  /** Consumes `octet` if it is next. */
  take(octet: number): boolean {
    if (this.pos >= this.end || this.bytes[this.pos] !== octet) return false;
    this.pos++;
    return true;
  }

  expect(octet: number): void {
    if (!this.take(octet)) throw this.error(String.fromCharCode(octet));
  }

  /** Passes a copy of bytes[start, end), if one is next. */
  repeats(start: number, end: number): boolean {
    const length = end - start;
    if (this.pos + length > this.end) return false;
    if (!sameNumbers(this.view, start, this.view, this.pos, length)) return false;
    this.pos += length;
    return true;
  }

  /** Takes these very octets, if they are next. */
  takeOctets(octets: Uint8Array): boolean {
    if (this.pos + octets.length > this.end) return false;
    if (!sameOctets(octets, 0, this.bytes, this.pos, octets.length)) return false;
    this.pos += octets.length;
    return true;
  }

  /** As `takeOctets`, of `length` octets seen as numbers: quicker where they are many. */
  takeNumbers(octets: DataView, length: number): boolean {
    if (this.pos + length > this.end || !sameNumbers(octets, 0, this.view, this.pos, length)) return false;
    this.pos += length;
    return true;
  }

  /** True where a space is among bytes[start, end). */
  hasSpace(start: number, end: number): boolean {
    const bytes = this.bytes;
    for (let at = start; at < end; at++) if (bytes[at] === SP) return true;
    return false;
  }

  /** Goes back to `pos`, literals included. */
  rewind(pos: number): void {
    this.pos = pos;
    while (this.literal > 0 && this.literals[this.literal - 1]!.at >= pos) this.literal--;
  }
}

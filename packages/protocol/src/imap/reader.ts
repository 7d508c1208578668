import { decodeText, SP } from '../bytes/index.ts';
import { lowerCased } from './atoms.ts';
import type { Frame } from './fragmenter.ts';
import { Strings } from './reader/strings.ts';
import { CLOSE, OPEN, QUOTE } from './reader/words.ts';
import { MAX_UID } from './sets.ts';
import type { UidRanges } from './types.ts';

export { CLOSE, END_BRACKET, OPEN } from './reader/words.ts';
export const BRACKET = 0x5b;
const STAR = 0x2a;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Parentheses within parentheses: RFC 3501 sets no bound, a stack does. Real structures stay below 20. */
export const NESTING_LIMIT = 64;

/** Elements of all lists of one response: each costs some 50 octets of memory, however few it is written with. */
export const ELEMENTS_LIMIT = 200_000;
/** Ranges of one set, 80 octets of memory each: half a million messages of which every other one is meant. */
export const RANGES_LIMIT = 250_000;

/**
 * Reads the tokens of one frame at a time (RFC 3501 §4 and §9). Every method that reads one throws ProtocolError where its token
 * is not there.
 */
export class Reader extends Strings {
  /** Elements of lists that were read, those read twice included. */
  #elements = 0;

  override open(frame: Frame): this {
    this.#elements = 0;
    return super.open(frame);
  }

  /**
   * A number up to 2^53. Quirks: a negative one is −1 (Exchange, Zoho); a decimal or exponential one is rounded (mail.ru
   * wrote sizes as `9.37e+06`); one in quotes is read.
   */
  number(): number {
    const bytes = this.bytes;
    const start = this.pos;
    let at = start;
    let value = 0;
    let next = -1;
    const { end } = this;
    for (; at < end; at++) {
      next = bytes[at]!;
      if (next < 0x30 || next > 0x39) break;
      value = value * 10 + (next - 0x30);
    }
    if (at > start && (next === SP || next === CLOSE || !this.#fraction(at))) {
      if (value > Number.MAX_SAFE_INTEGER) throw this.error('a smaller number', start);
      this.pos = at;
      return value;
    }
    return this.#oddNumber();
  }

  #fraction(at: number): boolean {
    const next = this.bytes[at];
    const after = this.bytes[at + 1];
    if (next === 0x2e /* . */) return isDigit(after);
    return (next === 0x65 || next === 0x45) && (isDigit(after) || after === 0x2b || after === 0x2d);
  }

  #oddNumber(): number {
    const start = this.pos;
    let end = start;
    while (end < this.end && /[-+.\deE]/.test(String.fromCharCode(this.bytes[end]!))) end++;
    const text = this.atString ? this.string() : decodeText(this.bytes.subarray(start, end));
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER) throw this.error('a number', start);
    this.pos = Math.max(this.pos, end);
    return value < 0 ? -1 : Math.round(value);
  }

  /** A 63-bit number (RFC 7162 §7). Quirk: a negative one is 0 (Zoho). */
  bigNumber(): bigint {
    const start = this.pos;
    let end = start;
    while (isDigit(this.bytes[end])) end++;
    if (end - start <= 15) return BigInt(Math.max(0, this.number()));
    if (end - start > 19) throw this.error('a 63-bit number');
    this.pos = end;
    return BigInt(decodeText(this.bytes.subarray(start, end)));
  }

  /** A 64-bit number without sign, as X-GM-EXT-1 has them. */
  unsignedNumber(): bigint {
    const start = this.pos;
    while (isDigit(this.bytes[this.pos])) this.pos++;
    if (this.pos === start || this.pos - start > 20) throw this.error('a 64-bit number', start);
    return BigInt(decodeText(this.bytes.subarray(start, this.pos)));
  }

  /**
   * The nstring that comes next. null also where it was left out, at the end of the list, which stays, and where a list stands
   * in its place, which is passed.
   */
  text(): string | null {
    const bytes = this.bytes;
    let at = this.pos;
    const { end } = this;
    while (at < end && bytes[at] === SP) at++;
    this.pos = at;
    const octet = at < end ? bytes[at]! : -1;
    if (octet === QUOTE) {
      const close = this.plainEnd();
      if (close === -1) return this.string();
      this.pos = close + 1;
      return this.ascii(at + 1, close);
    }
    if (
      octet === 0x4e /* N */ &&
      bytes[at + 1] === 0x49 /* I */ &&
      bytes[at + 2] === 0x4c /* L */ &&
      bytes[at + 3] === SP
    ) {
      this.pos = at + 3;
      return null;
    }
    if (octet === CLOSE) return null;
    if (octet !== OPEN) return this.nstring();
    this.skipValue();
    return null;
  }

  /** `text` in lower case, where it is from a small vocabulary. */
  lowerText(): string | null {
    return this.next() === QUOTE ? this.lowerNstring() : (this.text()?.toLowerCase() ?? null);
  }

  /** An nstring in lower case, from a small vocabulary: types, encodings, names of parameters. */
  lowerNstring(): string | null {
    const likely = lowerCased.likely();
    if (likely && this.takeQuotedOctets(likely)) return lowerCased.takeLikely();
    const end = this.plainEnd();
    if (end === -1) return this.nstring()?.toLowerCase() ?? null;
    const start = this.pos + 1;
    this.pos = end + 1;
    return lowerCased.getNext(this.bytes, start, end);
  }

  /** Calls `item` for each element of a parenthesised list. Quirk: NIL is the empty list. */
  list(item: () => void): void {
    if (this.takeNil()) return;
    this.expect(OPEN);
    while (this.more()) item();
  }

  /** In a list: true before its next element, false behind its end. */
  more(): boolean {
    this.skipSpaces();
    if (this.take(CLOSE)) return false;
    if (this.atEnd) throw this.error('the end of a list');
    if (++this.#elements > ELEMENTS_LIMIT) throw this.error('fewer elements');
    return true;
  }

  /** As `more`, of elements that end with the line. */
  moreOnLine(): boolean {
    this.skipSpaces();
    if (this.atEnd) return false;
    if (++this.#elements > ELEMENTS_LIMIT) throw this.error('fewer elements');
    return true;
  }

  /** A sequence-set (RFC 3501 §9), each range in ascending order, the ranges in the order they came. */
  set(): UidRanges {
    const ranges: [number, number][] = [];
    do {
      if (ranges.length === RANGES_LIMIT) throw this.error('fewer ranges');
      const first = this.#setNumber();
      const last = this.take(COLON) ? this.#setNumber() : first;
      ranges.push(first <= last ? [first, last] : [last, first]);
    } while (this.take(COMMA));
    return ranges;
  }

  #setNumber(): number {
    return this.take(STAR) ? MAX_UID : this.number();
  }

  /** Passes one value whatever it is: atom, string, or list, with what hangs on it in brackets. */
  skipValue(): void {
    let depth = 0;
    do {
      this.skipSpaces();
      if (this.take(OPEN)) depth++;
      else if (this.take(CLOSE)) depth--;
      else if (this.atString) this.skipString();
      else this.skipAtom();
      if (depth < 0) throw this.error('a value');
    } while (depth > 0);
  }

  /** What is left of the line, as text. */
  rest(): string {
    const text = decodeText(this.bytes.subarray(this.pos, this.end));
    this.pos = this.end;
    return text;
  }

  /** The text up to and without `octet`, which is passed too; undefined and nothing read where there is none. */
  until(octet: number): string | undefined {
    const end = this.bytes.indexOf(octet, this.pos);
    if (end === -1 || end >= this.end) return undefined;
    const text = decodeText(this.bytes.subarray(this.pos, end));
    this.pos = end + 1;
    return text;
  }
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

import {
  CR,
  decodeText,
  LF,
  NO_BYTES,
  octetText,
  sameNumbers,
  sameOctets,
  SP,
  windowOf,
} from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { atoms, lowerCased, upperCased } from './atoms.ts';
import { excerpt } from './excerpt.ts';
import type { Frame, Literal } from './fragmenter.ts';
import { MAX_UID } from './sets.ts';
import type { UidRanges } from './types.ts';

export const OPEN = 0x28;
export const CLOSE = 0x29;
export const BRACKET = 0x5b;
export const END_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const STAR = 0x2a;
const COMMA = 0x2c;
const COLON = 0x3a;
const LESS = 0x3c;
const BRACE = 0x7b;
const TILDE = 0x7e;

/** Parentheses within parentheses: RFC 3501 sets no bound, a stack does. Real structures stay below 20. */
export const NESTING_LIMIT = 64;

/** Elements of all lists of one response: each costs some 50 octets of memory, however few it is written with. */
export const ELEMENTS_LIMIT = 200_000;
/** Ranges of one set, 80 octets of memory each: half a million messages of which every other one is meant. */
export const RANGES_LIMIT = 250_000;

/** Octets that end an atom. Brackets do not: flags and mailbox names hold them, though RFC 3501 §9 would not have it. */
const ATOM_END = new Uint8Array(256);
for (let octet = 0; octet <= 0x20; octet++) ATOM_END[octet] = 1;
for (const octet of [OPEN, CLOSE, QUOTE, 0x7f]) ATOM_END[octet] = 1;

/** Letters, digits, `.`, `-` and `_`. */
const IN_WORD = new Uint8Array(256).fill(1, 0x30, 0x3a).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b);
for (const octet of [0x2d, 0x2e, 0x5f]) IN_WORD[octet] = 1;

/** What stands behind a quote that ends its string. */
const STRING_END = new Uint8Array(256).fill(1, 0, SP + 1);
for (const octet of [OPEN, CLOSE, END_BRACKET, LESS]) STRING_END[octet] = 1;

/** Octets that are just a character of the quoted string they are in: ASCII, but for what may end it or has to be undone. */
const PLAIN = new Uint8Array(256).fill(1, 1, 0x80);
for (const octet of [QUOTE, BACKSLASH, CR, LF]) PLAIN[octet] = 0;

/**
 * Octets made text at once. A piece of it is a view for the engine, much cheaper than a string made of its own octets, but
 * keeps the whole alive: so this is small, though most lines fit.
 */
const PAGE = 2048;

const NOTHING = windowOf(NO_BYTES);

/**
 * Reads the tokens of one frame at a time (RFC 3501 §4 and §9). Every method that reads one throws ProtocolError where its token
 * is not there.
 */
export class Reader {
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NOTHING.view;
  #literals: readonly Literal[] = [];
  #literal = 0;
  /** Where the frame begins, and where it ends. */
  #start = 0;
  end = 0;
  /** Octets from #pageStart on as text, right where they are ASCII. */
  #page = '';
  #pageStart = 0;
  /** Elements of lists that were read, those read twice included. */
  #elements = 0;
  /** Strings read that were not plain: what they say may depend on what stands around them. */
  odd = 0;
  pos = 0;

  open({ window, start, end, literals }: Frame): this {
    this.#bytes = window.bytes;
    this.#view = window.view;
    this.#literals = literals;
    this.pos = this.#start = start;
    this.end = end;
    this.#literal = this.#elements = 0;
    this.#page = window.text;
    this.#pageStart = window.textStart;
    return this;
  }

  /** What the frame lies in, from its begin on up to `end`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The octet at the position, −1 at the end. */
  get peek(): number {
    return this.pos < this.end ? this.#bytes[this.pos]! : -1;
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }

  error(expected: string, at = this.pos): ProtocolError {
    const offset = at - this.#start;
    const frame = this.#bytes.subarray(this.#start, this.end);
    return new ProtocolError(`expected ${expected}`, offset, excerpt(frame, offset));
  }

  /** Passes any number of spaces: some servers double them, some leave them out. */
  skipSpaces(): void {
    const bytes = this.#bytes;
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
    if (this.pos >= this.end || this.#bytes[this.pos] !== octet) return false;
    this.pos++;
    return true;
  }

  expect(octet: number): void {
    if (!this.take(octet)) throw this.error(String.fromCharCode(octet));
  }

  atom(): string {
    const bytes = this.#bytes;
    const start = this.pos;
    let end = start;
    while (end < this.end && ATOM_END[bytes[end]!] === 0) end++;
    if (end === start) throw this.error('an atom');
    this.pos = end;
    return atoms.get(bytes, start, end);
  }

  /** Letters, digits, `.`, `-` and `_` in upper case: the name of an item, a code, a response. */
  word(): string {
    const bytes = this.#bytes;
    const start = this.pos;
    const likely = upperCased.likely();
    if (likely && this.takeOctets(likely)) {
      if (this.pos < this.end && IN_WORD[bytes[this.pos]!] === 0) return upperCased.takeLikely();
      this.pos = start;
    }
    let end = start;
    while (end < this.end && IN_WORD[bytes[end]!] === 1) end++;
    if (end === start) throw this.error('a word');
    this.pos = end;
    return upperCased.getNext(bytes, start, end);
  }

  /** Up to a space or `]`, in upper case: capabilities hold `=` and much else. */
  capability(): string {
    const start = this.pos;
    let end = start;
    while (end < this.end && this.#bytes[end]! > SP && this.#bytes[end] !== END_BRACKET) end++;
    if (end === start) throw this.error('a capability');
    this.pos = end;
    return upperCased.get(this.#bytes, start, end);
  }

  /**
   * A number up to 2^53. Quirks: a negative one is −1 (Exchange, Zoho); a decimal or exponential one is rounded (mail.ru
   * wrote sizes as `9.37e+06`); one in quotes is read.
   */
  number(): number {
    const bytes = this.#bytes;
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
    const next = this.#bytes[at];
    const after = this.#bytes[at + 1];
    if (next === 0x2e /* . */) return isDigit(after);
    return (next === 0x65 || next === 0x45) && (isDigit(after) || after === 0x2b || after === 0x2d);
  }

  #oddNumber(): number {
    const start = this.pos;
    let end = start;
    while (end < this.end && /[-+.\deE]/.test(String.fromCharCode(this.#bytes[end]!))) end++;
    const text = this.atString ? this.string() : decodeText(this.#bytes.subarray(start, end));
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER) throw this.error('a number', start);
    this.pos = Math.max(this.pos, end);
    return value < 0 ? -1 : Math.round(value);
  }

  /** A 63-bit number (RFC 7162 §7). Quirk: a negative one is 0 (Zoho). */
  bigNumber(): bigint {
    const start = this.pos;
    let end = start;
    while (isDigit(this.#bytes[end])) end++;
    if (end - start <= 15) return BigInt(Math.max(0, this.number()));
    if (end - start > 19) throw this.error('a 63-bit number');
    this.pos = end;
    return BigInt(decodeText(this.#bytes.subarray(start, end)));
  }

  /** A 64-bit number without sign, as X-GM-EXT-1 has them. */
  unsignedNumber(): bigint {
    const start = this.pos;
    while (isDigit(this.#bytes[this.pos])) this.pos++;
    if (this.pos === start || this.pos - start > 20) throw this.error('a 64-bit number', start);
    return BigInt(decodeText(this.#bytes.subarray(start, this.pos)));
  }

  get atNil(): boolean {
    const bytes = this.#bytes;
    const { pos } = this;
    return (
      pos + 2 < this.end &&
      (bytes[pos]! | 0x20) === 0x6e &&
      (bytes[pos + 1]! | 0x20) === 0x69 &&
      (bytes[pos + 2]! | 0x20) === 0x6c &&
      (pos + 3 >= this.end || ATOM_END[bytes[pos + 3]!] === 1 || bytes[pos + 3] === END_BRACKET)
    );
  }

  takeNil(): boolean {
    if (!this.atNil) return false;
    this.pos += 3;
    return true;
  }

  get atString(): boolean {
    return this.peek === QUOTE || this.#atLiteral();
  }

  /** Only the framing knows a literal: flags have been seen to begin with a brace. */
  #atLiteral(): boolean {
    const { peek } = this;
    return (peek === BRACE || peek === TILDE) && this.#literals[this.#literal]?.at === this.pos;
  }

  /** Octets of a quoted string or literal; undefined: a literal that was streamed past. */
  stringBytes(): Uint8Array | undefined {
    this.odd++;
    if (this.peek === QUOTE) return this.#quoted();
    const literal = this.#literals[this.#literal];
    if (literal?.at !== this.pos) throw this.error('a string');
    this.#literal++;
    this.pos = literal.end;
    return literal.streamed ? undefined : this.#bytes.subarray(literal.start, literal.end);
  }

  string(): string {
    const at = this.pos;
    const end = this.plainEnd();
    if (end !== -1) {
      this.pos = end + 1;
      return this.#ascii(at + 1, end);
    }
    const bytes = this.stringBytes();
    if (!bytes) throw this.error('a shorter literal', at);
    return decodeText(bytes);
  }

  /** A string, or an atom taken as one. */
  astring(): string {
    return this.atString ? this.string() : this.atom();
  }

  /** Where the quoted string ends that begins here, if its octets are plain; −1 where it must be read with care. */
  plainEnd(): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const { end } = this;
    let at = this.pos;
    if (at >= end || bytes[at] !== QUOTE) return -1;
    at++;
    for (const last = end - 4; at <= last; at += 4) {
      const odd = oddOctets(view.getInt32(at, true));
      if (odd === 0) continue;
      at += (31 - Math.clz32(odd & -odd)) >> 3;
      break;
    }
    while (at < end && PLAIN[bytes[at]!] === 1) at++;
    if (at >= end || bytes[at] !== QUOTE) return -1;
    return at + 1 >= end || STRING_END[bytes[at + 1]!] === 1 ? at : -1;
  }

  /** Text of octets that are known to be ASCII. */
  #ascii(start: number, end: number): string {
    const length = end - start;
    if (length > PAGE) return decodeText(this.#bytes.subarray(start, end));
    if (start < this.#pageStart || end > this.#pageStart + this.#page.length) {
      this.#pageStart = start;
      this.#page = octetText(this.#bytes.subarray(start, Math.min(start + PAGE, this.end)));
    }
    const from = start - this.#pageStart;
    return this.#page.substring(from, from + length);
  }

  /** Quirk: an atom where a string belongs is taken as one (Exchange writes some dispositions and encodings so). */
  nstring(): string | null {
    if (this.atString) return this.string();
    return this.takeNil() ? null : this.atom();
  }

  /**
   * The nstring that comes next. null also where it was left out, at the end of the list, which stays, and where a list stands
   * in its place, which is passed.
   */
  text(): string | null {
    const bytes = this.#bytes;
    let at = this.pos;
    const { end } = this;
    while (at < end && bytes[at] === SP) at++;
    this.pos = at;
    const octet = at < end ? bytes[at]! : -1;
    if (octet === QUOTE) {
      const close = this.plainEnd();
      if (close === -1) return this.string();
      this.pos = close + 1;
      return this.#ascii(at + 1, close);
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
    const end = this.plainEnd();
    if (end === -1) return this.nstring()?.toLowerCase() ?? null;
    const start = this.pos + 1;
    this.pos = end + 1;
    return lowerCased.get(this.#bytes, start, end);
  }

  nstringBytes(): Uint8Array | null | undefined {
    if (this.atString) return this.stringBytes();
    if (this.takeNil()) return null;
    throw this.error('a string or NIL');
  }

  /**
   * Quirks: a quote that no delimiter follows belongs to the string (Coremail does not escape them), and where the string
   * would never end because its last quote is escaped, `"qq.com\"`, that quote ends it (QQ).
   */
  #quoted(): Uint8Array {
    const start = this.pos + 1;
    const end = this.#quotedEnd(start, true);
    const sure = end === -1 ? this.#quotedEnd(start, false) : end;
    if (sure === -1) throw this.error('the end of a quoted string');
    this.pos = sure + 1;
    const raw = this.#bytes.subarray(start, sure);
    return raw.includes(BACKSLASH) ? unescaped(raw) : raw;
  }

  #quotedEnd(start: number, escapes: boolean): number {
    const bytes = this.#bytes;
    const { end } = this;
    for (let at = start; at < end; at++) {
      const octet = bytes[at];
      if (octet === BACKSLASH && escapes) {
        at++;
        if (bytes[at] === QUOTE && this.#endsStringAfterAll(at)) return at;
      } else if (octet === QUOTE && (at + 1 >= end || STRING_END[bytes[at + 1]!] === 1)) return at;
      else if (octet === CR) return -1;
    }
    return -1;
  }

  /**
   * An escaped quote that `)` or NIL follows, and nothing but such until a quote that begins another string: no text looks
   * like that, but responses of QQ do.
   */
  #endsStringAfterAll(quote: number): boolean {
    const bytes = this.#bytes;
    let at = quote + 1;
    if (bytes[at] !== CLOSE && !(bytes[at] === SP && isNilOctet(bytes[at + 1]))) return false;
    while (bytes[at] === CLOSE || bytes[at] === OPEN || bytes[at] === SP || isNilOctet(bytes[at])) at++;
    const before = bytes[at - 1];
    const next = bytes[at + 1];
    return (
      bytes[at] === QUOTE &&
      (before === SP || before === OPEN) &&
      next !== undefined &&
      (next === LESS || STRING_END[next] !== 1)
    );
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

  /** Behind the parenthesis that closes the list of nothing but atoms which begins here; −1 where there is none. */
  atomListEnd(): number {
    const bytes = this.#bytes;
    if (this.peek !== OPEN) return -1;
    let at = this.pos + 1;
    // What looks like a literal may be one.
    while (at < this.end && (ATOM_END[bytes[at]!] === 0 || bytes[at] === SP) && bytes[at] !== BRACE) at++;
    return bytes[at] === CLOSE ? at + 1 : -1;
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
      else if (this.atString) this.#skipString();
      else this.#skipAtom();
      if (depth < 0) throw this.error('a value');
    } while (depth > 0);
  }

  #skipString(): void {
    const end = this.plainEnd();
    if (end === -1) this.stringBytes();
    else this.pos = end + 1;
  }

  #skipAtom(): void {
    const bytes = this.#bytes;
    const start = this.pos;
    let end = start;
    while (end < this.end && ATOM_END[bytes[end]!] === 0) end++;
    if (end === start) throw this.error('an atom');
    this.pos = end;
  }

  /** Passes a copy of bytes[start, end), if one is next. */
  repeats(start: number, end: number): boolean {
    const length = end - start;
    if (this.pos + length > this.end) return false;
    if (!sameNumbers(this.#view, start, this.#view, this.pos, length)) return false;
    this.pos += length;
    return true;
  }

  /** Takes these very octets, if they are next. */
  takeOctets(octets: Uint8Array): boolean {
    if (this.pos + octets.length > this.end) return false;
    if (!sameOctets(octets, 0, this.#bytes, this.pos, octets.length)) return false;
    this.pos += octets.length;
    return true;
  }

  /** As `takeOctets`, of the octets seen as numbers: quicker where they are many. */
  takeNumbers(octets: DataView): boolean {
    const length = octets.byteLength;
    if (this.pos + length > this.end || !sameNumbers(octets, 0, this.#view, this.pos, length)) return false;
    this.pos += length;
    return true;
  }

  /** No literal, nothing escaped, nothing but ASCII: whatever is read from bytes[start, end) depends on these octets alone. */
  isPlain(start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let i = start; i < end; i++) if (PLAIN[bytes[i]!] === 0 && bytes[i] !== QUOTE) return false;
    return true;
  }

  /** Goes back to `pos`, literals included. */
  rewind(pos: number): void {
    this.pos = pos;
    while (this.#literal > 0 && this.#literals[this.#literal - 1]!.at >= pos) this.#literal--;
  }

  /** What is left of the line, as text. */
  rest(): string {
    const text = decodeText(this.#bytes.subarray(this.pos, this.end));
    this.pos = this.end;
    return text;
  }

  /** The text up to and without `octet`, which is passed too; undefined and nothing read where there is none. */
  until(octet: number): string | undefined {
    const end = this.#bytes.indexOf(octet, this.pos);
    if (end === -1 || end >= this.end) return undefined;
    const text = decodeText(this.#bytes.subarray(this.pos, end));
    this.pos = end + 1;
    return text;
  }
}

/**
 * The highest bit of those of four octets that are not plain: control characters, quote, backslash, and what is not ASCII. Only
 * the lowest bit that is set can be trusted: subtracting borrows from the octets above.
 */
function oddOctets(four: number): number {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  return (
    (((four - 0x20202020) & ~four) |
      ((quotes - 0x01010101) & ~quotes) |
      ((backslashes - 0x01010101) & ~backslashes) |
      four) &
    0x80808080
  );
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

function isNilOctet(octet: number | undefined): boolean {
  return octet === 0x4e /* N */ || octet === 0x49 /* I */ || octet === 0x4c; /* L */
}

function unescaped(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const octet = raw[at]!;
    const next = raw[at + 1];
    if (octet === BACKSLASH && (next === QUOTE || next === BACKSLASH)) at++;
    out[length++] = raw[at]!;
  }
  return length === 0 ? NO_BYTES : out.subarray(0, length);
}

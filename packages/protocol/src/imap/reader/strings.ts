import { CR, decodeText, LF, NO_BYTES, octetText, sameOctets, SP } from '../../bytes/index.ts';
import type { Literal } from '../fragmenter.ts';
import { BRACE, CLOSE, END_BRACKET, OPEN, QUOTE, Words } from './words.ts';

const BACKSLASH = 0x5c;
const LESS = 0x3c;
const TILDE = 0x7e;

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

/** What stands for a quote or a backslash in a quoted string. */
const ESCAPED = /\\(["\\])/g;

/** The strings of a frame, quoted ones and literals (RFC 3501 §4.3). */
export class Strings extends Words {
  /** Strings read that were not plain: what they say may depend on what stands around them. */
  odd = 0;

  get atString(): boolean {
    return this.peek === QUOTE || this.#atLiteral();
  }

  /** Only the framing knows a literal: flags have been seen to begin with a brace. */
  #atLiteral(): boolean {
    const { peek } = this;
    return (peek === BRACE || peek === TILDE) && this.literals[this.literal]?.at === this.pos;
  }

  /** Octets of a quoted string or literal; undefined: a literal that was streamed past. */
  stringBytes(): Uint8Array | undefined {
    if (this.peek === QUOTE) return this.#quoted();
    const literal = this.#takeLiteral();
    return literal.streamed ? undefined : this.bytes.subarray(literal.start, literal.end);
  }

  #takeLiteral(): Literal {
    this.odd++;
    const literal = this.literals[this.literal];
    if (literal?.at !== this.pos) throw this.error('a string');
    this.literal++;
    this.pos = literal.end;
    return literal;
  }

  /** Text of octets, whatever they are. */
  #textOf(start: number, end: number): string {
    return this.isAscii(start, end) ? this.ascii(start, end) : decodeText(this.bytes.subarray(start, end));
  }

  protected isAscii(start: number, end: number): boolean {
    const view = this.view;
    let at = start;
    let all = 0;
    for (const last = end - 4; at <= last; at += 4) all |= view.getInt32(at, true);
    for (; at < end; at++) all |= view.getUint8(at);
    return (all & 0x80808080) === 0;
  }

  string(): string {
    const at = this.pos;
    const end = this.plainEnd();
    if (end !== -1) {
      this.pos = end + 1;
      return this.ascii(at + 1, end);
    }
    if (this.peek === QUOTE) return this.#quotedText();
    const literal = this.#takeLiteral();
    if (literal.streamed) throw this.error('a shorter literal', at);
    return this.#textOf(literal.start, literal.end);
  }

  /** A string, or an atom taken as one. */
  astring(): string {
    return this.atString ? this.string() : this.atom();
  }

  /** Where the quoted string ends that begins here, if its octets are plain; −1 where it must be read with care. */
  plainEnd(): number {
    const bytes = this.bytes;
    const view = this.view;
    const { end } = this;
    let at = this.pos;
    if (at >= end || bytes[at] !== QUOTE) return -1;
    at++;
    for (const last = end - 5; at <= last; at += 4) {
      const odd = oddOctets(view.getInt32(at, true));
      if (odd === 0) continue;
      at += (31 - Math.clz32(odd & -odd)) >> 3;
      return bytes[at] === QUOTE && STRING_END[bytes[at + 1]!] === 1 ? at : -1;
    }
    while (at < end && PLAIN[bytes[at]!] === 1) at++;
    if (at >= end || bytes[at] !== QUOTE) return -1;
    return at + 1 >= end || STRING_END[bytes[at + 1]!] === 1 ? at : -1;
  }

  /** Text of octets that are known to be ASCII. */
  protected ascii(start: number, end: number): string {
    const length = end - start;
    if (length > PAGE) return decodeText(this.bytes.subarray(start, end));
    if (start < this.pageStart || end > this.pageStart + this.page.length) {
      this.pageStart = start;
      this.page = octetText(this.bytes.subarray(start, Math.min(start + PAGE, this.end)));
    }
    const from = start - this.pageStart;
    return this.page.substring(from, from + length);
  }

  /** Quirk: an atom where a string belongs is taken as one (Exchange writes some dispositions and encodings so). */
  nstring(): string | null {
    if (this.atString) return this.string();
    return this.takeNil() ? null : this.atom();
  }

  /** Takes a quoted string of these octets, if one is next. */
  protected takeQuotedOctets(octets: Uint8Array): boolean {
    const bytes = this.bytes;
    const start = this.pos + 1;
    const end = start + octets.length;
    if (
      end + 1 >= this.end ||
      bytes[start - 1] !== QUOTE ||
      bytes[end] !== QUOTE ||
      STRING_END[bytes[end + 1]!] !== 1
    )
      return false;
    if (!sameOctets(octets, 0, bytes, start, octets.length)) return false;
    this.pos = end + 1;
    return true;
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
    const raw = this.bytes.subarray(start, this.#takeQuoted(start));
    return raw.includes(BACKSLASH) ? unescaped(raw) : raw;
  }

  /** Where the quoted string ends whose octets begin at `start`. It is passed. */
  #takeQuoted(start: number): number {
    this.odd++;
    const end = this.#quotedEnd(start, true);
    const sure = end === -1 ? this.#quotedEnd(start, false) : end;
    if (sure === -1) throw this.error('the end of a quoted string');
    this.pos = sure + 1;
    return sure;
  }

  #quotedText(): string {
    const start = this.pos + 1;
    const raw = this.#textOf(start, this.#takeQuoted(start));
    return raw.includes('\\') ? raw.replace(ESCAPED, '$1') : raw;
  }

  #quotedEnd(start: number, escapes: boolean): number {
    const bytes = this.bytes;
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
    const bytes = this.bytes;
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

  /** No literal, nothing escaped, nothing but ASCII: whatever is read from bytes[start, end) depends on these octets alone. */
  isPlain(start: number, end: number): boolean {
    const bytes = this.bytes;
    for (let i = start; i < end; i++) if (PLAIN[bytes[i]!] === 0 && bytes[i] !== QUOTE) return false;
    return true;
  }

  protected skipString(): void {
    const end = this.plainEnd();
    if (end === -1) this.stringBytes();
    else this.pos = end + 1;
  }
}

/**
 * The highest bit of those of four octets that are not plain: control characters, quote, backslash, and what is not ASCII. Only
 * the lowest bit that is set can be trusted: subtracting borrows from the octets above.
 */
function oddOctets(four: number): number {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  return ((four - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101) | four) & 0x80808080;
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

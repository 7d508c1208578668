import { concatBytes, CR, hexValue, LF, NO_BYTES, SP, TAB } from './ascii.ts';

const EQUALS = 0x3d;

/** Value of a hexadecimal digit by octet, −1 for any other. */
const HEX = Int8Array.from({ length: 256 }, (_, octet) => hexValue(octet));

/** Where the decoder stands: in text, after `=`, after `=` and one digit, or in the white space of a soft line break. */
type State = 'text' | 'equals' | 'digit' | 'soft' | 'softCr';

/**
 * Quoted-printable (RFC 2045 §6.7), streaming. White space at the end of a line is dropped (rule 3), a soft line break may
 * carry white space or a bare LF, lower-case digits are read, and an `=` that begins nothing known stays as it is. Never throws.
 */
export class QuotedPrintableDecoder {
  #state: State = 'text';
  #digit = 0;
  /** White space that is content only if something other than a line break follows. */
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #out: Uint8Array = NO_BYTES;
  #length = 0;
  /** In `out`: white space before this is content, whatever follows. */
  #firm = 0;

  push(chunk: Uint8Array): Uint8Array {
    if (this.#heldLength > 0 && endOfBlanks(chunk, 0) === chunk.length) {
      this.#hold(chunk.slice());
      return NO_BYTES;
    }
    this.#out = new Uint8Array(chunk.length + this.#heldLength + 2);
    this.#length = 0;
    this.#firm = 0;
    if (this.#state === 'text') this.#release();
    for (let i = 0; i < chunk.length;)
      i = this.#state === 'text' ? this.#text(chunk, i) : this.#step(chunk, i);
    return this.#taken();
  }

  /** What was held back at the end: a dangling `=` was a soft line break, dangling white space is dropped. */
  finish(): Uint8Array {
    const dangling = this.#state === 'digit' ? Uint8Array.of(EQUALS, this.#digit) : NO_BYTES;
    this.#state = 'text';
    this.#drop();
    return dangling;
  }

  /** Text up to something that the next chunk may belong to; gives where that begins. */
  #text(chunk: Uint8Array, from: number): number {
    const out = this.#out;
    let length = this.#length;
    let firm = this.#firm;
    let i = from;
    for (; i < chunk.length; i++) {
      const octet = chunk[i]!;
      if (octet > CR && octet !== EQUALS) {
        out[length++] = octet;
      } else if (octet === EQUALS) {
        const whole = i + 2 < chunk.length;
        // Negative where either of the two is.
        const value = whole ? (HEX[chunk[i + 1]!]! << 4) | HEX[chunk[i + 2]!]! : -1;
        if (value >= 0) out[length++] = value;
        else if (!whole || chunk[i + 1] !== CR || chunk[i + 2] !== LF) {
          this.#state = 'equals';
          i++;
          break;
        }
        firm = length;
        i += 2;
      } else {
        if (octet === CR || octet === LF) length = withoutBlanks(out, firm, length);
        out[length++] = octet;
      }
    }
    // What follows an equals sign shows that the white space before it was content.
    this.#firm = this.#state === 'equals' ? length : firm;
    this.#length = length;
    return i;
  }

  /** After an equals sign that no two digits followed in the same chunk; gives where to go on, which may be the same octet. */
  #step(chunk: Uint8Array, at: number): number {
    const octet = chunk[at]!;
    const state = this.#state;
    this.#state = 'text';
    if (state === 'softCr') return octet === LF ? at + 1 : at;
    const value = HEX[octet]!;
    if (state === 'digit') {
      if (value >= 0) {
        this.#out[this.#length++] = (HEX[this.#digit]! << 4) | value;
        this.#firm = this.#length;
        return at + 1;
      }
      this.#out[this.#length++] = EQUALS;
      this.#out[this.#length++] = this.#digit;
      return at;
    }
    if (state === 'equals' && value >= 0) {
      this.#digit = octet;
      this.#state = 'digit';
      return at + 1;
    }
    if (octet === SP || octet === TAB) {
      const end = endOfBlanks(chunk, at);
      this.#hold(chunk.slice(at, end));
      this.#state = 'soft';
      return end;
    }
    if (octet === CR || octet === LF) {
      this.#drop();
      if (octet === CR) this.#state = 'softCr';
      return at + 1;
    }
    this.#out[this.#length++] = EQUALS;
    this.#release();
    return at;
  }

  #hold(blanks: Uint8Array): void {
    this.#held.push(blanks);
    this.#heldLength += blanks.length;
  }

  #release(): void {
    for (const blanks of this.#held) {
      this.#out.set(blanks, this.#length);
      this.#length += blanks.length;
    }
    this.#drop();
  }

  #drop(): void {
    this.#held = [];
    this.#heldLength = 0;
  }

  /** What was decoded, without the white space that a line break may follow. */
  #taken(): Uint8Array {
    const out = this.#out;
    const length = withoutBlanks(out, this.#firm, this.#length);
    if (length < this.#length) this.#hold(out.slice(length, this.#length));
    this.#out = NO_BYTES;
    return out.subarray(0, length);
  }
}

/** Where the white space at the end of the octets from `from` to `to` begins. */
function withoutBlanks(octets: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && (octets[at - 1] === SP || octets[at - 1] === TAB)) at--;
  return at;
}

function endOfBlanks(octets: Uint8Array, from: number): number {
  let at = from;
  while (at < octets.length && (octets[at] === SP || octets[at] === TAB)) at++;
  return at;
}

/** Decodes a whole quoted-printable text, tolerantly: see {@link QuotedPrintableDecoder}. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const decoder = new QuotedPrintableDecoder();
  const start = decoder.push(bytes);
  const end = decoder.finish();
  return end.length === 0 ? start : concatBytes([start, end]);
}

/** Characters in an encoded line, the `=` of a soft line break included (RFC 2045 §6.7, rule 5). */
const LINE_LENGTH = 76;
const DIGITS = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));
const ascii = new TextDecoder();

/** Characters that an octet takes: 1, or 3 where it is encoded. White space at the end of a line, too, is encoded. */
const WIDTHS = Uint8Array.from({ length: 256 }, (_, octet) =>
  (octet >= SP && octet < 0x7f && octet !== EQUALS) || octet === TAB ? 1 : 3,
);

/**
 * Encodes text: CRLF and bare LF are line breaks and come out as CRLF, a bare CR is encoded. Lines are at most 76 characters.
 * For octets that are not text use base64.
 */
export function encodeQuotedPrintable(bytes: Uint8Array): string {
  const out = new Uint8Array(longestEncoded(bytes));
  let length = 0;
  let column = 0;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    let width = WIDTHS[octet]!;
    if (width === 1 && octet > SP && column < LINE_LENGTH - 1) {
      out[length++] = octet;
      column++;
      continue;
    }
    if (octet === LF || (octet === CR && bytes[i + 1] === LF)) {
      out[length++] = CR;
      out[length++] = LF;
      column = 0;
      if (octet === CR) i++;
      continue;
    }
    const last = endsLine(bytes, i + 1);
    if (last && (octet === SP || octet === TAB)) width = 3;
    // What ends its line may fill it; anything else leaves room for the soft break.
    if (column + width > (last ? LINE_LENGTH : LINE_LENGTH - 1)) {
      out[length++] = EQUALS;
      out[length++] = CR;
      out[length++] = LF;
      column = 0;
    }
    column += width;
    if (width === 1) {
      out[length++] = octet;
    } else {
      out[length++] = EQUALS;
      out[length++] = DIGITS[octet >> 4]!;
      out[length++] = DIGITS[octet & 15]!;
    }
  }
  return ascii.decode(out.subarray(0, length));
}

/** No less than the octets that the encoded text has; little more. */
function longestEncoded(bytes: Uint8Array): number {
  let width = 0;
  for (let i = 0; i < bytes.length; i++) width += bytes[i] === LF ? LINE_BREAK_WIDTH : WIDTHS[bytes[i]!]!;
  // A soft break for every 73 characters at most, and white space at the very end.
  return width + 3 * Math.ceil(width / (LINE_LENGTH - 3)) + 2;
}

/** CRLF, and what white space before it takes more than elsewhere. */
const LINE_BREAK_WIDTH = 4;

function endsLine(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
}

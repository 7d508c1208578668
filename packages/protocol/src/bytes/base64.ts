import { concatBytes, CR, LF, NO_BYTES } from './ascii.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const PADDING = 0x3d;

/** Sextet by octet; 64: padding, 65: not base64. The URL-safe letters are read too (seen in mail). */
const SEXTETS = new Uint8Array(256).fill(65);
LETTERS.forEach((letter, value) => (SEXTETS[letter] = value));
SEXTETS[PADDING] = 64;
SEXTETS['-'.charCodeAt(0)] = 62;
SEXTETS['_'.charCodeAt(0)] = 63;

/** Two letters are read at once, which is twice as fast as one by one: an octet pair, as this machine orders it, to 12 bits. */
let pairs: Uint16Array | undefined;
/** More than 12 bits hold: one of the two was no letter. */
const NO_PAIR = 1 << 12;
/** Octets from which on the table is worth making: a sixteenth of a millisecond, once. */
const WORTH_PAIRS = 512;

function makePairs(): Uint16Array {
  const table = new Uint16Array(1 << 16).fill(NO_PAIR);
  const octets = new Uint8Array(2);
  const pair = new Uint16Array(octets.buffer);
  for (octets[0] = 0x2b; octets[0] <= 0x7a; octets[0]++) {
    for (octets[1] = 0x2b; octets[1] <= 0x7a; octets[1]++) {
      const [first, second] = [SEXTETS[octets[0]]!, SEXTETS[octets[1]]!];
      if (first < 64 && second < 64) table[pair[0]!] = (first << 6) | second;
    }
  }
  return table;
}

/** The octets two by two; copied where they do not lie as the machine wants pairs to lie. */
function inPairs(octets: Uint8Array): Uint16Array {
  const { buffer, byteOffset, length } = octets.byteOffset % 2 === 0 ? octets : new Uint8Array(octets);
  return new Uint16Array(buffer, byteOffset, length >> 1);
}

/**
 * Base64 as mail has it (RFC 2045 §6.8): line breaks and foreign octets are passed over, missing padding is no error, and
 * after padding decoding begins anew, because some programs concatenate encoded pieces. Never throws.
 */
export class Base64Decoder {
  #bits = 0;
  #count = 0;
  #foreign = 0;

  /** Octets so far that are neither base64 nor white space: a sign of damage. */
  get foreign(): number {
    return this.#foreign;
  }

  push(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil(((chunk.length + 3) * 3) / 4));
    const fast = chunk.length >= WORTH_PAIRS ? new Quanta(chunk, out) : undefined;
    let length = 0;
    let bits = this.#bits;
    let count = this.#count;
    for (let i = 0; i < chunk.length; i++) {
      if (fast && count === 0) {
        const whole = fast.decode(i, length);
        i += whole * 4;
        length += whole * 3;
        if (i === chunk.length) break;
      }
      const sextet = SEXTETS[chunk[i]!]!;
      if (sextet < 64) {
        bits = (bits << 6) | sextet;
        if (++count === 4) {
          out[length++] = bits >> 16;
          out[length++] = bits >> 8;
          out[length++] = bits;
          bits = 0;
          count = 0;
        }
      } else if (sextet === 64) {
        length = flush(bits, count, out, length);
        bits = 0;
        count = 0;
      } else if (chunk[i]! > 0x20) {
        this.#foreign++;
      }
    }
    this.#bits = bits;
    this.#count = count;
    return out.subarray(0, length);
  }

  /** What is left where the padding is missing; the decoder is then as new, but for `foreign`. */
  finish(): Uint8Array {
    const out = new Uint8Array(2);
    const length = flush(this.#bits, this.#count, out, 0);
    this.#bits = 0;
    this.#count = 0;
    return out.subarray(0, length);
  }
}

/** The fast way through what is nothing but letters: to the end of a line, mostly. */
class Quanta {
  readonly #chunk: Uint8Array;
  readonly #out: Uint8Array;
  readonly #table: Uint16Array;
  readonly #even: Uint16Array;
  /** From the second octet on; made where it is needed, as by lines that end in a bare LF. */
  #odd: Uint16Array | undefined;

  constructor(chunk: Uint8Array, out: Uint8Array) {
    this.#chunk = chunk;
    this.#out = out;
    this.#table = pairs ??= makePairs();
    this.#even = inPairs(chunk);
  }

  /** Decodes the quanta from `from` on to `at` in the output, up to one that is not four letters; gives how many. */
  decode(from: number, at: number): number {
    const words = from % 2 === 0 ? this.#even : (this.#odd ??= inPairs(this.#chunk.subarray(1)));
    const table = this.#table;
    const out = this.#out;
    const first = from >> 1;
    let word = first;
    for (let length = at; word + 1 < words.length; word += 2) {
      const high = table[words[word]!]!;
      const low = table[words[word + 1]!]!;
      if ((high | low) >= NO_PAIR) break;
      out[length] = high >> 4;
      out[length + 1] = (high << 4) | (low >> 8);
      out[length + 2] = low;
      length += 3;
    }
    return (word - first) >> 1;
  }
}

/** Writes the whole octets of an unfinished quantum of `count` sextets; a lone sextet is not an octet and is lost. */
function flush(bits: number, count: number, out: Uint8Array, at: number): number {
  if (count === 2) out[at++] = bits >> 4;
  if (count === 3) {
    out[at++] = bits >> 10;
    out[at++] = bits >> 2;
  }
  return at;
}

/** Decodes a whole base64 text, tolerantly: see {@link Base64Decoder}. */
export function decodeBase64(bytes: Uint8Array): Uint8Array {
  const decoder = new Base64Decoder();
  const start = decoder.push(bytes);
  const end = decoder.finish();
  return end.length === 0 ? start : concatBytes([start, end]);
}

/** Octets that fill a line of 76 letters (RFC 2045 §6.8). */
const LINE_OCTETS = 57;

/** Base64 in lines of 76 letters parted by CRLF, with none after the last. */
export class Base64Encoder {
  #rest: Uint8Array = NO_BYTES;
  #first = true;

  push(chunk: Uint8Array): Uint8Array {
    const whole = this.#rest.length === 0 ? chunk : concatBytes([this.#rest, chunk]);
    const usable = whole.length - (whole.length % LINE_OCTETS);
    this.#rest = whole.slice(usable);
    return this.#lines(whole.subarray(0, usable));
  }

  finish(): Uint8Array {
    const last = this.#lines(this.#rest);
    this.#rest = NO_BYTES;
    this.#first = true;
    return last;
  }

  #lines(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return NO_BYTES;
    const breaks = Math.ceil(bytes.length / LINE_OCTETS) - (this.#first ? 1 : 0);
    const out = new Uint16Array(Math.ceil(bytes.length / 3) * 2 + breaks);
    let length = 0;
    for (let at = 0; at < bytes.length; at += LINE_OCTETS) {
      if (!this.#first) out[length++] = LINE_BREAK;
      this.#first = false;
      length = writeLetters(bytes, at, Math.min(at + LINE_OCTETS, bytes.length), out, length);
    }
    return new Uint8Array(out.buffer);
  }
}

/** Two letters by 12 bits, in one number as this machine orders octets: everything written here is of even length. */
const LETTER_PAIRS = new Uint16Array(
  Uint8Array.from({ length: 2 << 12 }, (_, i) => LETTERS[i % 2 === 0 ? i >> 7 : (i >> 1) & 63]!).buffer,
);
const LINE_BREAK = new Uint16Array(Uint8Array.of(CR, LF).buffer)[0]!;

/** The letters of the octets from `from` to `to`, two in each place of `out` from `at` on; gives the place after them. */
function writeLetters(bytes: Uint8Array, from: number, to: number, out: Uint16Array, at: number): number {
  let i = from;
  for (; i + 2 < to; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out[at++] = LETTER_PAIRS[bits >> 12]!;
    out[at++] = LETTER_PAIRS[bits & 4095]!;
  }
  if (i === to) return at;
  const bits = (bytes[i]! << 16) | (i + 1 < to ? bytes[i + 1]! << 8 : 0);
  const third = i + 1 < to ? LETTERS[(bits >> 6) & 63]! : PADDING;
  out[at++] = LETTER_PAIRS[bits >> 12]!;
  out[at++] = new Uint16Array(Uint8Array.of(third, PADDING).buffer)[0]!;
  return at;
}

const ascii = new TextDecoder();

/** Base64 in one line, or in lines of `lineLength` letters (a multiple of 4) parted by CRLF. */
export function encodeBase64(bytes: Uint8Array, lineLength = 0): string {
  const out = new Uint16Array(Math.ceil(bytes.length / 3) * 2);
  writeLetters(bytes, 0, bytes.length, out, 0);
  const text = ascii.decode(new Uint8Array(out.buffer));
  if (lineLength === 0 || text.length <= lineLength) return text;
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
  return lines.join('\r\n');
}

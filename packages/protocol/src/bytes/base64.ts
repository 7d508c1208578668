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
    let length = 0;
    let bits = this.#bits;
    let count = this.#count;
    for (let i = 0; i < chunk.length; i++) {
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
  return concatBytes([decoder.push(bytes), decoder.finish()]);
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
    const lines = Math.ceil(bytes.length / LINE_OCTETS);
    const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4 + 2 * (this.#first ? lines - 1 : lines));
    let length = 0;
    for (let at = 0; at < bytes.length; at += LINE_OCTETS) {
      if (!this.#first) {
        out[length++] = CR;
        out[length++] = LF;
      }
      this.#first = false;
      length = writeLetters(bytes, at, Math.min(at + LINE_OCTETS, bytes.length), out, length);
    }
    return out;
  }
}

function writeLetters(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  let i = from;
  for (; i + 2 < to; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out[at++] = LETTERS[bits >> 18]!;
    out[at++] = LETTERS[(bits >> 12) & 63]!;
    out[at++] = LETTERS[(bits >> 6) & 63]!;
    out[at++] = LETTERS[bits & 63]!;
  }
  if (i === to) return at;
  const bits = (bytes[i]! << 16) | (i + 1 < to ? bytes[i + 1]! << 8 : 0);
  out[at++] = LETTERS[bits >> 18]!;
  out[at++] = LETTERS[(bits >> 12) & 63]!;
  out[at++] = i + 1 < to ? LETTERS[(bits >> 6) & 63]! : PADDING;
  out[at++] = PADDING;
  return at;
}

const ascii = new TextDecoder();

/** Base64 in one line, or in lines of `lineLength` letters (a multiple of 4) parted by CRLF. */
export function encodeBase64(bytes: Uint8Array, lineLength = 0): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  writeLetters(bytes, 0, bytes.length, out, 0);
  const text = ascii.decode(out);
  if (lineLength === 0 || text.length <= lineLength) return text;
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
  return lines.join('\r\n');
}

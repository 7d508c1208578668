import { concatBytes, CR, hexValue, LF, SP, TAB } from './ascii.ts';

const EQUALS = 0x3d;

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
  #held: number[] = [];

  push(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array = new Uint8Array(chunk.length + this.#held.length + 3);
    let length = 0;
    for (let i = 0; i < chunk.length; i++) {
      const octet = chunk[i]!;
      if (this.#state === 'text' && this.#held.length === 0 && isContent(octet, chunk[i + 1])) {
        out[length++] = octet;
      } else {
        length = this.#octet(octet, out, length);
      }
    }
    return out.subarray(0, length);
  }

  /** What was held back at the end: a dangling `=` was a soft line break, dangling white space is dropped. */
  finish(): Uint8Array {
    const out = new Uint8Array(2);
    let length = 0;
    if (this.#state === 'digit') {
      out[length++] = EQUALS;
      out[length++] = this.#digit;
    }
    this.#state = 'text';
    this.#held = [];
    return out.subarray(0, length);
  }

  #octet(octet: number, out: Uint8Array, at: number): number {
    switch (this.#state) {
      case 'text':
        return this.#text(octet, out, at);
      case 'equals':
        if (hexValue(octet) >= 0) {
          this.#digit = octet;
          this.#state = 'digit';
          return at;
        }
        return this.#softBreak(octet, out, at);
      case 'digit': {
        this.#state = 'text';
        const low = hexValue(octet);
        if (low >= 0) {
          out[at] = (hexValue(this.#digit) << 4) | low;
          return at + 1;
        }
        out[at++] = EQUALS;
        out[at++] = this.#digit;
        return this.#text(octet, out, at);
      }
      case 'soft':
        return this.#softBreak(octet, out, at);
      case 'softCr':
        this.#state = 'text';
        return octet === LF ? at : this.#text(octet, out, at);
    }
  }

  #softBreak(octet: number, out: Uint8Array, at: number): number {
    if (octet === SP || octet === TAB) {
      this.#held.push(octet);
      this.#state = 'soft';
      return at;
    }
    if (octet === CR || octet === LF) {
      this.#held.length = 0;
      this.#state = octet === CR ? 'softCr' : 'text';
      return at;
    }
    this.#state = 'text';
    out[at++] = EQUALS;
    return this.#text(octet, out, at);
  }

  #text(octet: number, out: Uint8Array, at: number): number {
    if (octet === SP || octet === TAB) {
      this.#held.push(octet);
      return at;
    }
    if (this.#held.length > 0) {
      if (octet !== CR && octet !== LF) for (const space of this.#held) out[at++] = space;
      this.#held.length = 0;
    }
    if (octet === EQUALS) {
      this.#state = 'equals';
      return at;
    }
    out[at] = octet;
    return at + 1;
  }
}

/** True where `octet` stands for itself whatever follows `next`: most octets of most texts. */
function isContent(octet: number, next: number | undefined): boolean {
  if (octet === SP || octet === TAB) return next !== undefined && next > SP;
  return octet !== EQUALS;
}

/** Decodes a whole quoted-printable text, tolerantly: see {@link QuotedPrintableDecoder}. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const decoder = new QuotedPrintableDecoder();
  return concatBytes([decoder.push(bytes), decoder.finish()]);
}

/** Characters in an encoded line, the `=` of a soft line break included (RFC 2045 §6.7, rule 5). */
const LINE_LENGTH = 76;
const DIGITS = '0123456789ABCDEF';

/**
 * Encodes text: CRLF and bare LF are line breaks and come out as CRLF, a bare CR is encoded. Lines are at most 76 characters.
 * For octets that are not text use base64.
 */
export function encodeQuotedPrintable(bytes: Uint8Array): string {
  const lines: string[] = [];
  let line = '';
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === LF || (octet === CR && bytes[i + 1] === LF)) {
      lines.push(line);
      line = '';
      if (octet === CR) i++;
      continue;
    }
    const piece = encodedOctet(octet, endsLine(bytes, i + 1));
    // A piece that ends its line may fill it; any other leaves room for the soft break.
    if (line.length + piece.length > (endsLine(bytes, i + 1) ? LINE_LENGTH : LINE_LENGTH - 1)) {
      lines.push(`${line}=`);
      line = '';
    }
    line += piece;
  }
  lines.push(line);
  return lines.join('\r\n');
}

function endsLine(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
}

function encodedOctet(octet: number, last: boolean): string {
  const plain = octet > SP && octet < 0x7f && octet !== EQUALS;
  const space = (octet === SP || octet === TAB) && !last;
  return plain || space ? String.fromCharCode(octet) : `=${DIGITS[octet >> 4]!}${DIGITS[octet & 15]!}`;
}

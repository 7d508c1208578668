/** Content-Transfer-Encoding, RFC 2045 §6, and uuencode, which is in no RFC. */
import { Base64Decoder, concatBytes, QuotedPrintableDecoder } from '../bytes/index.ts';
import { UuDecoder } from './uuencode.ts';

interface Decoder {
  push(chunk: Uint8Array): Uint8Array;
  finish(): Uint8Array;
}

/** 7bit, 8bit, binary, and what nobody knows: the octets are what they are. */
const IDENTITY: Decoder = { push: (chunk) => chunk, finish: () => new Uint8Array(0) };

/**
 * Decodes a body as it arrives. Never throws: damage costs the octets that it touches. What `push` returns may be the very
 * chunk it was given, where nothing had to be decoded.
 */
export class TransferDecoder {
  readonly #decoder: Decoder;

  /** @param encoding the Content-Transfer-Encoding, any case, with whatever some program put behind it. */
  constructor(encoding: string) {
    this.#decoder = decoderOf(encoding);
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#decoder.push(chunk);
  }

  /** What was held back; call it once, after the last chunk. */
  finish(): Uint8Array {
    return this.#decoder.finish();
  }
}

/** A whole body at once: see {@link TransferDecoder}. */
export function decodeTransfer(bytes: Uint8Array, encoding: string): Uint8Array {
  const decoder = new TransferDecoder(encoding);
  const start = decoder.push(bytes);
  const end = decoder.finish();
  return end.length === 0 ? start : concatBytes([start, end]);
}

function decoderOf(encoding: string): Decoder {
  switch (transferName(encoding)) {
    case 'base64':
      return new Base64Decoder();
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    case 'uuencode':
      return new UuDecoder();
    default:
      return IDENTITY;
  }
}

function transferName(encoding: string): string {
  const name = encoding
    .toLowerCase()
    .replace(/["']/g, '')
    .trim()
    .replace(/[\s;(].*$/s, '');
  if (name === 'uuencode' || name === 'x-uuencode' || name === 'x-uue' || name === 'uue') return 'uuencode';
  if (name === 'base-64') return 'base64';
  return name === 'quotedprintable' ? 'quoted-printable' : name;
}

/** The size after decoding, from the size before; −1 stays −1. Exact for 7bit, within a few octets for base64. */
export function estimatedSize(octets: number, encoding: string): number {
  if (octets < 0) return -1;
  switch (transferName(encoding)) {
    case 'base64':
      // 57 octets make a line of 76 letters and a CRLF.
      return Math.floor((octets * 57) / 78);
    case 'uuencode':
      // 45 octets make a line of 61 letters and a CRLF.
      return Math.floor((octets * 45) / 63);
    default:
      return octets;
  }
}

import { isDeepStrictEqual } from 'node:util';
import {
  Base64Decoder,
  concatBytes,
  decodeBase64,
  decodeModifiedUtf7,
  decodeText,
  encodeBase64,
  encodeModifiedUtf7,
  QuotedPrintableDecoder,
} from '@postern/protocol/bytes';
import { formatImapUrl, parseImapUrl } from '@postern/protocol/imap';
import { parseMailto } from '@postern/protocol/mime';
import { saslPrep } from '@postern/protocol/sasl';
import { parseEnhancedStatus } from '@postern/protocol/smtp';
import type { Random } from './random.ts';

const same = (a: unknown, b: unknown, what: string): void => {
  if (!isDeepStrictEqual(a, b)) throw new Error(`${what} differ`);
};

interface Decoder {
  push(chunk: Uint8Array): Uint8Array;
  finish(): Uint8Array;
}

function decoded(decoder: Decoder, chunks: readonly Uint8Array[]): Uint8Array {
  return concatBytes([...chunks.map((chunk) => decoder.push(chunk).slice()), decoder.finish()]);
}

/** The small languages: what is read can be written and read again, and comes out the same however it is cut. */
export function readWords(bytes: Uint8Array, random: Random): void {
  const text = decodeText(bytes);
  const url = parseImapUrl(text);
  if (url) same(parseImapUrl(formatImapUrl(url)), url, 'URLs');
  const name = decodeModifiedUtf7(text);
  same(decodeModifiedUtf7(encodeModifiedUtf7(name)), name, 'names');
  const prepared = saslPrep(text, 'stored');
  if (prepared !== undefined) same(saslPrep(prepared, 'stored'), prepared, 'prepared strings');
  parseEnhancedStatus(text);
  parseMailto(text);
  const cut = random.below(bytes.length + 1);
  const halves = [bytes.slice(0, cut), bytes.slice(cut)];
  for (const make of [() => new Base64Decoder(), () => new QuotedPrintableDecoder()])
    same(decoded(make(), halves), decoded(make(), [bytes]), 'halves and the whole');
  same(decodeBase64(Buffer.from(encodeBase64(bytes))), bytes, 'base64');
}

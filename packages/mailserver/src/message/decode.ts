import type { Entity } from './entity.ts';
import { parameter } from './header.ts';
import type { MessageSource } from './source.ts';

/** Text as a person would search it. What cannot be decoded is taken as it stands. */
function decodeCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Header text from its octets (one character each): 8-bit as UTF-8, encoded words decoded (RFC 2047). */
export function decodeHeaderText(raw: string): string {
  const text = Buffer.from(raw, 'latin1').toString('utf8');
  return text
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?[^?]+\?[bq]\?)/gi, '$1')
    .replace(
      /=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi,
      (_, charset: string, encoding: string, data: string) =>
        decodeCharset(
          encoding.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : unquote(data.replaceAll('_', ' ')),
          charset,
        ),
    );
}

/** Quoted-printable (RFC 2045 §6.7): white space at the end of a line is none of the text. */
function unquotedPrintable(text: string): Buffer {
  return unquote(text.replace(/[ \t]+(?=\r?\n|$)/g, '').replace(/=\r?\n/g, ''));
}

function unquote(text: string): Buffer {
  const binary = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(binary, 'latin1');
}

/** Octets without their Content-Transfer-Encoding (RFC 2045 §6, in lower case); undefined when it is unknown. */
export function decodeTransfer(raw: Uint8Array, encoding: string): Uint8Array | undefined {
  const octets = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  if (encoding === 'base64') return Buffer.from(octets.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return unquotedPrintable(octets.toString('latin1'));
  return ['7bit', '8bit', 'binary'].includes(encoding) ? raw : undefined;
}

/** Parts larger than this (octets, encoded) are not searched: nobody's words are so many. */
const MAX_SEARCHED = 1 << 20;

/** The text of all text parts, decoded. */
export function bodyText(source: MessageSource, entity: Entity = source.structure()): string {
  if (entity.children !== undefined)
    return entity.children.map((child) => bodyText(source, child)).join('\n');
  if (entity.message !== undefined) {
    const header = entity.message.header.map((field) => decodeHeaderText(field.raw)).join('');
    return `${header}\n${bodyText(source, entity.message)}`;
  }
  const size = entity.end - entity.bodyStart;
  if (entity.type !== 'text' || size > MAX_SEARCHED) return '';
  const raw = source.read(entity.bodyStart, size);
  return decodeCharset(decodeTransfer(raw, entity.encoding) ?? raw, parameter(entity.contentType, 'charset'));
}

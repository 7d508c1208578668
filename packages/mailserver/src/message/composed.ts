import type { Entity } from './entity.ts';
import { contentTypeOf, parseEntity } from './entity.ts';
import { headerValue, parseHeader } from './header.ts';
import type { MessageSource } from './source.ts';

/** Octets by offset, held or computed. */
export interface Octets {
  readonly size: number;
  read(offset: number, count: number): Uint8Array;
}

/** A part of a composed message: its header block without the empty line, and its body as it is sent. */
export interface ComposedPart {
  readonly header: string;
  readonly body: Octets;
  /** Lines of the body, when it is text. */
  readonly lines?: number;
}

/**
 * A multipart/mixed message whose bodies need not exist anywhere: its structure follows from the parts' sizes, and
 * octets are asked of a part only when they are fetched. `header` is the header block without Content-Type.
 */
export function composedMessage(
  header: string,
  boundary: string,
  parts: readonly ComposedPart[],
): MessageSource {
  const segments: Octets[] = [];
  let size = 0;
  const append = (segment: Octets): number => {
    segments.push(segment);
    size += segment.size;
    return size;
  };
  const top = `${header}Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
  const bodyStart = append(held(top));
  let lines = 0;
  const children = parts.map((part): Entity => {
    append(held(`--${boundary}\r\n`));
    const start = size;
    const partBody = append(held(`${part.header}\r\n`));
    const end = append(part.body);
    append(held('\r\n'));
    const fields = parseHeader(part.header);
    lines += fields.length + 3 + (part.lines ?? 0);
    const encoding = (headerValue(fields, 'content-transfer-encoding') ?? '7bit').toLowerCase();
    return {
      start,
      bodyStart: partBody,
      end,
      header: fields,
      ...contentTypeOf(fields),
      encoding,
      lines: part.lines ?? 0,
    };
  });
  append(held(`--${boundary}--\r\n`));
  const root = parseEntity(Buffer.from(top, 'latin1'));
  const structure: Entity = { ...root, bodyStart, end: size, lines: lines + 1, children };
  return { size, read: (offset, count) => readAcross(segments, offset, count), structure: () => structure };
}

/** Text (one character per octet) as octets. */
export function held(text: string): Octets {
  const bytes = Buffer.from(text, 'latin1');
  return { size: bytes.length, read: (offset, count) => bytes.subarray(offset, offset + count) };
}

function readAcross(segments: readonly Octets[], offset: number, count: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let skip = offset;
  let left = count;
  for (const segment of segments) {
    if (left <= 0) break;
    if (skip >= segment.size) {
      skip -= segment.size;
      continue;
    }
    const chunk = segment.read(skip, Math.min(left, segment.size - skip));
    chunks.push(chunk);
    left -= chunk.length;
    skip = 0;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** What `source` would be as base64 in lines of 76 characters (RFC 2045 §6.8), computed where it is read. */
export function base64Lines(source: Octets): Octets {
  const lineCount = Math.ceil(source.size / OCTETS_PER_LINE);
  const size = Math.ceil(source.size / 3) * 4 + lineCount * 2;
  return {
    size,
    read: (offset, count) => {
      const firstLine = Math.floor(offset / LINE);
      const lastLine = Math.ceil((offset + count) / LINE);
      const raw = source.read(firstLine * OCTETS_PER_LINE, (lastLine - firstLine) * OCTETS_PER_LINE);
      const text = Buffer.from(raw)
        .toString('base64')
        .replace(/.{1,76}/g, '$&\r\n');
      const skip = offset - firstLine * LINE;
      return Buffer.from(text.slice(skip, skip + count), 'latin1');
    },
  };
}

const OCTETS_PER_LINE = 57;
const LINE = 78;

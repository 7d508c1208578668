import type { HeaderField, ParameterizedValue } from './header.ts';
import { headerValue, parseHeader, parseParameterized } from './header.ts';

/**
 * A MIME entity (RFC 2045 §2.4): a whole message or one part, by octet offsets into the message it belongs to.
 * `start ≤ bodyStart ≤ end`; the header block with its empty line is `[start, bodyStart)`, the body `[bodyStart, end)`.
 */
export interface Entity {
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly header: readonly HeaderField[];
  /** Lower case, never empty. */
  readonly type: string;
  readonly subtype: string;
  readonly contentType: ParameterizedValue;
  /** Content-Transfer-Encoding in lower case, "7bit" when absent. */
  readonly encoding: string;
  /** Lines of the body; a last line without a line break counts. */
  readonly lines: number;
  /** Of a multipart: at least one. */
  readonly children?: readonly Entity[];
  /** Of a message/rfc822 part: the message inside. */
  readonly message?: Entity;
}

/** Deeper nesting than this is described as an opaque part. */
const MAX_DEPTH = 40;
/** More parts than this in one multipart are not described. */
const MAX_CHILDREN = 5000;

/** Finds the structure of a whole message. Never throws, whatever the octets. */
export function parseEntity(bytes: Uint8Array): Entity {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return parse(buffer, 0, buffer.length, 0, false);
}

function parse(buffer: Buffer, start: number, end: number, depth: number, inDigest: boolean): Entity {
  const bodyStart = findBody(buffer, start, end);
  const header = parseHeader(buffer.toString('latin1', start, bodyStart));
  const type = contentTypeOf(header, inDigest);
  const entity = {
    start,
    bodyStart,
    end,
    header,
    ...type,
    encoding:
      (headerValue(header, 'content-transfer-encoding') ?? '7bit').split(/[\s;(]/)[0]!.toLowerCase() ||
      '7bit',
    lines: countLines(buffer, bodyStart, end),
  };
  if (depth >= MAX_DEPTH)
    return { ...entity, ...(type.type === 'multipart' || isMessage(type) ? OPAQUE : {}) };
  if (type.type === 'multipart') {
    const digest = type.subtype === 'digest';
    const ranges = splitMultipart(buffer, bodyStart, end, parameter(type.contentType, 'boundary'));
    const children = ranges.map(([from, to]) => parse(buffer, from, to, depth + 1, digest));
    if (children.length === 0) children.push(parse(buffer, end, end, depth + 1, false));
    return { ...entity, children };
  }
  if (isMessage(type)) return { ...entity, message: parse(buffer, bodyStart, end, depth + 1, false) };
  return entity;
}

const OPAQUE = {
  type: 'application',
  subtype: 'octet-stream',
  contentType: { value: 'application/octet-stream', parameters: [] },
};

function isMessage(type: { type: string; subtype: string }): boolean {
  return type.type === 'message' && type.subtype === 'rfc822';
}

/** Type of an entity from its header; what is missing or malformed becomes text/plain (RFC 2045 §5.2). */
export function contentTypeOf(
  header: readonly HeaderField[],
  inDigest = false,
): Pick<Entity, 'type' | 'subtype' | 'contentType'> {
  const field = headerValue(header, 'content-type');
  if (field !== undefined) {
    const contentType = parseParameterized(field);
    const match = /^([^/\s]+)\/([^/\s]+)$/.exec(contentType.value);
    const wellFormed = match?.[1] !== undefined && match[2] !== undefined;
    if (wellFormed) {
      const type = match[1]!.toLowerCase();
      if (type !== 'multipart' || parameter(contentType, 'boundary'))
        return { type, subtype: match[2]!.toLowerCase(), contentType };
    }
  }
  if (inDigest) return { type: 'message', subtype: 'rfc822', contentType: { value: '', parameters: [] } };
  return {
    type: 'text',
    subtype: 'plain',
    contentType: { value: '', parameters: [['charset', 'us-ascii']] },
  };
}

/** A parameter's value by its lower-case name; empty when absent. */
export function parameter(value: ParameterizedValue, name: string): string {
  return value.parameters.find(([attribute]) => attribute === name)?.[1] ?? '';
}

/** Offset just after the empty line that ends the header, or `end`. */
function findBody(buffer: Buffer, start: number, end: number): number {
  for (let at = start; at < end;) {
    const lf = buffer.indexOf(10, at);
    if (lf < 0 || lf >= end) return end;
    if (lf === at || (lf === at + 1 && buffer[at] === 13)) return lf + 1;
    at = lf + 1;
  }
  return end;
}

/** Octet ranges of the parts between the boundary lines (RFC 2046 §5.1.1). The break before a boundary is its own. */
function splitMultipart(
  buffer: Buffer,
  start: number,
  end: number,
  boundary: string,
): Array<[number, number]> {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Array<[number, number]> = [];
  let open = -1;
  for (let at = start; at < end;) {
    const found = buffer.indexOf(delimiter, at);
    if (found < 0 || found + delimiter.length > end) break;
    at = found + delimiter.length;
    if (found > start && buffer[found - 1] !== 10) continue;
    const lf = buffer.indexOf(10, at);
    const lineEnd = lf < 0 || lf >= end ? end : lf;
    const rest = buffer.toString('latin1', at, lineEnd);
    if (!/^(--)?[ \t\r]*$/.test(rest)) continue;
    if (open >= 0) parts.push([open, Math.max(open, beforeLineBreak(buffer, found, start))]);
    open = -1;
    if (rest.startsWith('--') || parts.length >= MAX_CHILDREN) return parts;
    open = Math.min(lineEnd + 1, end);
    // The next delimiter may follow at once, so the scan goes on at the line's start.
    at = open;
  }
  if (open >= 0) parts.push([open, end]);
  return parts;
}

function beforeLineBreak(buffer: Buffer, at: number, floor: number): number {
  let before = at;
  if (before > floor && buffer[before - 1] === 10) before--;
  if (before > floor && buffer[before - 1] === 13) before--;
  return before;
}

function countLines(buffer: Buffer, start: number, end: number): number {
  let lines = 0;
  let at = start;
  while (at < end) {
    const lf = buffer.indexOf(10, at);
    lines++;
    if (lf < 0 || lf >= end) break;
    at = lf + 1;
  }
  return lines;
}

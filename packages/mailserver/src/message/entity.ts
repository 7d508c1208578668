import type { HeaderField, ParameterizedValue } from './header.ts';
import { headerValue, parameter, parseHeader, parseParameterized } from './header.ts';
import type { SplitPart } from './split.ts';
import { splitMessage } from './split.ts';

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

/** Finds the structure of a whole message. Never throws, whatever the octets. */
export function parseEntity(bytes: Uint8Array): Entity {
  const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return describe(octets, splitMessage(octets, 0, octets.length), 0, false);
}

function describe(octets: Buffer, part: SplitPart, depth: number, inDigest: boolean): Entity {
  const { start, bodyStart, end } = part;
  const header = parseHeader(octets.toString('latin1', start, bodyStart));
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
    lines: countLines(octets, bodyStart, end),
  };
  if (depth >= MAX_DEPTH)
    return { ...entity, ...(type.type === 'multipart' || isMessage(type) ? OPAQUE : {}) };
  if (type.type === 'multipart') {
    const digest = type.subtype === 'digest';
    const children = part.parts.map((child) => describe(octets, child, depth + 1, digest));
    // The splitter allows a multipart without parts, BODYSTRUCTURE does not (RFC 3501 §9, body-type-mpart).
    if (children.length === 0)
      children.push(describe(octets, { start: end, bodyStart: end, end, parts: [] }, depth + 1, false));
    return { ...entity, children };
  }
  if (isMessage(type))
    return { ...entity, message: describe(octets, splitMessage(octets, bodyStart, end), depth + 1, false) };
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

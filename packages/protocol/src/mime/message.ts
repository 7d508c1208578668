/**
 * A message that is here as octets (a saved file, an embedded message that came encoded), read into the same structure that
 * a server gives as BODYSTRUCTURE, so that everything else works the same for both. RFC 2046 §5.1.
 */
import type { BodyPart, BodyStructure, Disposition } from '../imap/types.ts';
import { CR, decodeLatin1, encodeText, LF } from '../bytes/index.ts';
import type { Defect } from './defect.ts';
import { envelopeOf } from './envelope.ts';
import { HeaderFields, parseHeaders } from './header.ts';
import { parameterValue, parseParameters } from './parameter.ts';

export interface ParsedMessage {
  readonly headers: HeaderFields;
  readonly structure: BodyStructure;
  /** The body of a part, still in its transfer encoding, as BODY[section] would give it; undefined if there is none. */
  body(section: string): Uint8Array | undefined;
  /** Each kind once, wherever in the message it was. */
  readonly defects: readonly Defect[];
}

/** Parts of one message: one with more is not meant for people. What comes after them is not read. */
const MAX_PARTS = 1000;
/** Multiparts and messages within each other; forwarding adds one or two, and nobody forwards that often. */
const MAX_DEPTH = 50;

/** Never throws: what is broken is a part of type text/plain, or a multipart without parts. */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  const reader = new StructureReader();
  const headers = reader.headers(bytes);
  const structure = reader.entity(headers, bytes.subarray(headers.octets), '', 'text/plain', 0);
  return { headers, structure, body: (section) => reader.bodies.get(section), defects: [...reader.defects] };
}

class StructureReader {
  readonly bodies = new Map<string, Uint8Array>();
  readonly defects = new Set<Defect>();
  #parts = 0;

  headers(bytes: Uint8Array): HeaderFields {
    const headers = parseHeaders(bytes);
    for (const defect of headers.defects) this.defects.add(defect);
    return hasNoHeader(headers, bytes) ? new HeaderFields([], 0, []) : headers;
  }

  /** `section`: '' for the body of a message that is not itself a part. */
  entity(
    headers: HeaderFields,
    body: Uint8Array,
    section: string,
    fallback: string,
    depth: number,
  ): BodyStructure {
    this.#parts++;
    const declared = parseParameters(headers.raw('content-type') ?? '');
    const full = /^[^/]+\/[^/]+$/.test(declared.value) ? declared.value : fallback;
    let [type = '', subtype = ''] = full.split('/');
    const common = {
      parameters: declared.parameters,
      disposition: dispositionOf(headers),
      language: [],
      location: headers.raw('content-location') ?? null,
    };
    if (type === 'multipart') {
      const boundary = parameterValue(declared.parameters, 'boundary')?.trimEnd() ?? '';
      const parts = this.#multipart(body, boundary, section, subtype, depth);
      if (parts.length > 0 || this.#isFull(depth) || isEmpty(body, boundary)) {
        this.bodies.set(section, body);
        return { kind: 'multipart', section, subtype, parts, ...common };
      }
      // Nothing parts it: what is there is to be read all the same.
      [type, subtype] = ['text', 'plain'];
    }
    const own = section === '' ? '1' : section;
    this.bodies.set(own, body);
    const part: BodyPart = {
      kind: 'part',
      section: own,
      type,
      subtype,
      ...common,
      id: headers.raw('content-id') ?? null,
      description: headers.raw('content-description') ?? null,
      encoding: (headers.raw('content-transfer-encoding') ?? '7bit').toLowerCase(),
      octets: body.length,
      lines: null,
      md5: null,
      envelope: null,
      body: null,
    };
    return type === 'message' && (subtype === 'rfc822' || subtype === 'global')
      ? this.#embedded(part, body, depth)
      : part;
  }

  #embedded(part: BodyPart, bytes: Uint8Array, depth: number): BodyPart {
    // An encoded one is octets to a server too: it is decoded first and read as a message of its own.
    const readable = !/base64|quoted-printable/.test(part.encoding);
    if (!readable || this.#isFull(depth)) return part;
    const headers = this.headers(bytes);
    const inner = parseParameters(headers.raw('content-type') ?? '').value;
    const section = inner.startsWith('multipart/') ? part.section : `${part.section}.1`;
    const whole = this.bodies.get(part.section);
    const body = this.entity(headers, bytes.subarray(headers.octets), section, 'text/plain', depth + 1);
    // The multipart of an embedded message shares its section: BODY[n] is the message.
    if (whole !== undefined) this.bodies.set(part.section, whole);
    return { ...part, envelope: envelopeOf(headers, this.defects), body };
  }

  #multipart(
    body: Uint8Array,
    boundary: string,
    section: string,
    subtype: string,
    depth: number,
  ): BodyStructure[] {
    const parts: BodyStructure[] = [];
    if (boundary === '') this.defects.add('boundary-missing');
    if (boundary === '' || this.#isFull(depth)) return parts;
    const fallback = subtype === 'digest' ? 'message/rfc822' : 'text/plain';
    const unclosed = () => void this.defects.add('multipart-unclosed');
    for (const bytes of partsBetween(body, boundary, unclosed)) {
      if (this.#isFull(depth)) break;
      const headers = this.headers(bytes);
      const number = `${section === '' ? '' : `${section}.`}${parts.length + 1}`;
      parts.push(this.entity(headers, bytes.subarray(headers.octets), number, fallback, depth + 1));
    }
    return parts;
  }

  #isFull(depth: number): boolean {
    const full = depth >= MAX_DEPTH || this.#parts >= MAX_PARTS;
    if (full) this.defects.add('parts-truncated');
    return full;
  }
}

/** Where text begins at once, with no field and no empty line before it, it is the body; a mailbox's `From ` line is none. */
function hasNoHeader({ fields, octets }: HeaderFields, bytes: Uint8Array): boolean {
  if (fields.length > 0 || octets <= 2) return false;
  return !decodeLatin1(bytes.subarray(0, 5)).startsWith('From ');
}

/** Octets of a multipart without parts in which something to be read is looked for. */
const LOOKED_AT = 64 * 1024;

/** Nothing but delimiters, as a multipart of no parts has them. */
function isEmpty(body: Uint8Array, boundary: string): boolean {
  const lines = decodeLatin1(body.subarray(0, LOOKED_AT)).split('\n');
  const delimiter = `--${boundary}`;
  return lines.every((line) => line.trim() === '' || (boundary !== '' && line.startsWith(delimiter)));
}

function dispositionOf(headers: HeaderFields): Disposition | null {
  const raw = headers.raw('content-disposition');
  if (raw === undefined) return null;
  const { value, parameters } = parseParameters(raw);
  return { type: value, parameters };
}

/** The octets between delimiter lines, less the line break before each, which belongs to the delimiter. */
function* partsBetween(body: Uint8Array, boundary: string, unclosed: () => void): Generator<Uint8Array> {
  const delimiter = encodeText(`--${boundary}`);
  let start = -1;
  let closed = false;
  for (let at = 0; at < body.length;) {
    const lineFeed = body.indexOf(LF, at);
    const next = lineFeed < 0 ? body.length : lineFeed + 1;
    const found = delimiterAt(body, at, next, delimiter);
    if (found !== 'none') {
      if (start >= 0) yield body.subarray(start, Math.max(start, beforeLineBreak(body, at)));
      // Outlook Express gave a multipart within a multipart the same boundary: more may follow the last delimiter.
      start = found === 'last' ? -1 : next;
      closed = found === 'last';
    }
    at = next;
  }
  // The last delimiter is missing.
  if (!closed) unclosed();
  if (start >= 0 && start < body.length) yield body.subarray(start);
}

function delimiterAt(
  body: Uint8Array,
  at: number,
  end: number,
  delimiter: Uint8Array,
): 'none' | 'next' | 'last' {
  if (end - at < delimiter.length) return 'none';
  for (let i = 0; i < delimiter.length; i++) if (body[at + i] !== delimiter[i]) return 'none';
  const rest = decodeLatin1(body.subarray(at + delimiter.length, Math.min(end, at + delimiter.length + 20)));
  if (rest.startsWith('--')) return 'last';
  // Anything may follow behind white space (RFC 2046 §5.1.1); at once, it is the delimiter of another whose boundary begins alike.
  return /^(?:[ \t\r\n]|$)/.test(rest) ? 'next' : 'none';
}

function beforeLineBreak(body: Uint8Array, at: number): number {
  if (body[at - 1] !== LF) return at;
  return body[at - 2] === CR ? at - 2 : at - 1;
}

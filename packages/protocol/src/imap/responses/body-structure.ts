import { encodeText, SP, windowOf } from '../../bytes/index.ts';
import { CLOSE, NESTING_LIMIT, OPEN, type Reader } from '../reader.ts';
import type { BodyMultipart, BodyPart, BodyStructure, Disposition, Envelope, Parameters } from '../types.ts';
import { closeList, readEnvelope } from './envelope.ts';
import { type PartHead, rememberHead, takeKnownHead } from './part-head.ts';

/** Parts of one message, nested ones included. */
export const PART_LIMIT = 10_000;

/** Subtypes that are known to be multiparts, for servers that leave the children out. */
const MULTIPART = new Set(
  'mixed alternative related digest parallel report signed encrypted form-data appledouble'.split(' '),
);
const TOP_LEVEL = new Set('text image audio video application message font model'.split(' '));

/** How most descriptions end: of a part, behind its size or lines, and of a multipart. */
const PART_END = windowOf(encodeText('NIL NIL NIL NIL)')).view;
const MULTIPART_END = windowOf(encodeText('NIL NIL NIL)')).view;
const PART_END_OCTETS = PART_END.byteLength;
const MULTIPART_END_OCTETS = MULTIPART_END.byteLength;

const NO_PARAMETERS: Parameters = Object.freeze([]);
const NO_LANGUAGE: readonly string[] = Object.freeze([]);

/**
 * `body` (RFC 3501 §9, §7.4.2), with or without the extension data. Sections are numbered as RFC 3501 §6.4.5 asks: the parts
 * of the root are 1, 2, …; a root that is no multipart is 1 itself; what a message/rfc822 at n holds counts on as n.1, n.2, …
 * and, where that is a multipart, the multipart itself has section n, as the root multipart has the message's.
 *
 * Fields may be missing from the end, and any field may hold a value of the wrong shape: it is then taken as absent.
 */
export function readBodyStructure(reader: Reader): BodyStructure {
  return body(reader, { parts: 0 }, '', true, 0);
}

/** Parts met so far in one structure. */
interface Count {
  parts: number;
}

/** `whole`: this is what a message consists of, so `section` is the message's and a single part is its part 1. */
function body(reader: Reader, count: Count, section: string, whole: boolean, depth: number): BodyStructure {
  if (depth > NESTING_LIMIT || ++count.parts > PART_LIMIT) throw reader.error('a simpler structure');
  reader.skipSpaces();
  reader.expect(OPEN);
  reader.skipSpaces();
  const prefix = section === '' ? '' : `${section}.`;
  if (reader.peek === OPEN) return multipart(reader, count, section, prefix, depth);
  const own = whole ? `${prefix}1` : section;
  const head = takeKnownHead(reader);
  return head ? part(reader, count, own, head, depth) : partOrEmpty(reader, count, own, section, depth);
}

function multipart(
  reader: Reader,
  count: Count,
  section: string,
  prefix: string,
  depth: number,
): BodyMultipart {
  // An array that grows takes room for a dozen more: most have two.
  const first = body(reader, count, `${prefix}1`, false, depth + 1);
  const parts =
    reader.next() === OPEN ? [first, body(reader, count, `${prefix}2`, false, depth + 1)] : [first];
  while (reader.next() === OPEN) {
    parts.push(body(reader, count, `${prefix}${parts.length + 1}`, false, depth + 1));
  }
  return multipartEnd(reader, section, parts, reader.lowerText() ?? 'mixed', readParameters(reader));
}

/** Where the extension data of a multipart begins: disposition, language, location. */
function multipartEnd(
  reader: Reader,
  section: string,
  parts: readonly BodyStructure[],
  subtype: string,
  parameters: Parameters,
): BodyMultipart {
  reader.skipSpaces();
  if (reader.takeNumbers(MULTIPART_END, MULTIPART_END_OCTETS)) {
    const language = NO_LANGUAGE;
    return {
      kind: 'multipart',
      section,
      subtype,
      parts,
      parameters,
      disposition: null,
      language,
      location: null,
    };
  }
  const disposition = readDisposition(reader);
  const language = readLanguage(reader);
  const location = reader.text();
  closeList(reader);
  return { kind: 'multipart', section, subtype, parts, parameters, disposition, language, location };
}

/**
 * A part, or a multipart without children, which the grammar does not know: `("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)`
 * (Gmail, GMX) and `(NIL "mixed" ("boundary" "x") NIL NIL)` (Dovecot). A part may lack its subtype.
 */
function partOrEmpty(
  reader: Reader,
  count: Count,
  section: string,
  emptySection: string,
  depth: number,
): BodyStructure {
  const start = reader.pos;
  const type = reader.lowerText() ?? undefined;
  reader.skipSpaces();
  const subtypeMissing = reader.peek === OPEN;
  const empty = type !== undefined && (MULTIPART.has(type) || (subtypeMissing && !TOP_LEVEL.has(type)));
  if (empty) return multipartEnd(reader, emptySection, [], type, readParameters(reader));
  const subtype = subtypeMissing ? undefined : (reader.lowerText() ?? undefined);
  const parameters = readParameters(reader);
  if (type === undefined && subtype !== undefined && MULTIPART.has(subtype)) {
    return multipartEnd(reader, emptySection, [], subtype, parameters);
  }
  const head: PartHead = {
    type: type ?? 'application',
    subtype: subtype ?? (type === 'text' ? 'plain' : 'octet-stream'),
    parameters,
    id: reader.text(),
    description: reader.text(),
    encoding: readEncoding(reader),
  };
  rememberHead(reader, start, head);
  return part(reader, count, section, head, depth);
}

function part(reader: Reader, count: Count, section: string, head: PartHead, depth: number): BodyPart {
  const { type, subtype, parameters, id, description, encoding } = head;
  const octets = number(reader, true) ?? -1;
  let envelope: Envelope | null = null;
  let enclosed: BodyStructure | null = null;
  reader.skipSpaces();
  // Quirk: Gmail describes a message in base64 as a basic part, without its envelope.
  if (type === 'message' && (subtype === 'rfc822' || subtype === 'global') && reader.peek === OPEN) {
    envelope = readEnvelope(reader);
    reader.skipSpaces();
    if (reader.peek === OPEN) enclosed = body(reader, count, section, true, depth + 1);
    else if (!atListEnd(reader)) reader.skipValue();
  }
  let lines: number | null = null;
  let md5: string | null = null;
  let disposition: Disposition | null = null;
  let language = NO_LANGUAGE;
  let location: string | null = null;
  if (!reader.takeNumbers(PART_END, PART_END_OCTETS)) {
    // Quirk: the line count of a text is missing, or NIL, or another type has one.
    lines = number(reader, atLinesNil(reader));
    reader.skipSpaces();
    if (!reader.takeNumbers(PART_END, PART_END_OCTETS)) {
      md5 = atListEnd(reader) || reader.peek === OPEN ? null : reader.text();
      disposition = readDisposition(reader);
      language = readLanguage(reader);
      location = reader.text();
      closeList(reader);
    }
  }
  return {
    kind: 'part',
    section,
    type,
    subtype,
    parameters,
    id,
    description,
    encoding,
    octets,
    lines,
    md5,
    envelope,
    body: enclosed,
    disposition,
    language,
    location,
  };
}

/** Quirks: a space at the end (Exchange), none at all. */
function readEncoding(reader: Reader): string {
  const encoding = reader.lowerText() ?? '7bit';
  const spaced = !(encoding.charCodeAt(0) > SP && encoding.charCodeAt(encoding.length - 1) > SP);
  return spaced ? encoding.trim() || '7bit' : encoding;
}

function atListEnd(reader: Reader): boolean {
  const octet = reader.next();
  return octet === CLOSE || octet === -1;
}

/** At a NIL that is a line count, since it has more behind it than an MD5 has. Before a list, either says the same. */
function atLinesNil(reader: Reader): boolean {
  if (!reader.atNil) return false;
  const { bytes, pos } = reader;
  return !(bytes[pos + 3] === SP && bytes[pos + 4] === OPEN) && remaining(reader) >= 5;
}

/** Values left in the present list. */
function remaining(reader: Reader): number {
  const { pos } = reader;
  let count = 0;
  for (; !atListEnd(reader); count++) reader.skipValue();
  reader.rewind(pos);
  return count;
}

/** null where no number stands here; a negative one is unknown, and so is NIL, which is passed only where `orNil`. */
function number(reader: Reader, orNil = false): number | null {
  reader.skipSpaces();
  const { peek } = reader;
  if ((peek >= 0x30 && peek <= 0x39) || peek === 0x2d) {
    const value = reader.number();
    return value < 0 ? null : value;
  }
  if (orNil) reader.takeNil();
  return null;
}

/** `body-fld-param`. Quirks: `()`, a NIL value, a name without a value. */
function readParameters(reader: Reader): Parameters {
  if (atListEnd(reader) || reader.takeNil()) return NO_PARAMETERS;
  if (reader.peek !== OPEN) {
    reader.skipValue();
    return NO_PARAMETERS;
  }
  let parameters: (readonly [string, string])[] | undefined;
  reader.pos++;
  while (reader.more()) {
    const name = reader.lowerText();
    const value = reader.text();
    if (name === null || value === null) continue;
    if (parameters) parameters.push([name, value]);
    else parameters = [[name, value]];
  }
  return parameters ?? NO_PARAMETERS;
}

/** `body-fld-dsp`. Quirks: a bare string instead of the list, `(NIL NIL)` (both Exchange). */
function readDisposition(reader: Reader): Disposition | null {
  if (atListEnd(reader) || reader.takeNil()) return null;
  const enclosed = reader.take(OPEN);
  const type = reader.lowerText();
  if (!enclosed) return type === null ? null : { type, parameters: NO_PARAMETERS };
  const parameters = readParameters(reader);
  closeList(reader);
  return type === null ? null : { type, parameters };
}

/** `body-fld-lang`: one string or a list of them. */
function readLanguage(reader: Reader): readonly string[] {
  if (atListEnd(reader) || reader.takeNil()) return NO_LANGUAGE;
  if (reader.peek !== OPEN) {
    const language = reader.nstring();
    return language === null ? NO_LANGUAGE : [language];
  }
  const languages: string[] = [];
  reader.list(() => {
    const language = reader.text();
    if (language !== null) languages.push(language);
  });
  return languages;
}

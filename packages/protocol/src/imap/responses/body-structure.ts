import { CLOSE, NESTING_LIMIT, OPEN, type Reader } from '../reader.ts';
import type { BodyMultipart, BodyPart, BodyStructure, Disposition, Envelope, Parameters } from '../types.ts';
import { closeList, lowerText, readEnvelope, text } from './envelope.ts';

/** Parts of one message, nested ones included. */
export const PART_LIMIT = 10_000;

/** Subtypes that are known to be multiparts, for servers that leave the children out. */
const MULTIPART =
  /^(?:mixed|alternative|related|digest|parallel|report|signed|encrypted|form-data|appledouble)$/;
const TOP_LEVEL = /^(?:text|image|audio|video|application|message|font|model)$/;

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
  return partOrEmpty(reader, count, whole ? `${prefix}1` : section, section, depth);
}

function multipart(
  reader: Reader,
  count: Count,
  section: string,
  prefix: string,
  depth: number,
): BodyMultipart {
  const parts: BodyStructure[] = [];
  while (reader.peek === OPEN) {
    parts.push(body(reader, count, `${prefix}${parts.length + 1}`, false, depth + 1));
    reader.skipSpaces();
  }
  return multipartEnd(reader, section, parts, lowerText(reader) ?? 'mixed', readParameters(reader));
}

/** Where the extension data of a multipart begins: disposition, language, location. */
function multipartEnd(
  reader: Reader,
  section: string,
  parts: readonly BodyStructure[],
  subtype: string,
  parameters: Parameters,
): BodyMultipart {
  const disposition = readDisposition(reader);
  const language = readLanguage(reader);
  const location = text(reader);
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
  const type = lowerText(reader) ?? undefined;
  reader.skipSpaces();
  const subtypeMissing = reader.peek === OPEN;
  const empty = type !== undefined && (MULTIPART.test(type) || (subtypeMissing && !TOP_LEVEL.test(type)));
  if (empty) return multipartEnd(reader, emptySection, [], type, readParameters(reader));
  const subtype = subtypeMissing ? undefined : (lowerText(reader) ?? undefined);
  const parameters = readParameters(reader);
  if (type === undefined && subtype !== undefined && MULTIPART.test(subtype)) {
    return multipartEnd(reader, emptySection, [], subtype, parameters);
  }
  return part(reader, count, section, type ?? 'application', subtype, parameters, depth);
}

function part(
  reader: Reader,
  count: Count,
  section: string,
  type: string,
  subtype = type === 'text' ? 'plain' : 'octet-stream',
  parameters: Parameters,
  depth: number,
): BodyPart {
  const id = text(reader);
  const description = text(reader);
  // Quirk: a space at the end of the encoding (Exchange).
  const encoding = lowerText(reader)?.trim() || '7bit';
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
  // Quirk: the line count of a text is missing, or NIL, or another type has one.
  const lines = number(reader, reader.atNil && remaining(reader) >= 5);
  const md5 = atListEnd(reader) || reader.peek === OPEN ? null : text(reader);
  const disposition = readDisposition(reader);
  const language = readLanguage(reader);
  const location = text(reader);
  closeList(reader);
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

function atListEnd(reader: Reader): boolean {
  reader.skipSpaces();
  return reader.peek === CLOSE || reader.atEnd;
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
  const parameters: (readonly [string, string])[] = [];
  if (atListEnd(reader)) return parameters;
  if (reader.peek !== OPEN) {
    reader.skipValue();
    return parameters;
  }
  reader.pos++;
  while (reader.more()) {
    const name = lowerText(reader);
    const value = text(reader);
    if (name !== null && value !== null) parameters.push([name, value]);
  }
  return parameters;
}

/** `body-fld-dsp`. Quirks: a bare string instead of the list, `(NIL NIL)` (both Exchange). */
function readDisposition(reader: Reader): Disposition | null {
  if (atListEnd(reader)) return null;
  if (reader.peek !== OPEN) {
    const type = reader.lowerNstring();
    return type === null ? null : { type, parameters: [] };
  }
  reader.pos++;
  const type = lowerText(reader);
  const parameters = readParameters(reader);
  closeList(reader);
  return type === null ? null : { type, parameters };
}

/** `body-fld-lang`: one string or a list of them. */
function readLanguage(reader: Reader): string[] {
  if (atListEnd(reader)) return [];
  if (reader.peek !== OPEN) {
    const language = reader.nstring();
    return language === null ? [] : [language];
  }
  const languages: string[] = [];
  reader.list(() => {
    const language = text(reader);
    if (language !== null) languages.push(language);
  });
  return languages;
}

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
  return new StructureReader(reader).body('', true, 0);
}

class StructureReader {
  readonly #reader: Reader;
  #parts = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** `whole`: this is what a message consists of, so `section` is the message's and a single part is its part 1. */
  body(section: string, whole: boolean, depth: number): BodyStructure {
    const reader = this.#reader;
    if (depth > NESTING_LIMIT || ++this.#parts > PART_LIMIT) throw reader.error('a simpler structure');
    reader.skipSpaces();
    reader.expect(OPEN);
    reader.skipSpaces();
    const prefix = section === '' ? '' : `${section}.`;
    if (reader.peek === OPEN) return this.#multipart(section, prefix, depth);
    return this.#partOrEmpty(whole ? `${prefix}1` : section, section, depth);
  }

  #multipart(section: string, prefix: string, depth: number): BodyMultipart {
    const reader = this.#reader;
    const parts: BodyStructure[] = [];
    while (reader.peek === OPEN) {
      parts.push(this.body(`${prefix}${parts.length + 1}`, false, depth + 1));
      reader.skipSpaces();
    }
    return this.#multipartEnd(section, parts, lowerText(reader) ?? 'mixed', this.#parameters());
  }

  /** Where the extension data of a multipart begins: disposition, language, location. */
  #multipartEnd(
    section: string,
    parts: readonly BodyStructure[],
    subtype: string,
    parameters: Parameters,
  ): BodyMultipart {
    const disposition = this.#disposition();
    const language = this.#language();
    const location = text(this.#reader);
    closeList(this.#reader);
    return { kind: 'multipart', section, subtype, parts, parameters, disposition, language, location };
  }

  /**
   * A part, or a multipart without children, which the grammar does not know: `("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)`
   * (Gmail, GMX) and `(NIL "mixed" ("boundary" "x") NIL NIL)` (Dovecot). A part may lack its subtype.
   */
  #partOrEmpty(section: string, emptySection: string, depth: number): BodyStructure {
    const reader = this.#reader;
    const type = lowerText(reader) ?? undefined;
    reader.skipSpaces();
    const subtypeMissing = reader.peek === OPEN;
    const empty = type !== undefined && (MULTIPART.test(type) || (subtypeMissing && !TOP_LEVEL.test(type)));
    if (empty) return this.#multipartEnd(emptySection, [], type, this.#parameters());
    const subtype = subtypeMissing ? undefined : (lowerText(reader) ?? undefined);
    const parameters = this.#parameters();
    if (type === undefined && subtype !== undefined && MULTIPART.test(subtype)) {
      return this.#multipartEnd(emptySection, [], subtype, parameters);
    }
    return this.#part(section, type ?? 'application', subtype, parameters, depth);
  }

  #part(
    section: string,
    type: string,
    subtype = type === 'text' ? 'plain' : 'octet-stream',
    parameters: Parameters,
    depth: number,
  ): BodyPart {
    const reader = this.#reader;
    const id = text(reader);
    const description = text(reader);
    // Quirk: a space at the end of the encoding (Exchange).
    const encoding = lowerText(reader)?.trim() || '7bit';
    const octets = this.#number(true) ?? -1;
    let envelope: Envelope | null = null;
    let body: BodyStructure | null = null;
    reader.skipSpaces();
    // Quirk: Gmail describes a message in base64 as a basic part, without its envelope.
    if (type === 'message' && (subtype === 'rfc822' || subtype === 'global') && reader.peek === OPEN) {
      envelope = readEnvelope(reader);
      reader.skipSpaces();
      if (reader.peek === OPEN) body = this.body(section, true, depth + 1);
      else if (!this.#atEnd()) reader.skipValue();
    }
    // Quirk: the line count of a text is missing, or NIL, or another type has one.
    const lines = this.#number(reader.atNil && this.#remaining() >= 5);
    const md5 = this.#atEnd() || reader.peek === OPEN ? null : text(reader);
    const disposition = this.#disposition();
    const language = this.#language();
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
      body,
      disposition,
      language,
      location,
    };
  }

  #atEnd(): boolean {
    this.#reader.skipSpaces();
    return this.#reader.peek === CLOSE || this.#reader.atEnd;
  }

  /** Values left in the present list. */
  #remaining(): number {
    const { pos } = this.#reader;
    let count = 0;
    for (; !this.#atEnd(); count++) this.#reader.skipValue();
    this.#reader.rewind(pos);
    return count;
  }

  /** null where no number stands here; a negative one is unknown, and so is NIL, which is passed only where `orNil`. */
  #number(orNil = false): number | null {
    const reader = this.#reader;
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
  #parameters(): Parameters {
    const reader = this.#reader;
    const parameters: (readonly [string, string])[] = [];
    if (this.#atEnd()) return parameters;
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
  #disposition(): Disposition | null {
    const reader = this.#reader;
    if (this.#atEnd()) return null;
    if (reader.peek !== OPEN) {
      const type = reader.lowerNstring();
      return type === null ? null : { type, parameters: [] };
    }
    reader.pos++;
    const type = lowerText(reader);
    const parameters = this.#parameters();
    closeList(reader);
    return type === null ? null : { type, parameters };
  }

  /** `body-fld-lang`: one string or a list of them. */
  #language(): string[] {
    const reader = this.#reader;
    if (this.#atEnd()) return [];
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
}

/** Header fields, RFC 5322 §2.2, from a message, a part, or `BODY[HEADER.FIELDS (…)]`. */
import { CR, decodeLatin1, LF, SP, TAB } from '../bytes/index.ts';
import { decodeText } from './charset.ts';
import type { Defect } from './defect.ts';
import { decodeWords } from './encoded-word.ts';

export interface HeaderField {
  /** Lower-case. */
  readonly name: string;
  /** Unfolded, white space around it gone, encoded words as they are. */
  readonly raw: string;
}

/** Fields of one header; 1000 is more than any honest message has. */
const MAX_FIELDS = 1000;
/** Octets of a header that are looked at: 1 MiB holds 1000 fields of the longest References. */
const MAX_HEADER = 1024 * 1024;
/** Octets of a field's name with the white space after it; the rest of the line is no field. */
const MAX_NAME = 200;
/** Octets of a value that are read as they stand where they are ASCII; a longer one is worth a look at its charset. */
const MAX_PLAIN = 998;

const COLON = 0x3a;

export class HeaderFields {
  /** In the order of the header. */
  readonly fields: readonly HeaderField[];
  /** Octets up to and including the empty line: where the body begins. */
  readonly octets: number;
  readonly defects: readonly Defect[];
  readonly #byName = new Map<string, HeaderField[]>();

  constructor(fields: readonly HeaderField[], octets: number, defects: readonly Defect[]) {
    this.fields = fields;
    this.octets = octets;
    this.defects = defects;
    for (const field of fields) {
      const same = this.#byName.get(field.name);
      if (same) same.push(field);
      else this.#byName.set(field.name, [field]);
    }
  }

  /** The first field of that name (any case), decoded for a person to read. */
  get(name: string): string | undefined {
    const raw = this.raw(name);
    return raw === undefined ? undefined : decodeWords(raw);
  }

  /** All fields of that name, decoded, in order. */
  getAll(name: string): string[] {
    return (this.#byName.get(name.toLowerCase()) ?? []).map((field) => decodeWords(field.raw));
  }

  /** The first field of that name, unfolded but not decoded: what addresses and parameters are parsed from. */
  raw(name: string): string | undefined {
    return this.#byName.get(name.toLowerCase())?.[0]?.raw;
  }

  /** All fields of that name as one list, unfolded but not decoded: some programs write a To field for each recipient. */
  rawList(name: string): string {
    return (this.#byName.get(name.toLowerCase()) ?? []).map((field) => field.raw).join(', ');
  }
}

/**
 * Reads fields up to the first empty line or the end. Never throws: a line that is no field is passed over, CRLF and bare
 * LF both end a line. Raw 8-bit values are read as UTF-8 (RFC 6532), else as whatever they seem to be.
 */
export function parseHeaders(bytes: Uint8Array): HeaderFields {
  const header = bytes.subarray(0, MAX_HEADER);
  const fields: HeaderField[] = [];
  let at = 0;
  while (at < header.length && fields.length < MAX_FIELDS) {
    const afterBlank = blankLineAt(header, at);
    if (afterBlank > 0) return new HeaderFields(fields, afterBlank, []);
    const end = fieldEnd(header, at);
    const field = fieldOf(header.subarray(at, end));
    if (field !== undefined) fields.push(field);
    at = end;
  }
  if (at === bytes.length) return new HeaderFields(fields, at, []);
  const body = bodyAfter(bytes, at);
  // The last field allowed may be the last there is.
  const complete = at < MAX_HEADER && body === blankLineAt(bytes, at);
  return new HeaderFields(fields, body, complete ? [] : ['header-truncated']);
}

/** The index after the first empty line behind `at`, which is in a header: fields that are left out are no body. */
function bodyAfter(bytes: Uint8Array, at: number): number {
  let line = bytes[at - 1] === LF ? at : bytes.indexOf(LF, at) + 1;
  while (line > 0) {
    const after = blankLineAt(bytes, line);
    if (after > 0) return after;
    line = bytes.indexOf(LF, line) + 1;
  }
  return bytes.length;
}

/** The index after an empty line at `at`; 0 if there is none. */
function blankLineAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LF) return at + 1;
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : 0;
}

/** The index after the line break that ends a field: one that no white space follows. */
export function fieldEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const lineFeed = bytes.indexOf(LF, at);
    if (lineFeed < 0) return bytes.length;
    at = lineFeed + 1;
    if (bytes[at] !== SP && bytes[at] !== TAB) return at;
  }
}

function fieldOf(octets: Uint8Array): HeaderField | undefined {
  const colon = octets.indexOf(COLON);
  if (colon < 1) return undefined;
  // White space before the colon is obsolete syntax; elsewhere this is no field (mbox's `From ` line, a stray line).
  const name = /^[!-9;-~]+(?=[ \t]*$)/.exec(decodeLatin1(octets.subarray(0, Math.min(colon, MAX_NAME))))?.[0];
  if (name === undefined) return undefined;
  return { name: name.toLowerCase(), raw: valueOf(octets.subarray(colon + 1)) };
}

function valueOf(octets: Uint8Array): string {
  const line = plainLine(octets);
  return line === undefined ? unfold(decodeText(octets, undefined).text).trim() : line.trim();
}

/** What nearly all values are, one short line of ASCII, costs no search for its charset; undefined: it is something else. */
function plainLine(octets: Uint8Array): string | undefined {
  let end = octets.length;
  while (end > 0 && (octets[end - 1] === LF || octets[end - 1] === CR)) end--;
  if (end > MAX_PLAIN) return undefined;
  for (let at = 0; at < end; at++) {
    const octet = octets[at]!;
    if ((octet < SP && octet !== TAB) || octet > 0x7e) return undefined;
  }
  return decodeLatin1(octets.subarray(0, end));
}

/** RFC 5322 §2.2.3. */
export function unfold(text: string): string {
  return text.replace(/\r?\n(?=[ \t])/g, '').replace(/[\r\n]+/g, ' ');
}

/** Identifiers in Message-ID, In-Reply-To or References, in order, each once, with angle brackets; at most 1000. */
export function messageIds(raw: string): string[] {
  const found = new Set<string>();
  for (const [id] of raw.slice(0, 100_000).matchAll(/<[^<>]{1,998}>/g)) {
    const plain = id.replace(/\s/g, '');
    if (plain.length > 2) found.add(plain);
    if (found.size >= 1000) break;
  }
  return [...found];
}

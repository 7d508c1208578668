import { CR, LF, SP } from '../../bytes/index.ts';
import { ProtocolError } from '../../error.ts';
import { readFlags } from '../flags.ts';
import { BRACKET, CLOSE, END_BRACKET, OPEN, type Reader } from '../reader.ts';
import type { BodySection, FetchedMessage, ModSeq, Uid } from '../types.ts';
import { readBodyStructure } from './body-structure.ts';
import { exactDateTime, readInternalDate } from './date.ts';
import { readEnvelope } from './envelope.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Message = Mutable<Omit<FetchedMessage, 'sections' | 'binarySizes'>> & {
  sections?: BodySection[];
  binarySizes?: Map<string, number>;
};

/** Items that may be unreadable before the rest of a response is given up: errors are dear to make by the thousand. */
const DEFECT_LIMIT = 8;
/** Items of one response; there are two dozen, and one for each section asked for. */
export const ITEMS_LIMIT = 10_000;
/** Characters of one section's name: the header fields that it lists. */
export const SECTION_LIMIT = 16_384;

/**
 * `msg-att` (RFC 3501 §7.4.2): the items of one FETCH response. An item that cannot be read costs itself: it is absent from
 * the message, the defect is noted and reading goes on behind it. Quirks: no parenthesis at the end (Xeams closes it after a
 * line break), no space between items (Zimbra: `UID 5MODSEQ (7)`), an item without its value (Yandex).
 */
export function readFetch(reader: Reader, defects: ProtocolError[]): FetchedMessage {
  const message: Message = { uid: undefined };
  reader.skipSpaces();
  reader.expect(OPEN);
  for (let items = 0; ; items++) {
    reader.skipSpaces();
    if (reader.take(CLOSE) || reader.atEnd) return message;
    const start = reader.pos;
    let name = '';
    try {
      if (items === ITEMS_LIMIT) throw reader.error('fewer items');
      name = reader.word();
      readItem(reader, name, message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      defects.push(error);
      if (defects.length >= DEFECT_LIMIT || name === '' || !passItem(reader, start)) return message;
    }
  }
}

/** Goes behind the item that begins at `start`; false where it has no end that can be found. */
function passItem(reader: Reader, start: number): boolean {
  try {
    reader.rewind(start);
    reader.word();
    if (reader.peek === BRACKET && reader.until(END_BRACKET) === undefined) return false;
    reader.skipSpaces();
    if (reader.peek !== CLOSE) reader.skipValue();
    return endsItem(reader);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return false;
  }
}

function readItem(reader: Reader, name: string, message: Message): void {
  const sectioned = reader.peek === BRACKET;
  if (!sectioned) reader.skipSpaces();
  switch (name) {
    case 'UID': {
      const uid = reader.number();
      // Quirk: UID 0 is nobody's.
      if (uid > 0) message.uid = uid as Uid;
      return;
    }
    case 'FLAGS':
      message.flags = readFlags(reader);
      return;
    case 'MODSEQ':
      message.modSeq = readModSeq(reader);
      return;
    case 'INTERNALDATE': {
      const date = readDateTime(reader);
      if (date !== undefined) message.internalDate = date;
      return;
    }
    case 'RFC822.SIZE': {
      const size = reader.number();
      if (size >= 0) message.size = size;
      return;
    }
    case 'ENVELOPE':
      if (!reader.takeNil()) message.envelope = readEnvelope(reader);
      return;
    case 'BODYSTRUCTURE':
      if (!reader.takeNil()) message.structure = readBodyStructure(reader);
      return;
    case 'BODY':
      if (sectioned) return addSection(reader, message, readSectionName(reader), false);
      if (reader.takeNil()) return;
      message.structure ??= readBodyStructure(reader);
      return;
    case 'BINARY':
      return addSection(reader, message, readSectionName(reader), true);
    case 'BINARY.SIZE': {
      const section = readSectionName(reader);
      reader.skipSpaces();
      const octets = reader.number();
      if (octets >= 0) (message.binarySizes ??= new Map<string, number>()).set(section, octets);
      return;
    }
    case 'EMAILID':
      reader.list(() => (message.emailId = reader.astring()));
      return;
    case 'THREADID':
      message.threadId = null;
      reader.list(() => (message.threadId = reader.astring()));
      return;
    case 'SAVEDATE': {
      const text = reader.nstring();
      const date = text === null ? null : readInternalDate(text);
      if (date !== undefined) message.saveDate = date;
      return;
    }
    case 'PREVIEW':
      message.preview = reader.nstring();
      return;
    case 'X-GM-MSGID':
      message.gmailMessage = reader.unsignedNumber();
      return;
    case 'X-GM-THRID':
      message.gmailThread = reader.unsignedNumber();
      return;
    case 'X-GM-LABELS': {
      const labels: string[] = [];
      reader.list(() => labels.push(reader.astring()));
      message.gmailLabels = labels;
      return;
    }
    case 'RFC822':
      return addSection(reader, message, '', false);
    case 'RFC822.HEADER':
      return addSection(reader, message, 'HEADER', false);
    case 'RFC822.TEXT':
      return addSection(reader, message, 'TEXT', false);
    default:
      if (sectioned) readSectionName(reader);
      reader.skipSpaces();
      if (reader.peek !== CLOSE) reader.skipValue();
  }
}

function readDateTime(reader: Reader): number | undefined {
  const end = reader.plainEnd();
  const date = end === -1 ? undefined : exactDateTime(reader.bytes, reader.pos + 1, end);
  if (date === undefined) return readInternalDate(reader.nstring() ?? '');
  reader.pos = end + 1;
  return date;
}

/** `"(" mod-sequence-value ")"`. Quirk: without the parentheses. */
function readModSeq(reader: Reader): ModSeq {
  if (reader.takeNil()) return 0n as ModSeq;
  const enclosed = reader.take(OPEN);
  reader.skipSpaces();
  const modSeq = reader.bigNumber() as ModSeq;
  reader.skipSpaces();
  if (enclosed) reader.expect(CLOSE);
  return modSeq;
}

/** `section = "[" [section-spec] "]"`; upper case, header names without quotes, one space between them. */
export function readSectionName(reader: Reader): string {
  reader.expect(BRACKET);
  reader.skipSpaces();
  let name = '';
  while (reader.peek !== END_BRACKET) {
    if (reader.atEnd) throw reader.error(']');
    if (reader.peek === OPEN) {
      const fields: string[] = [];
      reader.list(() => fields.push(reader.astring().toUpperCase()));
      name += ` (${fields.join(' ')})`;
    } else {
      name += reader.word();
    }
    if (name.length > SECTION_LIMIT) throw reader.error('a shorter section');
    reader.skipSpaces();
  }
  reader.pos++;
  return name;
}

/**
 * The value of `BODY[section]<origin>`. Octets that were streamed past are not here. Quirk: no value at all (Yandex) counts as
 * NIL.
 */
function addSection(reader: Reader, message: Message, section: string, binary: boolean): void {
  let origin: number | undefined;
  if (reader.take(0x3c /* < */)) {
    origin = reader.number();
    reader.expect(0x3e /* > */);
  }
  reader.skipSpaces();
  const octets = lacksValue(reader) ? null : reader.nstringBytes();
  // Quirk: a literal counted in characters, or shorter than it was announced, leaves or takes what is not its own.
  if (octets !== null && !endsItem(reader)) throw reader.error('the end of a section');
  if (octets === undefined) return;
  const data = octets && (reader.atEnd ? withLastBreak(octets) : kept(octets));
  (message.sections ??= []).push(
    binary ? { section, origin, data, binary: true } : { section, origin, data },
  );
}

/** At the end of the list, or at the next item's name. */
function lacksValue(reader: Reader): boolean {
  if (reader.peek === CLOSE) return true;
  if (reader.atEnd || reader.atString || reader.atNil) return false;
  const { pos } = reader;
  const word = reader.word();
  reader.rewind(pos);
  return /^(?:UID|FLAGS|MODSEQ|INTERNALDATE|ENVELOPE|BODY|BODYSTRUCTURE|BINARY|RFC822)\b/.test(word);
}

/** What stands behind a section: a space, the end of the list, or of the line (Xeams). */
function endsItem(reader: Reader): boolean {
  return reader.atEnd || reader.peek === SP || reader.peek === CLOSE;
}

/** Quirk: a last CRLF that was counted and not sent: the literal took the `)` and half of the line break behind it. */
function withLastBreak(octets: Uint8Array): Uint8Array {
  const copy = octets.slice();
  if (copy.at(-2) === CLOSE && copy.at(-1) === CR) copy.set([CR, LF], copy.length - 2);
  return copy;
}

/** A small view would keep its whole window alive: it is copied. */
function kept(octets: Uint8Array): Uint8Array {
  return octets.length * 2 < octets.buffer.byteLength ? octets.slice() : octets;
}

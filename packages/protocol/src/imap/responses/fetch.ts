import { encodeText } from '../../bytes/index.ts';
import { ProtocolError } from '../../error.ts';
import { readFlags } from '../flags.ts';
import { readableName } from '../mailbox-name.ts';
import { BRACKET, CLOSE, END_BRACKET, OPEN, type Reader } from '../reader.ts';
import type { FetchedMessage, GmailLabel, ModSeq, Uid } from '../types.ts';
import { readBodyStructure } from './body-structure.ts';
import { exactDateTime, readInternalDate } from './date.ts';
import { readEnvelope } from './envelope.ts';
import { Found } from './found.ts';
import { readMailboxWord } from './mailbox.ts';
import { addSection, endsItem, readSectionName } from './section.ts';

/** Items that may be unreadable before the rest of a response is given up: errors are dear to make by the thousand. */
const DEFECT_LIMIT = 8;
/** Items of one response; there are two dozen, and one for each section asked for. */
export const ITEMS_LIMIT = 10_000;

/**
 * `msg-att` (RFC 3501 §7.4.2): the items of one FETCH response. An item that cannot be read costs itself: it is absent from
 * the message, the defect is noted and reading goes on behind it. Quirks: no parenthesis at the end (Xeams closes it after a
 * line break), no space between items (Zimbra: `UID 5MODSEQ (7)`), an item without its value (Yandex).
 */
export function readFetch(reader: Reader, defects: ProtocolError[]): FetchedMessage {
  const found = new Found();
  reader.skipSpaces();
  reader.expect(OPEN);
  for (let items = 0; ; items++) {
    reader.skipSpaces();
    if (reader.take(CLOSE) || reader.atEnd) return found.message();
    const start = reader.pos;
    let name = '';
    try {
      if (items === ITEMS_LIMIT) throw reader.error('fewer items');
      name = takeUsualName(reader) ?? reader.word();
      readItem(reader, name, found);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      defects.push(error);
      if (defects.length >= DEFECT_LIMIT || name === '' || !passItem(reader, start)) return found.message();
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

/** Items that most responses consist of, each the only such with its first letter, and its octets with the space behind them. */
const USUAL = new Array<{ readonly name: string; readonly octets: Uint8Array } | undefined>(128).fill(
  undefined,
);
for (const name of ['UID', 'FLAGS', 'MODSEQ', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE']) {
  USUAL[name.charCodeAt(0)] = { name, octets: encodeText(`${name} `) };
}

/** Takes the name of such an item, and the space. */
function takeUsualName(reader: Reader): string | undefined {
  const usual = USUAL[reader.peek & 0x7f];
  return usual && reader.takeOctets(usual.octets) ? usual.name : undefined;
}

function readItem(reader: Reader, name: string, found: Found): void {
  if (reader.peek !== BRACKET) reader.skipSpaces();
  switch (name) {
    case 'UID': {
      const uid = reader.number();
      // Quirk: UID 0 is nobody's.
      if (uid > 0) found.uid = uid as Uid;
      return;
    }
    case 'FLAGS':
      found.flags = readFlags(reader);
      return;
    case 'MODSEQ':
      found.modSeq = readModSeq(reader);
      return;
    case 'INTERNALDATE': {
      const date = readDateTime(reader);
      if (date !== undefined) found.internalDate = date;
      return;
    }
    case 'RFC822.SIZE': {
      const size = reader.number();
      if (size >= 0) found.size = size;
      return;
    }
    case 'ENVELOPE':
      if (!reader.takeNil()) found.envelope = readEnvelope(reader);
      return;
    case 'BODYSTRUCTURE':
      if (!reader.takeNil()) found.structure = readBodyStructure(reader);
      return;
    default:
      readRareItem(reader, name, found);
  }
}

function readRareItem(reader: Reader, name: string, found: Found): void {
  const message = (found.rare ??= {});
  const sectioned = reader.peek === BRACKET;
  switch (name) {
    case 'BODY':
      if (sectioned) return addSection(reader, message, readSectionName(reader), false);
      if (reader.takeNil()) return;
      return addBody(reader, found);
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
      const labels: GmailLabel[] = [];
      reader.list(() => labels.push(readLabel(reader)));
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

/** BODY without a section says less than BODYSTRUCTURE, which may have come before. */
function addBody(reader: Reader, found: Found): void {
  const structure = readBodyStructure(reader);
  found.structure ??= structure;
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

/** A name in modified UTF-7, as mailboxes have them, or one of Gmail's own. */
function readLabel(reader: Reader): GmailLabel {
  const wireName = reader.peek === 0x5c /* \ */ ? reader.astring() : readMailboxWord(reader);
  const system = wireName.startsWith('\\');
  return { name: system ? wireName : readableName(wireName), wireName, system };
}

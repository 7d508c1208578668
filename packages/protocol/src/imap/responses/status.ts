import { ProtocolError } from '../../error.ts';
import { readFlags } from '../flags.ts';
import { BRACKET, END_BRACKET, type Reader } from '../reader.ts';
import { expandRanges, toRanges } from '../sets.ts';
import type { ModSeq, ResponseCode, StatusText, Uid, UidRanges, UidValidity } from '../types.ts';

/** UIDs that one response code may name one by one: a range is cheap to write and dear to keep. */
export const CODE_UIDS_LIMIT = 1_000_000;
/** Capabilities of one server; the longest lists have about a hundred. */
export const CAPABILITIES_LIMIT = 1000;
/** Places that one referral names; more than a handful nobody tries. */
export const URLS_LIMIT = 100;

/**
 * `resp-text = ["[" resp-text-code "]" SP] text` (RFC 3501 §7.1). Never throws: a code that cannot be read stays as text.
 * Quirks: no space, or no text at all, after the status or the code.
 */
export function readStatusText(reader: Reader): StatusText {
  reader.skipSpaces();
  if (reader.peek !== BRACKET) return { code: undefined, text: reader.rest() };
  const start = reader.pos;
  reader.pos++;
  let code: ResponseCode | undefined;
  try {
    code = readCode(reader);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    reader.rewind(start + 1);
    const raw = reader.until(END_BRACKET);
    if (raw === undefined) {
      reader.rewind(start);
      return { code: undefined, text: reader.rest() };
    }
    const [, name = '', text = ''] = /^ *([^ ]*) *(.*)$/s.exec(raw) ?? [];
    code = { name: 'OTHER', code: name.toUpperCase(), text: text.trimEnd() };
  }
  reader.skipSpaces();
  return { code, text: reader.rest() };
}

function readCode(reader: Reader): ResponseCode {
  const name = reader.word();
  reader.skipSpaces();
  if (reader.take(END_BRACKET)) return { name: 'ATOM', code: name };
  const code = readKnownCode(reader, name);
  if (!code) {
    const text = reader.until(END_BRACKET);
    if (text === undefined) throw reader.error(']');
    return { name: 'OTHER', code: name, text };
  }
  reader.skipSpaces();
  reader.expect(END_BRACKET);
  return code;
}

/** Two mailboxes, each quoted or an atom. */
const NEW_NAME = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"]+)) +(?:"((?:[^"\\]|\\.)*)"|([^\s"]+)) *$/;

function readKnownCode(reader: Reader, name: string): ResponseCode | undefined {
  switch (name) {
    case 'UIDVALIDITY':
      return { name, uidValidity: reader.number() as UidValidity };
    case 'UIDNEXT':
      return { name, uidNext: reader.number() as Uid };
    case 'UNSEEN':
      return { name, number: reader.number() };
    case 'HIGHESTMODSEQ':
      return { name, modSeq: reader.bigNumber() as ModSeq };
    case 'PERMANENTFLAGS':
      return { name, flags: readFlags(reader) };
    case 'CAPABILITY':
      return { name, capabilities: readCapabilities(reader) };
    case 'APPENDUID': {
      const uidValidity = reader.number() as UidValidity;
      return { name, uidValidity, uids: uidList(reader) };
    }
    case 'COPYUID': {
      const uidValidity = reader.number() as UidValidity;
      const source = uidList(reader);
      const destination = uidList(reader);
      if (source.length !== destination.length) throw reader.error('as many new UIDs as old ones');
      return { name, uidValidity, source, destination };
    }
    case 'MODIFIED':
      return { name, uids: uidList(reader) };
    case 'BADCHARSET': {
      const charsets: string[] = [];
      reader.list(() => charsets.push(reader.astring()));
      return { name, charsets };
    }
    case 'REFERRAL': {
      const urls = reader.until(END_BRACKET);
      if (urls === undefined) throw reader.error(']');
      reader.pos--;
      return {
        name,
        urls: urls
          .split(/ +/, URLS_LIMIT + 1)
          .filter((url) => url !== '')
          .slice(0, URLS_LIMIT),
      };
    }
    case 'NEWNAME': {
      // An atom would take the bracket behind it along: the names are looked for in what stands before the first one.
      const names = NEW_NAME.exec(reader.until(END_BRACKET) ?? '');
      if (!names) throw reader.error('two names');
      reader.pos--;
      const [, quoted, atom, quotedAfter, atomAfter] = names;
      const plain = (text = ''): string => text.replace(/\\(.)/g, '$1');
      return { name, before: atom ?? plain(quoted), after: atomAfter ?? plain(quotedAfter) };
    }
    case 'MAILBOXID': {
      let mailboxId: string | undefined;
      reader.list(() => (mailboxId = reader.astring()));
      if (mailboxId === undefined) throw reader.error('an object identifier');
      return { name, mailboxId };
    }
    case 'INPROGRESS':
      return readProgress(reader);
    case 'MESSAGELIMIT': {
      const limit = reader.number();
      reader.skipSpaces();
      const uid = reader.peek === END_BRACKET ? undefined : (reader.number() as Uid);
      return { name, limit, uid };
    }
    case 'NOUPDATE':
      return { name, tag: reader.string() };
    case 'BADEVENT': {
      const events: string[] = [];
      reader.list(() => events.push(reader.atom()));
      return { name, events };
    }
    case 'METADATA': {
      const reason = reader.word();
      reader.skipSpaces();
      if (reason === 'TOOMANY' || reason === 'NOPRIVATE') return { name, reason, octets: undefined };
      if (reason === 'LONGENTRIES' || reason === 'MAXSIZE') return { name, reason, octets: reader.number() };
      throw reader.error('a reason');
    }
    default:
      return undefined;
  }
}

/** `"(" (quoted / NIL) SP (number / NIL) SP (nz-number / NIL) ")"` (RFC 9585 §4); the code may also stand alone. */
function readProgress(reader: Reader): ResponseCode {
  reader.expect(0x28 /* ( */);
  const tag = reader.nstring() ?? undefined;
  const count = (): number | undefined => {
    reader.skipSpaces();
    return reader.takeNil() ? undefined : reader.number();
  };
  const progress = count();
  const goal = count();
  reader.skipSpaces();
  reader.expect(0x29 /* ) */);
  return { name: 'INPROGRESS', tag, progress, goal };
}

/** UIDs in the order that pairs them (RFC 4315 §3): ranges as they came, each ascending. */
function uidList(reader: Reader): Uid[] {
  reader.skipSpaces();
  const at = reader.pos;
  const uids: Uid[] = [];
  for (const range of reader.set()) {
    const room = CODE_UIDS_LIMIT - uids.length;
    if (range[1] - range[0] >= room) throw reader.error('fewer UIDs', at);
    for (const uid of expandRanges([range], room)) uids.push(uid);
  }
  return uids;
}

/**
 * Words up to the end of the line or `]`, in upper case. Quirks: spaces at the end, and a space within `LITERAL +`.
 */
export function readCapabilities(reader: Reader): string[] {
  const capabilities: string[] = [];
  for (;;) {
    reader.skipSpaces();
    if (reader.atEnd || reader.peek === END_BRACKET) return capabilities;
    if (capabilities.length === CAPABILITIES_LIMIT) throw reader.error('fewer capabilities');
    const word = reader.capability();
    if ((word === '+' || word === '-') && capabilities.at(-1) === 'LITERAL') {
      capabilities[capabilities.length - 1] = `LITERAL${word}`;
    } else {
      capabilities.push(word);
    }
  }
}

/** `VANISHED [(EARLIER)] known-uids` (RFC 7162 §3.2.10). */
export function readVanished(reader: Reader): { earlier: boolean; uids: UidRanges } {
  let earlier = false;
  reader.skipSpaces();
  if (reader.peek === 0x28) {
    reader.list(() => {
      if (reader.word() === 'EARLIER') earlier = true;
    });
    reader.skipSpaces();
  }
  return { earlier, uids: reader.atEnd ? [] : toRanges(reader.set()) };
}

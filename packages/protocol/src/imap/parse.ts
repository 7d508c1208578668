import { NO_BYTES } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { readFlags } from './flags.ts';
import { type Frame, frameOf } from './fragmenter.ts';
import { BRACKET, CLOSE, Reader } from './reader.ts';
import type { Response, StatusName } from './response.ts';
import { readFetch } from './responses/fetch.ts';
import { readListed, readMailboxStatus, readNamespaces } from './responses/mailbox.ts';
import { readMetadata } from './responses/metadata.ts';
import { readQuota, readQuotaRoots } from './responses/quota.ts';
import { readAccessControlList, readMyRights, readRightsChoice } from './responses/rights.ts';
import { readExtendedSearch, readId, readSearch } from './responses/search.ts';
import { readCapabilities, readStatusText, readVanished } from './responses/status.ts';
import { readThreads } from './responses/thread.ts';
import type { SeqNum, Uid } from './types.ts';

const STAR = 0x2a;
const PLUS = 0x2b;

export interface Parsed {
  /** undefined: an empty or unreadable line, or a response that is not known. */
  readonly response: Response | undefined;
  readonly defects: readonly ProtocolError[];
}

const NOTHING = frameOf(NO_BYTES);

/** Used again and again: compiled code holds on to a reader's shape only as long as there is one. */
const usual = new Reader();

/** Reads one frame (RFC 3501 §7, `response`). Never throws: what the peer got wrong comes as defects. */
export function parseResponse(frame: Frame, reader = usual): Parsed {
  const defects: ProtocolError[] = [];
  try {
    const response = readResponse(reader.open(frame), defects);
    return { response, defects };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    defects.push(error);
    return { response: undefined, defects };
  } finally {
    // A frame may be large, and the next may be long in coming.
    reader.open(NOTHING);
  }
}

function readResponse(reader: Reader, defects: ProtocolError[]): Response | undefined {
  // Quirk: NULs before a response.
  while (reader.peek === 0) reader.pos++;
  reader.skipSpaces();
  if (reader.atEnd || isStrayParenthesis(reader)) return undefined;
  if (reader.take(PLUS)) {
    reader.skipSpaces();
    return { type: 'continuation', text: reader.rest() };
  }
  // Quirk: `[COPYUID …]` on a line of its own (Exchange).
  if (reader.peek === BRACKET) return { type: 'status', status: 'OK', ...readStatusText(reader) };
  if (reader.take(STAR)) return readUntagged(reader, defects);
  return readReceipt(reader);
}

/** Quirk: the parenthesis of a FETCH comes on the next line (Xeams). */
function isStrayParenthesis(reader: Reader): boolean {
  return reader.peek === CLOSE && reader.end - reader.pos === 1;
}

/** `response-tagged`. Quirk: human text without a tag (`Server Unavailable.`) is a defect, and no receipt. */
function readReceipt(reader: Reader): Response {
  const start = reader.pos;
  const tag = reader.atom();
  reader.skipSpaces();
  const status = reader.atEnd ? '' : reader.word();
  if (status !== 'OK' && status !== 'NO' && status !== 'BAD') throw reader.error('a response', start);
  return { type: 'receipt', tag, status, ...readStatusText(reader) };
}

function readUntagged(reader: Reader, defects: ProtocolError[]): Response | undefined {
  // Quirk: no space after the star (`*BYE`).
  reader.skipSpaces();
  if (reader.peek === BRACKET) return { type: 'status', status: 'OK', ...readStatusText(reader) };
  const digit = reader.peek;
  if ((digit >= 0x30 && digit <= 0x39) || digit === 0x2d) return readNumbered(reader, defects);
  const start = reader.pos;
  const word = reader.word();
  switch (word) {
    case 'OK':
    case 'NO':
    case 'BAD':
    case 'BYE':
    case 'PREAUTH':
      return { type: 'status', status: word satisfies StatusName, ...readStatusText(reader) };
    case 'CAPABILITY':
      return { type: 'capability', capabilities: readCapabilities(reader) };
    case 'ENABLED':
      return { type: 'enabled', capabilities: readCapabilities(reader) };
    case 'FLAGS':
      reader.skipSpaces();
      return { type: 'flags', flags: readFlags(reader) };
    case 'LIST':
    case 'XLIST':
      return { type: 'list', mailbox: readListed(reader) };
    case 'LSUB':
      return { type: 'lsub', mailbox: readListed(reader) };
    case 'STATUS':
      return { type: 'mailbox-status', status: readMailboxStatus(reader) };
    case 'SEARCH':
      return { type: 'search', ...readSearch(reader) };
    case 'ESEARCH':
      return { type: 'esearch', result: readExtendedSearch(reader) };
    case 'SORT':
      return { type: 'sort', ...readSearch(reader) };
    case 'THREAD':
      return { type: 'thread', threads: readThreads(reader) };
    case 'ACL':
      return { type: 'acl', list: readAccessControlList(reader) };
    case 'LISTRIGHTS':
      return { type: 'list-rights', choice: readRightsChoice(reader) };
    case 'MYRIGHTS':
      return { type: 'my-rights', rights: readMyRights(reader) };
    case 'QUOTA':
      return { type: 'quota', quota: readQuota(reader) };
    case 'QUOTAROOT':
      return { type: 'quota-root', roots: readQuotaRoots(reader) };
    case 'METADATA':
      return { type: 'metadata', metadata: readMetadata(reader) };
    case 'VANISHED':
      return { type: 'vanished', ...readVanished(reader) };
    case 'NAMESPACE':
      return { type: 'namespace', namespaces: readNamespaces(reader) };
    case 'ID':
      return { type: 'id', fields: readId(reader) };
    default:
      throw reader.error('a response that is known', start);
  }
}

/** `* n EXISTS` and its like. */
function readNumbered(reader: Reader, defects: ProtocolError[]): Response | undefined {
  const start = reader.pos;
  const number = reader.number();
  reader.skipSpaces();
  const word = reader.word();
  if (word === 'FETCH') {
    return { type: 'fetch', seq: number as SeqNum, message: readFetch(reader, defects) };
  }
  // RFC 9586 §3.3: without sequence numbers, the UID stands in front. No table has a message 0 to learn.
  if (word === 'UIDFETCH') {
    return {
      type: 'fetch',
      seq: 0 as SeqNum,
      message: { ...readFetch(reader, defects), uid: number as Uid },
    };
  }
  if (number < 0) throw reader.error('a number', start);
  if (word === 'EXISTS') return { type: 'exists', count: number };
  if (word === 'RECENT') return { type: 'recent', count: number };
  if (word === 'EXPUNGE') return { type: 'expunge', seq: number as SeqNum };
  throw reader.error('a response that is known', start);
}

/**
 * What to search for: `search-key` of RFC 3501 §6.4.4, with those of MODSEQ (RFC 7162), WITHIN (5032), FUZZY (6203), SAVEDATE
 * (8514), OBJECTID (8474), SEARCHRES (5182), MESSAGELIMIT (9738) and Gmail (X-GM-EXT-1).
 */
import { isAscii } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { atomPiece, mailboxPiece, type Piece, stringPiece } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand, NOT_ENABLED, offers } from '../offers.ts';
import { monthName } from '../responses/date.ts';
import { MAX_UID } from '../sets.ts';
import type { Flag, ModSeq, Uid, UidRanges } from '../types.ts';
import { type MessageSet, SAVED, writeSet } from './message-set.ts';

/** A calendar day, without time or zone (RFC 3501 §6.4.4 disregards both); `month` is 1 … 12. */
export interface SearchDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

type Bare =
  | 'ALL'
  | 'ANSWERED'
  | 'DELETED'
  | 'DRAFT'
  | 'FLAGGED'
  | 'SEEN'
  | 'UNANSWERED'
  | 'UNDELETED'
  | 'UNDRAFT'
  | 'UNFLAGGED'
  | 'UNSEEN'
  /** Not under IMAP4rev2 (RFC 9051, Appendix E), which knows no recent messages. */
  | 'NEW'
  | 'OLD'
  | 'RECENT'
  /** RFC 8514 §4.3: all messages where the mailbox keeps the date of saving, else none. */
  | 'SAVEDATESUPPORTED';

/** Where an extension is named, it has to be the server's, unless it is said what happens without. */
export type SearchKey =
  | { readonly key: Bare }
  | { readonly key: 'FROM' | 'TO' | 'CC' | 'BCC' | 'SUBJECT' | 'BODY' | 'TEXT'; readonly text: string }
  /** An empty text finds every message that has the field. */
  | { readonly key: 'HEADER'; readonly field: string; readonly text: string }
  | { readonly key: 'KEYWORD' | 'UNKEYWORD'; readonly flag: Flag }
  /** By arrival (`SINCE` …) or by the Date field (`SENTSINCE` …); `SINCE` includes its day, `BEFORE` does not. */
  | {
      readonly key: 'SINCE' | 'BEFORE' | 'ON' | 'SENTSINCE' | 'SENTBEFORE' | 'SENTON';
      readonly day: SearchDay;
    }
  /** By the date of saving (RFC 8514). Without SAVEDATE by arrival, as its servers do in mailboxes that do not keep it. */
  | { readonly key: 'SAVEDSINCE' | 'SAVEDBEFORE' | 'SAVEDON'; readonly day: SearchDay }
  /** By arrival, at least or less than `seconds` ago by the server's clock (RFC 5032): WITHIN; `searchMessages` does without. */
  | { readonly key: 'OLDER' | 'YOUNGER'; readonly seconds: number }
  | { readonly key: 'LARGER' | 'SMALLER'; readonly octets: number }
  /** `$` is what the last search with `save` found. */
  | { readonly key: 'UID'; readonly uids: MessageSet }
  /** By sequence number, which UIDONLY forbids (RFC 9586 §3). */
  | { readonly key: 'NUMBER'; readonly numbers: UidRanges }
  /** Above or below one UID (RFC 9738 §3.2). Without MESSAGELIMIT as a set of UIDs. */
  | { readonly key: 'UIDAFTER' | 'UIDBEFORE'; readonly uid: Uid }
  /** RFC 7162 §3.1.5: CONDSTORE. */
  | { readonly key: 'MODSEQ'; readonly modSeq: ModSeq }
  /** RFC 8474 §6: OBJECTID. */
  | { readonly key: 'EMAILID' | 'THREADID'; readonly id: string }
  /** In whatever way the server thinks close (RFC 6203). Without SEARCH=FUZZY exactly. */
  | { readonly key: 'FUZZY'; readonly fuzzy: SearchKey }
  /** X-GM-EXT-1: a query as one types it into Gmail, and labels by name. */
  | { readonly key: 'X-GM-RAW'; readonly text: string }
  | { readonly key: 'X-GM-LABELS'; readonly label: MailboxName }
  | { readonly key: 'X-GM-MSGID' | 'X-GM-THRID'; readonly number: bigint }
  | { readonly key: 'NOT'; readonly not: SearchKey }
  | { readonly key: 'OR'; readonly either: readonly [SearchKey, SearchKey] }
  | { readonly key: 'AND'; readonly all: readonly SearchKey[] };

/** What a server has, and what is enabled. */
export interface Context {
  readonly capabilities: ReadonlySet<string>;
  readonly enabled?: ReadonlySet<string> | undefined;
}

const DEPTH_LIMIT = 64;

/** False where the search needs a charset: only texts can be other than ASCII. */
export function isPlain(key: SearchKey): boolean {
  if ('text' in key) return isAscii(key.text);
  if (key.key === 'NOT') return isPlain(key.not);
  if (key.key === 'FUZZY') return isPlain(key.fuzzy);
  if (key.key === 'OR') return key.either.every(isPlain);
  return key.key !== 'AND' || key.all.every(isPlain);
}

/** True where messages are named by sequence number. What is too deep to be said names none. */
export function namesNumbers(key: SearchKey, depth = 0): boolean {
  if (key.key === 'NUMBER') return true;
  if (depth > DEPTH_LIMIT) return false;
  const below = (inner: SearchKey): boolean => namesNumbers(inner, depth + 1);
  if (key.key === 'NOT') return below(key.not);
  if (key.key === 'FUZZY') return below(key.fuzzy);
  if (key.key === 'OR') return key.either.some(below);
  return key.key === 'AND' && key.all.some(below);
}

/** `depth` is 0 at the top, where no parentheses are needed. UsageError where the server lacks what is asked. */
export function writeKey(key: SearchKey, context: Context, depth = 0): Piece[] {
  if (depth > DEPTH_LIMIT) throw new UsageError('a search that deep');
  const { capabilities, enabled = NOT_ENABLED } = context;
  const inner = (below: SearchKey): Piece[] => writeKey(below, context, depth + 1);
  switch (key.key) {
    case 'FROM':
    case 'TO':
    case 'CC':
    case 'BCC':
    case 'SUBJECT':
    case 'BODY':
    case 'TEXT':
      return [`${key.key} `, stringPiece(key.text, enabled)];
    case 'HEADER':
      return ['HEADER ', stringPiece(key.field), ' ', stringPiece(key.text, enabled)];
    case 'KEYWORD':
    case 'UNKEYWORD':
      return [`${key.key} ${atomPiece(key.flag)}`];
    case 'SINCE':
    case 'BEFORE':
    case 'ON':
    case 'SENTSINCE':
    case 'SENTBEFORE':
    case 'SENTON':
      return [`${key.key} ${formatDay(key.day)}`];
    case 'SAVEDSINCE':
    case 'SAVEDBEFORE':
    case 'SAVEDON':
      return [`${capabilities.has('SAVEDATE') ? key.key : key.key.slice(5)} ${formatDay(key.day)}`];
    case 'OLDER':
    case 'YOUNGER':
      demand(capabilities, `SEARCH ${key.key}`, 'WITHIN');
      return [`${key.key} ${wholeNumber(key.seconds, 1)}`];
    case 'LARGER':
    case 'SMALLER':
      return [`${key.key} ${wholeNumber(key.octets, 0)}`];
    case 'UID':
      if (key.uids === SAVED) demand(capabilities, 'SEARCH UID $', 'SEARCHRES');
      return [`UID ${writeSet(key.uids)}`];
    case 'NUMBER':
      return [writeSet(key.numbers)];
    case 'UIDAFTER':
    case 'UIDBEFORE':
      return [besideUid(key.key, key.uid, capabilities)];
    case 'MODSEQ':
      return [`MODSEQ ${key.modSeq}`];
    case 'EMAILID':
    case 'THREADID':
      demand(capabilities, `SEARCH ${key.key}`, 'OBJECTID');
      return [`${key.key} ${objectId(key.id)}`];
    case 'X-GM-RAW':
    case 'X-GM-LABELS':
    case 'X-GM-MSGID':
    case 'X-GM-THRID':
      demand(capabilities, `SEARCH ${key.key}`, 'X-GM-EXT-1');
      return [`${key.key} `, gmailArgument(key, enabled)];
    case 'FUZZY':
      return [...(capabilities.has('SEARCH=FUZZY') ? ['FUZZY '] : []), ...inner(key.fuzzy)];
    case 'NOT':
      return ['NOT ', ...inner(key.not)];
    case 'OR':
      return ['OR ', ...inner(key.either[0]), ' ', ...inner(key.either[1])];
    case 'AND':
      return writeAll(key.all, context, depth);
    default:
      return [bare(key.key, capabilities, enabled)];
  }
}

function writeAll(all: readonly SearchKey[], context: Context, depth: number): Piece[] {
  if (all.length === 0) return ['ALL'];
  const pieces = all.flatMap((key, index): Piece[] => [
    ...(index > 0 ? [' '] : []),
    ...writeKey(key, context, depth + 1),
  ]);
  // At the top the keys are joined by standing side by side; parentheses there are allowed, but old servers stumble.
  return depth === 0 ? pieces : ['(', ...pieces, ')'];
}

function bare(key: Bare, capabilities: ReadonlySet<string>, enabled: ReadonlySet<string>): string {
  if (key === 'SAVEDATESUPPORTED') return capabilities.has('SAVEDATE') ? key : 'NOT ALL';
  if ((key === 'NEW' || key === 'OLD' || key === 'RECENT') && enabled.has('IMAP4REV2')) {
    throw new UsageError(`SEARCH ${key} under IMAP4rev2`);
  }
  return key;
}

/** The set does not end in `*`, which would find the last message even where its UID is lower. */
function besideUid(key: 'UIDAFTER' | 'UIDBEFORE', uid: Uid, capabilities: ReadonlySet<string>): string {
  wholeNumber(uid, 1);
  if (
    offers(capabilities, 'MESSAGELIMIT') ||
    [...capabilities].some((each) => each.startsWith('MESSAGELIMIT='))
  )
    return `${key} ${uid}`;
  if (key === 'UIDAFTER') return uid >= MAX_UID ? 'NOT ALL' : `UID ${uid + 1}:${MAX_UID}`;
  return uid === 1 ? 'NOT ALL' : `UID 1:${uid - 1}`;
}

/** `objectid = 1*255(ALPHA / DIGIT / "_" / "-")` (RFC 8474 §7). */
function objectId(id: string): string {
  if (!/^[\w-]{1,255}$/.test(id)) throw new UsageError('not an object identifier');
  return id;
}

function gmailArgument(key: SearchKey & { key: `X-GM-${string}` }, enabled: ReadonlySet<string>): Piece {
  if ('text' in key) return stringPiece(key.text, enabled);
  return 'label' in key ? labelPiece(key.label, enabled) : String(key.number);
}

/** A Gmail label: `\Inbox` and its like as they are, others spelled as mailboxes are. */
export function labelPiece(label: MailboxName, enabled?: ReadonlySet<string>): Piece {
  return typeof label === 'string' && label.startsWith('\\')
    ? atomPiece(label)
    : mailboxPiece(label, enabled);
}

function wholeNumber(value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) throw new UsageError('not a number to search for');
  return value;
}

function formatDay({ year, month, day }: SearchDay): string {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1000 && year <= 9999)) {
    throw new UsageError('not a day');
  }
  return `${day}-${monthName(month - 1)}-${year}`;
}

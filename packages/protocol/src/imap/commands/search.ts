import { isAscii } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { atomPiece, type Collector, type Command, type Piece, SELECTED, stringPiece } from '../command.ts';
import { monthName } from '../responses/date.ts';
import { expandRanges, formatSet, type UidSet } from '../sets.ts';
import type { Flag, ModSeq, Uid } from '../types.ts';

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
  | 'UNSEEN';

/** `search-key` (RFC 3501 §6.4.4). */
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
  | { readonly key: 'LARGER' | 'SMALLER'; readonly octets: number }
  | { readonly key: 'UID'; readonly uids: UidSet }
  /** RFC 7162 §3.1.5: only with CONDSTORE. */
  | { readonly key: 'MODSEQ'; readonly modSeq: ModSeq }
  | { readonly key: 'NOT'; readonly not: SearchKey }
  | { readonly key: 'OR'; readonly either: readonly [SearchKey, SearchKey] }
  | { readonly key: 'AND'; readonly all: readonly SearchKey[] };

/** UIDs that one search may give; a range is cheap to write and dear to keep. */
const FOUND_LIMIT = 20_000_000;
const DEPTH_LIMIT = 64;

/** `UID SEARCH` (§6.4.4, §6.4.8), with the short answer of ESEARCH (RFC 4731) where the server has it. Ascending. */
export function uidSearch(key: SearchKey): Command<readonly Uid[]> {
  return {
    name: 'UID SEARCH',
    states: SELECTED,
    results: ['SEARCH'],
    write(capabilities) {
      const extended = capabilities.has('ESEARCH') || capabilities.has('IMAP4REV2');
      const charset = isPlain(key) ? '' : 'CHARSET UTF-8 ';
      return [`UID SEARCH ${extended ? 'RETURN (ALL) ' : ''}${charset}`, ...writeKey(key, 0)];
    },
    collect: collectSearch,
  };
}

/** Quirk: old releases of Cyrus answer RETURN with a plain SEARCH, so both are taken whatever was asked. */
function collectSearch(): Collector<readonly Uid[]> {
  const found = new Set<number>();
  return {
    take(response, tag) {
      if (response.type === 'search') {
        for (const uid of response.numbers) if (uid > 0) found.add(uid);
        return true;
      }
      if (response.type !== 'esearch' || (response.result.tag ?? tag) !== tag) return false;
      for (const uid of expandRanges(response.result.all ?? [], FOUND_LIMIT)) found.add(uid);
      return true;
    },
    settle: () => Array.from(found).sort((a, b) => a - b) as Uid[],
  };
}

/** Only the texts searched for can be other than ASCII. */
export function isPlain(key: SearchKey): boolean {
  if ('text' in key) return isAscii(key.text);
  if (key.key === 'NOT') return isPlain(key.not);
  if (key.key === 'OR') return key.either.every(isPlain);
  return key.key !== 'AND' || key.all.every(isPlain);
}

/** `depth` is 0 at the top, where no parentheses are needed. */
export function writeKey(key: SearchKey, depth: number): Piece[] {
  if (depth > DEPTH_LIMIT) throw new UsageError('a search that deep');
  switch (key.key) {
    case 'FROM':
    case 'TO':
    case 'CC':
    case 'BCC':
    case 'SUBJECT':
    case 'BODY':
    case 'TEXT':
      return [`${key.key} `, stringPiece(key.text)];
    case 'HEADER':
      return ['HEADER ', stringPiece(key.field), ' ', stringPiece(key.text)];
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
    case 'LARGER':
    case 'SMALLER':
      return [`${key.key} ${key.octets}`];
    case 'UID':
      if (key.uids.length === 0) throw new UsageError('a search among no UIDs');
      return [`UID ${formatSet(key.uids)}`];
    case 'MODSEQ':
      return [`MODSEQ ${key.modSeq}`];
    case 'NOT':
      return ['NOT ', ...writeKey(key.not, depth + 1)];
    case 'OR':
      return ['OR ', ...writeKey(key.either[0], depth + 1), ' ', ...writeKey(key.either[1], depth + 1)];
    case 'AND':
      return writeAll(key.all, depth);
    default:
      return [key.key];
  }
}

function writeAll(all: readonly SearchKey[], depth: number): Piece[] {
  if (all.length === 0) return ['ALL'];
  const pieces = all.flatMap((key, index): Piece[] => [
    ...(index > 0 ? [' '] : []),
    ...writeKey(key, depth + 1),
  ]);
  // At the top the keys are joined by standing side by side; parentheses there are allowed, but old servers stumble.
  return depth === 0 ? pieces : ['(', ...pieces, ')'];
}

function formatDay({ year, month, day }: SearchDay): string {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1000 && year <= 9999)) {
    throw new UsageError('not a day');
  }
  return `${day}-${monthName(month - 1)}-${year}`;
}

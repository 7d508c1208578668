/**
 * `UID SEARCH` (RFC 3501 §6.4.4, §6.4.8) and what it can return: ESEARCH (RFC 4731), SEARCHRES (5182), CONTEXT=SEARCH (5267),
 * PARTIAL (9394) and the relevancy of SEARCH=FUZZY (6203).
 *
 *     search            = "SEARCH" [SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"] SP search-program
 *     search-return-opt = "MIN" / "MAX" / "ALL" / "COUNT" / "SAVE" / "CONTEXT" / "RELEVANCY" /
 *                         "PARTIAL" SP partial-range / "UPDATE" [SP "(" fetch-att *(SP fetch-att) ")"]
 */
import { UsageError } from '../../error.ts';
import { type Collector, type Command, type Piece, SELECTED } from '../command.ts';
import { demand, offers, speaksUtf8, NOT_ENABLED } from '../offers.ts';
import { toRanges } from '../sets.ts';
import type { Uid } from '../types.ts';
import { formatWindow, type Window } from './fetch.ts';
import { type FetchItem, formatItem } from './fetch-item.ts';
import { expandFound, SearchCollector, type SearchResult } from './search-result.ts';
import { type Context, isPlain, namesNumbers, type SearchKey, writeKey } from './search-key.ts';

/** What tells which search it is an answer to: the same that RETURN is sent for. */
const TAGGED = ['ESEARCH', 'CONTEXT=SEARCH', 'SEARCHRES'] as const;

/** `UID SEARCH`, with the short answer of ESEARCH where the server has it. Ascending. */
export function uidSearch(key: SearchKey): Command<readonly Uid[]> {
  return {
    name: 'UID SEARCH',
    states: SELECTED,
    results: ['SEARCH'],
    tagged: ['ESEARCH'],
    ...byNumber(key),
    write(capabilities, enabled) {
      const options = offers(capabilities, 'ESEARCH') ? 'RETURN (ALL) ' : '';
      return [`UID SEARCH ${options}`, ...searchProgram(key, { capabilities, enabled })];
    },
    collect: collectSearch,
  };
}

/** Numbers have to mean what they meant when they were named; by UID, what was found may be spoken of in the same flight. */
function byNumber(key: SearchKey): Pick<Command<unknown>, 'alone' | 'numbered' | 'followed'> {
  return namesNumbers(key) ? { alone: true, numbered: true, followed: ['UID FETCH'] } : {};
}

/** `[CHARSET …] search-key …`; once UTF-8 is enabled it is the charset, and naming one is an error (RFC 6855 §3). */
function searchProgram(key: SearchKey, context: Context): Piece[] {
  const keys = writeKey(key, context);
  return isPlain(key) || speaksUtf8(context.enabled ?? NOT_ENABLED) ? keys : ['CHARSET UTF-8 ', ...keys];
}

/** Quirk: old releases of Cyrus answer RETURN with a plain SEARCH, so both are taken whatever was asked. */
function collectSearch(): Collector<readonly Uid[]> {
  const found: (readonly [number, number])[] = [];
  return {
    take(response, tag) {
      if (response.type === 'search') {
        for (const uid of response.numbers) if (uid > 0) found.push([uid, uid]);
        return true;
      }
      if (response.type !== 'esearch' || (response.result.tag ?? tag) !== tag) return false;
      for (const range of response.result.all ?? []) found.push(range);
      return true;
    },
    settle: () => expandFound(toRanges(found)),
  };
}

/** What an extended search is to return; with nothing said, `all`. */
export interface SearchReturn {
  readonly all?: boolean;
  /** The first and the last of what was found, and how many they are. */
  readonly min?: boolean;
  readonly max?: boolean;
  readonly count?: boolean;
  /** A window on what was found, not beside `all`. Without PARTIAL or CONTEXT, all is asked for and cut here. */
  readonly partial?: Window;
  /** Keeps what was found on the server as `$` (RFC 5182): SEARCHRES, else UsageError. */
  readonly save?: boolean;
  /** A hint that the same will be searched again (RFC 5267 §4.2); left out where the server does not know it. */
  readonly context?: boolean;
  /**
   * Goes on telling what is found and found no more, as news `search-update` (RFC 5267 §4.3), until `cancelUpdate`:
   * CONTEXT=SEARCH or CONTEXT=SORT, else UsageError. Items come with what is found (RFC 5465 §5.3): NOTIFY.
   */
  readonly update?: boolean | readonly FetchItem[];
  /** A score for each of `all` or `partial`, with a FUZZY key (RFC 6203 §4); left out where the server does not know it. */
  readonly relevancy?: boolean;
}

/**
 * `UID SEARCH RETURN (…)`. Where the server has no ESEARCH, a plain UID SEARCH is sent and the answer made of all that it
 * found, ascending.
 */
export function uidExtendedSearch(key: SearchKey, wanted: SearchReturn = {}): Command<SearchResult> {
  const asked = checkedReturn(wanted);
  return {
    name: 'UID SEARCH',
    states: SELECTED,
    results: ['SEARCH'],
    tagged: TAGGED,
    ...byNumber(key),
    write(capabilities, enabled) {
      const extended = offers(capabilities, ...TAGGED);
      const options = writeReturn(asked, capabilities, extended, 'CONTEXT=SEARCH');
      return [`UID SEARCH ${options}`, ...searchProgram(key, { capabilities, enabled })];
    },
    collect: () => new SearchCollector(asked, false),
  };
}

/** With its default, and without what cannot be asked at once. */
export function checkedReturn(wanted: SearchReturn): SearchReturn {
  if (wanted.partial) formatWindow(wanted.partial);
  if (wanted.partial && wanted.all) throw new UsageError('a window and all');
  const { all, min, max, count, partial, save } = wanted;
  return all || min || max || count || partial || save ? wanted : { ...wanted, all: true };
}

/** `RETURN (…) `, empty where the server's answer will be the plain one. */
export function writeReturn(
  wanted: SearchReturn,
  capabilities: ReadonlySet<string>,
  extended: boolean,
  context: 'CONTEXT=SEARCH' | 'CONTEXT=SORT',
): string {
  const { partial, update } = wanted;
  if (wanted.save) demand(capabilities, 'SEARCH RETURN (SAVE)', 'SEARCHRES');
  if (update) demand(capabilities, 'SEARCH RETURN (UPDATE)', context);
  if (typeof update === 'object') demand(capabilities, 'SEARCH RETURN (UPDATE (…))', 'NOTIFY');
  if (!extended) return '';
  // The windows of CONTEXT do not count from the end.
  const windowed = capabilities.has('PARTIAL') || (capabilities.has(context) && (partial?.[0] ?? 0) > 0);
  // What is saved would be something else than the window.
  if (partial && wanted.save) demand(capabilities, 'SEARCH RETURN (PARTIAL SAVE)', 'PARTIAL', context);
  const options = [
    ...(wanted.save ? ['SAVE'] : []),
    ...(wanted.context && capabilities.has(context) ? ['CONTEXT'] : []),
    ...(update
      ? [typeof update === 'object' ? `UPDATE (${update.map(formatItem).join(' ')})` : 'UPDATE']
      : []),
    ...(wanted.relevancy && capabilities.has('SEARCH=FUZZY') ? ['RELEVANCY'] : []),
    ...(wanted.min ? ['MIN'] : []),
    ...(wanted.max ? ['MAX'] : []),
    ...(wanted.count ? ['COUNT'] : []),
    ...(partial && windowed ? [`PARTIAL ${formatWindow(partial)}`] : []),
    ...(wanted.all || (partial && !windowed) ? ['ALL'] : []),
  ];
  return `RETURN (${options.join(' ')}) `;
}

/** `CANCELUPDATE 1*(SP quoted)` (RFC 5267 §4.3.5): no more news of these searches, named by `SearchResult.tag`. */
export function cancelUpdate(tags: readonly string[]): Command<void> {
  if (tags.length === 0 || !tags.every((tag) => /^[A-Za-z\d]+$/.test(tag))) throw new UsageError('not tags');
  return {
    name: 'CANCELUPDATE',
    states: SELECTED,
    write(capabilities) {
      demand(capabilities, 'CANCELUPDATE', 'CONTEXT=SEARCH', 'CONTEXT=SORT');
      return [`CANCELUPDATE ${tags.map((tag) => `"${tag}"`).join(' ')}`];
    },
    collect: () => ({ settle: () => undefined }),
  };
}

/**
 * `UID SORT` and `UID THREAD` (RFC 5256 §3): SORT, or THREAD= and the algorithm, else UsageError: `order/` does without. With ESORT,
 * CONTEXT=SORT (RFC 5267), PARTIAL (9394), SORT=DISPLAY (5957) and the relevancy of SEARCH=FUZZY (6203).
 *
 *     sort = ["UID" SP] "SORT" [SP "RETURN" SP "(" … ")"] SP "(" sort-key *(SP sort-key) ")" SP charset 1*(SP search-key)
 */
import { UsageError } from '../../error.ts';
import { atomPiece, type Command, SELECTED } from '../command.ts';
import { demand, offers } from '../offers.ts';
import type { Thread } from '../response.ts';
import type { Uid } from '../types.ts';
import { checkedReturn, type SearchReturn, writeReturn } from './search.ts';
import { isPlain, type SearchKey, writeKey } from './search-key.ts';
import { SearchCollector, type SearchResult } from './search-result.ts';

export interface SortCriterion {
  /**
   * DISPLAYFROM and DISPLAYTO go by the name a person sees; without SORT=DISPLAY, FROM and TO are taken, which go by the
   * local part of the address. RELEVANCY, with a FUZZY key, needs SEARCH=FUZZY.
   */
  readonly by:
    | 'ARRIVAL'
    | 'CC'
    | 'DATE'
    | 'FROM'
    | 'SIZE'
    | 'SUBJECT'
    | 'TO'
    | 'DISPLAYFROM'
    | 'DISPLAYTO'
    | 'RELEVANCY';
  readonly reverse?: boolean;
}

/** `(criteria)`. */
function sortOrder(criteria: readonly SortCriterion[], capabilities: ReadonlySet<string>): string {
  const order = criteria.map(({ by, reverse }) => {
    if (by === 'RELEVANCY') demand(capabilities, 'SORT by RELEVANCY', 'SEARCH=FUZZY');
    const key = capabilities.has('SORT=DISPLAY') ? by : by.replace('DISPLAY', '');
    return reverse ? `REVERSE ${key}` : key;
  });
  return `(${order.join(' ')})`;
}

/** `charset SP searching-criteria`: unlike in SEARCH, the charset is not optional. */
function charset(key: SearchKey): string {
  return isPlain(key) ? 'US-ASCII' : 'UTF-8';
}

/** UIDs in the order asked for. */
export function uidSort(criteria: readonly SortCriterion[], key: SearchKey): Command<readonly Uid[]> {
  if (criteria.length === 0) throw new UsageError('SORT by nothing');
  return {
    name: 'UID SORT',
    states: SELECTED,
    results: ['SORT'],
    write(capabilities, enabled) {
      demand(capabilities, 'SORT', 'SORT');
      const keys = writeKey(key, { capabilities, enabled });
      return [`UID SORT ${sortOrder(criteria, capabilities)} ${charset(key)} `, ...keys];
    },
    collect: () => {
      let sorted: readonly Uid[] = [];
      return {
        take(response) {
          if (response.type !== 'sort') return false;
          sorted = response.numbers as readonly Uid[];
          return true;
        },
        settle: () => sorted,
      };
    },
  };
}

/**
 * `UID SORT RETURN (…)` (RFC 5267 §3): `min` and `max` are the first and the last in the order asked for. Without ESORT and
 * CONTEXT=SORT, a plain UID SORT is sent and the answer made of all that it found.
 */
export function uidExtendedSort(
  criteria: readonly SortCriterion[],
  key: SearchKey,
  wanted: SearchReturn = {},
): Command<SearchResult> {
  if (criteria.length === 0) throw new UsageError('SORT by nothing');
  const asked = checkedReturn(wanted);
  return {
    name: 'UID SORT',
    states: SELECTED,
    results: ['SORT', 'SEARCH'],
    tagged: ['ESORT', 'CONTEXT=SORT'],
    write(capabilities, enabled) {
      demand(capabilities, 'SORT', 'SORT');
      const extended = offers(capabilities, 'ESORT', 'CONTEXT=SORT');
      const options = writeReturn(asked, capabilities, extended, 'CONTEXT=SORT');
      const keys = writeKey(key, { capabilities, enabled });
      return [`UID SORT ${options}${sortOrder(criteria, capabilities)} ${charset(key)} `, ...keys];
    },
    collect: () => new SearchCollector(asked, true),
  };
}

/** `UID THREAD algorithm charset keys` (§3, BASE.6.4.THREAD), e.g. `REFERENCES`. */
export function uidThread(algorithm: string, key: SearchKey): Command<readonly Thread[]> {
  const name = atomPiece(algorithm);
  return {
    name: 'UID THREAD',
    states: SELECTED,
    results: ['THREAD'],
    write(capabilities, enabled) {
      demand(capabilities, 'THREAD', `THREAD=${name.toUpperCase()}`);
      const keys = writeKey(key, { capabilities, enabled });
      return [`UID THREAD ${name} ${charset(key)} `, ...keys];
    },
    collect: () => {
      let threads: readonly Thread[] = [];
      return {
        take(response) {
          if (response.type !== 'thread') return false;
          threads = response.threads;
          return true;
        },
        settle: () => threads,
      };
    },
  };
}

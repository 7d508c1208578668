/** `UID SORT` and `UID THREAD` (RFC 5256 §3): only where the server has SORT, or THREAD= and the algorithm. */
import { UsageError } from '../../error.ts';
import { atomPiece, type Command, SELECTED } from '../command.ts';
import type { Thread } from '../response.ts';
import type { Uid } from '../types.ts';
import { isPlain, type SearchKey, writeKey } from './search.ts';

export interface SortCriterion {
  /** DISPLAYFROM and DISPLAYTO are RFC 5957's: only with SORT=DISPLAY. */
  readonly by: 'ARRIVAL' | 'CC' | 'DATE' | 'FROM' | 'SIZE' | 'SUBJECT' | 'TO' | 'DISPLAYFROM' | 'DISPLAYTO';
  readonly reverse?: boolean;
}

/** `charset SP searching-criteria`: unlike in SEARCH, the charset is not optional. */
function charset(key: SearchKey): string {
  return isPlain(key) ? 'US-ASCII' : 'UTF-8';
}

/** `UID SORT (criteria) charset keys` (§3, BASE.6.4.SORT). UIDs in the order asked for. */
export function uidSort(criteria: readonly SortCriterion[], key: SearchKey): Command<readonly Uid[]> {
  if (criteria.length === 0) throw new UsageError('SORT by nothing');
  const order = criteria.map(({ by, reverse }) => (reverse ? `REVERSE ${by}` : by)).join(' ');
  return {
    name: 'UID SORT',
    states: SELECTED,
    results: ['SORT'],
    write: () => [`UID SORT (${order}) ${charset(key)} `, ...writeKey(key, 0)],
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

/** `UID THREAD algorithm charset keys` (§3, BASE.6.4.THREAD), e.g. `REFERENCES`. */
export function uidThread(algorithm: string, key: SearchKey): Command<readonly Thread[]> {
  const name = atomPiece(algorithm);
  return {
    name: 'UID THREAD',
    states: SELECTED,
    results: ['THREAD'],
    write: () => [`UID THREAD ${name} ${charset(key)} `, ...writeKey(key, 0)],
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

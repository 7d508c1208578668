/**
 * OLDER and YOUNGER (WITHIN, RFC 5032) for servers that know only days: SINCE compares the date alone, in whatever zone the
 * server keeps it (RFC 3501 §6.4.4), so that around a moment three days are in doubt.
 */
import type { SearchDay, SearchKey } from '../commands/search-key.ts';

const DAY = 86_400;
/** Seconds since 1970: no mail came before, and not every server knows days before. */
const EARLIEST = 2 * DAY;

/** A message came at this second or later, or it did not. */
type SinceSecond = (second: number) => SearchKey;

/** The key with each OLDER and YOUNGER said by `since`; `now` is in seconds since 1970. */
export function withoutAges(key: SearchKey, now: number, since: SinceSecond): SearchKey {
  const inner = (below: SearchKey): SearchKey => withoutAges(below, now, since);
  switch (key.key) {
    // A message of that very second is both (RFC 5032 §3).
    case 'YOUNGER':
      return since(Math.max(EARLIEST, now - key.seconds));
    case 'OLDER':
      return opposite(since(Math.max(EARLIEST, now - key.seconds) + 1));
    case 'NOT':
      return opposite(inner(key.not));
    case 'FUZZY':
      return { key: 'FUZZY', fuzzy: inner(key.fuzzy) };
    case 'OR':
      return { key: 'OR', either: [inner(key.either[0]), inner(key.either[1])] };
    case 'AND':
      return { key: 'AND', all: key.all.map(inner) };
    default:
      return key;
  }
}

/** Quirk: Courier refuses NOT NOT. */
function opposite(key: SearchKey): SearchKey {
  return key.key === 'NOT' ? key.not : { key: 'NOT', not: key };
}

/** The seconds that a key's ages are about, ascending; none: it has no ages. */
export function secondsOf(key: SearchKey, now: number): readonly number[] {
  const seconds = new Set<number>();
  withoutAges(key, now, (second) => {
    seconds.add(second);
    return { key: 'ALL' };
  });
  return [...seconds].toSorted((a, b) => a - b);
}

/**
 * Whether a message came since a second, by days: where it did, `wide` is true of it, and where it did not, `wide` false is
 * not. Zones lie within a day of UTC.
 */
export function sinceDay(second: number, wide: boolean): SearchKey {
  return { key: 'SINCE', day: dayOf(second + (wide ? -DAY : 2 * DAY)) };
}

function dayOf(second: number): SearchDay {
  const date = new Date(second * 1000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

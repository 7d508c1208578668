/**
 * The messages about a date, in the order of the list, which is that of INTERNALDATE: where mail was filed out of order, not that of
 * the UIDs.
 */
import { CommandError } from '../error.ts';
import { uidExtendedSearch, uidExtendedSort, uidSort } from '../imap/index.ts';
import type { SearchDay, SearchKey, SortCriterion } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import { isLimited, searchInSteps } from './steps.ts';

/** Messages on either side: about a screen each. */
const HALF = 60;
const DAY = 24 * 3600_000;
/** Days on either side that are looked through first, so that the answer is short where no window on it can be asked for. */
const NEAR = 40;

/** What is on either side of a date among the UIDs up to `last`. */
interface Sides {
  readonly last: number;
  readonly upTo: SearchKey;
  readonly since: SearchKey;
  /** The near end of the days before, and that of those after. */
  readonly nearBefore: SearchKey;
  readonly nearAfter: SearchKey;
}

/** About a screen on either side, in no order; undefined where the server cannot search. */
export async function aboutDate(lane: Lane, last: number, date: number): Promise<Uid[] | undefined> {
  const { capabilities } = await lane.session();
  const sides = sidesOf(capabilities, last, date, lane.now());
  try {
    const sorts = capabilities.has('SORT') && !isLimited(capabilities);
    const sorted = sorts ? await bySort(lane, capabilities, sides) : undefined;
    return sorted ?? (await bySearch(lane, capabilities, sides));
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** By age where the server knows it (RFC 5032), to the second; else by days, which are those of the server's time zone. */
function sidesOf(capabilities: ReadonlySet<string>, last: number, date: number, now: number): Sides {
  const seconds = Math.floor((now - date) / 1000);
  const byAge = capabilities.has('WITHIN') && seconds >= 1;
  const after = dayOf(date + DAY);
  return {
    last,
    upTo: byAge ? { key: 'OLDER', seconds } : { key: 'BEFORE', day: after },
    since: byAge ? { key: 'YOUNGER', seconds } : { key: 'SINCE', day: after },
    nearBefore: { key: 'SINCE', day: dayOf(date - NEAR * DAY) },
    nearAfter: { key: 'BEFORE', day: dayOf(date + NEAR * DAY) },
  };
}

function dayOf(time: number): SearchDay {
  const at = new Date(time);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

function among(last: number, ...keys: readonly SearchKey[]): SearchKey {
  return { key: 'AND', all: [{ key: 'UID', uids: [[1, last]] }, ...keys] };
}

/** As the server puts them in order; undefined where it refuses to, or there is nothing near. */
async function bySort(
  lane: Lane,
  capabilities: ReadonlySet<string>,
  sides: Sides,
): Promise<Uid[] | undefined> {
  const { last, upTo, since, nearBefore, nearAfter } = sides;
  const ascending: SortCriterion = { by: 'ARRIVAL' };
  const descending: SortCriterion = { by: 'ARRIVAL', reverse: true };
  try {
    if (hasWindows(capabilities)) {
      const [before, after] = await Promise.all([
        lane.run(uidExtendedSort([descending], among(last, upTo), { partial: [1, HALF] })),
        lane.run(uidExtendedSort([ascending], among(last, since), { partial: [1, HALF] })),
      ]);
      return [...(before.partial ?? []), ...(after.partial ?? [])];
    }
    const [sorted, found] = await Promise.all([
      lane.run(uidSort([ascending], among(last, nearBefore, nearAfter))),
      searchInSteps(lane, [[1, last]], { key: 'AND', all: [nearBefore, upTo] }),
    ]);
    if (found.length === 0) return undefined;
    const earlier = new Set(found);
    return [
      ...sorted.filter((uid) => earlier.has(uid)).slice(-HALF),
      ...sorted.filter((uid) => !earlier.has(uid)).slice(0, HALF),
    ];
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Of ESORT; those of CONTEXT=SORT (RFC 5267 §4.4), or of any extended result (RFC 9394 §3.1). */
function hasWindows(capabilities: ReadonlySet<string>): boolean {
  return capabilities.has('CONTEXT=SORT') || (capabilities.has('ESORT') && capabilities.has('PARTIAL'));
}

/** In the order of the UIDs, each certainly on its side of the date. */
async function bySearch(lane: Lane, capabilities: ReadonlySet<string>, sides: Sides): Promise<Uid[]> {
  const { last, upTo, since, nearBefore, nearAfter } = sides;
  const set = [[1, last]] as const;
  // One behind the other where an answer does not say which search it is of.
  const [near, later] = await Promise.all([
    searchInSteps(lane, set, { key: 'AND', all: [nearBefore, upTo] }),
    searchInSteps(lane, set, { key: 'AND', all: [since, nearAfter] }),
  ]);
  const earlier = near.length > 0 ? near : await farBefore(lane, capabilities, sides);
  return [...earlier.slice(-HALF), ...later.slice(0, HALF)];
}

async function farBefore(
  lane: Lane,
  capabilities: ReadonlySet<string>,
  { last, upTo }: Sides,
): Promise<readonly Uid[]> {
  if (isLimited(capabilities)) return searchInSteps(lane, [[1, last]], upTo);
  const { partial } = await lane.run(uidExtendedSearch(among(last, upTo), { partial: [-1, -HALF] }));
  return partial ?? [];
}

import { checkedReturn, type SearchReturn, uidExtendedSearch, uidSearch } from '../commands/search.ts';
import type { SearchKey } from '../commands/search-key.ts';
import { resultOf, type SearchResult } from '../commands/search-result.ts';
import { offeredNumber } from '../offers.ts';
import type { Session } from '../session.ts';
import { ALL_UIDS } from '../sets.ts';
import type { Uid } from '../types.ts';
import { secondsOf, sinceDay, withoutAges } from './ages.ts';
import type { Speaker } from './append-all.ts';
import { fetchMessages } from './fetch-messages.ts';
import { inSteps } from './in-steps.ts';

/** What a dialogue that reckons with ages needs of a session. */
export type Searcher = Speaker & Pick<Session, 'clock'>;

/** What can be told of a search on every server. */
export type Findings = Pick<SearchReturn, 'all' | 'min' | 'max' | 'count' | 'partial'>;

/**
 * `UID SEARCH` that any server can answer: with ESEARCH (RFC 4731), PARTIAL (9394) and WITHIN (5032) where it has them. Without
 * the first two all that was found is asked for and cut here; without WITHIN the search goes by days, and the INTERNALDATE of
 * those in doubt decides, by this side's clock. A server with MESSAGELIMIT (RFC 9738) is asked until it has looked at all.
 * Ascending. Rejects as SEARCH and FETCH do; other extensions are needed as SearchKey says.
 */
export async function searchMessages(
  session: Searcher,
  key: SearchKey,
  wanted: Findings = {},
): Promise<SearchResult> {
  const asked = checkedReturn(wanted);
  return searchesAsAsked(session, key)
    ? session.run(uidExtendedSearch(key, asked))
    : resultOf(await uidsFound(session, key), asked);
}

/** False where a search has to be taken apart for this server. */
export function searchesAsAsked({ capabilities }: Pick<Speaker, 'capabilities'>, key: SearchKey): boolean {
  if (offeredNumber(capabilities, 'MESSAGELIMIT') !== undefined) return false;
  return capabilities.has('WITHIN') || secondsOf(key, 0).length === 0;
}

/** All that a search finds, ascending. */
export async function uidsFound(session: Searcher, key: SearchKey): Promise<readonly Uid[]> {
  const now = Math.floor(session.clock.now() / 1000);
  const seconds = session.capabilities.has('WITHIN') ? [] : secondsOf(key, now);
  if (seconds.length === 0) return searchWhole(session, key);
  // What came between two of the seconds is found rightly where those before are taken as passed, and those after as not.
  const runs: ReadonlySet<Uid>[] = [];
  for (let passed = 0; passed <= seconds.length; passed++) {
    const last = seconds[passed - 1] ?? 0;
    const byDay = withoutAges(key, now, (second) => sinceDay(second, second <= last));
    runs.push(new Set(await searchWhole(session, byDay)));
  }
  const ever = new Set(runs.flatMap((run) => [...run]));
  const doubtful = [...ever].filter((uid) => !runs.every((run) => run.has(uid)));
  const found = new Set([...ever].filter((uid) => runs.every((run) => run.has(uid))));
  await fetchMessages(session, doubtful, ['INTERNALDATE'], ({ uid, internalDate }) => {
    if (internalDate === undefined) return;
    const passed = seconds.filter((second) => second <= Math.floor(internalDate / 1000)).length;
    if (runs[passed]!.has(uid)) found.add(uid);
  });
  return [...found].toSorted((a, b) => a - b);
}

/** In the steps that a server makes of it. */
async function searchWhole(session: Speaker, key: SearchKey): Promise<readonly Uid[]> {
  if (offeredNumber(session.capabilities, 'MESSAGELIMIT') === undefined) return session.run(uidSearch(key));
  const parts = await inSteps(session, ALL_UIDS, (uids) =>
    uidSearch({ key: 'AND', all: [{ key: 'UID', uids }, key] }),
  );
  return [...new Set(parts.flat())].toSorted((a, b) => a - b);
}

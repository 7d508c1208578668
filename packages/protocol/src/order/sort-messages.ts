import { UsageError } from '../error.ts';
import { fetchMessages } from '../imap/dialogues/fetch-messages.ts';
import { resultOf, type SearchResult } from '../imap/commands/search-result.ts';
import { searchesAsAsked, uidsFound } from '../imap/dialogues/search-messages.ts';
import {
  type Findings,
  type Searcher,
  type SearchKey,
  searchMessages,
  type SortCriterion,
  type Uid,
  uidExtendedSearch,
  uidExtendedSort,
} from '../imap/index.ts';
import { compareText } from './collation.ts';
import { itemsOf, learn, noFacts, type SortFacts, type SortKey, valueOf } from './sort-facts.ts';

/**
 * What a search finds, in order (RFC 5256 §3): `min` and `max` are the first and the last of it, `partial` a window on it. By UID
 * SORT, with ESORT (RFC 5267), PARTIAL (9394) and SORT=DISPLAY (5957) where the server has them. Where it has no SORT, lacks what
 * the criteria or the key need, or has a MESSAGELIMIT (9738), the messages are searched for, what they are sorted by is fetched,
 * which is news as any FETCH is, and they are sorted here. By RELEVANCY (6203) all are equal where the server gives no scores.
 * Rejects as SORT, SEARCH and FETCH do.
 */
export async function sortMessages(
  session: Searcher,
  criteria: readonly SortCriterion[],
  key: SearchKey,
  wanted: Findings = {},
): Promise<SearchResult> {
  if (criteria.length === 0) throw new UsageError('SORT by nothing');
  const { capabilities } = session;
  const meant = criteria.filter(({ by }) => by !== 'RELEVANCY' || capabilities.has('SEARCH=FUZZY'));
  if (meant.length === 0) return searchMessages(session, key, wanted);
  const byName = meant.some(({ by }) => by.startsWith('DISPLAY'));
  if (
    capabilities.has('SORT') &&
    (!byName || capabilities.has('SORT=DISPLAY')) &&
    searchesAsAsked(session, key)
  ) {
    return session.run(uidExtendedSort(meant, key, wanted));
  }
  const sorted = await sortHere(session, meant, key);
  const { all, min, max, count, partial } = wanted;
  return resultOf(sorted, all || min || max || count || partial ? wanted : { all: true });
}

interface Sorted {
  readonly uid: Uid;
  /** One for each criterion. */
  readonly values: readonly (number | string)[];
}

async function sortHere(
  session: Searcher,
  criteria: readonly SortCriterion[],
  key: SearchKey,
): Promise<readonly Uid[]> {
  const keys = criteria.flatMap(({ by }) => (by === 'RELEVANCY' ? [] : [by]));
  const scores = new Map<Uid, number>();
  const found =
    keys.length < criteria.length ? await scored(session, key, scores) : await uidsFound(session, key);
  const facts = await factsOf(session, found, keys);
  const rows = found.flatMap((uid): Sorted[] => {
    const known = facts ? facts.get(uid) : noFacts();
    // It is gone meanwhile.
    if (!known) return [];
    // The most relevant comes first.
    const value = ({ by }: SortCriterion): number | string =>
      by === 'RELEVANCY' ? -(scores.get(uid) ?? 0) : valueOf(known, by);
    return [{ uid, values: criteria.map(value) }];
  });
  const signs = criteria.map(({ reverse }) => (reverse ? -1 : 1));
  return rows.toSorted((a, b) => compareRows(a, b, signs)).map(({ uid }) => uid);
}

/** `sequence number` is the last criterion of all, and never reversed: UIDs are in its order. */
function compareRows(a: Sorted, b: Sorted, signs: readonly number[]): number {
  for (const [at, sign] of signs.entries()) {
    const [x, y] = [a.values[at]!, b.values[at]!];
    const order = typeof x === 'number' ? x - (y as number) : compareText(x, y as string);
    if (order !== 0) return order * sign;
  }
  return a.uid - b.uid;
}

/** What a search finds, and how relevant each is, where the server says so. */
async function scored(session: Searcher, key: SearchKey, scores: Map<Uid, number>): Promise<readonly Uid[]> {
  const { all = [], relevancy } = await session.run(uidExtendedSearch(key, { all: true, relevancy: true }));
  all.forEach((uid, at) => scores.set(uid, relevancy?.[at] ?? 0));
  return all;
}

/** undefined: nothing has to be known. */
async function factsOf(
  session: Searcher,
  found: readonly Uid[],
  keys: readonly SortKey[],
): Promise<ReadonlyMap<Uid, SortFacts> | undefined> {
  if (keys.length === 0) return undefined;
  const facts = new Map<Uid, SortFacts>();
  await fetchMessages(session, found, itemsOf(keys), (message) => {
    const known = facts.get(message.uid) ?? noFacts();
    facts.set(message.uid, known);
    learn(known, message, keys);
  });
  return facts;
}

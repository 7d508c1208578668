/**
 * Messages that the server has to find first, and that are not in the list yet: found and described. With SEARCHRES (RFC 5182) that
 * is one flight, since FETCH goes behind SEARCH with `$` for what it will have found. Without, and where anything of it is refused
 * or left out, what was found is asked for by its UIDs.
 */
import { CommandError } from '../error.ts';
import { SAVED, splitSet, uidExtendedSearch, uidFetch } from '../imap/index.ts';
import type { SearchKey, SearchResult, SearchReturn, Window } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { DESCRIPTOR_ITEMS, fetchQuietly } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { MailboxKey } from './model.ts';
import { isLimited } from './steps.ts';
import type { Truth } from './truth.ts';

export interface Wanted {
  readonly key: SearchKey;
  /** Of what is found, these alone. Without it, `key` has to bound what there can be. */
  readonly window?: Window;
}

/** Whether what is found can be fetched in the flight of the search. A server that stops half way is asked step by step. */
export function savesWhatItFinds(capabilities: ReadonlySet<string>, { window }: Wanted): boolean {
  if (isLimited(capabilities) || !capabilities.has('SEARCHRES')) return false;
  // Quirk: with the windows of CONTEXT alone, Dovecot saves all that was found.
  return window === undefined || capabilities.has('PARTIAL');
}

/**
 * Brings those of what is found that have no row in the selected mailbox. Gives the UIDs of what was found, ascending; rejects with
 * CommandError where the server cannot search.
 * @param known UIDs that may be among what is found, and have a row; some of them may be left out of what is given.
 */
export async function findAndFetch(
  lane: Lane,
  truth: Truth,
  mailbox: MailboxKey,
  wanted: Wanted,
  known: readonly number[] = [],
): Promise<readonly Uid[]> {
  const { capabilities } = await lane.session();
  let found: readonly Uid[] | undefined;
  if (savesWhatItFinds(capabilities, wanted)) found = await inOneFlight(lane, wanted, known);
  found ??= foundBy(await lane.run(uidExtendedSearch(wanted.key, returning(wanted))));
  await fetchMissing(lane, truth, mailbox, found);
  return found;
}

/** undefined: the search was refused as it was asked. Some of what was found, or all of it, may not have come. */
async function inOneFlight(
  lane: Lane,
  wanted: Wanted,
  known: readonly number[],
): Promise<readonly Uid[] | undefined> {
  const [here] = splitSet(known);
  const others: SearchKey[] = here ? [{ key: 'NOT', not: { key: 'UID', uids: here } }] : [];
  const { key, window } = wanted;
  const first: SearchKey = window ? key : { key: 'AND', all: [key, ...others] };
  const finding = lane.run(uidExtendedSearch(first, { ...returning(wanted), save: true }));
  const flight: Promise<unknown>[] = [];
  if (window && here) {
    // Of `$`, and not at once: a window is one on all that there is.
    const rest: SearchKey = { key: 'AND', all: [{ key: 'UID', uids: SAVED }, ...others] };
    flight.push(lane.run(uidExtendedSearch(rest, { save: true })));
  }
  flight.push(lane.run(uidFetch(SAVED, DESCRIPTOR_ITEMS)));
  const [found, ...behind] = await Promise.allSettled([finding, ...flight]);
  for (const each of [found, ...behind]) if (each.status === 'rejected') unlessRefused(each.reason);
  return found.status === 'fulfilled' ? foundBy(found.value) : undefined;
}

function returning({ window }: Wanted): SearchReturn {
  return window ? { partial: window } : { all: true };
}

function foundBy({ partial, all }: SearchResult): readonly Uid[] {
  return partial ?? all ?? [];
}

/** Of these, those that have no row. False: there were none. */
export async function fetchMissing(
  lane: Lane,
  truth: Truth,
  mailbox: MailboxKey,
  uids: readonly Uid[],
): Promise<boolean> {
  const there = new Set((await truth.rows(mailbox)).uids);
  const missing = uids.filter((uid) => !there.has(uid)).sort((a, b) => a - b);
  if (missing.length === 0) return false;
  await fetchQuietly(lane, missing, DESCRIPTOR_ITEMS);
  return true;
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

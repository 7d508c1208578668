import { CommandError } from '../../error.ts';
import type { Command } from '../command.ts';
import { type MessageSet, SAVED } from '../commands/message-set.ts';
import { uidExtendedSearch } from '../commands/search.ts';
import type { SearchKey } from '../commands/search-key.ts';
import { offers } from '../offers.ts';
import { splitSet } from '../sets.ts';
import { inSteps } from './in-steps.ts';
import { type Searcher, searchesAsAsked, uidsFound } from './search-messages.ts';

export interface Followed<R> {
  /** How many messages the search found. */
  readonly count: number;
  /** What the commands on them gave, one or more; none where nothing was found. */
  readonly results: readonly R[];
}

const NOTHING: SearchKey = { key: 'NOT', not: { key: 'ALL' } };

/**
 * Searches, and does something with what was found: with SEARCHRES (RFC 5182) in one flight, in which the found are `$`;
 * without it, or where the server cannot keep it ([NOTSAVED], §2.5), by their UIDs, in as many commands as these take. Of
 * several, some may be done when one is refused. Rejects as SEARCH and the command do.
 */
export async function searchThen<R>(
  session: Searcher,
  key: SearchKey,
  make: (set: MessageSet) => Command<R>,
): Promise<Followed<R>> {
  if (offers(session.capabilities, 'SEARCHRES') && searchesAsAsked(session, key)) {
    try {
      return await inOneFlight(session, key, make(SAVED));
    } catch (error) {
      if (!isNotSaved(error)) throw error;
    }
  }
  const uids = await uidsFound(session, key);
  const results: R[] = [];
  for (const piece of splitSet(uids)) results.push(...(await inSteps(session, piece, make)));
  return { count: uids.length, results };
}

async function inOneFlight<R>(session: Searcher, key: SearchKey, command: Command<R>): Promise<Followed<R>> {
  // A search that is answered BAD leaves `$` as it was (RFC 5182 §2.1): what changes messages must not find older ones there.
  const emptied =
    command.name === 'UID FETCH'
      ? undefined
      : session.run({ ...uidExtendedSearch(NOTHING, { save: true }), results: [] });
  const [searched, done] = await Promise.allSettled([
    session.run(uidExtendedSearch(key, { save: true, count: true })),
    session.run(command),
    emptied,
  ]);
  if (searched.status === 'rejected') throw searched.reason;
  if (done.status === 'rejected') throw done.reason;
  const { count = 0 } = searched.value;
  return { count, results: count > 0 ? [done.value] : [] };
}

function isNotSaved(error: unknown): boolean {
  const code = error instanceof CommandError ? error.code : undefined;
  return code !== undefined && 'code' in code && code.code === 'NOTSAVED';
}

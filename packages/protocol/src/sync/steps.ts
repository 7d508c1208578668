/**
 * Commands on sets of messages, gone on with where a server stops that takes only so many at a time (RFC 9738): a part must
 * not pass for the whole, or mail would be skipped, or taken for gone. On other servers each is one command as ever.
 */
import { ALL_UIDS, inSteps, subtractRanges, uidSearch } from '../imap/index.ts';
import type { Command, SearchKey, UidSet } from '../imap/index.ts';
import type { Uid, UidRanges } from '../imap/types.ts';
import type { Lane } from './lane.ts';

type Make<R> = (uids: UidRanges) => Command<R>;

/** The server takes only so many messages at a time: a command that names no UIDs stops where nobody can go on. */
export function isLimited(capabilities: ReadonlySet<string>): boolean {
  return [...capabilities].some((each) => each.startsWith('MESSAGELIMIT='));
}

/** As `lane.run`, on all of `set`. Gives the steps' results. */
export function runInSteps<R>(
  lane: Lane,
  set: UidSet,
  make: Make<R>,
  signal?: AbortSignal,
): Promise<readonly R[]> {
  return inSteps({ run: (command) => lane.run(command, signal) }, set, make);
}

/** As `lane.runFirst`, on all of `set`: `absorbed` has to follow. */
export function runFirstInSteps<R>(lane: Lane, set: UidSet, make: Make<R>): Promise<readonly R[]> {
  return inSteps({ run: (command) => lane.runFirst(command) }, set, make);
}

/** What a SEARCH finds among the messages of `set`, ascending; without a `key`, which of them there are. */
export async function searchInSteps(
  lane: Lane,
  set: UidSet,
  key: SearchKey = { key: 'ALL' },
): Promise<Uid[]> {
  const found = await runInSteps(lane, set, searching(key));
  return found.flat().sort((a, b) => a - b);
}

/** SEARCH as a command on a set. */
export function searching(key: SearchKey): Make<readonly Uid[]> {
  return (uids) => {
    if (subtractRanges(ALL_UIDS, uids).length === 0) return uidSearch(key);
    const within: SearchKey = { key: 'UID', uids };
    return uidSearch(key.key === 'ALL' ? within : { key: 'AND', all: [within, key] });
  };
}

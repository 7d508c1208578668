/** Descriptors of a mailbox's messages, such that a message the server cannot give costs no more than itself. */
import { CommandError } from '../error.ts';
import { noop, splitSet, uidFetch } from '../imap/index.ts';
import type { FetchItem } from '../imap/index.ts';
import type { Uid, UidRanges } from '../imap/types.ts';
import { BLIND_ITEM } from './blind-fetch.ts';
import type { BlindFetch } from './blind-fetch.ts';
import type { EmailIds } from './email-ids.ts';
import { EXTRA_FIELDS, STAND_IN_FIELDS } from './descriptor.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import type { Progress } from './progress.ts';
import { runInSteps, searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

export const DESCRIPTOR_ITEMS: readonly FetchItem[] = [
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODYSTRUCTURE',
  { section: 'HEADER.FIELDS', fields: EXTRA_FIELDS },
];

/** For a server that stumbles over its own ENVELOPE or BODYSTRUCTURE: the header as it is. */
export const STAND_IN_ITEMS: readonly FetchItem[] = [
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  { section: 'HEADER.FIELDS', fields: STAND_IN_FIELDS },
];

/** Refusals among the messages of one command; with more, the mailbox is refused, not its messages. */
const MOST_REFUSED = 20;
const UNKNOWN_AT_ONCE = 500;

/** What is asked for besides. */
export interface Besides {
  readonly blind?: BlindFetch | undefined;
  readonly ids?: EmailIds | undefined;
}

/**
 * Everything that came is in the store when it settles; what the server named and did not describe is in
 * `lane.noticed.unknown`. `highest`: the highest UID that was described, 0 for none.
 */
export async function fetchDescriptors(
  lane: Lane,
  first: number,
  last: number,
  { blind, ids }: Besides = {},
): Promise<{ readonly highest: number; readonly found: number }> {
  const found = new Set<number>();
  const highest = (): number => [...found].reduce((most, uid) => Math.max(most, uid), 0);
  // Flags alone are news of a message that need not be among those asked for: the cursor must not move past it.
  lane.onFetch = (message) => {
    const { uid, envelope, size } = message;
    if (uid !== undefined && (envelope || size !== undefined) && uid >= first) found.add(uid);
    blind?.take(message);
  };
  const id = await ids?.item(lane);
  const items = [...DESCRIPTOR_ITEMS, ...(id ? [id] : []), ...(blind ? [BLIND_ITEM] : [])];
  try {
    await lane.compressed();
    await runInSteps(lane, [[first, last]], (uids) => uidFetch(uids, items));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (id) ids?.refused(error);
    // RFC 2180 §4.1: perhaps some were expunged. NOOP brings the news, SEARCH those that are left.
    await lane.run(noop());
    const uids = (await searchInSteps(lane, [[first, last]])).filter(
      (uid) => uid >= first && !found.has(uid),
    );
    const refused = await fetchPiecewise(lane, uids, DESCRIPTOR_ITEMS, error);
    for (const uid of refused) {
      lane.noticed.unknown.add(uid);
      found.add(uid);
    }
  } finally {
    lane.onFetch = undefined;
  }
  return { highest: highest(), found: found.size };
}

/** Halves until what is refused stands alone. Rejects with `error` when there is no end to it. */
async function fetchPiecewise(
  lane: Lane,
  uids: readonly Uid[],
  items: readonly FetchItem[],
  error: CommandError,
): Promise<Uid[]> {
  const refused: Uid[] = [];
  let refusals = 0;
  const todo: (readonly Uid[])[] = uids.length > 0 ? [uids] : [];
  for (let part = todo.pop(); part; part = todo.pop()) {
    try {
      for (const set of splitSet(part)) await runInSteps(lane, set, (uids) => uidFetch(uids, items));
    } catch (again) {
      if (!(again instanceof CommandError)) throw again;
      const middle = part.length >> 1;
      if (middle === 0) refused.push(...part);
      else todo.push(part.slice(middle), part.slice(0, middle));
      if (refused.length > MOST_REFUSED || ++refusals > MOST_REFUSED * 12) throw error;
    }
  }
  return refused;
}

/**
 * Messages that the server spoke of and that are not here: asked for once, and once more by their header alone. True when
 * something was asked; what is not here then will not come.
 */
export async function fetchUnknown(
  lane: Lane,
  truth: Truth,
  { key, sync }: Mailbox,
  progress: Progress,
): Promise<boolean> {
  const { unknown } = lane.noticed;
  const wanted: Uid[] = [];
  for (const uid of unknown) {
    const due = uid >= sync.from && uid < sync.uidNext && !progress.refused.has(uid);
    if (due && wanted.length === UNKNOWN_AT_ONCE) break;
    unknown.delete(uid);
    if (due) wanted.push(uid);
  }
  if (wanted.length === 0) return false;
  for (const items of [DESCRIPTOR_ITEMS, STAND_IN_ITEMS]) {
    const there = new Set((await truth.rows(key)).uids);
    const missing = wanted.filter((uid) => !there.has(uid)).sort((a, b) => a - b);
    if (missing.length > 0) await fetchQuietly(lane, missing, items);
    for (const uid of missing) unknown.delete(uid);
  }
  const there = new Set((await truth.rows(key)).uids);
  for (const uid of wanted) if (!there.has(uid)) progress.refused.add(uid);
  return true;
}

/** Of ascending UIDs, those that the server can give. */
export async function fetchQuietly(
  lane: Lane,
  uids: readonly Uid[],
  items: readonly FetchItem[],
): Promise<void> {
  const set: UidRanges[] = splitSet(uids);
  try {
    for (const ranges of set) await runInSteps(lane, ranges, (some) => uidFetch(some, items));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await fetchPiecewise(lane, uids, items, error).catch((again: unknown) => {
      if (!(again instanceof CommandError)) throw again;
    });
  }
}

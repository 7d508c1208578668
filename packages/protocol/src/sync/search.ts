import { CommandError } from '../error.ts';
import { ALL_UIDS, splitSet, subtractRanges, toRanges, uidExtendedSearch } from '../imap/index.ts';
import type { SearchKey } from '../imap/index.ts';
import type { UidRanges } from '../imap/types.ts';
import { fetchMissing, findAndFetch, savesWhatItFinds } from './find-and-fetch.ts';
import type { Wanted } from './find-and-fetch.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MessageKey, Rows } from './model.ts';
import type { SearchFor } from './screens.ts';
import { searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Messages that were found and are not in the list yet, of which so many are brought into it: about two screens. */
const MOST_UNLISTED = 100;

type Tell = (keys: readonly MessageKey[], more: boolean) => void;

/**
 * Messages of a mailbox that hold a text, as the server finds them: first those that are in the list, at once; then, `more` having been
 * said, with the newest of those that are not in it yet, as its older mail is still to come. Rejects with CommandError where it cannot search.
 */
export async function searchMailbox(lane: Lane, truth: Truth, search: SearchFor, tell: Tell): Promise<void> {
  const mailbox = await truth.mailbox(search.mailbox);
  if (!mailbox || search.text === '') return tell([], false);
  await lane.select(mailbox, { compress: true });
  const key: SearchKey = { key: 'TEXT', text: search.text };
  const rows = await truth.rows(search.mailbox);
  if (await searchInOneFlight(lane, truth, mailbox, rows, key, tell)) return;
  const found = new Set(await searchInSteps(lane, ALL_UIDS, key));
  const listed = new Set<number>(rows.uids);
  const { from } = (await truth.mailbox(search.mailbox))?.sync ?? mailbox.sync;
  const unlisted = [...found].filter((uid) => uid < from && !listed.has(uid)).slice(-MOST_UNLISTED);
  tell(keysOf(rows, found), unlisted.length > 0);
  if (unlisted.length === 0) return;
  // Out of turn, as where somebody has scrolled to: the cursor of what is known stays where it is.
  await fetchMissing(lane, truth, search.mailbox, unlisted);
  tell(keysOf(await truth.rows(search.mailbox), found), false);
}

/**
 * What is in the list, and what is not in it yet, are searched one behind the other, so that the server looks at each message once, and
 * the newest of the latter come in the same flight. False where that cannot be, or is refused: nothing was told, or may be told anew.
 */
async function searchInOneFlight(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  rows: Rows,
  key: SearchKey,
  tell: Tell,
): Promise<boolean> {
  const { from } = (await truth.mailbox(mailbox.key))?.sync ?? mailbox.sync;
  const known = [...rows.uids].filter((uid) => uid > 0);
  if (from <= 1 || lane.noticed.exists <= known.length) return false;
  const islands = toRanges(known.filter((uid) => uid < from));
  const [unlisted, ...more] = splitSet(subtractRanges([[1, from - 1]], islands));
  if (!unlisted || more.length > 0) return false;
  const wanted: Wanted = { key: within(unlisted, key), window: [-1, -MOST_UNLISTED] };
  const { capabilities } = await lane.session();
  if (!savesWhatItFinds(capabilities, wanted)) return false;
  const listed = lane.run(uidExtendedSearch(within(subtractRanges(ALL_UIDS, unlisted), key), { all: true }));
  const telling = listed.then(({ all = [] }) => {
    tell(keysOf(rows, new Set<number>(all)), true);
    return all;
  });
  const both = await Promise.allSettled([telling, findAndFetch(lane, truth, mailbox.key, wanted)]);
  const found = new Set<number>();
  for (const each of both) {
    if (each.status === 'fulfilled') for (const uid of each.value) found.add(uid);
    else if (each.reason instanceof CommandError) return false;
    else throw each.reason;
  }
  tell(keysOf(await truth.rows(mailbox.key), found), false);
  return true;
}

function within(uids: UidRanges, key: SearchKey): SearchKey {
  return { key: 'AND', all: [{ key: 'UID', uids }, key] };
}

function keysOf(rows: Rows, found: ReadonlySet<number>): MessageKey[] {
  return [...rows.keys].filter((_, i) => found.has(rows.uids[i] ?? 0)) as MessageKey[];
}

import { ALL_UIDS, uidFetch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { MessageKey } from './model.ts';
import type { SearchFor } from './screens.ts';
import { runInSteps, searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Messages that were found and are not in the list yet, of which so many are brought into it: about two screens. */
const MOST_UNLISTED = 100;

/**
 * Messages of a mailbox that hold a text, as the server finds them: first those that are in the list, at once; then, `more` having been
 * said, with the newest of those that are not in it yet, as its older mail is still to come. Rejects with CommandError where it cannot search.
 */
export async function searchMailbox(
  lane: Lane,
  truth: Truth,
  search: SearchFor,
  tell: (keys: readonly MessageKey[], more: boolean) => void,
): Promise<void> {
  const mailbox = await truth.mailbox(search.mailbox);
  if (!mailbox || search.text === '') return tell([], false);
  await lane.select(mailbox);
  const found = new Set<number>(await searchInSteps(lane, ALL_UIDS, { key: 'TEXT', text: search.text }));
  const rows = await truth.rows(search.mailbox);
  const listed = new Set(rows.uids);
  const { from } = (await truth.mailbox(search.mailbox))?.sync ?? mailbox.sync;
  const unlisted = [...found].filter((uid) => uid < from && !listed.has(uid)).slice(-MOST_UNLISTED);
  tell(keysOf(rows, found), unlisted.length > 0);
  if (unlisted.length === 0) return;
  // Out of turn, as where somebody has scrolled to: the cursor of what is known stays where it is.
  await runInSteps(lane, unlisted as Uid[], (uids) => uidFetch(uids, DESCRIPTOR_ITEMS));
  tell(keysOf(await truth.rows(search.mailbox), found), false);
}

function keysOf(rows: Awaited<ReturnType<Truth['rows']>>, found: ReadonlySet<number>): MessageKey[] {
  return [...rows.keys].filter((_, i) => found.has(rows.uids[i] ?? 0)) as MessageKey[];
}

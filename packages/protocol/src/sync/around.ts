/**
 * Where somebody has scrolled to in a mailbox whose older mail has not come yet: those rows come first, and the rest when it
 * is their turn. The cursor of what is known stays where it is; what was fetched out of turn is met again, and not doubled.
 */
import { CommandError } from '../error.ts';
import { fetch, uidFetch } from '../imap/index.ts';
import { aboutDate } from './around-date.ts';
import { DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import { fetchMissing, findAndFetch } from './find-and-fetch.ts';
import type { Wanted } from './find-and-fetch.ts';
import { fetchOlder } from './fetch-older.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { SMALLEST_WINDOW } from './plan.ts';
import type { Progress } from './progress.ts';
import { isLimited } from './steps.ts';
import type { Truth } from './truth.ts';
import type { Around } from './wishes.ts';

/** Messages on either side of the one that is scrolled to: about a screen each. */
const HALF = 60;

/** False when there was nothing to do: those rows are here, or soon will be. */
export async function fetchAround(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  around: Around,
): Promise<boolean> {
  await lane.select(mailbox, { compress: true });
  const { sync } = (await truth.mailbox(mailbox.key)) ?? mailbox;
  if (sync.from <= 1) return false;
  await lane.compressed();
  if ('position' in around) return fetchAtPosition(lane, truth, mailbox, sync.from, around.position);
  const uids = await aboutDate(lane, sync.from - 1, around.date);
  return uids !== undefined && fetchMissing(lane, truth, mailbox.key, uids);
}

/**
 * Of a mailbox whose older mail is stopped: what comes next, about two screens of it, in order, so that the cursor sinks with it. At
 * `most` so many milliseconds are spent on looking for it.
 */
export async function fetchNext(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  progress: Progress,
  most: number,
): Promise<void> {
  await lane.select(mailbox, { compress: true });
  const { key, sync } = (await truth.mailbox(mailbox.key)) ?? mailbox;
  if (sync.from <= 1) return;
  const width = Math.ceil((progress.window * 2 * HALF) / progress.chunk);
  const first = Math.max(1, sync.from - Math.max(SMALLEST_WINDOW, width));
  const { came } = progress;
  let isEmpty = false;
  await fetchOlder(lane, truth, key, { first, last: sync.from - 1 }, progress, {
    isDear: true,
    // Where UIDs have gaps there may be nothing in a window.
    goesOn: (took) => isEmpty && took < most,
    came: () => {
      isEmpty = progress.came === came;
    },
  });
}

/** Messages that are here without a gap, from the newest down to `from`. */
export function hereIn(uids: Uint32Array, from: number): number {
  return uids.reduce((count, uid) => count + (uid >= from ? 1 : 0), 0);
}

/**
 * Those about the message that so many came after, as they are counted on the server: it may have counted anew by the time that it is
 * asked, so that it is a place to look, and no promise.
 */
async function fetchAtPosition(
  lane: Lane,
  truth: Truth,
  { key: mailbox }: Mailbox,
  from: number,
  position: number,
): Promise<boolean> {
  const { uids } = await truth.rows(mailbox);
  const here = hereIn(uids, from);
  const missing = lane.noticed.exists - here;
  if (position < here || missing <= 0) return false;
  // From the newest of what is missing, which is 1.
  const depth = Math.min(missing, Math.floor(position) - here + 1);
  const [near, far] = [Math.max(1, depth - HALF), Math.min(missing, depth + HALF)];
  const { capabilities } = await lane.session();
  const wanted: Wanted =
    capabilities.has('PARTIAL') && !isLimited(capabilities)
      ? { key: { key: 'UID', uids: [[1, from - 1]] }, window: [-near, -far] }
      : { key: { key: 'NUMBER', numbers: [[missing - far + 1, missing - near + 1]] } };
  const known = new Set<number>(uids.filter((uid) => uid > 0 && uid < from));
  if (known.size === 0 && (await fetchAtOnce(lane, wanted, from))) return true;
  const found = await findAndFetch(lane, truth, mailbox, wanted, [...known]);
  return found.some((uid) => !known.has(uid));
}

/** Nothing of it can be here, so that nothing comes in vain. False where that is refused: perhaps for one message of them. */
async function fetchAtOnce(lane: Lane, { key, window }: Wanted, from: number): Promise<boolean> {
  try {
    if (key.key === 'NUMBER') await lane.run(fetch(key.numbers, DESCRIPTOR_ITEMS));
    else await lane.run(uidFetch([[1, from - 1]], DESCRIPTOR_ITEMS, window ? { window } : {}));
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return false;
  }
}

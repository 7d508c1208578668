/**
 * Where somebody has scrolled to in a mailbox whose older mail has not come yet: those rows come first, and the rest when it
 * is their turn. The cursor of what is known stays where it is; what was fetched out of turn is met again, and not doubled.
 */
import { CommandError } from '../error.ts';
import type { SearchKey } from '../imap/index.ts';
import { fetchDescriptors } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';
import type { Around } from './wishes.ts';

/** UIDs on either side of the one that is scrolled to: about a screen each. */
const HALF = 60;
/** Where there are gaps in the UIDs, the window grows by this factor until it holds something. */
const WIDER = 8;
const DAY = 24 * 3600_000;
/** How far back mail is looked for that came before a day, so that the answer is short where the server has no ESEARCH. */
const NEAR = 40;

/** False when there was nothing to do: those rows are here, or soon will be. */
export async function fetchAround(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  around: Around,
): Promise<boolean> {
  await lane.select(mailbox);
  const { sync } = (await truth.mailbox(mailbox.key)) ?? mailbox;
  if (sync.from <= 1) return false;
  const uid =
    'date' in around
      ? await uidAt(lane, sync.from - 1, around.date)
      : await uidOf(lane, truth, mailbox, around.position, sync.from);
  if (uid === undefined) return false;
  for (let half = HALF; ; half *= WIDER) {
    const [first, last] = [Math.max(1, uid - half), Math.min(sync.from - 1, uid + half)];
    const rows = await truth.rows(mailbox.key);
    const known = rows.uids.reduce((count, each) => count + (each >= first && each <= last ? 1 : 0), 0);
    if (known > 0 && known >= (last - first) / 2) return half > HALF;
    const { found } = await fetchDescriptors(lane, first, last);
    if (found > 0 || (first === 1 && last === sync.from - 1)) return true;
  }
}

/** The last message up to a day, among those with UIDs up to `last`. */
async function uidAt(lane: Lane, last: number, date: number): Promise<number | undefined> {
  const day = (time: number): { year: number; month: number; day: number } => {
    const at = new Date(time);
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
  };
  const before: SearchKey = { key: 'BEFORE', day: day(date + DAY) };
  const since: SearchKey = { key: 'SINCE', day: day(date - NEAR * DAY) };
  try {
    const near = await searchInSteps(lane, [[1, last]], { key: 'AND', all: [since, before] });
    return near.at(-1) ?? (await searchInSteps(lane, [[1, last]], before)).at(-1) ?? 1;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** About which UID the message has that so many came after: the older ones are taken to be spread evenly. */
async function uidOf(
  lane: Lane,
  truth: Truth,
  { key }: Mailbox,
  position: number,
  from: number,
): Promise<number | undefined> {
  const { uids } = await truth.rows(key);
  const here = uids.reduce((count, uid) => count + (uid >= from ? 1 : 0), 0);
  const missing = lane.noticed.exists - here;
  if (position < here || missing <= 0) return undefined;
  return Math.max(1, Math.round((from - 1) * (1 - (position - here) / missing)));
}

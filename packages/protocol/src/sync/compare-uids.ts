import { CommandError } from '../error.ts';
import { noop } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { removeMissing } from './remove-missing.ts';
import { searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/**
 * Which UIDs of a range that holds the whole mailbox are there (RFC 7162 §6, last step of the CONDSTORE way): those known
 * and not found are removed, those found and not known are noted. False, and nothing is removed, when the answer does not
 * agree with EXISTS: then it cannot be believed.
 */
export async function compareUids(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  first: number,
  last: number,
): Promise<boolean> {
  // Quirk: a SEARCH may be as old as the last NOOP (Gmail). Both go in one flight.
  const [heard, searched] = await Promise.allSettled([
    lane.run(noop()),
    searchInSteps(lane, [[first, last]]),
  ]);
  if (heard.status === 'rejected') throw heard.reason;
  if (searched.status === 'rejected') {
    if (searched.reason instanceof CommandError) return false;
    throw searched.reason;
  }
  const found = new Set<number>(searched.value);
  if (found.size !== lane.noticed.exists) return false;
  const { uids } = await truth.rows(mailbox.key);
  const missing = new Set<number>();
  for (const uid of uids) if (uid >= first && uid <= last && !found.has(uid)) missing.add(uid);
  for (const uid of uids) found.delete(uid);
  for (const uid of found) lane.noticed.unknown.add(uid as Uid);
  if (missing.size > 0) await removeMissing(truth, mailbox.key, missing);
  return true;
}

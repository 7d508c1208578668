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
  // Quirk: a SEARCH may be as old as the last NOOP (Gmail).
  await lane.run(noop());
  let uids: readonly Uid[];
  try {
    uids = await searchInSteps(lane, [[first, last]]);
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
  const found = new Set<number>(uids);
  if (found.size !== lane.noticed.exists) return false;
  const rows = await truth.rows(mailbox.key);
  const known = new Set(rows.uids);
  for (const uid of uids) if (!known.has(uid)) lane.noticed.unknown.add(uid);
  const missing = [...known].filter((uid) => uid >= first && uid <= last && !found.has(uid));
  if (missing.length > 0) await removeMissing(truth, mailbox.key, new Set(missing));
  return true;
}

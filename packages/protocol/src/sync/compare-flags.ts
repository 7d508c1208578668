import { noop, uidFetch } from '../imap/index.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { removeMissing } from './remove-missing.ts';
import { runInSteps, searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/**
 * Flags of all known UIDs of the selected mailbox. What was not returned is gone, but it is removed only when a complete
 * answer says so twice: the tagged OK, and a count that agrees with EXISTS or a SEARCH that does not find it either. A
 * truncated answer read as "all deleted" has emptied mailboxes elsewhere.
 */
export async function compareFlags(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  first: number,
  last: number,
): Promise<void> {
  const seen = new Set<number>();
  lane.seen = seen;
  try {
    await runInSteps(lane, [[first, last]], (uids) => uidFetch(uids, ['FLAGS']));
  } finally {
    lane.seen = undefined;
  }
  const rows = await truth.rows(mailbox.key);
  const known = rows.uids.filter((uid) => uid >= first && uid <= last);
  const missing = new Set(known.filter((uid) => !seen.has(uid)));
  if (missing.size === 0) return;
  const whole = mailbox.sync.from <= 1;
  if (!whole || seen.size !== lane.noticed.exists) {
    await lane.run(noop());
    for (const uid of await searchInSteps(lane, [[first, last]])) missing.delete(uid);
    // Both say so, and EXISTS says otherwise: then nobody is believed, and the mail stays.
    if (whole && known.length - missing.size < lane.noticed.exists && seen.size === 0) return;
  }
  await removeMissing(truth, mailbox.key, missing);
}

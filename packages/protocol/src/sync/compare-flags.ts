import { hasUid, noop, splitSet, toRanges, uidFetch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
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
  // Below are only the rows that somebody had scrolled to.
  const scrolled = (await truth.rows(mailbox.key)).uids.filter((uid) => uid > 0 && uid < first);
  const all = [...toRanges([...scrolled] as Uid[]), [first, last] as const];
  const seen = new Set<number>();
  lane.seen = seen;
  try {
    for (const set of splitSet(all)) await runInSteps(lane, set, (uids) => uidFetch(uids, ['FLAGS']));
  } finally {
    lane.seen = undefined;
  }
  const rows = await truth.rows(mailbox.key);
  const known = rows.uids.filter((uid) => hasUid(all, uid));
  const missing = new Set(known.filter((uid) => !seen.has(uid)));
  if (missing.size === 0) return;
  const { from, uidNext } = mailbox.sync;
  const whole = from <= 1;
  // Of what was put there from here this connection may not have been told: then it passes over it (RFC 3501 §6.4.8).
  const untold = [...missing].some((uid) => uid >= uidNext);
  if (!whole || untold || seen.size !== lane.noticed.exists) {
    await lane.run(noop());
    for (const set of splitSet(all)) for (const uid of await searchInSteps(lane, set)) missing.delete(uid);
    // Both say so, and EXISTS says otherwise: then nobody is believed, and the mail stays. Put there meanwhile, some may lie above.
    const left = rows.uids.filter((uid) => uid > 0 && !missing.has(uid)).length;
    if (whole && left < lane.noticed.exists && seen.size === 0) return;
  }
  await removeMissing(truth, mailbox.key, missing);
}

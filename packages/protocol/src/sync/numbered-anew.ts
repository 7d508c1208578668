/** UIDs that mean other messages than before, under the same UIDVALIDITY, which RFC 3501 §2.3.1.1 does not allow. */
import type { SelectedMailbox } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import type { Mailbox } from './model.ts';
import { compareSizes } from './compare-sizes.ts';
import type { Truth } from './truth.ts';

/** Messages that are looked at: two of different size tell, and sizes seldom agree by chance. */
const SAMPLE = 10;

/**
 * Quirk: Proton Bridge numbers all messages from 1 again when its cache is rebuilt. UIDNEXT, which never falls otherwise,
 * raises the suspicion; it is borne out when most of the messages looked at have another size than they had.
 */
export async function isNumberedAnew(
  lane: Lane,
  truth: Truth,
  mailbox: Mailbox,
  { uidNext }: Pick<SelectedMailbox, 'uidNext'>,
): Promise<boolean> {
  if (uidNext === undefined || uidNext >= mailbox.sync.uidNext) return false;
  const rows = await truth.rows(mailbox.key);
  const known = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) {
    const uid = rows.uids[i] ?? 0;
    if (uid > 0 && uid < uidNext) known.set(uid, rows.sizes[i] ?? 0);
  }
  const sample = new Map([...known].sort(([a], [b]) => b - a).slice(0, SAMPLE));
  if (sample.size === 0) return false;
  const { same, other } = await compareSizes(lane, sample);
  return other > same;
}

/** In which order a list shows its messages, computed on columns: 100,000 messages in about 10 milliseconds. */
import { indexOfKey } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, Overlay, Rows } from '@postern/protocol/sync';

/** Indexes below this fit beside 32 bits of seconds in the 53 bits of a double that are exact. */
const indexes = 2 ** 21;
const lastSecond = 2 ** 32 - 1;

/**
 * Keys of the messages that are shown in `mailbox`, newest first: those that truth has there, without those that pending
 * actions take away, and with those that they bring from elsewhere. Equal dates: the later arrival in the mailbox first,
 * which its UID tells: keys tell when it was fetched, and old mail is fetched after new.
 * @param elsewhere rows of the mailboxes that pending moves come from.
 */
export function order(
  mailbox: MailboxKey,
  rows: Rows,
  elsewhere: readonly Rows[],
  overlays: ReadonlyMap<MessageKey, Overlay>,
): Uint32Array {
  const gone = new Set<number>();
  const arriving: { key: number; date: number }[] = [];
  for (const [key, overlay] of overlays) {
    if (overlay.mailbox === undefined) continue;
    const here = indexOfKey(rows, key);
    if (overlay.mailbox === mailbox) {
      if (here < 0) {
        const date = dateIn(elsewhere, key);
        if (date !== undefined) arriving.push({ key, date });
      }
    } else if (here >= 0) {
      gone.add(here);
    }
  }
  const count = rows.length - gone.size + arriving.length;
  const sortable = new Float64Array(count);
  let filled = 0;
  for (let i = 0; i < rows.length; i++) {
    if (gone.size > 0 && gone.has(i)) continue;
    sortable[filled++] = second(rows.dates[i] ?? 0) * indexes + i;
  }
  for (const [i, { date }] of arriving.entries())
    sortable[filled++] = second(date) * indexes + rows.length + i;
  sortable.sort();
  untie(sortable, rows);
  const keys = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const index = (sortable[count - 1 - i] ?? 0) % indexes;
    keys[i] = index < rows.length ? (rows.keys[index] ?? 0) : (arriving[index - rows.length]?.key ?? 0);
  }
  return keys;
}

/** Puts those of one second in order of UID; what has none yet came last. */
function untie(sorted: Float64Array, { uids }: Rows): void {
  const uidOf = (each: number): number => uids[each % indexes] || lastSecond;
  const secondOf = (at: number): number => Math.floor((sorted[at] ?? 0) / indexes);
  for (let first = 0, next = 1; first < sorted.length; first = next++) {
    while (next < sorted.length && secondOf(next) === secondOf(first)) next++;
    if (next - first > 1) sorted.subarray(first, next).sort((a, b) => uidOf(a) - uidOf(b) || a - b);
  }
}

/** Index of the first of `length` rows, newest first, whose date is not after `time`; `length` where all came later. O(log n). */
export function firstBy(length: number, dateOf: (index: number) => number, time: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dateOf(middle) > time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Mailboxes whose rows `order` needs besides those of `mailbox`. */
export function comingFrom(
  mailbox: MailboxKey,
  overlays: ReadonlyMap<MessageKey, Overlay>,
  locate: (key: MessageKey) => Rows | undefined,
): Rows[] {
  const sources = new Set<Rows>();
  for (const [key, overlay] of overlays) {
    if (overlay.mailbox !== mailbox) continue;
    const rows = locate(key);
    if (rows && rows.mailbox !== mailbox) sources.add(rows);
  }
  return [...sources];
}

function dateIn(elsewhere: readonly Rows[], key: MessageKey): number | undefined {
  for (const rows of elsewhere) {
    const index = indexOfKey(rows, key);
    if (index >= 0) return rows.dates[index];
  }
  return undefined;
}

function second(date: number): number {
  return Math.min(Math.max(Math.floor(date), 0), lastSecond);
}

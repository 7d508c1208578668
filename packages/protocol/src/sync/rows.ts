/** Between a message's row and the columns of its mailbox. */
import type { Flag, Uid } from '../imap/types.ts';
import { SystemFlag } from './model.ts';
import type { MailboxKey, MessageKey, MessageRow, Rows } from './model.ts';

/** Keywords that fit the bits of one Uint32 column. */
export const KEYWORDS_PER_MAILBOX = 32;

/** `messages` in any order; the result is in ascending order of key. */
export function rowsOf(mailbox: MailboxKey, messages: readonly MessageRow[]): Rows {
  const sorted = messages.toSorted((a, b) => a.key - b.key);
  const length = sorted.length;
  const names: Flag[] = [];
  const rows = emptyRows(mailbox, length, names);
  for (const [i, message] of sorted.entries()) {
    rows.keys[i] = message.key;
    rows.uids[i] = message.uid;
    const bits = flagBits(message.flags, names);
    rows.system[i] = bits.system;
    rows.keywords[i] = bits.keywords;
    rows.dates[i] = Math.floor(message.date / 1000);
    rows.sizes[i] = message.size;
  }
  return rows;
}

/** Columns for so many messages, to be filled in. */
export function emptyRows(mailbox: MailboxKey, length: number, keywordNames: Rows['keywordNames']): Rows {
  return {
    mailbox,
    length,
    keys: new Uint32Array(length),
    uids: new Uint32Array(length),
    system: new Uint8Array(length),
    keywords: new Uint32Array(length),
    keywordNames,
    dates: new Float64Array(length),
    sizes: new Float64Array(length),
  };
}

/** The bits for `flags`; keywords that are new to the mailbox are appended to `names` while there is room. */
export function flagBits(flags: readonly Flag[], names: Flag[]): { system: number; keywords: number } {
  let system = 0;
  let keywords = 0;
  for (const flag of flags) {
    if (flag in SystemFlag) {
      system |= SystemFlag[flag as keyof typeof SystemFlag];
      continue;
    }
    let bit = names.indexOf(flag);
    if (bit < 0 && names.length < KEYWORDS_PER_MAILBOX) bit = names.push(flag) - 1;
    if (bit >= 0) keywords |= 1 << bit;
  }
  return { system, keywords: keywords >>> 0 };
}

const systemFlags = Object.entries(SystemFlag);

/** Flags of row `i`, system flags first. */
export function flagsAt(rows: Rows, i: number): Flag[] {
  const flags: Flag[] = [];
  const system = rows.system[i] ?? 0;
  for (const [flag, bit] of systemFlags) if (system & bit) flags.push(flag);
  const keywords = rows.keywords[i] ?? 0;
  for (const [bit, name] of rows.keywordNames.entries()) if (keywords & (1 << bit)) flags.push(name);
  return flags;
}

/** Whether `flags`, in any order, are those of row `i`; without making a list of them, for this is asked of whole mailboxes. */
export function hasFlags(rows: Rows, i: number, flags: readonly Flag[]): boolean {
  let system = 0;
  let keywords = 0;
  for (const flag of flags) {
    if (flag in SystemFlag) system |= SystemFlag[flag as keyof typeof SystemFlag];
    else {
      const bit = rows.keywordNames.indexOf(flag);
      if (bit < 0) return false;
      keywords |= 1 << bit;
    }
  }
  return system === rows.system[i] && keywords >>> 0 === rows.keywords[i];
}

/** Row `i`, which must be below `rows.length`. */
export function rowAt(rows: Rows, i: number): MessageRow {
  return {
    key: rows.keys[i] as MessageKey,
    mailbox: rows.mailbox,
    uid: (rows.uids[i] ?? 0) as Uid,
    flags: flagsAt(rows, i),
    date: (rows.dates[i] ?? 0) * 1000,
    size: rows.sizes[i] ?? 0,
  };
}

/** Index of `key`, or −1. O(log n). */
export function indexOfKey(rows: Rows, key: MessageKey): number {
  const index = indexFrom(rows, key);
  return rows.keys[index] === key ? index : -1;
}

/** Index of the first row whose key is `key` or greater; `rows.length` where there is none. O(log n). */
export function indexFrom(rows: Rows, key: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows.keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function groupByMailbox<R extends MessageRow>(rows: readonly R[]): Map<MailboxKey, R[]> {
  const groups = new Map<MailboxKey, R[]>();
  for (const row of rows) {
    const there = groups.get(row.mailbox);
    if (there) there.push(row);
    else groups.set(row.mailbox, [row]);
  }
  return groups;
}

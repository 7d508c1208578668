/**
 * Arithmetic on the columns of one mailbox. Nothing is written in place: whoever holds a Rows keeps what was true when
 * they read it. Columns that a change does not touch are shared between the old and the new Rows.
 */
import { flagBits, indexOfKey, rowAt, rowsOf } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow, Rows } from '@postern/protocol/sync';

type Flag = MessageRow['flags'][number];
type Column = Uint32Array | Uint8Array | Float64Array;

export const noRows = (mailbox: MailboxKey): Rows => rowsOf(mailbox, []);

/** `added` in any order; none of their keys may be in `rows`. One pass over the columns. */
export function withMessages(rows: Rows, added: readonly MessageRow[]): Rows {
  if (added.length === 0) return rows;
  const sorted = added.toSorted((a, b) => a.key - b.key);
  const names: Flag[] = [...rows.keywordNames];
  const bits = sorted.map((row) => flagBits(row.flags, names));
  const at = sorted.map((row) => firstAbove(rows.keys, rows.length, row.key));
  const merge = <C extends Column>(old: C, value: (i: number) => number): C => merged(old, at, value);
  return {
    mailbox: rows.mailbox,
    length: rows.length + sorted.length,
    keys: merge(rows.keys, (i) => sorted[i]?.key ?? 0),
    uids: merge(rows.uids, (i) => sorted[i]?.uid ?? 0),
    system: merge(rows.system, (i) => bits[i]?.system ?? 0),
    keywords: merge(rows.keywords, (i) => bits[i]?.keywords ?? 0),
    keywordNames: names,
    dates: merge(rows.dates, (i) => Math.floor((sorted[i]?.date ?? 0) / 1000)),
    sizes: merge(rows.sizes, (i) => sorted[i]?.size ?? 0),
  };
}

/** Without `keys`, and what was taken out, in ascending order of key. Keys that are not there are passed over. */
export function withoutMessages(
  rows: Rows,
  keys: Iterable<MessageKey>,
): { readonly rest: Rows; readonly taken: readonly MessageRow[] } {
  const found = new Set<number>();
  for (const key of keys) {
    const index = indexOfKey(rows, key);
    if (index >= 0) found.add(index);
  }
  if (found.size === 0) return { rest: rows, taken: [] };
  const out = [...found].sort((a, b) => a - b);
  const cut = <C extends Column>(old: C): C => remaining(old, out);
  return {
    rest: {
      mailbox: rows.mailbox,
      length: rows.length - out.length,
      keys: cut(rows.keys),
      uids: cut(rows.uids),
      system: cut(rows.system),
      keywords: cut(rows.keywords),
      keywordNames: rows.keywordNames,
      dates: cut(rows.dates),
      sizes: cut(rows.sizes),
    },
    taken: out.map((index) => rowAt(rows, index)),
  };
}

/** Whole flag sets; the later of two for one key holds. */
export function withFlags(
  rows: Rows,
  changed: readonly { readonly key: MessageKey; readonly flags: readonly Flag[] }[],
): Rows {
  const names: Flag[] = [...rows.keywordNames];
  const system = rows.system.slice();
  const keywords = rows.keywords.slice();
  for (const { key, flags } of changed) {
    const index = indexOfKey(rows, key);
    if (index < 0) continue;
    const bits = flagBits(flags, names);
    system[index] = bits.system;
    keywords[index] = bits.keywords;
  }
  return { ...rows, system, keywords, keywordNames: names };
}

export function withUid(rows: Rows, key: MessageKey, uid: number): Rows {
  const index = indexOfKey(rows, key);
  if (index < 0) return rows;
  const uids = rows.uids.slice();
  uids[index] = uid;
  return { ...rows, uids };
}

function firstAbove(keys: Uint32Array, length: number, key: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameKind<C extends Column>(column: C, length: number): C {
  return new (column.constructor as new (length: number) => C)(length);
}

/** `at`: before which old index each new value goes, ascending. */
function merged<C extends Column>(old: C, at: readonly number[], value: (i: number) => number): C {
  const column = sameKind(old, old.length + at.length);
  let from = 0;
  for (let i = 0; i < at.length; i++) {
    const index = at[i] ?? old.length;
    if (index > from) column.set(old.subarray(from, index), from + i);
    column[index + i] = value(i);
    from = index;
  }
  column.set(old.subarray(from), from + at.length);
  return column;
}

/** `out`: indexes to leave out, ascending. */
function remaining<C extends Column>(old: C, out: readonly number[]): C {
  const column = sameKind(old, old.length - out.length);
  let from = 0;
  for (const [i, index] of out.entries()) {
    column.set(old.subarray(from, index), from - i);
    from = index + 1;
  }
  column.set(old.subarray(from), from - out.length);
  return column;
}

import { rowAt, rowsOf } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow, Rows } from '@postern/protocol/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withFlags, withMessages, withoutMessages, withUid } from './columns.ts';

const mailbox = 1 as MailboxKey;

const message = (key: number, flags: readonly string[] = []): MessageRow => ({
  key: key as MessageKey,
  mailbox,
  uid: (key + 100) as MessageRow['uid'],
  flags,
  date: key * 1000,
  size: key * 10,
});
const listed = (rows: Rows): MessageRow[] => Array.from({ length: rows.length }, (_, i) => rowAt(rows, i));

const keys = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
const flags = fc.uniqueArray(fc.constantFrom('\\Seen', '\\Flagged', 'Garden', '$Forwarded', 'c'), {
  maxLength: 4,
});

describe('columns', () => {
  it('merge messages as if they had been there from the start', () => {
    fc.assert(
      fc.property(keys, keys, flags, (old, more, set) => {
        const added = more.filter((key) => !old.includes(key)).map((key) => message(key, set));
        const before = old.map((key) => message(key, ['Old']));
        const merged = withMessages(rowsOf(mailbox, before), added);
        const sorted = [...before, ...added].toSorted((a, b) => a.key - b.key);
        expect(listed(merged).map((row) => row.key)).toEqual(sorted.map((row) => row.key));
        for (const [i, row] of listed(merged).entries()) {
          expect({ ...row, flags: row.flags.toSorted() }).toEqual({
            ...sorted[i],
            flags: sorted[i]?.flags.toSorted(),
          });
        }
      }),
    );
  });

  it('take out exactly what was asked, and give it back', () => {
    fc.assert(
      fc.property(keys, keys, (there, asked) => {
        const rows = rowsOf(
          mailbox,
          there.map((key) => message(key)),
        );
        const { rest, taken } = withoutMessages(rows, asked as MessageKey[]);
        const ascending = there.toSorted((a, b) => a - b);
        expect(listed(rest)).toEqual(
          ascending.filter((key) => !asked.includes(key)).map((key) => message(key)),
        );
        expect(taken).toEqual(ascending.filter((key) => asked.includes(key)).map((key) => message(key)));
        expect(listed(withMessages(rest, taken))).toEqual(listed(rows));
      }),
    );
  });

  it('leave the rows they came from as they were', () => {
    const rows = rowsOf(mailbox, [message(1, ['\\Seen']), message(2)]);
    const before = listed(rows);
    withFlags(rows, [{ key: 1 as MessageKey, flags: ['New'] }]);
    withUid(rows, 2 as MessageKey, 7);
    withoutMessages(rows, [1 as MessageKey]);
    withMessages(rows, [message(3)]);
    expect(listed(rows)).toEqual(before);
  });

  it('keep 32 keywords of a mailbox and pass over the 33rd', () => {
    const many = Array.from({ length: 33 }, (_, i) => `k${i}`);
    const rows = withFlags(rowsOf(mailbox, [message(1)]), [{ key: 1 as MessageKey, flags: many }]);
    expect(listed(rows)[0]?.flags).toEqual(many.slice(0, 32));
  });
});

import { overlays, rowsOf } from '@postern/protocol/sync';
import type { Action, MailboxKey, MessageKey, MessageRow, Rows } from '@postern/protocol/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expungeActions, flagActions, moveActions } from './intent.ts';
import { comingFrom, firstBy, order } from './order.ts';

const inbox = 1 as MailboxKey;
const archive = 2 as MailboxKey;

const row = (key: number, date: number, mailbox = inbox): MessageRow => ({
  key: key as MessageKey,
  mailbox,
  uid: key as MessageRow['uid'],
  flags: [],
  date: date * 1000,
  size: 1,
});

function shown(mailbox: MailboxKey, truth: readonly Rows[], actions: readonly Action[]): number[] {
  const laid = overlays(actions);
  const here = truth.find((rows) => rows.mailbox === mailbox) ?? rowsOf(mailbox, []);
  const locate = (key: MessageKey): Rows | undefined => truth.find((rows) => rows.keys.includes(key));
  return [...order(mailbox, here, comingFrom(mailbox, laid, locate), laid)];
}

describe('the order of a list', () => {
  it('is newest first, and of one second the later arrival first', () => {
    const rows = rowsOf(inbox, [row(1, 500), row(2, 900), row(3, 500), row(4, 100)]);
    expect(shown(inbox, [rows], [])).toEqual([2, 3, 1, 4]);
  });

  it('goes by UID within a second, as old mail is fetched after new, and what has none yet comes first', () => {
    const uids = [7, 8, 9, 4, 5, 6, 0, 1, 2, 3];
    const rows = uids.map((uid, i) => ({ ...row(i + 1, 500), uid: uid as MessageRow['uid'] }));
    const expected = [0, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    expect(shown(inbox, [rowsOf(inbox, rows)], []).map((key) => uids[key - 1])).toEqual(expected);
    const without = shown(inbox, [rowsOf(inbox, rows)], moveActions([row(2, 500)], archive, 1));
    expect(without.map((key) => uids[key - 1])).toEqual(expected.filter((uid) => uid !== 8));
  });

  it('agrees with a plain sort for any dates', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 60 }), (dates) => {
        const messages = dates.map((date, i) => row(i + 1, date));
        const plain = messages.toSorted((a, b) => b.date - a.date || b.key - a.key).map(({ key }) => key);
        expect(shown(inbox, [rowsOf(inbox, messages)], [])).toEqual(plain);
      }),
    );
  });

  it('stands before 1970 and after 2106 what no mail should claim', () => {
    const rows = rowsOf(inbox, [row(1, -5), row(2, 2 ** 40), row(3, 10)]);
    expect(shown(inbox, [rows], [])).toEqual([2, 3, 1]);
  });

  it('leaves out at once what is moved away or deleted, and brings it in where it goes', () => {
    const there = row(9, 700, archive);
    const truth = [rowsOf(inbox, [row(1, 500), row(2, 900), row(3, 600)]), rowsOf(archive, [there])];
    const actions = [...moveActions([row(2, 900)], archive, 1), ...expungeActions([row(3, 600)], 2)];
    expect(shown(inbox, truth, actions)).toEqual([1]);
    expect(shown(archive, truth, actions)).toEqual([2, 9]);
  });

  it('shows a message once when the move was carried out and is not settled yet', () => {
    const truth = [rowsOf(inbox, []), rowsOf(archive, [row(2, 900, archive)])];
    const actions = moveActions([row(2, 900)], archive, 1);
    expect(shown(archive, truth, actions)).toEqual([2]);
    expect(shown(inbox, truth, actions)).toEqual([]);
  });

  it('puts back what failed to move', () => {
    const truth = [rowsOf(inbox, [row(2, 900)]), rowsOf(archive, [])];
    const failed = moveActions([row(2, 900)], archive, 1).map((action): Action => ({
      ...action,
      state: { name: 'failed', reason: 'gone', words: '' },
    }));
    expect(shown(inbox, truth, failed)).toEqual([2]);
    expect(shown(archive, truth, failed)).toEqual([]);
  });

  it('is not touched by flags', () => {
    const truth = [rowsOf(inbox, [row(1, 5)])];
    expect(shown(inbox, truth, flagActions([row(1, 5)], '\\Seen', true, 1))).toEqual([1]);
  });
});

describe('the place of a date in a list', () => {
  const dates = [900, 700, 700, 400];
  it.each([
    [1000, 0],
    [900, 0],
    [899, 1],
    [700, 1],
    [500, 3],
    [399, 4],
  ])('%i is that of the newest that came by then: %i', (time, index) => {
    expect(firstBy(dates.length, (at) => dates[at] ?? 0, time)).toBe(index);
  });
});

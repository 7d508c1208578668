import { indexOfKey, overlays, project, rowAt, rowsOf } from '@postern/protocol/sync';
import type { Action, MailboxKey, MessageKey, MessageRow, Rows } from '@postern/protocol/sync';
import { expect, it } from 'vitest';
import { withoutArrived, withoutUnnamed } from './arriving.ts';

const inbox = 1 as MailboxKey;
const archive = 2 as MailboxKey;
const rowsIn = (mailbox: MailboxKey, rows: readonly [key: number, uid: number, size: number][]): Rows =>
  rowsOf(
    mailbox,
    rows.map(([key, uid, size]) => {
      const row = { key, mailbox, uid, flags: [], date: 1_700_000_000_000, size };
      return row as unknown as MessageRow;
    }),
  );

/** Letters 11 and 12 of INBOX are put into Archive, which has three others, and has got two that are as large as they. */
const source = rowsIn(inbox, [
  [11, 1, 100],
  [12, 2, 200],
]);
const target = rowsIn(archive, [
  [21, 1, 100],
  [22, 7, 300],
  [23, 8, 100],
  [24, 9, 100],
]);

function shown(action: Partial<Action>, from = source): number[] {
  const actions = [{ from: inbox, to: archive, messages: [11, 12], ...action } as unknown as Action];
  const there = (mailbox: MailboxKey) => ({ uidValidity: 7, rows: mailbox === archive ? target : from });
  const all = [from, target];
  const locate = (key: MessageKey) => all.find((rows) => indexOfKey(rows, key) >= 0);
  const laid = withoutArrived(overlays(actions), actions, there, locate);
  return all
    .flatMap((rows) => Array.from({ length: rows.length }, (_, i) => rowAt(rows, i)))
    .filter((row) => project(row, laid.get(row.key))?.mailbox === archive)
    .map(({ key }) => key);
}

const noted = { uidValidity: 7, uidNext: 5 };
const running = { name: 'running' } as const;

it('shows a message once that arrived while its move has no receipt, and no other message less', () => {
  expect(shown({ kind: 'move', state: running, noted })).toEqual([11, 12, 21, 22, 24]);
  // Lost, and looked for when it is its turn again.
  expect(shown({ kind: 'move', state: { name: 'waiting' }, noted })).toEqual([11, 12, 21, 22, 24]);
});

it('shows a copy once that arrived before its receipt', () => {
  // What the copies are shown as is no row of truth.
  const copies = [31, 32] as MessageKey[];
  expect(shown({ kind: 'copy', state: running, noted, copies })).toEqual([21, 22, 24]);
  // The first is settled: what is as large as it is another message.
  const settled = [24, 32] as MessageKey[];
  expect(shown({ kind: 'copy', state: running, noted, copies: settled })).toEqual([21, 22, 23, 24]);
});

it('shows all that is there where nothing was put there, or nobody can tell', () => {
  const all = [11, 12, 21, 22, 23, 24];
  expect(shown({ kind: 'move', state: { name: 'waiting' } })).toEqual(all);
  expect(shown({ kind: 'move', state: running, noted: { uidValidity: 6, uidNext: 5 } })).toEqual(all);
  expect(shown({ kind: 'move', state: running, noted: { uidValidity: 0, uidNext: 1 } })).toEqual(all);
  const failed = { name: 'failed', reason: 'refused', words: '' } as const;
  expect(shown({ kind: 'move', state: failed, noted })).toEqual([21, 22, 23, 24]);
});

it('shows a message once whose receipt did not say its UID, and no other message less', () => {
  const rows = rowsIn(archive, [
    [21, 1, 100],
    [11, 0, 100],
    [22, 7, 300],
    [12, 0, 200],
    [24, 9, 100],
    [23, 8, 100],
  ]);
  const left = (overlaid: ReadonlyMap<MessageKey, unknown>): number[] =>
    [...rows.keys].filter((key) => !overlaid.has(key as MessageKey));
  expect(left(withoutUnnamed(new Map(), [source, rows]))).toEqual([11, 12, 21, 22, 23]);
  expect(left(withoutUnnamed(new Map(), [source]))).toEqual([...rows.keys]);
});

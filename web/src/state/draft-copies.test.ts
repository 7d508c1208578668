import { overlays, project, rowAt, rowsOf } from '@postern/protocol/sync';
import type { Action, Draft, DraftCopy, MailboxKey, MessageKey, MessageRow } from '@postern/protocol/sync';
import { expect, it } from 'vitest';
import { draftCopies, withoutDrafts } from './draft-copies.ts';

const mailbox = 2 as MailboxKey;
const copy = (uid: number, uidValidity = 7): DraftCopy => ({ mailbox, uidValidity, uid }) as DraftCopy;
const rows = rowsOf(
  mailbox,
  [1, 2, 3, 4].map((uid): MessageRow => {
    const key = (10 + uid) as MessageKey;
    return { key, mailbox, uid: uid as MessageRow['uid'], flags: ['\\Draft'], date: 0, size: 1 };
  }),
);

function shown(drafts: readonly Partial<Draft>[], actions: readonly Partial<Action>[]): number[] {
  const copies = draftCopies(drafts as Draft[], actions as Action[]);
  const laid = withoutDrafts(overlays([]), copies, () => ({ uidValidity: 7, rows }));
  return [0, 1, 2, 3]
    .map((i) => rowAt(rows, i))
    .filter((row) => project(row, laid.get(row.key)))
    .map(({ uid }) => uid);
}

it('shows a draft once: as what is written here, not as its older version on the server', () => {
  expect(shown([{ copy: copy(2) }, {}], [])).toEqual([1, 3, 4]);
});

it('shows no draft that is being sent, or was discarded, or is being replaced', () => {
  const state = { name: 'waiting' } as const;
  const tried = { replaced: copy(3), messageId: '', version: 1, uidValidity: 7, uidNext: 9 };
  expect(
    shown(
      [],
      [
        { kind: 'send', state, copy: copy(1) },
        { kind: 'remove-draft', state, copy: copy(2) },
        { kind: 'save-draft', state, tried },
      ],
    ),
  ).toEqual([4]);
});

it('shows what could not be removed, and messages that only have the number of an older one', () => {
  const failed = { name: 'failed', reason: 'refused', words: '' } as const;
  expect(shown([{ copy: copy(1, 6) }], [{ kind: 'remove-draft', state: failed, copy: copy(2) }])).toEqual([
    1, 2, 3, 4,
  ]);
});

import { actionsQuery, draftsQuery, MemoryStore } from '@postern/protocol/sync';
import type { Action, DraftCopy, MailboxKey } from '@postern/protocol/sync';
import { sampleDraft, sampleMailbox } from '@postern/protocol/sync/store-conformance';
import { beforeEach, expect, it, vi } from 'vitest';
import { discarding, savingOf, stillSaving, withdrawing } from './draft-saving.ts';

let store = new MemoryStore();
vi.mock('./device.ts', () => ({
  read: (query: Parameters<MemoryStore['read']>[0]) => store.read(query),
  theStore: () => Promise.resolve(store),
}));

const from = { name: 'Ada', address: 'ada@postern.example' };
const drafts = 4 as MailboxKey;
const saves = async (): Promise<readonly Action[]> => store.read(actionsQuery());
const copyAt = (uid: number) => ({ mailbox: drafts, uidValidity: 7, uid }) as DraftCopy;
const draft = (changed: number) => sampleDraft('d', changed);

beforeEach(async () => {
  store = new MemoryStore();
  const mailbox = { ...sampleMailbox(drafts, 'Drafts'), role: 'drafts' as const };
  await store.commit([
    { kind: 'mailbox', mailbox },
    { kind: 'draft', draft: draft(1) },
  ]);
  await store.commit(await savingOf('d', from));
});

/** What a composer does, and the engine meanwhile. */
async function keep(changed: number, meanwhile: (saving: Action) => Promise<void>): Promise<void> {
  const [saving] = await saves();
  const changes = await savingOf('d', from);
  await meanwhile(saving!);
  await store.commit([{ kind: 'draft', draft: draft(changed) }, ...changes]);
  await store.commit(await stillSaving(draft(changed), from));
}

it('a draft is saved once more where its save ended while the newest words were kept', async () => {
  await keep(2, (saving) => store.commit([{ kind: 'action-removed', id: saving.id }]));
  expect(await saves()).toMatchObject([{ kind: 'save-draft', draft: 'd', state: { name: 'waiting' } }]);
});

it.each([
  ['once more where its save began with words before them', 1, 2],
  ['by the save that has taken them along', 2, 1],
])('a draft is saved %s', async (_, version, count) => {
  await keep(2, (saving) => {
    const noted = { uidValidity: 7, uidNext: 1, messageId: '<x>', version };
    const action = { ...saving, tried: noted, state: { name: 'running' } } as Action;
    return store.commit([{ kind: 'action', action }]);
  });
  expect(await saves()).toHaveLength(count);
});

it('a draft whose save waits, or is tried again, has no other one', async () => {
  await keep(2, (saving) => {
    const state = { name: 'failed', reason: 'quota', words: '' } as const;
    return store.commit([{ kind: 'action', action: { ...saving, state } }]);
  });
  expect(await saves()).toMatchObject([{ state: { name: 'failed' } }]);
  await keep(3, () => Promise.resolve());
  expect(await saves()).toMatchObject([{ state: { name: 'waiting' } }]);
});

it('what is discarded goes with the version that its save has just put there, and comes back with it', async () => {
  const heir = { id: 'z', at: 9 };
  const seen = { ...draft(1), copy: copyAt(1) };
  await store.commit([{ kind: 'draft-copy', id: 'd', copy: copyAt(1) }]);
  const changes = await discarding(seen, heir);
  await store.commit([{ kind: 'draft-copy', id: 'd', copy: copyAt(2) }]);
  await store.commit(changes);
  expect(await saves()).toMatchObject([{ id: 'z', kind: 'remove-draft', copy: { uid: 2 } }]);
  await store.commit(await withdrawing(seen, heir));
  expect(await saves()).toEqual([]);
  expect(await store.read(draftsQuery())).toMatchObject([{ id: 'd', copy: { uid: 2 } }]);
  // Nobody knows a version of it any more.
  await store.commit(await discarding(seen, heir));
  await store.commit([{ kind: 'action-removed', id: 'z' }]);
  await store.commit(await withdrawing(seen, heir));
  expect((await store.read(draftsQuery()))[0]?.copy).toBeUndefined();
});

it('what was opened from the server and never kept here goes from there', async () => {
  await store.commit([{ kind: 'draft-removed', id: 'd' }]);
  await store.commit(await discarding({ ...draft(1), copy: copyAt(1) }, { id: 'z', at: 9 }));
  expect((await saves()).find(({ id }) => id === 'z')).toMatchObject({ copy: { uid: 1 } });
});

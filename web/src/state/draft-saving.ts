/** Putting drafts on the server, and taking them off it: as changes, to be committed with what goes along. */
import { actionsQuery, draftsQuery, heirOf, mailboxesQuery, mailboxForRole } from '@postern/protocol/sync';
import type { Action, Change, Draft, DraftCopy, Mailbox, MailboxKey } from '@postern/protocol/sync';
import type { MailAddress } from '@postern/protocol/mime';
import { read, theStore } from './device.ts';
import { begun } from './intent.ts';

/**
 * That the draft's newest version is to be on the server. One that waits for it already takes the newest along; one that failed
 * is tried again.
 */
export async function savingOf(draft: string, from: MailAddress): Promise<Change[]> {
  const earlier = (await savesOf(draft)).filter(({ state }) => state.name !== 'running');
  if (earlier.length > 0) {
    return earlier.map(({ id, state }) => ({
      kind: 'action-state',
      id,
      state: { name: 'waiting' },
      onlyIn: state.name,
    }));
  }
  const mailboxes = await read(mailboxesQuery());
  const there = mailboxes.find(({ role }) => role === 'drafts');
  const mailbox = there ?? (await newDrafts(mailboxes));
  if (!mailbox) return [];
  const now = Date.now();
  const timeZoneOffset = -new Date(now).getTimezoneOffset();
  const wanted = { draft, mailbox: mailbox.key, from, timeZoneOffset };
  const action: Action = { ...begun(now), kind: 'save-draft', ...wanted };
  const made: Change[] = there ? [] : [{ kind: 'mailbox', mailbox }];
  return [...made, { kind: 'action', action }];
}

/** Where a save of it ended, or began, while `draft` was being kept: the rest of what `savingOf` says. */
export async function stillSaving({ id, changed }: Draft, from: MailAddress): Promise<Change[]> {
  const takesIt = (await savesOf(id)).some(
    ({ state, tried }) => state.name !== 'running' || (tried?.version ?? 0) >= changed,
  );
  return takesIt ? [] : savingOf(id, from);
}

async function newDrafts(mailboxes: readonly Mailbox[]): Promise<Mailbox | undefined> {
  const key: number = await (await theStore()).allocate(1);
  return mailboxForRole('drafts', mailboxes, key as MailboxKey);
}

/** That the draft is not to be saved any more: it is being sent, or discarded. What has begun ends with removing it. */
export async function notSaving(draft: string): Promise<Change[]> {
  return (await savesOf(draft)).map(({ id, state }) => ({
    kind: 'action-removed',
    id,
    onlyIn: state.name === 'failed' ? 'failed' : 'waiting',
  }));
}

/**
 * That the draft is gone, and with it the version that is on the server at that moment: the removal of that is called `heir`. Of one
 * that was never kept here, the version that it was opened from.
 */
export async function discarding(
  { id, copy }: Draft,
  heir: Pick<Action, 'id' | 'at'>,
): Promise<readonly Change[]> {
  const kept = (await read(draftsQuery())).some((each) => each.id === id);
  const removed: Change = { kind: 'draft-removed', id, heir };
  if (kept || !copy) return [removed, ...(await notSaving(id))];
  return [removed, { kind: 'action', action: heirOf(heir, undefined, copy) }];
}

/** That it is there again which was discarded. Its version on the server may be gone by now: then it has none. */
export async function withdrawing(draft: Draft, heir: Pick<Action, 'id' | 'at'>): Promise<readonly Change[]> {
  const removal = (await read(actionsQuery())).find(({ id }) => id === heir.id);
  const { copy: _, ...alone } = draft;
  const again = removal?.kind === 'remove-draft' ? { ...alone, copy: removal.copy } : alone;
  return [
    { kind: 'draft', draft: again },
    { kind: 'action-removed', id: heir.id, onlyIn: 'waiting' },
  ];
}

/** Where its last version is on the server, as far as is known. */
export async function copyOf(draft: string): Promise<DraftCopy | undefined> {
  return (await read(draftsQuery())).find(({ id }) => id === draft)?.copy;
}

async function savesOf(draft: Draft['id']): Promise<Extract<Action, { kind: 'save-draft' }>[]> {
  return (await read(actionsQuery())).filter(
    (action) => action.kind === 'save-draft' && action.draft === draft,
  ) as Extract<Action, { kind: 'save-draft' }>[];
}

/** The version of a draft before the one that is put there: what it is marked with, and what is wanted of it, is the next one's. */
import { uidStore } from '../../imap/index.ts';
import type { Flag } from '../../imap/types.ts';
import type { SaveDraftAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { DraftCopy, Mailbox, MessageKey } from '../model.ts';
import { actionsQuery } from '../store.ts';
import { isOwnClaim } from './claim.ts';
import { at, NotYet } from './context.ts';
import type { Settling } from './context.ts';
import { rowOf, whereIs } from './draft-there.ts';
import type { CopyThere } from './draft-there.ts';
import { removeUids } from './remove.ts';
import { leftOf } from './still-there.ts';

const FLAGS = ['\\Draft', '\\Seen'];
const NOT_KEPT: ReadonlySet<Flag> = new Set(['\\Deleted', '\\Draft', '\\Recent']);

/** What the next version is marked with: as the person, or another program, has marked the one before, and no longer. */
export function flagsAfter(before: CopyThere | undefined): readonly Flag[] {
  return before ? ['\\Draft', ...before.flags.filter(isKeptOf(before.copy))] : FLAGS;
}

/** Of a version that is marked as deleted, or was to be sent from here, the next one is not; that it is a draft is known. */
function isKeptOf(version: DraftCopy): (flag: Flag) => boolean {
  return (flag) => !NOT_KEPT.has(flag) && !isOwnClaim(flag, version);
}

/**
 * What was wanted of the version before comes first; else it would be gone before its time. Rejects with NotYet while there is
 * such a thing; then nothing waits for this action, which has yet to begin.
 */
export async function needNobodyElse(
  settling: Settling,
  { id, ...wanted }: SaveDraftAction,
  before: MessageKey,
): Promise<void> {
  const { truth } = settling;
  const actions = await truth.store.read(actionsQuery());
  const first = actions.some(
    ({ id: other, kind, state, ...rest }) =>
      kind !== 'flag' &&
      'messages' in rest &&
      rest.messages.includes(before) &&
      (state.name === 'running' || (state.name === 'waiting' && other < id)),
  );
  if (!first) return;
  const { tried: _, ...again } = wanted;
  await truth.commit([
    { kind: 'action', action: { ...again, id, state: { name: 'waiting' } }, onlyIfThere: true },
  ]);
  throw new NotYet();
}

/** What the person wants of the version before, and the server has not been told, is meant for the one in its place. */
export async function followedTo(
  settling: Settling,
  before: MessageKey | undefined,
  place: DraftCopy,
): Promise<Change[]> {
  const now = before === undefined ? undefined : await rowOf(settling, place);
  if (!now) return [];
  const actions = await settling.truth.store.read(actionsQuery());
  return actions.flatMap((action): Change[] => {
    if (!('messages' in action) || !action.messages.some((key) => key === before)) return [];
    // The version before is where it was to be moved, and the one in its place is written on.
    if (action.kind === 'move' && action.copied?.some(({ key }) => key === before)) return [];
    const messages = action.messages.map((key) => (key === before ? now.key : key));
    return [{ kind: 'action', action: { ...action, messages }, keepsState: true }];
  });
}

/** Ends the version before, where it is still where it was. `place`: in `mailbox`, of the one that was put there with `given`. */
export async function endBefore(
  settling: Settling,
  replaced: DraftCopy,
  given: readonly Flag[] | undefined,
  mailbox: Mailbox,
  place: DraftCopy,
): Promise<void> {
  const home = await settling.truth.mailbox(replaced.mailbox);
  if (!home) return;
  await at(settling, home, (there) =>
    removeVersion(there, home, replaced, (now) =>
      at(settling, mailbox, (here) => markAlike(here, mailbox, replaced, now, given, place)),
    ),
  );
  if (home.key !== mailbox.key) settling.stale(home.key);
}

/**
 * What another program did to the flags of the version before, which has `flags` now, since the one in its place was put there with
 * those of `before`.
 */
async function markAlike(
  settling: Settling,
  mailbox: Mailbox,
  replaced: DraftCopy,
  flags: readonly Flag[],
  before: readonly Flag[] | undefined,
  { uid }: DraftCopy,
): Promise<void> {
  if (!before) return;
  const { lane } = settling;
  const now = flags.filter(isKeptOf(replaced));
  const given = before.filter(isKeptOf(replaced));
  for (const [mode, some] of [
    ['add', now.filter((flag) => !given.includes(flag))],
    ['remove', given.filter((flag) => !now.includes(flag))],
  ] as const) {
    if (some.length === 0) continue;
    await lane.select(mailbox, { uids: [uid] });
    try {
      await lane.run(uidStore([uid], { mode, flags: some, silent: true }));
    } catch (error) {
      // Somebody may have taken it away.
      await leftOf(settling, [uid], error);
    }
  }
}

/** Removes a version where the mailbox has it. `first` is told what it is marked with, before it goes. */
export async function removeVersion(
  settling: Settling,
  mailbox: Mailbox,
  copy: DraftCopy,
  first?: (flags: readonly Flag[]) => Promise<void>,
): Promise<void> {
  const there = await whereIs(settling, mailbox, copy);
  if (!there) return;
  await first?.(there.flags);
  await removeUids(settling, mailbox, [there.copy.uid]);
  await settling.lane.absorbed();
}

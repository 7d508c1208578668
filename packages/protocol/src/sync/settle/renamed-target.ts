/**
 * What an action may have put into a mailbox that is not there any more under its name. A mailbox that was renamed is known again by
 * its UIDVALIDITY and its mail (renamed.ts); one that was numbered anew as well, or never looked into, only by what was put there:
 * it is looked for wherever nothing was heard of before. Put there again, it would be there twice.
 */
import { CommandError } from '../../error.ts';
import type { SelectedMailbox } from '../../imap/types.ts';
import type { Action, Noted } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox } from '../model.ts';
import { withMailbox } from '../named-in.ts';
import { codeOf } from '../outbox.ts';
import { isSelectable } from '../roles.ts';
import { actionsQuery } from '../store.ts';
import { behindNoop } from './behind-noop.ts';
import { at, NotYet, unlessRenamed } from './context.ts';
import type { Settling } from './context.ts';

/** Mailboxes that are looked through: one that shows up with many others was hardly renamed. */
const MOST = 20;
/** What a mailbox says that nobody could put anything into, or that is gone, too. */
const CLOSED: ReadonlySet<string> = new Set(['NOPERM', 'NONEXISTENT']);

/**
 * Rejects with NotYet where `mailbox` was renamed: the action goes on there. `holds` says whether what was put there is in the mailbox
 * that is selected. Rejects with CommandError where one of them does not say.
 */
export async function unlessElsewhere(
  settling: Settling,
  action: Action,
  mailbox: Mailbox,
  noted: Noted | undefined,
  holds: (lane: Lane, selected: SelectedMailbox) => Promise<boolean>,
): Promise<void> {
  await unlessRenamed(settling, mailbox, noted);
  const { truth } = settling;
  if (noted?.newest === undefined || noted.uidValidity === 0) return;
  const { newest } = noted;
  const strange = (await truth.mailboxes()).filter((each) => each.key > newest && isSelectable(each));
  for (const each of strange.slice(0, MOST)) {
    if (!(await at(settling, each, ({ lane }) => look(lane, each, holds)))) continue;
    await goOnIn(settling, action, mailbox, each);
    throw new NotYet();
  }
}

async function look(
  lane: Lane,
  mailbox: Mailbox,
  holds: (lane: Lane, selected: SelectedMailbox) => Promise<boolean>,
): Promise<boolean> {
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    if (error instanceof CommandError && CLOSED.has(codeOf(error))) return false;
    throw error;
  }
  return behindNoop(lane, () => holds(lane, selected));
}

async function goOnIn({ truth }: Settling, { id }: Action, from: Mailbox, to: Mailbox): Promise<void> {
  await truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
    const action = newest && withVersion(withMailbox(newest, from.key, to.key), from, to);
    return { changes: action ? [{ kind: 'action', action, onlyIfThere: true }] : [], result: undefined };
  });
}

/** The version of a draft that is replaced went along. */
function withVersion(action: Action | undefined, from: Mailbox, to: Mailbox): Action | undefined {
  if (action?.kind !== 'save-draft' || action.tried?.replaced?.mailbox !== from.key) return action;
  const replaced = { ...action.tried.replaced, mailbox: to.key };
  return { ...action, tried: { ...action.tried, replaced } };
}

/**
 * A mailbox whose new name belongs to another server (RFC 2193 §4.3), where no RENAME leads: one is made there, all mail goes there
 * by FETCH and APPEND, and what is empty then is deleted. Actions of their own in the outbox, so that each is done once, is shown, and
 * can be tried again: as long as any mail is left the old mailbox stays.
 */
import type { ActionId, DeleteMailboxAction, RenameMailboxAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { Mailbox, MailboxKey, MessageKey } from '../model.ts';
import { renamed } from '../project-mailboxes.ts';
import type { Renaming } from '../referral.ts';
import { isSelectable } from '../roles.ts';
import { actionsQuery } from '../store.ts';
import { isMissing, NotYet } from './context.ts';
import type { Settling } from './context.ts';

/** Messages of one move: what is shown as waiting, and what is looked through after a lost connection. */
const AT_ONCE = 200;
/** In the order in which they are carried out. */
const STEPS = { create: 1, move: 2, delete: 3 } as const;

/** Puts into the outbox, in place of `action`, what comes to the same, for `above` and the mailboxes below it. */
export function replaceAcross(
  { servers, truth }: Settling,
  action: RenameMailboxAction,
  above: Mailbox,
  { to }: Renaming,
): Promise<void> {
  return truth.change(async () => {
    const going = (await truth.mailboxes()).flatMap((mailbox) => {
      const name = renamed(mailbox, above, action.name);
      return name !== undefined && isSelectable(mailbox) ? [{ mailbox, name }] : [];
    });
    const sorted = going.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    let key = sorted.length > 0 ? await truth.store.allocate(sorted.length) : 0;
    const { id, at } = action;
    const common = { at, state: { name: 'waiting' } } as const;
    const changes: Change[] = [{ kind: 'action-removed', id }];
    for (const [i, { mailbox, name }] of sorted.entries()) {
      const into = key++ as MailboxKey;
      // From home it goes where the server says; back, or on from there, where CREATE leads.
      if (!servers.isElsewhere(mailbox))
        servers.settle(into, { ...to, mailbox: to.mailbox + name.slice(action.name.length) });
      const { delimiter, mode } = mailbox;
      const made = { kind: 'create-mailbox', mailbox: into, name, delimiter, role: undefined, mode } as const;
      const ends = { kind: 'delete-mailbox', mailbox: mailbox.key, into } as const;
      changes.push({ kind: 'action', action: { ...common, ...made, id: idOf(id, 'create', i) } });
      // Those below first: one with others below it would stay as a level (RFC 3501 §6.3.4).
      const place = sorted.length - 1 - i;
      changes.push({ kind: 'action', action: { ...common, ...ends, id: idOf(id, 'delete', place) } });
    }
    return { changes, result: undefined };
  });
}

/**
 * Whether the mailbox, on the lane of `settling`, is empty. If not, a move of what is in it is put before `action`; rejects with
 * NotYet where that is not known here yet.
 */
export async function isEmptied(
  { lane, truth, stale }: Settling,
  action: DeleteMailboxAction,
  mailbox: Mailbox,
  into: MailboxKey,
): Promise<boolean> {
  try {
    const { exists } = await lane.select(mailbox, { again: true });
    if (exists === 0) return true;
  } catch (error) {
    // Deleted already, and the receipt was lost.
    if (await isMissing(lane, mailbox, error)) return true;
    throw error;
  }
  await lane.absorbed();
  const known = await truth.change(async () => {
    const { keys, uids } = await truth.rows(mailbox.key);
    const messages = [...keys].filter((_, i) => uids[i] !== 0).slice(0, AT_ONCE) as MessageKey[];
    if (messages.length === 0) return { changes: [], result: false };
    const [before = ''] = action.id.split('~');
    const actions = await truth.store.read(actionsQuery());
    const earlier = actions.filter(({ id }) => id.startsWith(`${before}~${STEPS.move}`)).length;
    const move = { kind: 'move', from: mailbox.key, to: into, messages } as const;
    const id = idOf(before, 'move', earlier);
    return {
      changes: [{ kind: 'action', action: { ...move, id, at: action.at, state: { name: 'waiting' } } }],
      result: true,
    };
  });
  if (known) return false;
  stale(mailbox.key);
  throw new NotYet();
}

/** Ids sort in the order in which the person acted: behind `id`, and before the next. */
function idOf(id: ActionId, step: keyof typeof STEPS, place: number): ActionId {
  return `${id}~${STEPS[step]}~${String(place).padStart(4, '0')}`;
}

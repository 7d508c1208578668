/** The mailboxes that a person sees: truth with the pending actions laid over it, in order. Pure. */
import type { Action, MailboxAction } from './action.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';

export interface ShownMailbox extends Mailbox {
  /** Actions on the mailbox itself that wait for the server, or failed there. */
  readonly pending: 'waiting' | 'failed' | undefined;
}

/**
 * A failed action has no effect on what is shown, but marks the mailbox. What the server has done already may still be
 * pending here: laid over its outcome, an action changes nothing.
 */
export function projectMailboxes(
  mailboxes: readonly Mailbox[],
  actions: readonly Action[],
): readonly ShownMailbox[] {
  const shown = new Map<MailboxKey, ShownMailbox>(
    mailboxes.map((mailbox) => [mailbox.key, { ...mailbox, pending: undefined }]),
  );
  for (const action of actions) if (isMailboxAction(action)) lay(action, shown);
  return [...shown.values()];
}

export function isMailboxAction(action: Action): action is MailboxAction {
  switch (action.kind) {
    case 'create-mailbox':
    case 'rename-mailbox':
    case 'delete-mailbox':
    case 'subscribe':
      return true;
    default:
      return false;
  }
}

function lay(action: MailboxAction, shown: Map<MailboxKey, ShownMailbox>): void {
  const there = shown.get(action.mailbox);
  if (action.state.name === 'failed') {
    if (there) shown.set(there.key, { ...there, pending: 'failed' });
    return;
  }
  if (action.kind === 'create-mailbox') {
    const { mailbox: key, name, delimiter, role } = action;
    const made = { ...newMailbox(key), name, wireName: name, delimiter, role, subscribed: true };
    shown.set(key, { ...(there ?? made), pending: 'waiting' });
    return;
  }
  if (!there) return;
  const pending = there.pending ?? 'waiting';
  switch (action.kind) {
    case 'rename-mailbox':
      for (const mailbox of shown.values()) {
        const name = renamed(mailbox, there, action.name);
        if (name !== undefined) shown.set(mailbox.key, { ...mailbox, name });
      }
      shown.set(there.key, { ...there, name: action.name, pending });
      return;
    case 'delete-mailbox': {
      if (action.into !== undefined) {
        // As long as it has mail it is there.
        shown.set(there.key, { ...there, pending });
        return;
      }
      const above = [...shown.values()].some((mailbox) => isBelow(mailbox, there));
      if (!above) shown.delete(there.key);
      // A level of the hierarchy, without mail (RFC 3501 §6.3.4).
      else
        shown.set(there.key, {
          ...there,
          attributes: ['\\Noselect'],
          role: undefined,
          messages: 0,
          unseen: 0,
          pending,
        });
      return;
    }
    case 'subscribe':
      shown.set(there.key, { ...there, subscribed: action.on, pending });
  }
}

export function isBelow({ name }: Mailbox, above: Mailbox): boolean {
  return above.delimiter !== null && name.startsWith(above.name + above.delimiter);
}

/** The new name of a mailbox that is `above`, or below it, once that has the name `to`; undefined: it keeps its own. */
export function renamed(mailbox: Mailbox, above: Mailbox, to: string): string | undefined {
  if (mailbox.key === above.key) return to;
  return isBelow(mailbox, above) ? to + mailbox.name.slice(above.name.length) : undefined;
}

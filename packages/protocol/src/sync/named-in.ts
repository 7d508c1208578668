/** The messages and mailboxes that an action names. Pure. */
import type { Action } from './action.ts';
import type { Draft, MailboxKey, MessageKey } from './model.ts';

/** Messages that an action changes; a send only marks what it answers, and nothing has to wait for that. */
export function messagesOf(action: Action): readonly MessageKey[] {
  return 'messages' in action ? action.messages : [];
}

/** Messages that a draft answers, or has files of. */
export function messagesIn({ answers, attachments, awaited = [] }: Draft): readonly MessageKey[] {
  const files = [...attachments.flatMap(({ source }) => source ?? []), ...awaited];
  return [...(answers ? [answers] : []), ...files].map(({ key }) => key);
}

/** Mailboxes that an action needs to exist. */
export function mailboxesOf(action: Action): readonly MailboxKey[] {
  switch (action.kind) {
    case 'move':
    case 'copy':
      return [action.from, action.to];
    case 'carry':
      return [action.from];
    case 'send':
      return action.sent === undefined ? [] : [action.sent];
    default:
      return [action.mailbox];
  }
}

/** The mailbox of this account that an action puts messages into, as it is to be carried out now. */
export function targetOf(action: Action): MailboxKey | undefined {
  switch (action.kind) {
    case 'move':
    case 'copy':
      return action.to;
    case 'upload':
    case 'import':
    case 'save-draft':
      return action.mailbox;
    case 'send':
      return action.step === 'file' ? action.sent : undefined;
    default:
      return undefined;
  }
}

/** The action as it is when what it calls `from` is to be called `to`; undefined: it does not name it. */
export function withMailbox(action: Action, from: MailboxKey, to: MailboxKey): Action | undefined {
  const into = action.kind === 'delete-mailbox' ? action.into : undefined;
  if (into !== from && !mailboxesOf(action).includes(from)) return undefined;
  const known = (key: MailboxKey): MailboxKey => (key === from ? to : key);
  switch (action.kind) {
    case 'move':
    case 'copy':
      return { ...action, from: known(action.from), to: known(action.to) };
    case 'carry':
      return { ...action, from: to };
    case 'send':
      return { ...action, sent: to };
    case 'delete-mailbox':
      return {
        ...action,
        mailbox: known(action.mailbox),
        ...(into === undefined ? {} : { into: known(into) }),
      };
    default:
      return { ...action, mailbox: to };
  }
}

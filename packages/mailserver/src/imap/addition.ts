import { Refusal } from '../account/account.ts';
import type { Mailbox, Message, NewMessage } from '../account/mailbox.ts';
import { flagsAllowed, requireRight } from './rights.ts';
import type { Session } from './session.ts';
import { accountOf } from './session.ts';

/** Octets and messages. */
export interface Amount {
  readonly octets: number;
  readonly messages: number;
}

export function amountOf(messages: readonly { readonly content: { size: number } | Uint8Array }[]): Amount {
  const sizes = messages.map(({ content }) =>
    content instanceof Uint8Array ? content.length : content.size,
  );
  return { octets: sizes.reduce((sum, size) => sum + size, 0), messages: messages.length };
}

/**
 * Adds messages to a mailbox, all or none: a Refusal with NOPERM without the right to insert (RFC 4314 §4), with
 * OVERQUOTA when they are too much (RFC 9208 §4.3.1). `freed` is given back in the same step.
 */
export function addAll(
  session: Session,
  mailbox: Mailbox,
  messages: readonly NewMessage[],
  freed: Amount = { octets: 0, messages: 0 },
): Message[] {
  requireRight(session, mailbox, 'i');
  const added = amountOf(messages);
  const account = accountOf(session);
  const octets = added.octets - freed.octets;
  if (account.exceedsQuota({ octets, messages: added.messages - freed.messages }))
    throw new Refusal('There is no room left in this account', 'OVERQUOTA');
  return messages.map((message) =>
    mailbox.add({ ...message, flags: flagsAllowed(session, mailbox, message.flags ?? []) }),
  );
}

/** What a tab looks at, as the hash of its URL: `#/inbox/123`; a mailbox without a role by its key: `#/17`. */
import type { MailboxKey, MailboxRole, MessageKey } from '@postern/protocol/sync';

export interface Route {
  readonly mailbox: MailboxRole | MailboxKey;
  readonly message: MessageKey | undefined;
}

const roles: ReadonlySet<string> = new Set<MailboxRole>([
  'inbox',
  'drafts',
  'sent',
  'archive',
  'junk',
  'trash',
  'all',
  'flagged',
]);

/** undefined for anything else than what `hashOf` writes. */
export function routeIn(hash: string): Route | undefined {
  const [, place, message] = /^#\/([a-z]+|\d{1,15})(?:\/(\d{1,15}))?$/.exec(hash) ?? [];
  if (place === undefined) return undefined;
  const mailbox = roles.has(place) ? (place as MailboxRole) : /^\d/.test(place) ? Number(place) : undefined;
  if (mailbox === undefined) return undefined;
  return {
    mailbox: mailbox as Route['mailbox'],
    message: message === undefined ? undefined : (Number(message) as MessageKey),
  };
}

export function hashOf({ mailbox, message }: Route): string {
  return message === undefined ? `#/${mailbox}` : `#/${mailbox}/${message}`;
}

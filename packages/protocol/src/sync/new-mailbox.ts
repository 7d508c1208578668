/** Mailboxes that are known here before anything else is known about them. */
import type { Mailbox, MailboxKey, MailboxRole } from './model.ts';

/** Never looked at; names and attributes are still to be filled in. */
export function newMailbox(key: MailboxKey): Mailbox {
  return {
    key,
    name: '',
    wireName: '',
    delimiter: null,
    attributes: [],
    role: undefined,
    subscribed: false,
    mode: 'disconnected',
    messages: 0,
    unseen: 0,
    sync: { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 },
  };
}

/** RFC 6154 §2's names for them: ASCII, so that the wire has them as they are, and any other program knows them again. */
const names: Readonly<Partial<Record<MailboxRole, string>>> = {
  archive: 'Archive',
  drafts: 'Drafts',
  junk: 'Junk',
  sent: 'Sent',
  trash: 'Trash',
};

/**
 * The mailbox for a role that an account does not have. It stands in the store at once, so that mail can be moved to it
 * without a network; the server makes it when it says [TRYCREATE]. undefined: the role is not one to be made.
 */
export function mailboxForRole(
  role: MailboxRole,
  mailboxes: readonly Mailbox[],
  key: MailboxKey,
): Mailbox | undefined {
  const base = names[role];
  const inbox = mailboxes.find((mailbox) => mailbox.role === 'inbox');
  if (base === undefined || !inbox) return undefined;
  const { delimiter } = inbox;
  const others = mailboxes.filter((mailbox) => mailbox !== inbox);
  // Courier keeps everything below INBOX, and refuses a name beside it.
  const prefix = delimiter === null ? '' : `INBOX${delimiter}`;
  const below = prefix !== '' && others.length > 0 && others.every(({ name }) => name.startsWith(prefix));
  const name = below ? prefix + base : base;
  return { ...newMailbox(key), name, wireName: name, delimiter, role, subscribed: true };
}

/** Stands here for a role, and no server has been seen to have it. */
export function isMadeUp({ role, attributes, sync }: Mailbox): boolean {
  return role !== undefined && role !== 'inbox' && attributes.length === 0 && sync.uidValidity === 0;
}

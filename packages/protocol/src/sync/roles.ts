/** Which mailbox is the Sent, the Trash … (RFC 6154), and what to make of servers that do not say. */
import type { ListedMailbox } from '../imap/types.ts';
import type { MailboxRole } from './model.ts';

const byAttribute: Readonly<Record<string, MailboxRole>> = {
  '\\drafts': 'drafts',
  '\\sent': 'sent',
  '\\archive': 'archive',
  '\\junk': 'junk',
  '\\trash': 'trash',
  '\\all': 'all',
  '\\flagged': 'flagged',
};

/** What a new mailbox for `role` is to be made for, as CREATE says it (RFC 6154 §3). */
export function useOf(role: MailboxRole | undefined): readonly string[] {
  const attribute = role && attributeOf[role];
  return attribute ? [attribute] : [];
}

const attributeOf: Readonly<Partial<Record<MailboxRole, string>>> = {
  archive: '\\Archive',
  drafts: '\\Drafts',
  junk: '\\Junk',
  sent: '\\Sent',
  trash: '\\Trash',
};

/** Names seen where SPECIAL-USE is not (Courier, old Exchange, and what mail programs create in their languages). */
const byName: Readonly<Record<string, MailboxRole>> = {
  drafts: 'drafts',
  draft: 'drafts',
  entwürfe: 'drafts',
  brouillons: 'drafts',
  borradores: 'drafts',
  sent: 'sent',
  'sent items': 'sent',
  'sent messages': 'sent',
  'sent mail': 'sent',
  gesendet: 'sent',
  'gesendete objekte': 'sent',
  envoyés: 'sent',
  enviados: 'sent',
  archive: 'archive',
  archives: 'archive',
  archiv: 'archive',
  junk: 'junk',
  'junk e-mail': 'junk',
  'junk mail': 'junk',
  spam: 'junk',
  trash: 'trash',
  'deleted items': 'trash',
  'deleted messages': 'trash',
  papierkorb: 'trash',
  corbeille: 'trash',
  papelera: 'trash',
};

/** One mailbox per role: what the server says goes before what a name suggests. */
export function rolesOf(listed: readonly ListedMailbox[]): ReadonlyMap<string, MailboxRole> {
  const roles = new Map<string, MailboxRole>();
  const taken = new Set<MailboxRole>();
  const give = (mailbox: ListedMailbox, role: MailboxRole | undefined): void => {
    if (!role || taken.has(role) || roles.has(mailbox.wireName)) return;
    taken.add(role);
    roles.set(mailbox.wireName, role);
  };
  const selectable = listed.filter(isSelectable);
  for (const mailbox of selectable) if (isInbox(mailbox.name)) give(mailbox, 'inbox');
  for (const mailbox of selectable) {
    for (const attribute of mailbox.attributes) give(mailbox, byAttribute[attribute.toLowerCase()]);
  }
  for (const mailbox of selectable) {
    const levels = mailbox.delimiter === null ? [mailbox.name] : mailbox.name.split(mailbox.delimiter);
    const top = levels.length === 1 || (levels.length === 2 && isInbox(levels[0] ?? ''));
    if (top) give(mailbox, byName[(levels.at(-1) ?? '').toLowerCase()]);
  }
  return roles;
}

/** RFC 3501 §5.1: INBOX in any case. */
export function isInbox(name: string): boolean {
  return name.toUpperCase() === 'INBOX';
}

export function isSelectable(mailbox: Pick<ListedMailbox, 'attributes'>): boolean {
  return !mailbox.attributes.some((attribute) => /^\\(noselect|nonexistent)$/i.test(attribute));
}

/** RFC 5258 §3: there is no mailbox of that name. */
export function isNonExistent(mailbox: Pick<ListedMailbox, 'attributes'>): boolean {
  return mailbox.attributes.some((attribute) => /^\\nonexistent$/i.test(attribute));
}

/** RFC 5258 §3.1: it lives on another server; also what RLIST tells beyond LIST (RFC 2193 §5.1). */
export function isRemote(mailbox: Pick<ListedMailbox, 'attributes'>): boolean {
  return mailbox.attributes.some((attribute) => /^\\remote$/i.test(attribute));
}

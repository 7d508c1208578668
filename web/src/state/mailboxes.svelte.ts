/** The mailboxes as the sidebar shows them. */
import type { MailboxKey, MailboxRole } from '@postern/protocol/sync';
import type { MailboxView } from './views.ts';

class Mailboxes {
  /** inbox, drafts, sent, archive, junk, trash first; then the tree, by name. */
  get list(): readonly MailboxView[] {
    return [];
  }
  /** False until the list of mailboxes has come from the server once. */
  get loaded(): boolean {
    return false;
  }
  byRole(role: MailboxRole): MailboxView | undefined {
    return this.list.find((mailbox) => mailbox.role === role);
  }
  get(key: MailboxKey | undefined): MailboxView | undefined {
    return this.list.find((mailbox) => mailbox.key === key);
  }
}

export const mailboxes = new Mailboxes();

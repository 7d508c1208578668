/** The mailboxes as the sidebar shows them. */
import type { MailboxKey, MailboxRole } from '@postern/protocol/sync';
import { counting, mailboxTree } from './tree.ts';
import { truth } from './truth.svelte.ts';
import type { MailboxView } from './views.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

class Mailboxes {
  readonly #list: readonly MailboxView[] = $derived.by(() => {
    const counts = counting(
      truth.overlays,
      (mailbox) => truth.rowsIn(mailbox),
      (key) => truth.locate(key),
    );
    return mailboxTree(truth.mailboxes, counts, collator);
  });

  /** inbox, drafts, sent, archive, junk, trash first; then the tree, by name. */
  get list(): readonly MailboxView[] {
    return this.#list;
  }
  /** False until the list of mailboxes has come from the server once. */
  get loaded(): boolean {
    return truth.mailboxes.length > 0;
  }
  byRole(role: MailboxRole): MailboxView | undefined {
    return this.list.find((mailbox) => mailbox.role === role);
  }
  get(key: MailboxKey | undefined): MailboxView | undefined {
    return this.list.find((mailbox) => mailbox.key === key);
  }
}

export const mailboxes = new Mailboxes();

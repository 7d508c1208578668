/** The mailboxes as the sidebar shows them. */
import { NAMESPACES_SETTING, namespacesOf, settingQuery } from '@postern/protocol/sync';
import type { KnownNamespaces, MailboxKey, MailboxRole } from '@postern/protocol/sync';
import { follow } from './device.ts';
import { counting, mailboxTree } from './tree.ts';
import { truth } from './truth.svelte.ts';
import type { MailboxView } from './views.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

class Mailboxes {
  #namespaces: KnownNamespaces | undefined = $state.raw();
  readonly #list: readonly MailboxView[] = $derived.by(() => {
    const counts = counting(
      truth.overlays,
      (mailbox) => truth.rowsIn(mailbox),
      (key) => truth.locate(key),
    );
    return mailboxTree(truth.mailboxes, counts, collator, this.#namespaces);
  });

  constructor() {
    follow(settingQuery<unknown>(NAMESPACES_SETTING), (value) => (this.#namespaces = namespacesOf(value)));
  }

  /** inbox, drafts, sent, archive, junk, trash first; then the tree, by name; then what is not the person's own. */
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

/** The mailboxes of an account that this tab does not show: read from its store, which is opened for it and closed again. */
import {
  actionsQuery,
  indexOfKey,
  mailboxesQuery,
  overlays,
  projectMailboxes,
  rowsQuery,
  type Mailbox,
} from '@postern/protocol/sync';
import { openStore } from '../store/index.ts';
import type { KnownAccount } from './known-accounts.ts';
import { counting, mailboxTree } from './tree.ts';
import type { MailboxView } from './views.ts';

export interface OtherMailbox {
  readonly view: MailboxView;
  /** With what names it on its server. */
  readonly mailbox: Mailbox;
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** As that account's own sidebar has them; the counts are exact for the inbox. Rejects with StoreError. */
export async function mailboxesOf({ store: name }: KnownAccount): Promise<readonly OtherMailbox[]> {
  const store = await openStore(name);
  try {
    const actions = await store.read(actionsQuery());
    const mailboxes = projectMailboxes(await store.read(mailboxesQuery()), actions);
    const inbox = mailboxes.find(({ role }) => role === 'inbox');
    const rows = inbox && (await store.read(rowsQuery(inbox.key)));
    const counts = counting(
      overlays(actions),
      (mailbox) => (mailbox === inbox?.key ? rows : undefined),
      (key) => (rows && indexOfKey(rows, key) >= 0 ? rows : undefined),
    );
    const byKey = new Map(mailboxes.map((mailbox) => [mailbox.key, mailbox]));
    return mailboxTree(mailboxes, counts, collator).map((view) => ({ view, mailbox: byKey.get(view.key)! }));
  } finally {
    store.close();
  }
}

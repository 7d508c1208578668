/** A device's first look: INBOX is there whatever else is (RFC 3501 §5.1), so its newest mail need not wait for LIST. */
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import type { Truth } from './truth.ts';

/** Where no mailbox is known yet, INBOX is. */
export function beginWithInbox(truth: Truth): Promise<void> {
  return truth.change(async () => {
    if ((await truth.mailboxes()).length > 0) return { changes: [], result: undefined };
    const key: number = await truth.store.allocate(1);
    const mailbox: Mailbox = {
      ...newMailbox(key as MailboxKey),
      name: 'INBOX',
      wireName: 'INBOX',
      role: 'inbox',
      subscribed: true,
    };
    return { changes: [{ kind: 'mailbox', mailbox }], result: undefined };
  });
}

/** An INBOX that this device has nothing of. */
export function isUnseen({ role, sync }: Mailbox): boolean {
  return role === 'inbox' && sync.uidNext <= 1 && sync.at === 0;
}

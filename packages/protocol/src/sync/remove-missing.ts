import type { MailboxKey, MessageKey } from './model.ts';
import type { Truth } from './truth.ts';

/** Takes the messages with these UIDs out of the mailbox's truth. What an action holds is only noted as departed. */
export function removeMissing(
  truth: Truth,
  mailbox: MailboxKey,
  missing: ReadonlySet<number>,
): Promise<void> {
  return truth.change(async () => {
    const rows = await truth.rows(mailbox);
    const keys: MessageKey[] = [];
    for (let i = 0; i < rows.length; i++) {
      const key = rows.keys[i] as MessageKey;
      if (!missing.has(rows.uids[i] ?? 0)) continue;
      if (truth.isLeaving(mailbox, key)) truth.departed.add(key);
      else keys.push(key);
    }
    return { changes: await truth.justGone.leaving(truth.store, mailbox, keys), result: undefined };
  });
}

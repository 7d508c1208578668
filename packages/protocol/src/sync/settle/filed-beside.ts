/** Servers that file what is submitted do so in what is Sent to them: another mailbox than ours, where Sent was renamed lately. */
import { CommandError } from '../../error.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import { rolesOf } from '../roles.ts';
import { behindNoop } from './behind-noop.ts';
import { at, FILED_LATELY, isFiled } from './context.ts';
import type { Settling } from './context.ts';

/** Whether the copy of what was sent just now is in any other mailbox than `sent` that is meant for it, or called so. */
export async function isFiledBeside(
  settling: Settling,
  messageId: string,
  sent: MailboxKey | undefined,
): Promise<boolean> {
  for (const mailbox of await settling.truth.mailboxes()) {
    if (mailbox.key === sent || rolesOf([mailbox]).get(mailbox.wireName) !== 'sent') continue;
    if (await hasLately(settling, mailbox, messageId)) {
      settling.stale(mailbox.key);
      return true;
    }
  }
  return false;
}

function hasLately(settling: Settling, mailbox: Mailbox, messageId: string): Promise<boolean> {
  return at(settling, mailbox, async ({ lane }) => {
    try {
      const selected = await lane.select(mailbox, { again: true });
      const since = Math.max(1, (selected.uidNext ?? 1) - FILED_LATELY);
      return await behindNoop(lane, () => isFiled(lane, messageId, since, selected));
    } catch (error) {
      // A mailbox that cannot be looked into keeps nothing from being filed.
      if (!(error instanceof CommandError)) throw error;
      return false;
    }
  });
}

/** What rights forbid (RFC 4314) is refused before anything is done by halves. */
import type { Action } from '../action.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import { forbidden } from '../rights.ts';
import { askRights } from '../rights-asking.ts';
import { at, Refused } from './context.ts';
import type { Settling } from './context.ts';

/**
 * Rejects with Refused where the action is sure to fail. Rights that were given meanwhile are nobody's news: the server is asked
 * before anything is refused in its name. What has begun is checked first, as after any lost connection.
 */
export async function unlessForbidden(settling: Settling, action: Action): Promise<void> {
  const { truth } = settling;
  const begun = ('noted' in action && action.noted) || ('copied' in action && action.copied);
  if (begun || action.state.name !== 'waiting') return;
  const asked = new Set<MailboxKey>();
  for (;;) {
    const found = forbidden(action, (await truth.mailboxes()).map(byLetters));
    if (!found) return;
    const { mailbox } = found;
    if (asked.has(mailbox.key)) throw new Refused('forbidden');
    asked.add(mailbox.key);
    await at(settling, mailbox, ({ lane }) => askRights(lane, truth, [mailbox]));
  }
}

/** What SELECT said may be another thing when it is selected again: the action tells. */
function byLetters(mailbox: Mailbox): Mailbox {
  const { rights, ...rest } = mailbox;
  return rights?.letters === undefined
    ? { ...rest, attributes: [] }
    : { ...rest, rights: { letters: rights.letters } };
}

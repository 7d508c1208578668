import type { Mailbox } from '../../account/mailbox.ts';
import { astring } from '../format.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { has, mailboxOf, shownName } from '../session.ts';
import { encodeUtf7 } from '../utf7.ts';

const ITEMS: Readonly<Record<string, (mailbox: Mailbox) => number | bigint>> = {
  MESSAGES: (mailbox) => mailbox.messages.length,
  RECENT: (mailbox) => mailbox.messages.filter((message) => message.uid >= mailbox.recentFrom).length,
  UIDNEXT: (mailbox) => mailbox.uidNext,
  UIDVALIDITY: (mailbox) => mailbox.uidValidity,
  UNSEEN: (mailbox) =>
    mailbox.messages.reduce((count, { flags }) => count + (flags.has('\\Seen') ? 0 : 1), 0),
  HIGHESTMODSEQ: (mailbox) => mailbox.highestModSeq,
};

/** The item names in parentheses, checked. Asking for HIGHESTMODSEQ makes the session one that knows MODSEQ. */
export function statusItems(session: Session, scanner: Scanner): string[] {
  return scanner.list(() => {
    const item = scanner.keyword();
    if (!Object.hasOwn(ITEMS, item) || (item === 'HIGHESTMODSEQ' && !has(session, 'CONDSTORE')))
      throw new GrammarError(`Unknown status item ${item}`);
    if (item === 'HIGHESTMODSEQ') session.condstore = true;
    return item;
  });
}

/** The untagged STATUS response for a mailbox. */
export function statusResponse(session: Session, mailbox: Mailbox, items: readonly string[]): string {
  const values = items.map((item) => `${item} ${ITEMS[item]!(mailbox)}`).join(' ');
  return `* STATUS ${astring(encodeUtf7(shownName(session, mailbox.name)))} (${values})\r\n`;
}

/** STATUS (RFC 3501 §6.3.10). */
export function* status(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.mailbox();
  scanner.space();
  const items = statusItems(session, scanner);
  scanner.end();
  yield statusResponse(session, mailboxOf(session, name), items);
  return ok('Status given');
}

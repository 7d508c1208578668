import type { Mailbox, Message } from '../account/mailbox.ts';
import type { CapabilityName } from '../profile.ts';
import { appendLimit } from '../profile.ts';
import { amountOf } from './addition.ts';
import type { Scanner } from './scanner.ts';
import { GrammarError } from './grammar-error.ts';
import type { Session } from './session.ts';
import { shownName, wireName } from './mailbox-name.ts';
import { has, hasModSeq } from './session.ts';

interface Item {
  /** Any of these will do. */
  readonly needs?: readonly CapabilityName[];
  readonly value: (mailbox: Mailbox, session: Session) => number | bigint | string;
}

/** STATUS data items: RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 7889 §3.1, RFC 8438 §3, RFC 8474 §4.3, RFC 9208 §4.1.4. */
const ITEMS: Readonly<Record<string, Item>> = {
  MESSAGES: { value: (mailbox) => mailbox.messages.length },
  RECENT: { value: (mailbox) => count(mailbox, (message) => message.uid >= mailbox.recentFrom) },
  UIDNEXT: { value: (mailbox) => mailbox.uidNext },
  UIDVALIDITY: { value: (mailbox) => mailbox.uidValidity },
  UNSEEN: { value: (mailbox) => count(mailbox, ({ flags }) => !flags.has('\\Seen')) },
  HIGHESTMODSEQ: {
    needs: ['CONDSTORE'],
    value: (mailbox, session) => (hasModSeq(session) ? mailbox.highestModSeq : 0),
  },
  DELETED: {
    needs: ['QUOTA=RES-MESSAGE', 'IMAP4rev2'],
    value: (mailbox) => count(mailbox, ({ flags }) => flags.has('\\Deleted')),
  },
  'DELETED-STORAGE': {
    needs: ['QUOTA=RES-STORAGE'],
    value: (mailbox) => amountOf(mailbox.messages.filter(({ flags }) => flags.has('\\Deleted'))).octets,
  },
  MAILBOXID: { needs: ['OBJECTID'], value: (mailbox) => `(${mailbox.id})` },
  SIZE: { needs: ['STATUS=SIZE'], value: (mailbox) => mailbox.size() },
  APPENDLIMIT: { needs: ['APPENDLIMIT'], value: (_, { host }) => appendLimit(host.profile) },
};

function count(mailbox: Mailbox, predicate: (message: Message) => boolean): number {
  return mailbox.messages.reduce((sum, message) => sum + (predicate(message) ? 1 : 0), 0);
}

/** The item names in parentheses, checked. Asking for HIGHESTMODSEQ makes the session one that knows MODSEQ. */
export function statusItems(session: Session, scanner: Scanner): string[] {
  return scanner.list(() => {
    const item = scanner.keyword();
    const known = Object.hasOwn(ITEMS, item) ? ITEMS[item] : undefined;
    if (known === undefined || (known.needs !== undefined && !known.needs.some((name) => has(session, name))))
      throw new GrammarError(`Unknown status item ${item}`);
    if (item === 'HIGHESTMODSEQ') session.condstore = true;
    return item;
  });
}

/** The untagged STATUS response for a mailbox. */
export function statusResponse(session: Session, mailbox: Mailbox, items: readonly string[]): string {
  const values = items.map((item) => `${item} ${ITEMS[item]!.value(mailbox, session)}`).join(' ');
  return `* STATUS ${wireName(session, shownName(session, mailbox.name))} (${values})\r\n`;
}

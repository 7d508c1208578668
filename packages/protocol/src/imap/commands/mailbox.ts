/** Commands on mailboxes: STATUS and those that make, name and end them (RFC 3501 §6.3). */
import { decodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { atomPiece, type Command, joinPieces, mailboxPiece, settled, SIGNED_IN } from '../command.ts';
import { type MailboxName, wireOctets } from '../mailbox-name.ts';
import { NOT_ENABLED, offers } from '../offers.ts';
import type { MailboxStatus } from '../types.ts';

/** What STATUS can say, and the extension that lets it (RFC 7162, 8438, 9051 §6.3.11, 9208, 7889, 8474). */
const STATUS_NEEDS = {
  MESSAGES: undefined,
  UNSEEN: undefined,
  UIDNEXT: undefined,
  UIDVALIDITY: undefined,
  RECENT: undefined,
  HIGHESTMODSEQ: undefined,
  SIZE: undefined,
  DELETED: ['IMAP4REV2', 'QUOTA=RES-MESSAGE'],
  'DELETED-STORAGE': ['QUOTA=RES-STORAGE'],
  APPENDLIMIT: ['APPENDLIMIT'],
  MAILBOXID: ['OBJECTID'],
} as const;

export type StatusItem = keyof typeof STATUS_NEEDS;

function statusItems(
  items: readonly StatusItem[],
  capabilities: ReadonlySet<string>,
  enabled: ReadonlySet<string> = NOT_ENABLED,
): string {
  const wanted = items.filter((item) => {
    if (item === 'RECENT') return !enabled.has('IMAP4REV2');
    const needs = STATUS_NEEDS[item];
    return !needs || offers(capabilities, ...needs);
  });
  if (wanted.length === 0) throw new UsageError('STATUS of nothing that the server has');
  return wanted.join(' ');
}

/**
 * `STATUS` (§6.3.10), for mailboxes that are not selected. undefined: OK, and no answer. Those of different mailboxes may
 * overlap (§5.5): each response says whose it is. Where `wireName` of the answer is another mailbox's, the server gave none.
 * DELETED, DELETED-STORAGE, APPENDLIMIT and MAILBOXID are asked only of servers that have them, RECENT not under IMAP4rev2;
 * HIGHESTMODSEQ and SIZE are for the caller to ask where there is CONDSTORE, STATUS=SIZE.
 */
export function status(name: MailboxName, items: readonly StatusItem[]): Command<MailboxStatus | undefined> {
  return {
    name: 'STATUS',
    states: SIGNED_IN,
    results: [`STATUS ${decodeText(wireOctets(name)).toUpperCase()}`],
    write: (capabilities, enabled) => [
      'STATUS ',
      mailboxPiece(name, enabled),
      ` (${statusItems(items, capabilities, enabled)})`,
    ],
    collect: () => {
      const expected = [decodeText(wireOctets(name)), typeof name === 'string' ? name : name.wire].map(
        (each) => each.toUpperCase(),
      );
      let answer: MailboxStatus | undefined;
      return {
        take(response) {
          if (response.type !== 'mailbox-status') return false;
          // NOTIFY sends others' too (RFC 5465): those are news. Two spellings of one name can differ in more than case, so
          // whatever came last is the answer unless the right one did.
          const exact = expected.includes(response.status.wireName.toUpperCase());
          if (exact || !answer) answer = response.status;
          return exact;
        },
        settle: () => answer,
      };
    },
  };
}

function simple(name: string, ...mailboxes: readonly MailboxName[]): Command<void> {
  return {
    name,
    states: SIGNED_IN,
    write: (_, enabled) => [
      `${name} `,
      ...joinPieces(...mailboxes.map((each) => mailboxPiece(each, enabled))),
    ],
    collect: () => settled,
  };
}

/**
 * `CREATE` (§6.3.3), with what it is for (`\Sent`, RFC 6154 §3) where the server has CREATE-SPECIAL-USE; elsewhere it is
 * made without. Gives its identifier where the server says one (RFC 8474 §4.1).
 */
export function create(name: MailboxName, use: readonly string[] = []): Command<string | undefined> {
  const attributes = use.map(atomPiece).join(' ');
  return {
    name: 'CREATE',
    states: SIGNED_IN,
    write: (capabilities, enabled) => [
      'CREATE ',
      mailboxPiece(name, enabled),
      ...(attributes && capabilities.has('CREATE-SPECIAL-USE') ? [` (USE (${attributes}))`] : []),
    ],
    collect: () => ({
      settle: ({ code }) => (code?.name === 'MAILBOXID' ? code.mailboxId : undefined),
    }),
  };
}
/** `DELETE` (§6.3.4), with all messages in it. */
export const deleteMailbox = (name: MailboxName): Command<void> => simple('DELETE', name);
/** `RENAME` (§6.3.5), with all mailboxes below it. */
export const rename = (from: MailboxName, to: MailboxName): Command<void> => simple('RENAME', from, to);
/** `SUBSCRIBE` (§6.3.6). */
export const subscribe = (name: MailboxName): Command<void> => simple('SUBSCRIBE', name);
/** `UNSUBSCRIBE` (§6.3.7). */
export const unsubscribe = (name: MailboxName): Command<void> => simple('UNSUBSCRIBE', name);

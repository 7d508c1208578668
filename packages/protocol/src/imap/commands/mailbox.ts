/** Commands on mailboxes: LIST, LSUB, STATUS and those that make, name and end them (RFC 3501 §6.3). */
import { type Command, type Collector, joinPieces, mailboxPiece, settled, SIGNED_IN } from '../command.ts';
import { type MailboxName, wireOctets } from '../mailbox-name.ts';
import { decodeText } from '../../bytes/index.ts';
import type { ListedMailbox, MailboxStatus } from '../types.ts';

export type StatusItem =
  'MESSAGES' | 'UNSEEN' | 'UIDNEXT' | 'UIDVALIDITY' | 'HIGHESTMODSEQ' | 'SIZE' | 'RECENT';

export interface ListOptions {
  /** `RETURN (SPECIAL-USE)` (RFC 6154 §5): only where the server has SPECIAL-USE and LIST-EXTENDED. */
  readonly returnSpecialUse?: boolean;
  /** `RETURN (SUBSCRIBED CHILDREN)` (RFC 5258 §3): only with LIST-EXTENDED. What is not asked for may be left out. */
  readonly returnSubscribed?: boolean;
  readonly returnChildren?: boolean;
  /** `RETURN (STATUS (…))` (RFC 5819): only with LIST-STATUS. */
  readonly returnStatus?: readonly StatusItem[];
}

export interface ListedWithStatus extends ListedMailbox {
  /** Only where it was asked for and the mailbox can be selected. */
  readonly status?: MailboxStatus;
}

/** `LIST` (§6.3.8). `reference` and `pattern` are as a person writes names, with the wildcards `*` and `%`. */
export function list(
  reference: MailboxName,
  pattern: MailboxName,
  options: ListOptions = {},
): Command<readonly ListedWithStatus[]> {
  const returns = [
    ...(options.returnSpecialUse ? ['SPECIAL-USE'] : []),
    ...(options.returnSubscribed ? ['SUBSCRIBED'] : []),
    ...(options.returnChildren ? ['CHILDREN'] : []),
    ...(options.returnStatus ? [`STATUS (${options.returnStatus.join(' ')})`] : []),
  ];
  return {
    name: 'LIST',
    states: SIGNED_IN,
    results: ['LIST'],
    // Its STATUS responses would be taken from those who wait for theirs.
    ...(options.returnStatus ? { alone: true as const } : {}),
    write: () => [
      'LIST ',
      ...joinPieces(mailboxPiece(reference), mailboxPiece(pattern)),
      ...(returns.length > 0 ? [` RETURN (${returns.join(' ')})`] : []),
    ],
    collect: () => collectListed('list', options.returnStatus !== undefined),
  };
}

/** `LSUB` (§6.3.9). Its attributes are about subscriptions only: `\Noselect` here does not mean that it cannot be selected. */
export function lsub(reference: MailboxName, pattern: MailboxName): Command<readonly ListedMailbox[]> {
  return {
    name: 'LSUB',
    states: SIGNED_IN,
    results: ['LSUB'],
    write: () => ['LSUB ', ...joinPieces(mailboxPiece(reference), mailboxPiece(pattern))],
    collect: () => collectListed('lsub', false),
  };
}

function collectListed(type: 'list' | 'lsub', withStatus: boolean): Collector<readonly ListedWithStatus[]> {
  const mailboxes: ListedMailbox[] = [];
  const statuses = new Map<string, MailboxStatus>();
  return {
    take(response) {
      if (response.type === type) {
        mailboxes.push(response.mailbox);
        return true;
      }
      if (!withStatus || response.type !== 'mailbox-status') return false;
      statuses.set(response.status.wireName, response.status);
      return true;
    },
    settle: () =>
      mailboxes.map((mailbox) => {
        const status = statuses.get(mailbox.wireName);
        return status ? { ...mailbox, status } : mailbox;
      }),
  };
}

/**
 * `STATUS` (§6.3.10), for mailboxes that are not selected. undefined: OK, and no answer. Those of different mailboxes may
 * overlap (§5.5): each response says whose it is. Where `wireName` of the answer is another mailbox's, the server gave none.
 */
export function status(name: MailboxName, items: readonly StatusItem[]): Command<MailboxStatus | undefined> {
  return {
    name: 'STATUS',
    states: SIGNED_IN,
    results: [`STATUS ${decodeText(wireOctets(name)).toUpperCase()}`],
    write: () => ['STATUS ', mailboxPiece(name), ` (${items.join(' ')})`],
    collect: () => {
      const expected = decodeText(wireOctets(name)).toUpperCase();
      let answer: MailboxStatus | undefined;
      return {
        take(response) {
          if (response.type !== 'mailbox-status') return false;
          // NOTIFY sends others' too (RFC 5465): those are news. Two spellings of one name can differ in more than case, so
          // whatever came last is the answer unless the right one did.
          const exact = response.status.wireName.toUpperCase() === expected;
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
    write: () => [`${name} `, ...joinPieces(...mailboxes.map(mailboxPiece))],
    collect: () => settled,
  };
}

/** `CREATE` (§6.3.3). */
export const create = (name: MailboxName): Command<void> => simple('CREATE', name);
/** `DELETE` (§6.3.4), with all messages in it. */
export const deleteMailbox = (name: MailboxName): Command<void> => simple('DELETE', name);
/** `RENAME` (§6.3.5), with all mailboxes below it. */
export const rename = (from: MailboxName, to: MailboxName): Command<void> => simple('RENAME', from, to);
/** `SUBSCRIBE` (§6.3.6). */
export const subscribe = (name: MailboxName): Command<void> => simple('SUBSCRIBE', name);
/** `UNSUBSCRIBE` (§6.3.7). */
export const unsubscribe = (name: MailboxName): Command<void> => simple('UNSUBSCRIBE', name);

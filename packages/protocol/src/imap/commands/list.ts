/**
 * Which mailboxes there are: LIST and LSUB (RFC 3501 §6.3.8, §6.3.9), extended by RFC 5258, 5819, 6154, 8440 and 9590.
 *
 *     list        = "LIST" [SP "(" [select-opt *(SP select-opt)] ")"] SP mailbox SP mbox-or-pat [SP return-opts]
 *     mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
 *     return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"
 */
import { UsageError } from '../../error.ts';
import { type Collector, type Command, joinPieces, mailboxPiece, type Piece, SIGNED_IN } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { Untagged } from '../response.ts';
import type { ListedMailbox, MailboxStatus } from '../types.ts';
import { entryPiece } from './metadata.ts';
import type { StatusItem } from './mailbox.ts';

export interface ListOptions {
  /**
   * Lists only mailboxes that all of these hold for (RFC 5258 §3.1): only with LIST-EXTENDED, SPECIAL-USE only with the
   * extension of that name. REMOTE adds mailboxes on other servers; RECURSIVEMATCH adds the parents of what the others find,
   * with `childInfo`, and stands beside SUBSCRIBED or SPECIAL-USE.
   */
  readonly only?: readonly ('SUBSCRIBED' | 'REMOTE' | 'RECURSIVEMATCH' | 'SPECIAL-USE')[];
  /** `RETURN (SPECIAL-USE)` (RFC 6154 §5): only where the server has SPECIAL-USE and LIST-EXTENDED. */
  readonly returnSpecialUse?: boolean;
  /** `RETURN (SUBSCRIBED CHILDREN)` (RFC 5258 §3): only with LIST-EXTENDED. What is not asked for may be left out. */
  readonly returnSubscribed?: boolean;
  readonly returnChildren?: boolean;
  /** `RETURN (STATUS (…))` (RFC 5819): only with LIST-STATUS. */
  readonly returnStatus?: readonly StatusItem[];
  /** `RETURN (MYRIGHTS)` (RFC 8440): only with LIST-MYRIGHTS. */
  readonly returnRights?: boolean;
  /** `RETURN (METADATA (…))` (RFC 9590): entries, only with LIST-METADATA. */
  readonly returnMetadata?: readonly string[];
}

/** A mailbox with what was asked for beside it; each is absent where the server did not say it of this mailbox. */
export interface ListedWithStatus extends ListedMailbox {
  readonly status?: MailboxStatus;
  /** Letters (RFC 4314 §2.1). */
  readonly rights?: string;
  /** Entry names in lower case; null: there is no such entry. */
  readonly metadata?: ReadonlyMap<string, Uint8Array | null>;
}

const FETCHING = ['UID FETCH'] as const;

/**
 * `LIST`. `reference` and `pattern` are as a person writes names, with the wildcards `*` and `%`. Several patterns ask for
 * the mailboxes that match any (RFC 5258 §3): only with LIST-EXTENDED. UsageError where the server lacks what selects; what
 * only adds to the answer is for the caller to ask of servers that have it.
 */
export function list(
  reference: MailboxName,
  pattern: MailboxName | readonly MailboxName[],
  options: ListOptions = {},
): Command<readonly ListedWithStatus[]> {
  const { only = [] } = options;
  if (
    only.includes('RECURSIVEMATCH') &&
    !only.some((each) => each === 'SUBSCRIBED' || each === 'SPECIAL-USE')
  )
    throw new UsageError('RECURSIVEMATCH of nothing');
  const patterns = isSeveral(pattern) ? pattern : [pattern];
  if (patterns.length === 0) throw new UsageError('LIST of no pattern');
  const returns = returnOptions(options);
  const beside = options.returnStatus ?? options.returnMetadata ?? options.returnRights;
  return {
    name: 'LIST',
    states: SIGNED_IN,
    results: ['LIST'],
    // The responses beside LIST would be taken from those who wait for theirs; what FETCH brings is none of them.
    ...(beside ? { alone: true as const, behind: FETCHING, followed: FETCHING } : {}),
    write(capabilities, enabled) {
      if (only.includes('SPECIAL-USE')) demand(capabilities, 'LIST (SPECIAL-USE)', 'SPECIAL-USE');
      if (isSeveral(pattern) || only.length > 0) demand(capabilities, 'LIST that selects', 'LIST-EXTENDED');
      const wanted = patterns.map((each) => mailboxPiece(each, enabled));
      return [
        `LIST ${only.length > 0 ? `(${only.join(' ')}) ` : ''}`,
        mailboxPiece(reference, enabled),
        ' ',
        ...(isSeveral(pattern) ? ['(', ...joinPieces(...wanted), ')'] : wanted),
        ...(returns.length > 0 ? [` RETURN (${returns.join(' ')})`] : []),
      ];
    },
    collect: () => new ListCollector('list', options),
  };
}

function isSeveral(pattern: MailboxName | readonly MailboxName[]): pattern is readonly MailboxName[] {
  return Array.isArray(pattern);
}

function returnOptions(options: ListOptions): string[] {
  return [
    ...(options.returnSpecialUse ? ['SPECIAL-USE'] : []),
    ...(options.returnSubscribed ? ['SUBSCRIBED'] : []),
    ...(options.returnChildren ? ['CHILDREN'] : []),
    ...(options.returnStatus ? [`STATUS (${options.returnStatus.join(' ')})`] : []),
    ...(options.returnRights ? ['MYRIGHTS'] : []),
    ...(options.returnMetadata ? [`METADATA (${options.returnMetadata.map(entryPiece).join(' ')})`] : []),
  ];
}

/**
 * `LSUB` (§6.3.9), or `LIST (SUBSCRIBED)` once IMAP4rev2 is enabled, which has no LSUB (RFC 9051, Appendix E). The attributes
 * of LSUB are about subscriptions only: `\Noselect` here does not mean that it cannot be selected.
 */
export function lsub(reference: MailboxName, pattern: MailboxName): Command<readonly ListedMailbox[]> {
  return listing('LSUB', reference, pattern);
}

/** `RLIST` (RFC 2193 §5.1): LIST with mailboxes on other servers too. Without MAILBOX-REFERRALS, a plain LIST. */
export function rlist(reference: MailboxName, pattern: MailboxName): Command<readonly ListedMailbox[]> {
  return listing('RLIST', reference, pattern);
}

/** `RLSUB` (RFC 2193 §5.2), as RLIST. Without MAILBOX-REFERRALS, a plain LSUB. */
export function rlsub(reference: MailboxName, pattern: MailboxName): Command<readonly ListedMailbox[]> {
  return listing('RLSUB', reference, pattern);
}

function listing(
  name: 'LSUB' | 'RLIST' | 'RLSUB',
  reference: MailboxName,
  pattern: MailboxName,
): Command<readonly ListedMailbox[]> {
  const subscribed = name !== 'RLIST';
  // `write` chooses between the forms and `collect`, called next, awaits the chosen one's answer.
  let answer: 'list' | 'lsub' = subscribed ? 'lsub' : 'list';
  return {
    name,
    states: SIGNED_IN,
    results: name === 'RLIST' ? ['LIST'] : ['LSUB', 'LIST'],
    write(capabilities, enabled) {
      const rev2 = subscribed && (enabled?.has('IMAP4REV2') ?? false);
      answer = subscribed && !rev2 ? 'lsub' : 'list';
      const verb = name !== 'LSUB' && capabilities.has('MAILBOX-REFERRALS') ? name : name.replace('R', '');
      const pieces: Piece[] = [mailboxPiece(reference, enabled), mailboxPiece(pattern, enabled)];
      return [`${rev2 ? 'LIST (SUBSCRIBED)' : verb} `, ...joinPieces(...pieces)];
    },
    collect: () => new ListCollector(answer, {}),
  };
}

class ListCollector implements Collector<readonly ListedWithStatus[]> {
  readonly #type: 'list' | 'lsub';
  readonly #options: ListOptions;
  readonly #mailboxes: ListedMailbox[] = [];
  readonly #status = new Map<string, MailboxStatus>();
  readonly #rights = new Map<string, string>();
  readonly #metadata = new Map<string, Map<string, Uint8Array | null>>();

  constructor(type: 'list' | 'lsub', options: ListOptions) {
    this.#type = type;
    this.#options = options;
  }

  take(response: Untagged): boolean {
    const { returnStatus, returnRights, returnMetadata } = this.#options;
    if (response.type === this.#type) {
      this.#mailboxes.push(response.mailbox);
      return true;
    }
    if (returnStatus && response.type === 'mailbox-status') {
      this.#status.set(response.status.wireName, response.status);
      return true;
    }
    if (returnRights && response.type === 'my-rights') {
      this.#rights.set(response.rights.wireName, response.rights.rights);
      return true;
    }
    if (!returnMetadata || response.type !== 'metadata' || !response.metadata.values) return false;
    const { wireName, values } = response.metadata;
    // One mailbox's entries may come in several responses (RFC 9590 §3).
    this.#metadata.set(wireName, new Map([...(this.#metadata.get(wireName) ?? []), ...values]));
    return true;
  }

  settle(): readonly ListedWithStatus[] {
    return this.#mailboxes.map((mailbox) => {
      const status = this.#status.get(mailbox.wireName);
      const rights = this.#rights.get(mailbox.wireName);
      const metadata = this.#metadata.get(mailbox.wireName);
      return {
        ...mailbox,
        ...(status && { status }),
        ...(rights !== undefined && { rights }),
        ...(metadata && { metadata }),
      };
    });
  }
}

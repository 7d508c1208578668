import type { AccountWatcher, Mailbox, MessageEvent } from '../account/mailbox.ts';
import { metadataNews } from './commands/metadata.ts';
import type { FetchItem } from './fetch-items.ts';
import { listedNow, listResponse } from './listing.ts';
import type { Piece } from './output.ts';
import type { Session } from './session.ts';
import { shownName, wireName } from './mailbox-name.ts';
import { accountOf, has, hasModSeq } from './session.ts';
import { statusResponse } from './status-items.ts';

/** Mailboxes other than the selected one, and what to tell of them (RFC 5465 §6). Names as the account has them. */
export interface EventGroup {
  readonly mailboxes: 'personal' | 'subscribed' | 'subtree' | 'mailboxes';
  readonly names: readonly string[];
  readonly events: ReadonlySet<string>;
}

/** What a client has asked for by NOTIFY SET; nothing at all for NOTIFY NONE. */
export interface Wishes {
  /** Message events of the selected mailbox, and whether expunges wait for a command (RFC 5465 §6.1.2). */
  readonly ofSelected: ReadonlySet<string>;
  readonly delayed: boolean;
  readonly itemsOfNew: readonly FetchItem[];
  readonly groups: readonly EventGroup[];
}

/** Collects what happens in an account for one session that has used NOTIFY (RFC 5465), until it can be told. */
export class Notifier implements AccountWatcher {
  readonly ofSelected: ReadonlySet<string>;
  readonly delayed: boolean;
  readonly itemsOfNew: readonly FetchItem[];
  readonly #groups: readonly EventGroup[];
  readonly #session: Session;
  readonly #changed = new Map<Mailbox, Set<MessageEvent>>();
  readonly #metadata = new Map<Mailbox | undefined, Set<string>>();
  readonly #names = new Map<string, { readonly subscribed: boolean; readonly oldName?: string }>();

  constructor(session: Session, wishes: Wishes) {
    this.#session = session;
    this.ofSelected = wishes.ofSelected;
    this.delayed = wishes.delayed;
    this.itemsOfNew = wishes.itemsOfNew;
    this.#groups = wishes.groups;
    accountOf(session).watchers.add(this);
  }

  close(): void {
    this.#session.account?.watchers.delete(this);
  }

  messagesChanged(mailbox: Mailbox, event: MessageEvent): void {
    if (mailbox === this.#session.selected?.mailbox || !this.#wants(event, mailbox.name)) return;
    const events = this.#changed.get(mailbox) ?? new Set();
    this.#changed.set(mailbox, events.add(event));
    this.#session.wake();
  }

  namesChanged(names: readonly string[]): void {
    for (const name of names) {
      this.#tellName(name, 'MailboxName');
      // The parent is affected too: it may have got or lost its children (RFC 5465 §5.4).
      if (name.includes('/')) this.#tellName(name.slice(0, name.lastIndexOf('/')), 'MailboxName');
    }
  }

  renamed(from: string, to: string): void {
    if (this.#wants('MailboxName', from) || this.#wants('MailboxName', to)) this.#keepName(to, false, from);
  }

  subscriptionChanged(name: string): void {
    this.#tellName(name, 'SubscriptionChange');
  }

  /** Whether some group asks for this event of a mailbox by that name, unless this session caused it (§5). */
  #wants(event: string, name: string): boolean {
    return (
      !this.#session.acting &&
      this.#groups.some((group) => group.events.has(event) && this.#covers(group, name))
    );
  }

  #covers({ mailboxes, names }: EventGroup, name: string): boolean {
    if (mailboxes === 'personal') return true;
    if (mailboxes === 'subscribed') return accountOf(this.#session).subscriptions.has(name);
    return names.some((each) => each === name || (mailboxes === 'subtree' && name.startsWith(`${each}/`)));
  }

  #tellName(name: string, event: string): void {
    if (this.#wants(event, name)) this.#keepName(name, event === 'SubscriptionChange');
  }

  #keepName(name: string, subscribed: boolean, oldName?: string): void {
    const before = this.#names.get(name);
    this.#names.delete(name);
    this.#names.set(name, {
      subscribed: subscribed || before?.subscribed === true,
      ...(oldName === undefined ? {} : { oldName }),
    });
    this.#session.wake();
  }

  metadataChanged(mailbox: Mailbox | undefined, entries: readonly string[]): void {
    const wanted =
      mailbox === undefined
        ? !this.#session.acting && this.#groups.some(({ events }) => events.has('ServerMetadataChange'))
        : this.#wants('MailboxMetadataChange', mailbox.name);
    // Who has enabled METADATA hears of it that way.
    if (!wanted || this.#session.metadata !== undefined) return;
    const changed = this.#metadata.get(mailbox) ?? new Set();
    this.#metadata.set(mailbox, changed);
    for (const entry of entries) changed.add(entry);
    this.#session.wake();
  }

  /** What has happened outside the selected mailbox: LIST and STATUS responses. */
  *news(session: Session): Generator<Piece, void> {
    for (const [name, { subscribed, oldName }] of this.#names) {
      const old =
        oldName === undefined ? '' : ` ("OLDNAME" (${wireName(session, shownName(session, oldName))}))`;
      yield listResponse(session, listedNow(session, shownName(session, name)), {
        newer: true,
        subscribed,
        extra: old,
      });
    }
    this.#names.clear();
    for (const [mailbox, entries] of this.#metadata) yield metadataNews(session, mailbox, entries);
    this.#metadata.clear();
    for (const [mailbox, events] of this.#changed) {
      if (accountOf(session).find(mailbox.name) !== mailbox || mailbox === session.selected?.mailbox)
        continue;
      yield statusResponse(session, mailbox, changedItems(session, events));
    }
    this.#changed.clear();
  }

  /** The state of every mailbox whose messages are watched, as NOTIFY SET STATUS wants it (RFC 5465 §3.1). */
  *status(session: Session): Generator<Piece, void> {
    for (const mailbox of accountOf(session).mailboxes.values()) {
      if (mailbox === session.selected?.mailbox) continue;
      const events = new Set(
        this.#groups
          .filter((group) => this.#covers(group, mailbox.name))
          .flatMap(({ events }) => [...events]),
      );
      const items = new Set<string>();
      if (events.has('MessageNew')) ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'].forEach((item) => items.add(item));
      if (events.has('FlagChange')) {
        items.add('UIDVALIDITY');
        if (hasModSeq(session)) items.add('HIGHESTMODSEQ');
      }
      if (items.size > 0) yield statusResponse(session, mailbox, [...items]);
    }
  }
}

/** What STATUS tells of a mailbox where this has happened (RFC 5465 §5.1–5.3). */
function changedItems(session: Session, events: ReadonlySet<MessageEvent>): string[] {
  const items: string[] = [];
  if (events.has('MessageNew') || events.has('MessageExpunge')) items.push('UIDNEXT', 'MESSAGES');
  if (events.has('FlagChange')) items.push('UIDVALIDITY', 'UNSEEN');
  if (session.condstore && has(session, 'CONDSTORE')) items.push('HIGHESTMODSEQ');
  return items;
}

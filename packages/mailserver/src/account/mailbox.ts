import type { MessageSource } from '../message/source.ts';
import { HeldMessage } from '../message/source.ts';

/** Flags are never changed in place, so that messages can share one set. */
export type Flags = ReadonlySet<string>;

/** What a message brings into a mailbox. */
export interface NewMessage {
  readonly content: MessageSource | Uint8Array;
  readonly flags?: Iterable<string>;
  /** Milliseconds since 1970. */
  readonly internalDate?: number;
  /** Given by a copy, which is the same message (RFC 8474 §5.1). */
  readonly emailId?: string;
}

/** A message in a mailbox. */
export interface Message {
  readonly uid: number;
  readonly content: MessageSource;
  readonly internalDate: number;
  /** When it came into this mailbox, in milliseconds since 1970 (RFC 8514). */
  readonly saveDate: number;
  /** Of this content, wherever it is copied (RFC 8474 §5.1). */
  readonly emailId: string;
  flags: Flags;
  modSeq: bigint;
  expunged: boolean;
}

/** A UID that is no more, and the modification sequence of its removal (RFC 7162 §3.2). */
interface Removal {
  readonly uid: number;
  readonly modSeq: bigint;
}

/** Whoever has the mailbox selected. Called at once, in the middle of whatever changed it. */
export interface MailboxListener {
  /** Read-write listeners may claim \Recent messages. */
  readonly readOnly: boolean;
  added(message: Message): void;
  flagsChanged(message: Message): void;
  expunged(message: Message): void;
  /** The mailbox is there no longer as it was; `why` in words for a person. */
  removed(why: string): void;
}

/** What happened in a mailbox, whoever has it selected (RFC 5465 §5). */
export type MessageEvent = 'MessageNew' | 'MessageExpunge' | 'FlagChange';

/** Whoever wants to hear of all mailboxes of an account. Called at once, in the middle of the change. */
export interface AccountWatcher {
  messagesChanged?(mailbox: Mailbox, event: MessageEvent): void;
  /** Mailboxes that were created or deleted, by the account's names. */
  namesChanged?(names: readonly string[]): void;
  renamed?(from: string, to: string): void;
  subscriptionChanged?(name: string): void;
  /** Entries of a mailbox, or of the server when that is undefined (RFC 5464). */
  metadataChanged?(mailbox: Mailbox | undefined, entries: readonly string[]): void;
}

const interned = new Map<string, Flags>();

/** One shared set for every combination of flags. System flags get their canonical case. */
export function flagSet(flags: Iterable<string>): Flags {
  const sorted = [...new Set([...flags].map(canonicalFlag))].sort();
  const key = sorted.join(' ');
  let set = interned.get(key);
  if (set === undefined) interned.set(key, (set = new Set(sorted)));
  return set;
}

const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/** System flags and keywords are case-insensitive (RFC 3501 §2.3.2); keywords keep the case they were given. */
export function canonicalFlag(flag: string): string {
  return SYSTEM_FLAGS.find((known) => known.toLowerCase() === flag.toLowerCase()) ?? flag;
}

/** A mailbox: messages in ascending UID order, a modification counter, and those who watch it. */
export class Mailbox {
  /** The account's own name for it, Unicode, hierarchy separated by "/". */
  name: string;
  /** With backslash, e.g. `\Sent`. */
  readonly specialUse: string | undefined;
  uidValidity: number;
  /** Stays the same when the mailbox is renamed or its UIDVALIDITY changes (RFC 8474 §4.1). */
  readonly id: string;
  readonly messages: Message[] = [];
  /** Rights by identifier (RFC 4314); who owns the account has all of them unless named here. */
  readonly acl = new Map<string, string>();
  /** Values by entry name (RFC 5464), one character per octet. */
  readonly metadata = new Map<string, string>();
  readonly listeners = new Set<MailboxListener>();
  readonly #watchers: ReadonlySet<AccountWatcher>;
  uidNext = 1;
  /** The highest modification sequence any message has or had (RFC 7162 §2.1). At least 1. */
  highestModSeq = 1n;
  /** Messages from this UID on are \Recent to the next session that selects the mailbox read-write. */
  recentFrom = 1;
  /** Ascending by modification sequence. */
  #removals: Removal[] = [];
  readonly #now: () => number;

  constructor(
    name: string,
    uidValidity: number,
    options: {
      readonly specialUse?: string | undefined;
      readonly watchers?: ReadonlySet<AccountWatcher>;
      readonly now?: () => number;
    } = {},
  ) {
    this.name = name;
    this.#watchers = options.watchers ?? new Set();
    this.#now = options.now ?? Date.now;
    this.uidValidity = uidValidity;
    this.id = `F${uidValidity}`;
    this.specialUse = options.specialUse;
  }

  /** Adds a message at the end. The internal date is now unless given. */
  add(message: NewMessage): Message {
    const content =
      message.content instanceof Uint8Array ? new HeldMessage(message.content) : message.content;
    const added: Message = {
      uid: this.uidNext++,
      content,
      internalDate: message.internalDate ?? this.#now(),
      saveDate: this.#now(),
      emailId: message.emailId ?? `M${this.id.slice(1)}-${this.uidNext - 1}`,
      flags: flagSet(message.flags ?? []),
      modSeq: ++this.highestModSeq,
      expunged: false,
    };
    this.messages.push(added);
    for (const listener of this.listeners) listener.added(added);
    this.#tell('MessageNew');
    return added;
  }

  /** Sets the flags of a message; tells everybody but `by`. False when they were so already. */
  setFlags(message: Message, flags: Flags, by?: MailboxListener): boolean {
    if (message.flags === flags || message.expunged) return false;
    message.flags = flags;
    message.modSeq = ++this.highestModSeq;
    for (const listener of this.listeners) if (listener !== by) listener.flagsChanged(message);
    this.#tell('FlagChange');
    return true;
  }

  /** Removes messages for good; everybody is told, also whoever did it. */
  expunge(messages: Iterable<Message>): void {
    const gone = new Set(messages);
    if (gone.size === 0) return;
    this.highestModSeq++;
    let kept = 0;
    for (const message of this.messages) {
      if (gone.has(message)) message.expunged = true;
      else this.messages[kept++] = message;
    }
    this.messages.length = kept;
    for (const { uid } of gone) this.#removals.push({ uid, modSeq: this.highestModSeq });
    for (const message of gone) for (const listener of this.listeners) listener.expunged(message);
    this.#tell('MessageExpunge');
  }

  #tell(event: MessageEvent): void {
    for (const watcher of this.#watchers) watcher.messagesChanged?.(this, event);
  }

  /**
   * UIDs removed after a modification sequence, in no particular order; undefined when that is further back than the
   * last `remembered` removals tell.
   */
  removedSince(modSeq: bigint, remembered = Infinity): number[] | undefined {
    const forgotten = this.#removals.length - remembered;
    if (forgotten > 0 && modSeq < this.#removals[forgotten - 1]!.modSeq) return undefined;
    return this.#removals.filter((removal) => removal.modSeq > modSeq).map(({ uid }) => uid);
  }

  /**
   * Gives every message a new UID under a new UIDVALIDITY, as after a restored backup (RFC 3501 §2.3.1.1). Sessions
   * that selected the mailbox are told that it is gone.
   */
  renumber(uidValidity: number): void {
    const messages = this.messages.splice(0);
    this.uidValidity = uidValidity;
    this.#removals = [];
    this.uidNext = this.recentFrom = 1;
    for (const listener of this.listeners)
      listener.removed('The messages of the selected mailbox were numbered anew');
    for (const message of messages)
      this.messages.push({ ...message, uid: this.uidNext++, modSeq: ++this.highestModSeq });
  }

  /** Octets of all messages. */
  size(): number {
    return this.messages.reduce((sum, { content }) => sum + content.size, 0);
  }

  /** Keywords in use, in no particular order. */
  keywords(): Set<string> {
    const keywords = new Set<string>();
    const seen = new Set<Flags>();
    for (const { flags } of this.messages) {
      if (seen.has(flags)) continue;
      seen.add(flags);
      for (const flag of flags) if (!flag.startsWith('\\')) keywords.add(flag);
    }
    return keywords;
  }
}

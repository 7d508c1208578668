import type { Mailbox, MailboxListener, Message } from '../account/mailbox.ts';
import type { Piece } from './output.ts';
import type { Session } from './session.ts';
import type { MessageSet, SequenceRange } from './sequence.ts';
import { lowerBound, resolved } from './sequence.ts';

/** A message with the number this session knows it by. */
export type Numbered = readonly [sequenceNumber: number, message: Message];

/** What of a session matters to the mailbox it has selected. */
type SelectingSession = Pick<Session, 'wake' | 'acting' | 'enabled'>;

/** A message that came into the selected mailbox; `own` when this session brought it. */
export interface Arrival {
  readonly message: Message;
  readonly own: boolean;
}

/**
 * One session's sight of the mailbox it selected: the numbering the client was told, and the news it was not told
 * yet. Message numbers change only when `news` says so (RFC 3501 §7.4.1, RFC 2180).
 */
export class Selected implements MailboxListener {
  readonly mailbox: Mailbox;
  readonly readOnly: boolean;
  /** As the client knows them; position is message number − 1. */
  messages: Message[];
  /** Why the mailbox is no longer there, in words for a person. */
  gone: string | undefined;
  /** What the last SEARCH saved as `$` (RFC 5182); those expunged since are no longer in it. */
  saved: readonly Message[] = [];
  readonly #session: SelectingSession;
  readonly #added: Arrival[] = [];
  readonly #changed = new Set<Message>();
  readonly #expunged = new Set<Message>();
  /** Modification sequence of the first expunge not told yet. */
  #expungedFrom = 0n;
  readonly #recent = new Set<Message>();
  readonly #keywords: Set<string>;

  constructor(mailbox: Mailbox, readOnly: boolean, session: SelectingSession) {
    this.mailbox = mailbox;
    this.readOnly = readOnly;
    this.#session = session;
    this.messages = [...mailbox.messages];
    this.#keywords = mailbox.keywords();
    for (const message of this.messages.slice(lowerBound(this.messages, mailbox.recentFrom)))
      this.#recent.add(message);
    if (!readOnly) mailbox.recentFrom = mailbox.uidNext;
    mailbox.listeners.add(this);
  }

  close(): void {
    this.mailbox.listeners.delete(this);
  }

  added(message: Message): void {
    this.#added.push({ message, own: this.#session.acting });
    if (message.uid >= this.mailbox.recentFrom) {
      this.#recent.add(message);
      if (!this.readOnly) this.mailbox.recentFrom = message.uid + 1;
    }
    this.#session.wake();
  }

  flagsChanged(message: Message): void {
    this.#changed.add(message);
    this.#session.wake();
  }

  expunged(message: Message): void {
    if (this.#expunged.size === 0) this.#expungedFrom = this.mailbox.highestModSeq;
    this.#expunged.add(message);
    this.#session.wake();
  }

  removed(why: string): void {
    this.gone = why;
    this.#session.wake();
  }

  get recentCount(): number {
    let count = 0;
    for (const message of this.#recent) if (!message.expunged) count++;
    return count;
  }

  isRecent(message: Message): boolean {
    return this.#recent.has(message);
  }

  /** `(\Seen …)` with \Recent where due. */
  flagList(message: Message): string {
    const flags = [...message.flags];
    if (this.#recent.has(message) && !this.#session.enabled.has('IMAP4rev2')) flags.push('\\Recent');
    return `(${flags.join(' ')})`;
  }

  /** The flags this mailbox knows. */
  get definedFlags(): readonly string[] {
    return ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', ...this.#keywords];
  }

  /** Announces keywords the client was not told of. To be sent before a FETCH that holds them. */
  *newKeywords(flags: Iterable<string>): Generator<Piece, void> {
    const before = this.#keywords.size;
    for (const flag of flags) if (!flag.startsWith('\\')) this.#keywords.add(flag);
    if (this.#keywords.size > before) yield `* FLAGS (${this.definedFlags.join(' ')})\r\n`;
  }

  /** Number of a message the client knows, 0 for any other. */
  numberOf(message: Message): number {
    const index = lowerBound(this.messages, message.uid);
    return this.messages[index] === message ? index + 1 : 0;
  }

  /** Messages of a set, ascending; numbers and UIDs that do not exist are left out. Those expunged are included. */
  resolve(set: MessageSet, byUid: boolean): Numbered[] {
    if (set === '$') {
      return this.saved
        .map((message): Numbered => [this.numberOf(message), message])
        .filter(([number]) => number > 0);
    }
    const found: Numbered[] = [];
    const { messages } = this;
    if (messages.length === 0) return found;
    const star = byUid ? messages[messages.length - 1]!.uid : messages.length;
    for (const [first, last] of resolved(set, star)) {
      let index = byUid ? lowerBound(messages, first) : Math.max(first, 1) - 1;
      for (; index < messages.length; index++) {
        const message = messages[index]!;
        if ((byUid ? message.uid : index + 1) > last) break;
        found.push([index + 1, message]);
      }
    }
    return found;
  }

  /** Whether every message number of the set exists. */
  covers(set: readonly SequenceRange[]): boolean {
    return set.every((range) =>
      range.every((n) => (n === Infinity ? this.messages.length > 0 : n <= this.messages.length)),
    );
  }

  /** Messages expunged since the last time, with the numbers they had; these numbers are no longer theirs. */
  takeExpunged(): Numbered[] {
    if (this.#expunged.size === 0) return [];
    const gone: Numbered[] = [];
    for (const message of this.#expunged) {
      const number = this.numberOf(message);
      if (number > 0) gone.push([number, message]);
      this.#recent.delete(message);
    }
    this.messages = this.messages.filter((message) => !this.#expunged.has(message));
    this.#expunged.clear();
    return gone.sort(([a], [b]) => a - b);
  }

  /** Messages that came since the last time; they have numbers from now on. `own`: this session brought them. */
  takeAdded(): Arrival[] {
    const added = this.#added.splice(0).filter(({ message }) => !message.expunged);
    for (const { message } of added) this.messages.push(message);
    return added;
  }

  /** Messages the client knows whose flags changed since the last time, ascending. */
  takeChanged(): Message[] {
    const changed = [...this.#changed].filter((message) => this.numberOf(message) > 0 && !message.expunged);
    this.#changed.clear();
    return changed.sort((a, b) => a.uid - b.uid);
  }

  /** Modification sequence of the first expunge that was not told yet. */
  get expungedFrom(): bigint | undefined {
    return this.#expunged.size === 0 ? undefined : this.#expungedFrom;
  }
}

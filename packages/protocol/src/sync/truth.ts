/**
 * The engine's hand on the store. Every read-modify-write of truth goes through `change`, one at a time, so that two
 * connections that look at one mailbox cannot both add the same message.
 */
import type { Change } from './change.ts';
import { EmailIds } from './email-ids.ts';
import { JustGone } from './just-gone.ts';
import { Misnamed } from './misnamed.ts';
import type { Mailbox, MailboxKey, MessageKey, MessageRow, Rows } from './model.ts';
import { indexOfKey, rowAt } from './rows.ts';
import { mailboxesQuery, rowsQuery } from './store.ts';
import type { Store } from './store.ts';
import { Undecided } from './undecided.ts';

/**
 * A row with its mailbox as it was *before* the row was read: selecting `home` notices if the row's UID was voided by
 * another connection in between.
 */
export interface Located extends MessageRow {
  readonly home: Mailbox;
}

export class Truth {
  readonly store: Store;
  #last: Promise<unknown> = Promise.resolve();
  /** Messages of a move in flight, with where they leave: their disappearance is settled by the action, not by news of it. */
  readonly held = new Map<MessageKey, MailboxKey>();
  /** Held messages that the server says are gone from where they were. */
  readonly departed = new Set<MessageKey>();
  readonly misnamed = new Misnamed();
  readonly undecided = new Undecided();
  /** UIDVALIDITY of mailboxes that the list tells to be numbered anew: no others have their names. */
  readonly renumbered = new Map<MailboxKey, number>();
  readonly emailIds = new EmailIds();
  readonly justGone = new JustGone();

  constructor(store: Store) {
    this.store = store;
  }

  /** Runs `make` alone, and commits what it returns. Rejects with StoreError; then nothing was changed. */
  change<T>(make: () => Promise<{ readonly changes: readonly Change[]; readonly result: T }>): Promise<T> {
    const turn = this.#last.then(async () => {
      const { changes, result } = await make();
      if (changes.length > 0) await this.store.commit(changes);
      return result;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Alone, or what is just being known again would go. `now`: milliseconds since 1970. */
  forgetJustGone(now: number): Promise<void> {
    return this.change(async () => {
      await this.justGone.expire(this.store, now);
      return { changes: [], result: undefined };
    });
  }

  /** Whether the message leaves that mailbox; what becomes of it where it has arrived is news like any other. */
  isLeaving(mailbox: MailboxKey, key: MessageKey): boolean {
    return this.held.get(key) === mailbox;
  }

  hold(mailbox: MailboxKey, keys: readonly MessageKey[]): void {
    for (const key of keys) this.held.set(key, mailbox);
  }

  /** The action is settled, or was given up: what left and was not moved by it is gone. */
  release(keys: readonly MessageKey[]): Promise<void> {
    return this.change(async () => {
      const left = new Map<MailboxKey, MessageKey[]>();
      for (const key of keys) {
        const mailbox = this.held.get(key);
        if (mailbox === undefined || !this.departed.has(key)) continue;
        left.set(mailbox, [...(left.get(mailbox) ?? []), key]);
      }
      const changes: Change[] = [];
      for (const [mailbox, departed] of left) {
        const rows = await this.rows(mailbox);
        const gone = departed.filter((key) => indexOfKey(rows, key) >= 0);
        if (gone.length > 0) changes.push({ kind: 'expunged', mailbox, keys: gone });
      }
      for (const key of keys) {
        this.held.delete(key);
        this.departed.delete(key);
      }
      return { changes, result: undefined };
    });
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.change(async () => ({ changes, result: undefined }));
  }

  /** Reads a mailbox, and puts back what `update` makes of it; nothing when it is gone. */
  updateMailbox(key: MailboxKey, update: (mailbox: Mailbox) => Mailbox): Promise<void> {
    return this.change(async () => {
      const mailbox = await this.mailbox(key);
      return { changes: mailbox ? [{ kind: 'mailbox', mailbox: update(mailbox) }] : [], result: undefined };
    });
  }

  mailboxes(): Promise<readonly Mailbox[]> {
    return this.store.read(mailboxesQuery());
  }

  async mailbox(key: MailboxKey): Promise<Mailbox | undefined> {
    return (await this.mailboxes()).find((mailbox) => mailbox.key === key);
  }

  rows(mailbox: MailboxKey): Promise<Rows> {
    return this.store.read(rowsQuery(mailbox));
  }

  /** Where truth has these messages now; `near` is looked into first. Those that are gone are left out. */
  async locate(keys: readonly MessageKey[], near: MailboxKey | undefined): Promise<Located[]> {
    const missing = new Set(keys);
    const found: Located[] = [];
    const mailboxes = await this.mailboxes();
    for (const home of mailboxes.toSorted((a, b) => Number(b.key === near) - Number(a.key === near))) {
      if (missing.size === 0) break;
      const rows = await this.rows(home.key);
      if (rows.length === 0) continue;
      for (const key of missing) {
        const at = indexOfKey(rows, key);
        if (at < 0) continue;
        found.push({ ...rowAt(rows, at), home });
        missing.delete(key);
      }
    }
    return found;
  }
}

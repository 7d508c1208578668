/**
 * What another program moves is gone from one mailbox before it is heard of in the other. What is kept of it waits for a few minutes
 * in a mailbox that no server has, and no screen shows: a new message that is the same octets (EMAILID) is it, with its key, its texts
 * and its attachments, and none of that is fetched again.
 */
import type { Uid } from '../imap/types.ts';
import type { Change } from './change.ts';
import { copyMark, mayBeSame } from './email-ids.ts';
import { sparedBy } from './evict.ts';
import { JUST_GONE } from './model.ts';
import type { Descriptor, MailboxKey, MessageKey, MessageRow } from './model.ts';
import { rowAt } from './rows.ts';
import { actionsQuery, descriptorsQuery, rowsQuery } from './store.ts';
import type { Store } from './store.ts';

/** How long, milliseconds: counts of all mailboxes are asked for every minute. */
const FOR = 5 * 60_000;
/** Messages that go at once, and wait: more than that nobody moves by hand. */
const MOST = 1000;

/** A message that a server shows, and that is not in the store. */
export interface Newcomer extends Pick<MessageRow, 'size' | 'date'> {
  readonly uid: Uid;
  readonly descriptor: Descriptor;
}

export class JustGone {
  /** The server has identifiers: without them nothing is known again. */
  isOffered = false;
  /** When they went; undefined: since the last look at the clock. */
  readonly #waiting = new Map<MessageKey, number | undefined>();
  /** What an engine before this one left is gone. */
  #begun = false;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** When to `expire` again, milliseconds since 1970. */
  get due(): number {
    const [first] = this.#waiting.values();
    return this.isEmpty ? Number.POSITIVE_INFINITY : (first ?? 0) + FOR;
  }

  /** Messages leave the store, but for those that may be known again. What an action names is gone for it, as ever. */
  async leaving(store: Store, mailbox: MailboxKey, keys: readonly MessageKey[]): Promise<Change[]> {
    const waiting = await this.#worthWaiting(store, keys);
    const gone = keys.filter((key) => !waiting.has(key));
    const changes: Change[] = [];
    if (gone.length > 0) changes.push({ kind: 'expunged', mailbox, keys: gone });
    if (waiting.size === 0) return changes;
    for (const key of waiting) this.#waiting.set(key, undefined);
    const rows = [...waiting].map((key) => ({ key, uid: 0 as const }));
    return [...changes, { kind: 'moved', from: mailbox, to: JUST_GONE, rows }];
  }

  async #worthWaiting(store: Store, keys: readonly MessageKey[]): Promise<Set<MessageKey>> {
    if (!this.isOffered || keys.length === 0 || keys.length + this.#waiting.size > MOST) return new Set();
    const descriptors = await store.read(descriptorsQuery(keys));
    const known = keys.filter((key) => descriptors.get(key)?.emailId !== undefined);
    if (known.length === 0) return new Set();
    const spared = sparedBy(await store.read(actionsQuery()));
    return new Set(known.filter((key) => !spared.has(key)));
  }

  /** Which of those that wait some of `newcomers` are. */
  async knownAgain(store: Store, newcomers: readonly Newcomer[]): Promise<ReadonlyMap<Uid, MessageKey>> {
    const found = new Map<Uid, MessageKey>();
    const identified = newcomers.filter(({ descriptor }) => descriptor.emailId !== undefined);
    if (this.isEmpty || identified.length === 0) return found;
    const rows = await store.read(rowsQuery(JUST_GONE));
    const descriptors = await store.read(descriptorsQuery([...rows.keys] as MessageKey[]));
    const waiting = new Map<string, MessageKey[]>();
    for (let i = 0; i < rows.length; i++) {
      const row = rowAt(rows, i);
      const mark = `${copyMark(row)} ${descriptors.get(row.key)?.emailId}`;
      waiting.set(mark, [...(waiting.get(mark) ?? []), row.key]);
    }
    for (const { uid, descriptor, ...marks } of identified) {
      const alike = waiting.get(`${copyMark(marks)} ${descriptor.emailId}`) ?? [];
      const at = alike.findIndex((key) => {
        const there = descriptors.get(key);
        return there && mayBeSame(there, descriptor);
      });
      const [key] = at < 0 ? [] : alike.splice(at, 1);
      if (key !== undefined) found.set(uid, key);
    }
    return found;
  }

  /** Forgets what has waited long enough, and all that an engine before this one left. `now`: milliseconds since 1970. */
  async expire(store: Store, now: number): Promise<void> {
    if (!this.#begun) {
      const { keys } = await store.read(rowsQuery(JUST_GONE));
      const left = [...keys] as MessageKey[];
      const before = left.filter((key) => !this.#waiting.has(key));
      if (before.length > 0) await store.commit([{ kind: 'expunged', mailbox: JUST_GONE, keys: before }]);
      this.#begun = true;
    }
    const over: MessageKey[] = [];
    for (const [key, since] of this.#waiting) {
      if (since === undefined) this.#waiting.set(key, now);
      else if (since <= now - FOR) over.push(key);
    }
    if (over.length === 0) return;
    // Those that were known again are elsewhere by now.
    await store.commit([{ kind: 'expunged', mailbox: JUST_GONE, keys: over }]);
    for (const key of over) this.#waiting.delete(key);
  }
}

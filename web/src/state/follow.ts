/** Live queries: read now, and again whenever a commit touches what the answer came from. */
import { StoreError } from '@postern/protocol/error';
import { descriptorChunk } from '@postern/protocol/sync';
import type { Query, QueryShape, Store, Touched } from '@postern/protocol/sync';

interface Followed {
  readonly query: QueryShape;
  readonly concerns: ReadonlySet<Touched>;
  readonly listener: (answer: unknown) => void;
  stale: boolean;
}

/** Rounds of reading in which commits may overtake us before what was read is delivered all the same. */
const patience = 3;

/** Milliseconds until what could not be read is read again, at first and at most. */
const soon = 1000;
const seldom = 30_000;

/**
 * All queries that one page follows. What one commit touches is delivered together, in one turn: an action that is
 * folded into truth leaves the outbox and arrives in its mailbox at once, or a list would show it twice, or not at all.
 */
export class Follower {
  readonly #store: Store;
  readonly #followed = new Set<Followed>();
  readonly #failed: (error: unknown) => void;
  #reading = false;
  #wait = soon;

  /** `failed` hears of a store that cannot be read (any more). */
  constructor(store: Store, failed: (error: unknown) => void = () => {}) {
    this.#store = store;
    this.#failed = failed;
    store.watch((touched) => this.#touch(touched));
  }

  /** @returns the way to stop; `listener` is not called after it. */
  follow<T>(query: Query<T>, listener: (answer: T) => void): () => void {
    const followed: Followed = {
      query,
      concerns: concernsOf(query),
      listener: listener as (answer: unknown) => void,
      stale: true,
    };
    this.#followed.add(followed);
    // After the caller's turn, so that what is followed together is read and delivered together.
    queueMicrotask(() => void this.#read());
    return () => this.#followed.delete(followed);
  }

  /** Commits may have gone unheard: all is read again. */
  again(): void {
    for (const followed of this.#followed) followed.stale = true;
    void this.#read();
  }

  #touch(touched: ReadonlySet<Touched>): void {
    let any = false;
    for (const followed of this.#followed) {
      for (const key of followed.concerns) {
        if (!touched.has(key)) continue;
        followed.stale = any = true;
        break;
      }
    }
    if (any) void this.#read();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const answers = new Map<Followed, unknown>();
    const unread = new Set<Followed>();
    try {
      for (let round = 1; this.#anyStale; round++) {
        const stale = [...this.#followed].filter((followed) => followed.stale);
        for (const followed of stale) followed.stale = false;
        const read = await Promise.allSettled(stale.map(({ query }) => this.#store.read<unknown>(query)));
        for (const [i, followed] of stale.entries()) {
          const answer = read[i];
          if (answer?.status === 'fulfilled') {
            answers.set(followed, answer.value);
            unread.delete(followed);
          } else {
            unread.add(followed);
            this.#failed(answer?.reason);
            if (isClosed(answer?.reason)) return;
          }
        }
        if (this.#anyStale && round % patience !== 0) continue;
        this.#deliver(answers);
        answers.clear();
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#reading = false;
    }
    if (unread.size === 0) this.#wait = soon;
    else this.#later(unread);
  }

  /** One record that cannot be read, now or ever, keeps nothing else from the screen. */
  #later(unread: ReadonlySet<Followed>): void {
    const wait = this.#wait;
    this.#wait = Math.min(seldom, wait * 2);
    setTimeout(() => {
      for (const followed of unread) followed.stale = true;
      void this.#read();
    }, wait);
  }

  get #anyStale(): boolean {
    for (const followed of this.#followed) if (followed.stale) return true;
    return false;
  }

  #deliver(answers: ReadonlyMap<Followed, unknown>): void {
    for (const [followed, answer] of answers) {
      if (this.#followed.has(followed)) followed.listener(answer);
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof StoreError && error.reason === 'evicted';
}

/** What a commit has to touch for the answer to change. */
function concernsOf(query: QueryShape): ReadonlySet<Touched> {
  switch (query.kind) {
    case 'account':
    case 'mailboxes':
    case 'actions':
    case 'drafts':
    case 'sizes':
      return new Set<Touched>([query.kind]);
    case 'kept':
      return new Set<Touched>(['sizes', `rows:${query.mailbox}`]);
    case 'rows':
      return new Set<Touched>([`rows:${query.mailbox}`]);
    case 'descriptors':
      return new Set(query.keys.map((key): Touched => `descriptors:${descriptorChunk(key)}`));
    case 'pieces':
      return new Set<Touched>(['sizes']);
    case 'part':
      return new Set<Touched>([`parts:${query.message}`]);
    case 'outgoing':
      return new Set<Touched>(['actions']);
    case 'setting':
      return new Set<Touched>([`setting:${query.name}`]);
  }
}

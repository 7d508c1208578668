/** The Store port on IndexedDB. Any number of tabs and workers may have it open; each hears of the others' commits. */
import { withRoom } from '@postern/protocol/sync';
import type { Change, MessageKey, Query, Store, Touched } from '@postern/protocol/sync';
import { deleteDB, openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { answer } from './answer.ts';
import { Commit, durabilityOf, scopeOf } from './commit.ts';
import { deleteBodies } from './delete-bodies.ts';
import { asStoreError, storeError } from './errors.ts';
import type { RowsCache } from './read-rows.ts';
import { migrate, schemaVersion } from './schema.ts';
import type { Schema, StoreName, Writing } from './schema.ts';

/** Said between the contexts of one origin. */
interface CommitNote {
  readonly store: string;
  readonly touched: readonly Touched[];
}

const channelName = 'postern-store';

/**
 * Why a store is closed by somebody else: a newer Postern, in another tab, waits to change its layout; another tab has signed out;
 * or the browser took it away (room was needed, the person cleared it, its process died).
 */
export type Taken = 'newer' | 'signed-out' | 'gone';

export interface OpenHow {
  /** Milliseconds. */
  readonly patience?: number;
  /** For a newer Postern it is closed when this settles, or after LAST_WORDS; else it is closed by then. */
  taken?(why: Taken): Promise<unknown>;
}

/** Milliseconds in which what is not in the store yet gets there, before a newer Postern gets its turn. */
const LAST_WORDS = 10_000;

/**
 * Rejects with StoreError: `version` when a newer Postern wrote it, `blocked` when another tab holds an older layout for
 * longer than `patience` milliseconds, `failed` when the browser keeps nothing (private windows of some browsers).
 */
export async function openStore(
  name: string,
  { patience = 20_000, taken = () => Promise.resolve() }: OpenHow = {},
): Promise<Store> {
  const store: { opened?: IdbStore } = {};
  const opening = openDB<Schema>(name, schemaVersion, {
    upgrade: (upgraded, from, _, upgrading) => migrate(upgraded, from, upgrading),
    // The data must not be held back.
    blocking: (_, next) => {
      const { opened } = store;
      if (!opened || opened.isClosed) return;
      if (next !== null) return void lastWords(() => taken('newer')).finally(() => opened.close());
      opened.close();
      void taken('signed-out');
    },
    terminated: () => {
      const { opened } = store;
      if (!opened || opened.isClosed) return;
      opened.close();
      void taken('gone');
    },
  });
  const database = await inTime(opening, patience).catch((error: unknown) => {
    // Should it open later, nobody knows of it.
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  });
  store.opened = new IdbStore(name, database);
  return withRoom(store.opened);
}

/**
 * Deletes all of it: mail, actions, drafts. Open stores of that name are closed, in every tab. Rejects with
 * StoreError `blocked` when one does not let go within `patience` milliseconds; it is deleted then as soon as it does.
 */
export async function destroyStore(name: string, patience = 5000): Promise<void> {
  await inTime(deleteDB(name), patience);
}

async function lastWords(say: () => Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORDS)));
  await Promise.race([say().catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Whoever holds the database makes others wait for it, without an error. */
async function inTime<T>(work: Promise<T>, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(storeError('blocked')), patience);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    clearTimeout(timer);
  }
}

class IdbStore implements Store {
  readonly #name: string;
  readonly #database: IDBPDatabase<Schema>;
  readonly #channel = new BroadcastChannel(channelName);
  readonly #watchers = new Set<(touched: ReadonlySet<Touched>) => void>();
  readonly #cache: RowsCache = new Map();
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(name: string, database: IDBPDatabase<Schema>) {
    this.#name = name;
    this.#database = database;
    this.#channel.onmessage = ({ data }: MessageEvent<CommitNote>) => {
      if (data.store === this.#name) this.#tell(new Set(data.touched));
    };
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async read<T>(query: Query<T>): Promise<T> {
    this.#assertOpen();
    try {
      return (await answer(this.#database, query, this.#cache)) as T;
    } catch (error) {
      throw asStoreError(error);
    }
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#inTurn(() => this.#commit(changes));
  }

  allocate(count: number): Promise<MessageKey> {
    return this.#inTurn(async () => {
      const writing = this.#database.transaction('meta', 'readwrite', { durability: 'relaxed' });
      const next = ((await writing.store.get('next-key')) as number | undefined) ?? 1;
      await writing.store.put(next + count, 'next-key');
      await writing.done;
      return next as MessageKey;
    });
  }

  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watchers.clear();
    this.#cache.clear();
    this.#channel.close();
    this.#database.close();
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const deleted = await deleteBodies(changes, (stores) => this.#begin(stores, 'relaxed'));
    if (deleted) return this.#told(deleted);
    const writing = this.#begin(scopeOf(changes), durabilityOf(changes));
    const commit = new Commit(writing, this.#cache);
    try {
      const written = await commit.run(changes);
      await writing.done;
      for (const [mailbox, columns] of written) this.#cache.set(mailbox, columns);
    } catch (error) {
      const outcome = writing.done.then(
        () => error,
        (failure: unknown) => failure,
      );
      try {
        writing.abort();
      } catch {
        // It ended by itself: `done` says why.
        throw await outcome;
      }
      await outcome;
      throw error;
    }
    this.#told(commit.touched);
  }

  #begin(stores: StoreName[], durability: IDBTransactionDurability): Writing {
    return this.#database.transaction(stores, 'readwrite', { durability });
  }

  /** Here and in the other contexts. */
  #told(touched: ReadonlySet<Touched>): void {
    if (touched.size === 0) return;
    this.#tell(touched);
    if (!this.#closed) this.#channel.postMessage({ store: this.#name, touched: [...touched] });
  }

  /** One after another, in the order of the calls; a failure of one is nothing to the next. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      this.#assertOpen();
      try {
        return await work();
      } catch (error) {
        throw asStoreError(error);
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  #tell(touched: ReadonlySet<Touched>): void {
    for (const watcher of [...this.#watchers]) watcher(touched);
  }

  #assertOpen(): void {
    if (this.#closed) throw storeError('evicted');
  }
}

/** The store of this tab: opened once, for the life of the page. */
import { StoreError } from '@postern/protocol/error';
import type { Change, Query, Store, Touched } from '@postern/protocol/sync';
import { openStore, storeName } from '../store/index.ts';
import { Follower } from './follow.ts';

let open: { readonly store: Store; readonly follower: Follower } | undefined;

/** undefined, or why mail cannot be kept on this device. */
export const opening: Promise<StoreError | undefined> = openStore(storeName).then(
  (store) => {
    open = { store, follower: new Follower(store) };
    return undefined;
  },
  (error: unknown) => {
    if (error instanceof StoreError) return error;
    throw error;
  },
);

/** The open store. Rejects with the StoreError that kept it from opening. */
export async function theStore(): Promise<Store> {
  const problem = open ? undefined : await opening;
  if (!open) throw problem;
  return open.store;
}

/** Calls `listener` with the answer and each later one, once the store is open. Returns the way to stop. */
export function follow<T>(query: Query<T>, listener: (answer: T) => void): () => void {
  if (open) return open.follower.follow(query, listener);
  let stopped = false;
  let stop = (): void => {};
  void opening.then(() => {
    if (open && !stopped) stop = open.follower.follow(query, listener);
  });
  return () => {
    stopped = true;
    stop();
  };
}

/** Hears of every commit, once the store is open, for the life of the page. */
export function watch(listener: (touched: ReadonlySet<Touched>) => void): void {
  void opening.then(() => open?.store.watch(listener));
}

export async function read<T>(query: Query<T>): Promise<T> {
  return (await theStore()).read(query);
}

export async function commit(changes: readonly Change[]): Promise<void> {
  await (await theStore()).commit(changes);
}

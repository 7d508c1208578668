/** The account that this tab shows, and its store: opened once, for the life of the page. */
import { StoreError } from '@postern/protocol/error';
import type { Change, Query, Store, Touched } from '@postern/protocol/sync';
import { openStore } from '../store/index.ts';
import type { Taken } from '../store/index.ts';
import { Follower } from './follow.ts';
import type { KnownAccount } from './known-accounts.ts';

let open: { readonly store: Store; readonly follower: Follower } | undefined;
let leaving = false;

/** What is on the screen and nowhere else, before the page goes. */
export const page: {
  /** Keeps what is being written. False where that could not be: it stands on the screen alone, and has to stay there. */
  putAway: (() => Promise<boolean>) | undefined;
} = { putAway: undefined };

/** The browser made room, or a newer Postern in another tab changes the layout: what follows is a fresh start. */
async function taken(why: Taken): Promise<void> {
  // Who has signed out tells all tabs so.
  if (leaving || why === 'signed-out') return;
  if ((await page.putAway?.()) === false) return;
  leaving = true;
  open?.store.close();
  location.reload();
}

function unreadable(error: unknown): void {
  if (error instanceof StoreError && error.reason === 'evicted') void taken('gone');
}

let choose: (account: KnownAccount) => void;

/** Whose mail this tab shows: settles once, with whom the page opens for or who is the first to sign in. */
export const current: Promise<KnownAccount> = new Promise((resolve) => (choose = resolve));

/** This tab shows the account's mail, for the life of the page. */
export function show(account: KnownAccount): void {
  choose(account);
}

/** Once there is an account: undefined, or why its mail cannot be kept on this device. */
export const opening: Promise<StoreError | undefined> = current.then(async ({ store: name }) => {
  try {
    const store = await openStore(name, { taken });
    const follower = new Follower(store, unreadable);
    open = { store, follower };
    // A page that comes back from the browser's back-forward cache has heard of nothing.
    globalThis.window?.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) follower.again();
    });
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
});

/** The open store. Rejects with the StoreError that kept it from opening. */
export async function theStore(): Promise<Store> {
  const problem = open ? undefined : await opening;
  if (!open) throw problem;
  return open.store;
}

/** Signing out: closed, and nothing of this page will read or write it again. */
export function leaveStore(): void {
  leaving = true;
  open?.store.close();
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

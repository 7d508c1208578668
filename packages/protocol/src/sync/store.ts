/**
 * The Store port. Its consistency need, which both stores (memory, IndexedDB) are held to by one suite:
 *
 * - `commit` is atomic and durable once settled; commits happen one after another, in the order of the calls.
 * - `read` sees all commits that settled before it was called, and none in part.
 * - Watchers hear of a commit after it settled, with the keys it touched, in every tab; a watcher that misses a call
 *   has to survive by reading again (level-triggered).
 */
import type { Action } from './action.ts';
import type { Change } from './change.ts';
import type {
  Account,
  Descriptor,
  Draft,
  Kept,
  Mailbox,
  MailboxKey,
  MailboxSizes,
  MessageKey,
  Outgoing,
  Part,
  Piece,
  Rows,
} from './model.ts';

export interface Store {
  read<T>(query: Query<T>): Promise<T>;
  /** Rejects with StoreError; nothing of the list has happened then. */
  commit(changes: readonly Change[]): Promise<void>;
  /** `count` message keys that were never given out before, ascending, contiguous; the first one is returned. */
  allocate(count: number): Promise<MessageKey>;
  /** Returns the way to stop watching. */
  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void;
  close(): void;
}

/** What a commit touched. A live query reads again when one of its keys is among them. */
export type Touched =
  | 'account'
  | 'mailboxes'
  | 'actions'
  | 'drafts'
  | 'sizes'
  | 'modes' // the person chose another mode for a mailbox
  | `rows:${number}`
  | `descriptors:${number}` // descriptorChunk(key)
  | `parts:${number}` // message key
  | `setting:${string}`;

/** Descriptors live in chunks of this many keys: measured, one chunk of 500 reads in 4.5 ms; half of it, in two. */
export const DESCRIPTORS_PER_CHUNK = 256;
export function descriptorChunk(key: MessageKey): number {
  return Math.floor(key / DESCRIPTORS_PER_CHUNK);
}

declare const result: unique symbol;
/** A question to the store, a plain value, carrying the type of its answer. */
export type Query<T> = QueryShape & { readonly [result]?: T };

export type QueryShape =
  | { readonly kind: 'account' }
  | { readonly kind: 'mailboxes' }
  | { readonly kind: 'rows'; readonly mailbox: MailboxKey }
  | { readonly kind: 'descriptors'; readonly keys: readonly MessageKey[] }
  | { readonly kind: 'part'; readonly message: MessageKey; readonly section: string }
  | { readonly kind: 'pieces'; readonly message: MessageKey; readonly section: string }
  | { readonly kind: 'kept'; readonly mailbox: MailboxKey }
  | { readonly kind: 'sizes' }
  | { readonly kind: 'actions' }
  | { readonly kind: 'outgoing'; readonly id: string }
  | { readonly kind: 'drafts' }
  | { readonly kind: 'setting'; readonly name: string };

export const accountQuery = (): Query<Account | undefined> => ({ kind: 'account' });
export const mailboxesQuery = (): Query<readonly Mailbox[]> => ({ kind: 'mailboxes' });
/** Empty columns when the mailbox is not there. */
export const rowsQuery = (mailbox: MailboxKey): Query<Rows> => ({ kind: 'rows', mailbox });
/** Those that are there, by key. */
export const descriptorsQuery = (
  keys: readonly MessageKey[],
): Query<ReadonlyMap<MessageKey, Descriptor>> => ({
  kind: 'descriptors',
  keys,
});
export const partQuery = (message: MessageKey, section: string): Query<Part | undefined> => ({
  kind: 'part',
  message,
  section,
});
/** What is here of a part that is not whole yet, in order, without a gap. */
export const piecesQuery = (message: MessageKey, section: string): Query<readonly Piece[]> => ({
  kind: 'pieces',
  message,
  section,
});
export const keptQuery = (mailbox: MailboxKey): Query<Kept> => ({ kind: 'kept', mailbox });
/** Of every mailbox, in order of key. */
export const sizesQuery = (): Query<readonly MailboxSizes[]> => ({ kind: 'sizes' });
/** In the person's order. */
export const actionsQuery = (): Query<readonly Action[]> => ({ kind: 'actions' });
export const outgoingQuery = (id: string): Query<Outgoing | undefined> => ({ kind: 'outgoing', id });
/** Last changed first. */
export const draftsQuery = (): Query<readonly Draft[]> => ({ kind: 'drafts' });
export const settingQuery = <T>(name: string): Query<T | undefined> => ({ kind: 'setting', name });

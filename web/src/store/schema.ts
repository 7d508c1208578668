/**
 * What lies where in IndexedDB, and how older layouts become this one.
 *
 * Measured (Chromium 156, 100,000 messages): one row per message with indexes takes 10 s to write and 2.4 s to read;
 * columns by mailbox and descriptors in chunks take 0.5 s and 0.4 s, one chunk a millisecond. Hence:
 *
 * | object store  | key                | value                                                                     |
 * | ------------- | ------------------ | ------------------------------------------------------------------------- |
 * | `meta`        | name               | the account; the next message key                                         |
 * | `mailboxes`   | mailbox            | Mailbox                                                                   |
 * | `rows`        | [mailbox,          | Segment: columns of some of its messages                                  |
 * |               | segmentOf]         |                                                                           |
 * | `versions`    | mailbox            | RowsHead: its version grows with every change of the columns: a cached    |
 * |               |                    | copy of them is current exactly when it was read at this version          |
 * | `descriptors` | descriptorChunk    | DescriptorChunk as a string: a line for each message key                  |
 * | `parts`       | [message, section] | octets of a text                                                          |
 * | `files`       | [message, section] | octets of an attachment: apart, so that they go without the texts         |
 * | `pieces`      | pieceKey           | octets of an attachment that is not whole yet, encoded or not             |
 * | `kept`        | descriptorChunk    | KeptChunk: how much is kept of each message's body                        |
 * | `actions`     | id                 | Action                                                                    |
 * | `outgoing`    | id                 | octets                                                                    |
 * | `drafts`      | id                 | Draft, its attachments without their octets                               |
 * | `attachments` | [draft, id]        | octets of a draft's attachment, written once                              |
 * | `settings`    | name               | JSON value                                                                |
 *
 * Until version 3, `rows` had all columns of a mailbox in one record under its key, `versions` the bare version, and `descriptors`
 * Maps. To write 100,000 messages anew before anything can be read takes seconds, and room that there may not be: a record stays
 * as it is until something in it changes, and is read either way.
 */
import type { Account, Action, Draft, DraftAttachment, Mailbox, Rows } from '@postern/protocol/sync';
import { descriptorChunk } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { StoredChunk } from './descriptor-chunk.ts';
import { emptyChunk, keptIn, setKept } from './kept-chunks.ts';
import type { KeptChunk } from './kept-chunks.ts';
import type { RowsHead, Segment } from './segments.ts';

export interface Schema extends DBSchema {
  meta: { key: string; value: Account | number };
  mailboxes: { key: number; value: Mailbox };
  rows: { key: number | [number, number]; value: Segment | Rows };
  versions: { key: number; value: RowsHead | number };
  descriptors: { key: number; value: StoredChunk };
  parts: { key: [number, string]; value: Uint8Array };
  files: { key: [number, string]; value: Uint8Array };
  pieces: { key: [number, string, number]; value: Uint8Array };
  kept: { key: number; value: KeptChunk };
  actions: { key: string; value: Action };
  outgoing: { key: string; value: Uint8Array };
  drafts: { key: string; value: StoredDraft };
  attachments: { key: [string, string]; value: Uint8Array };
  settings: { key: string; value: unknown };
}

export interface StoredDraft extends Omit<Draft, 'attachments'> {
  readonly attachments: readonly Omit<DraftAttachment, 'bytes'>[];
}

export type StoreName = StoreNames<Schema>;

export type Writing = IDBPTransaction<Schema, StoreName[], 'readwrite'>;
export type Reading = IDBPTransaction<Schema, StoreName[], 'readonly' | 'readwrite'>;

type Upgrading = IDBPTransaction<Schema, StoreName[], 'versionchange'>;

const firstStores = [
  'meta',
  'mailboxes',
  'rows',
  'versions',
  'descriptors',
  'parts',
  'actions',
  'outgoing',
  'drafts',
  'attachments',
  'settings',
] as const satisfies readonly StoreName[];

/** Step n leads from version n to version n + 1. A step is never changed once it was released; new ones are appended. */
const migrations: readonly ((database: IDBPDatabase<Schema>, upgrading: Upgrading) => unknown)[] = [
  (database) => {
    for (const name of firstStores) database.createObjectStore(name);
  },
  (database, upgrading) => {
    for (const name of ['files', 'pieces', 'kept'] as const) database.createObjectStore(name);
    return countParts(upgrading);
  },
  // The same stores; what is written into them from here on, no older Postern could read.
  () => undefined,
];

/** What was kept before it was counted: taken for texts, which nearly all of it was. */
async function countParts(upgrading: Upgrading): Promise<void> {
  const chunks = new Map<number, KeptChunk>();
  let cursor = await upgrading.objectStore('parts').openCursor();
  while (cursor) {
    const key = cursor.key[0] as MessageKey;
    const chunk = chunks.get(descriptorChunk(key)) ?? emptyChunk();
    chunks.set(descriptorChunk(key), chunk);
    setKept(chunk, key, { texts: keptIn(chunk, key).texts + cursor.value.length });
    cursor = await cursor.continue();
  }
  await Promise.all([...chunks].map(([at, chunk]) => upgrading.objectStore('kept').put(chunk, at)));
}

export const schemaVersion = migrations.length;

export async function migrate(
  database: IDBPDatabase<Schema>,
  from: number,
  upgrading: Upgrading,
): Promise<void> {
  for (const step of migrations.slice(from)) await step(database, upgrading);
}

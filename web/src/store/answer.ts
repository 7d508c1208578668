/** Queries, answered from one read transaction each. */
import type { Descriptor, Draft, MailboxKey, MessageKey, QueryShape, Rows } from '@postern/protocol/sync';
import { descriptorChunk, keptOf, sizesOf } from '@postern/protocol/sync';
import type { Account, MailboxSizes, Piece } from '@postern/protocol/sync';
import type { IDBPDatabase } from 'idb';
import { DescriptorChunk } from './descriptor-chunk.ts';
import { keptIn } from './kept-chunks.ts';
import { pieceAt, piecesOf } from './pieces.ts';
import { readRows } from './read-rows.ts';
import type { RowsCache } from './read-rows.ts';
import type { Reading, Schema, StoreName } from './schema.ts';

const sources: Readonly<Record<QueryShape['kind'], StoreName[]>> = {
  account: ['meta'],
  mailboxes: ['mailboxes'],
  rows: ['rows', 'versions'],
  descriptors: ['descriptors'],
  part: ['parts', 'files'],
  pieces: ['pieces'],
  kept: ['rows', 'versions', 'kept'],
  sizes: ['mailboxes', 'rows', 'versions', 'kept'],
  actions: ['actions'],
  outgoing: ['outgoing'],
  drafts: ['drafts', 'attachments'],
  setting: ['settings'],
};

export async function answer(
  database: IDBPDatabase<Schema>,
  query: QueryShape,
  cache: RowsCache,
): Promise<unknown> {
  const reading: Reading = database.transaction(sources[query.kind], 'readonly');
  switch (query.kind) {
    case 'account':
      return (await reading.objectStore('meta').get('account')) as Account | undefined;
    case 'mailboxes':
      return reading.objectStore('mailboxes').getAll();
    case 'rows':
      return (await readRows(reading, query.mailbox, cache)).rows;
    case 'descriptors':
      return readDescriptors(reading, query.keys);
    case 'part': {
      const at: [number, string] = [query.message, query.section];
      const bytes =
        (await reading.objectStore('parts').get(at)) ?? (await reading.objectStore('files').get(at));
      return bytes && { message: query.message, section: query.section, bytes };
    }
    case 'pieces':
      return readPieces(reading, query.message, query.section);
    case 'kept': {
      const { rows } = await readRows(reading, query.mailbox, cache);
      return keptOf(rows, await keptReader(reading, rows));
    }
    case 'sizes':
      return readSizes(reading, cache);
    case 'actions':
      return reading.objectStore('actions').getAll();
    case 'outgoing': {
      const bytes = await reading.objectStore('outgoing').get(query.id);
      return bytes && { id: query.id, bytes };
    }
    case 'drafts':
      return readDrafts(reading);
    case 'setting':
      return reading.objectStore('settings').get(query.name);
  }
}

async function readPieces(reading: Reading, message: MessageKey, section: string): Promise<Piece[]> {
  const all = piecesOf(message, section);
  const store = reading.objectStore('pieces');
  const [keys, values] = await Promise.all([store.getAllKeys(all), store.getAll(all)]);
  return keys.map((key, i) => pieceAt(message, section, key, values[i] ?? new Uint8Array()));
}

async function readSizes(reading: Reading, cache: RowsCache): Promise<MailboxSizes[]> {
  const mailboxes = (await reading.objectStore('mailboxes').getAllKeys()) as MailboxKey[];
  const of = await keptReader(reading);
  const columns = await Promise.all(mailboxes.map((mailbox) => readRows(reading, mailbox, cache)));
  return columns.map(({ rows }) => sizesOf(keptOf(rows, of)));
}

/** All of it at once, or what lies between the first and the last of `rows`: 100,000 messages are 400 records. */
async function keptReader(
  reading: Reading,
  rows?: Rows,
): Promise<(key: MessageKey) => ReturnType<typeof keptIn>> {
  if (rows?.length === 0) return () => keptIn(undefined, 0 as MessageKey);
  const chunkOf = (key: number | undefined): number => descriptorChunk((key ?? 0) as MessageKey);
  const range = rows && IDBKeyRange.bound(chunkOf(rows.keys[0]), chunkOf(rows.keys[rows.length - 1]));
  const store = reading.objectStore('kept');
  const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
  const chunks = new Map(keys.map((key, i) => [key, values[i]]));
  return (key) => keptIn(chunks.get(descriptorChunk(key)), key);
}

async function readDescriptors(
  reading: Reading,
  keys: readonly MessageKey[],
): Promise<Map<MessageKey, Descriptor>> {
  const chunks = new Map<number, MessageKey[]>();
  for (const key of keys) {
    const wanted = chunks.get(descriptorChunk(key));
    if (wanted) wanted.push(key);
    else chunks.set(descriptorChunk(key), [key]);
  }
  const found = new Map<MessageKey, Descriptor>();
  await Promise.all(
    [...chunks].map(async ([chunk, wanted]) => {
      const stored = await reading.objectStore('descriptors').get(chunk);
      const descriptors = typeof stored === 'object' ? stored : new DescriptorChunk(stored);
      for (const key of wanted) {
        const descriptor = descriptors.get(key);
        if (descriptor) found.set(key, descriptor);
      }
    }),
  );
  return found;
}

async function readDrafts(reading: Reading): Promise<Draft[]> {
  const drafts = await reading.objectStore('drafts').getAll();
  drafts.sort((a, b) => b.changed - a.changed);
  return Promise.all(
    drafts.map(async (draft) => ({
      ...draft,
      attachments: await Promise.all(
        draft.attachments.map(async (attachment) => ({
          ...attachment,
          bytes:
            (await reading.objectStore('attachments').get([draft.id, attachment.id])) ?? new Uint8Array(),
        })),
      ),
    })),
  );
}

/** Columns of a mailbox, from memory as far as nobody, in any tab, has changed them since. */
import type { MailboxKey, Rows } from '@postern/protocol/sync';
import { noRows } from './columns.ts';
import type { Reading } from './schema.ts';
import { joined, segmentIn } from './segments.ts';
import type { Columns, RowsHead, Segment } from './segments.ts';

export type RowsCache = Map<MailboxKey, Columns>;

export async function readRows(reading: Reading, mailbox: MailboxKey, cache: RowsCache): Promise<Columns> {
  const stored = await reading.objectStore('versions').get(mailbox);
  const head = typeof stored === 'object' ? stored : undefined;
  const cached = cache.get(mailbox);
  if (cached?.head.version === (head?.version ?? stored ?? 0)) return cached;
  const columns = head
    ? { head, rows: await readSegments(reading, mailbox, head, cached) }
    : await readOlder(reading, mailbox, typeof stored === 'number' ? stored : 0);
  cache.set(mailbox, columns);
  return columns;
}

/** Most of a large mailbox is as it was: only what changed is read. */
async function readSegments(
  reading: Reading,
  mailbox: MailboxKey,
  head: RowsHead,
  cached: Columns | undefined,
): Promise<Rows> {
  const store = reading.objectStore('rows');
  const all = [...head.segments].toSorted(([a], [b]) => a - b);
  const isCurrent = ([at, version]: readonly [number, number]): boolean =>
    cached?.head.segments.get(at) === version;
  const segments = all.some(isCurrent)
    ? await Promise.all(
        all.map(([at, version]) =>
          cached && isCurrent([at, version]) ? segmentIn(cached.rows, at) : store.get([mailbox, at]),
        ),
      )
    : await store.getAll(IDBKeyRange.bound([mailbox], [mailbox, []]));
  return joined(
    mailbox,
    head.keywordNames,
    segments.filter((segment): segment is Segment => segment !== undefined),
  );
}

/** One record for all, as it was written until schema version 3: no segment of it is there. */
async function readOlder(reading: Reading, mailbox: MailboxKey, version: number): Promise<Columns> {
  const rows = ((await reading.objectStore('rows').get(mailbox)) as Rows | undefined) ?? noRows(mailbox);
  return { head: { version, keywordNames: rows.keywordNames, segments: new Map() }, rows };
}

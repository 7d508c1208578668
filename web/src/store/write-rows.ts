/** Columns within one transaction: read once, changed in memory, and of each mailbox only the segments that changed written. */
import type { MailboxKey, MessageKey, Rows } from '@postern/protocol/sync';
import { put } from './bodies.ts';
import { readRows } from './read-rows.ts';
import type { RowsCache } from './read-rows.ts';
import type { Writing } from './schema.ts';
import { aloneSegment, segmentIn, segmentOf, segmentsIn } from './segments.ts';
import type { Columns } from './segments.ts';

interface Changed {
  readonly before: Columns;
  rows: Rows;
  readonly segments: Set<number>;
}

export class RowsWriting {
  readonly #writing: Writing;
  readonly #cache: RowsCache;
  readonly #mailboxes = new Map<MailboxKey, Changed>();

  constructor(writing: Writing, cache: RowsCache) {
    this.#writing = writing;
    this.#cache = cache;
  }

  async of(mailbox: MailboxKey): Promise<Rows> {
    return (await this.#at(mailbox)).rows;
  }

  /** `keys`: messages that are added, changed or gone since. */
  async set(mailbox: MailboxKey, rows: Rows, keys: Iterable<MessageKey>): Promise<void> {
    const changed = await this.#at(mailbox);
    changed.rows = rows;
    for (const key of keys) changed.segments.add(segmentOf(key));
  }

  /** What the cache may hold once the transaction is done. */
  write(): RowsCache {
    const written: RowsCache = new Map();
    for (const [mailbox, changed] of this.#mailboxes)
      if (changed.segments.size > 0) written.set(mailbox, this.#writeMailbox(mailbox, changed));
    return written;
  }

  #writeMailbox(mailbox: MailboxKey, { before, rows, segments: some }: Changed): Columns {
    const store = this.#writing.objectStore('rows');
    const version = before.head.version + 1;
    const segments = new Map(before.head.segments);
    const isOlder = segments.size === 0 && before.rows.length > 0;
    if (isOlder) put(store.delete(mailbox));
    for (const at of isOlder ? segmentsIn(rows) : some) {
      const segment = segmentIn(rows, at);
      put(segment ? store.put(aloneSegment(segment), [mailbox, at]) : store.delete([mailbox, at]));
      if (segment) segments.set(at, version);
      else segments.delete(at);
    }
    const head = { version, keywordNames: rows.keywordNames, segments };
    put(this.#writing.objectStore('versions').put(head, mailbox));
    return { head, rows };
  }

  async #at(mailbox: MailboxKey): Promise<Changed> {
    const known = this.#mailboxes.get(mailbox);
    if (known) return known;
    const before = await readRows(this.#writing, mailbox, this.#cache);
    const changed = { before, rows: before.rows, segments: new Set<number>() };
    this.#mailboxes.set(mailbox, changed);
    return changed;
  }
}

import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { StoreError } from '@postern/protocol/error';
import {
  accountQuery,
  descriptorChunk,
  descriptorsQuery,
  keptQuery,
  outgoingQuery,
  partQuery,
  rowAt,
  rowsOf,
  rowsQuery,
  settingQuery,
} from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow, NewMessage, Store, Touched } from '@postern/protocol/sync';
import {
  sampleDescriptor,
  sampleDraft,
  sampleMailbox,
  storeCases,
} from '@postern/protocol/sync/store-conformance';
import fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { destroyStore, openStore } from './index.ts';
import type { Taken } from './index.ts';
import { schemaVersion } from './schema.ts';
import { segmentOf } from './segments.ts';
import type { Segment } from './segments.ts';

type Uid = Exclude<NewMessage['row']['uid'], 0>;

const inbox = 1 as MailboxKey;
let count = 0;
const opened: Store[] = [];

async function open(name: string): Promise<Store> {
  const store = await openStore(name);
  opened.push(store);
  return store;
}

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

describe('the store in IndexedDB', () => {
  for (const { name, run } of storeCases) {
    it(name, async () => {
      const database = `conformance-${count++}`;
      const store = await open(database);
      await run(store, async () => {
        store.close();
        return open(database);
      });
    });
  }

  it('reads in one context what another has committed, and hears of it', async () => {
    const [a, b] = [await open('two'), await open('two')];
    const heard = new Promise<ReadonlySet<Touched>>((resolve) => b.watch(resolve));
    await a.commit([{ kind: 'setting', name: 'density', value: 'compact' }]);
    expect(await b.read(settingQuery('density'))).toBe('compact');
    expect([...(await heard)]).toEqual(['setting:density']);
  });

  it('never answers from columns that another context has changed since', async () => {
    const [a, b] = [await open('columns'), await open('columns')];
    const key = await a.allocate(1);
    const row = { key, uid: 7 as NewMessage['row']['uid'], flags: [], date: 0, size: 1 };
    await a.commit([
      { kind: 'messages', mailbox: inbox, messages: [{ row, descriptor: sampleDescriptor('s') }] },
    ]);
    expect(rowAt(await b.read(rowsQuery(inbox)), 0).flags).toEqual([]);
    await a.commit([{ kind: 'flags', mailbox: inbox, rows: [{ key, flags: ['\\Seen'] }] }]);
    expect(rowAt(await b.read(rowsQuery(inbox)), 0).flags).toEqual(['\\Seen']);
    await b.commit([{ kind: 'uid', mailbox: inbox, key, uid: 8 as Exclude<NewMessage['row']['uid'], 0> }]);
    expect(rowAt(await a.read(rowsQuery(inbox)), 0)).toMatchObject({ uid: 8, flags: ['\\Seen'] });
  });

  it('keeps of a view only what is in view', async () => {
    const store = await open('views');
    const large = new Uint8Array(100_000).fill(1);
    await store.commit([{ kind: 'outgoing', outgoing: { id: 'a', bytes: large.subarray(10, 20) } }]);
    const kept = await store.read(outgoingQuery('a'));
    expect(kept?.bytes).toEqual(large.slice(10, 20));
    expect(kept?.bytes.buffer.byteLength).toBe(10);
  });

  it('tells stores of another name nothing', async () => {
    const [a, b, c] = [await open('one'), await open('other'), await open('one')];
    let told = false;
    b.watch(() => (told = true));
    const heard = new Promise((resolve) => c.watch(resolve));
    await a.commit([{ kind: 'setting', name: 'x', value: 1 }]);
    await heard;
    expect(told).toBe(false);
  });

  it('destroys everything, closing stores that are open', async () => {
    const a = await open('doomed');
    await a.commit([{ kind: 'account', account: { user: 'ada', address: 'ada@postern.example', name: '' } }]);
    await destroyStore('doomed');
    await expect(a.read(accountQuery())).rejects.toThrow(StoreError);
    await expect(a.commit([{ kind: 'setting', name: 'x', value: 1 }])).rejects.toThrow(StoreError);
    expect(await (await open('doomed')).read(accountQuery())).toBe(undefined);
  });

  it('says so when another context does not let go of it', async () => {
    // An older layout, held by someone who does not know to close it.
    const held = await openDB('held', schemaVersion + 1);
    await expect(destroyStore('held', 20)).rejects.toMatchObject({ kind: 'StoreError', reason: 'blocked' });
    await expect(openStore('held', { patience: 20 })).rejects.toMatchObject({
      kind: 'StoreError',
      reason: 'blocked',
    });
    held.close();
  });

  it('keeps what is not kept yet before a newer Postern changes the layout, and then lets it', async () => {
    const told: Taken[] = [];
    const draft = sampleDraft('d');
    const store: Store = await openStore('newer', {
      taken: async (why) => {
        told.push(why);
        await store.commit([{ kind: 'draft', draft }]);
      },
    });
    const newer = await openDB('newer', schemaVersion + 1);
    expect(told).toEqual(['newer']);
    expect(await newer.getAllKeys('drafts')).toEqual(['d']);
    await expect(store.read(accountQuery())).rejects.toMatchObject({ reason: 'evicted' });
    newer.close();
  });

  it('lets a newer Postern change the layout although something could not be kept', async () => {
    await openStore('newer-full', { taken: () => Promise.reject(new Error('no room')) });
    const newer = await openDB('newer-full', schemaVersion + 1);
    newer.close();
  });

  it('says that it was taken away, once, and not where it was let go of', async () => {
    const told: string[] = [];
    const hear = (name: string) => ({ taken: async (why: Taken) => void told.push(`${name} ${why}`) });
    const store = await openStore('taken', hear('a'));
    const left = await openStore('taken', hear('b'));
    left.close();
    await destroyStore('taken');
    await expect(store.read(accountQuery())).rejects.toMatchObject({ reason: 'evicted' });
    expect(told).toEqual(['a signed-out']);
  });

  it('says that the browser took it away', async () => {
    const opening = vi.spyOn(indexedDB, 'open');
    const told: Taken[] = [];
    const store = await openStore('gone', { taken: async (why) => void told.push(why) });
    const request = opening.mock.results[0]?.value as IDBOpenDBRequest;
    opening.mockRestore();
    forceCloseDatabase(request.result);
    await vi.waitFor(() => expect(told).toEqual(['gone']));
    await expect(store.read(accountQuery())).rejects.toMatchObject({ reason: 'evicted' });
  });

  it('counts what an older layout has kept, and loses nothing of it', async () => {
    const old = await openDB('old', 1, {
      upgrade: (database) => {
        const first =
          'meta mailboxes rows versions descriptors parts actions outgoing drafts attachments settings';
        for (const name of first.split(' ')) database.createObjectStore(name);
      },
    });
    const uid = 7 as NewMessage['row']['uid'];
    const messages = [1, 300].map((key) => ({ key, mailbox: inbox, uid, flags: [], date: 0, size: 1 }));
    await old.put('mailboxes', sampleMailbox(inbox, 'INBOX'), inbox);
    await old.put('rows', rowsOf(inbox, messages as unknown as MessageRow[]), inbox);
    await old.put('descriptors', new Map([[1, sampleDescriptor('a')]]), 0);
    await old.put('descriptors', new Map([[300, sampleDescriptor('b')]]), 1);
    await old.put('parts', new Uint8Array(10), [1, '1']);
    await old.put('parts', new Uint8Array(20), [1, '2']);
    await old.put('parts', new Uint8Array(5), [300, '1']);
    await old.put('settings', 'compact', 'density');
    old.close();
    const store = await open('old');
    const kept = await store.read(keptQuery(inbox));
    expect([...kept.texts]).toEqual([30, 5]);
    expect(await store.read(settingQuery('density'))).toBe('compact');
    expect((await store.read(partQuery(1 as MessageKey, '2')))?.bytes.length).toBe(20);
  });

  describe('the layout before version 3', () => {
    const keys = [1, 300, 50_000].map((key) => key as MessageKey);
    const subjects = async (store: Store): Promise<(string | undefined)[]> => {
      const found = await store.read(descriptorsQuery(keys));
      return keys.map((key) => found.get(key)?.subject);
    };
    const flagsOf = async (store: Store): Promise<string[][]> => {
      const rows = await store.read(rowsQuery(inbox));
      return Array.from({ length: rows.length }, (_, i) => [...rowAt(rows, i).flags]);
    };

    /** As Postern wrote it then, with a draft that is the person's. */
    async function write(name: string): Promise<void> {
      const old = await openDB(name, 2, {
        upgrade: (database) => {
          const all =
            'meta mailboxes rows versions descriptors parts actions outgoing drafts attachments settings files pieces kept';
          for (const each of all.split(' ')) database.createObjectStore(each);
        },
      });
      const uid = 7 as NewMessage['row']['uid'];
      const rows = keys.map((key) => ({ key, mailbox: inbox, uid, flags: ['Garden'], date: 0, size: 1 }));
      await old.put('mailboxes', sampleMailbox(inbox, 'INBOX'), inbox);
      await old.put('rows', rowsOf(inbox, rows), inbox);
      await old.put('versions', 41, inbox);
      for (const key of keys)
        await old.put('descriptors', new Map([[key, sampleDescriptor(`at ${key}`)]]), descriptorChunk(key));
      await old.put('outgoing', new Uint8Array([1, 2, 3]), 'mine');
      await old.put('meta', 50_001, 'next-key');
      old.close();
    }

    it('is read as it is, and keeps all of it when some of it changes', async () => {
      await write('two layouts');
      const [a, b] = [await open('two layouts'), await open('two layouts')];
      for (const store of [a, b]) {
        expect(await subjects(store)).toEqual(['at 1', 'at 300', 'at 50000']);
        expect(await flagsOf(store)).toEqual([['Garden'], ['Garden'], ['Garden']]);
      }
      await a.commit([
        { kind: 'flags', mailbox: inbox, rows: [{ key: keys[1]!, flags: ['\\Seen', 'Shed'] }] },
        { kind: 'preview', key: keys[1]!, preview: 'first words' },
      ]);
      for (const store of [a, b, await open('two layouts')]) {
        expect(await subjects(store)).toEqual(['at 1', 'at 300', 'at 50000']);
        expect(await flagsOf(store)).toEqual([['Garden'], ['\\Seen', 'Shed'], ['Garden']]);
      }
      expect((await b.read(outgoingQuery('mine')))?.bytes).toEqual(new Uint8Array([1, 2, 3]));
      expect(await b.allocate(1)).toBe(50_001);
    });

    it('lets go of a mailbox without a trace', async () => {
      await write('removed');
      const store = await open('removed');
      await store.commit([{ kind: 'mailbox-removed', mailbox: inbox }]);
      expect(await subjects(store)).toEqual([undefined, undefined, undefined]);
      store.close();
      const left = await openDB('removed');
      expect(await left.count('rows')).toBe(0);
      expect(await left.count('descriptors')).toBe(0);
      left.close();
    });

    it('is left as one record less, not beside the new ones', async () => {
      await write('once');
      const store = await open('once');
      await store.commit([{ kind: 'expunged', mailbox: inbox, keys: [keys[0]!] }]);
      store.close();
      const left = await openDB('once');
      expect(await left.getAllKeys('rows')).toEqual([
        [inbox, segmentOf(300)],
        [inbox, segmentOf(50_000)],
      ]);
      left.close();
    });
  });

  it('writes of a large mailbox what changed', async () => {
    const store = await open('large');
    const first = await store.allocate(20_000);
    const messages = Array.from({ length: 20_000 }, (_, i) => ({
      row: { key: (first + i) as MessageKey, uid: (i + 1) as Uid, flags: [], date: i * 1000, size: i },
      descriptor: sampleDescriptor('s'),
    }));
    await store.commit([{ kind: 'messages', mailbox: inbox, messages }]);
    const all = 20_000 * 29;
    const isSegment = (value: unknown): value is Segment =>
      typeof value === 'object' && value !== null && 'uids' in value;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const octets = (): number => {
      const segments = put.mock.calls.flatMap(([value]) => (isSegment(value) ? [value] : []));
      put.mockClear();
      return segments
        .flatMap((one) => Object.values(one))
        .reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    };
    try {
      const key = (first + 9000) as MessageKey;
      await store.commit([{ kind: 'flags', mailbox: inbox, rows: [{ key, flags: ['\\Seen'] }] }]);
      expect(octets()).toBeLessThan(all / 2);
      await store.commit([{ kind: 'expunged', mailbox: inbox, keys: [key] }]);
      expect(octets()).toBeLessThan(all / 2);
    } finally {
      put.mockRestore();
    }
    expect((await store.read(rowsQuery(inbox))).length).toBe(19_999);
  });

  it('reads again only what another context has changed, and never mixes old with new', async () => {
    const [a, b] = [await open('segments'), await open('segments')];
    const spread = (n: number): MessageKey => (n * 2000 + 1) as MessageKey;
    const listed = async (store: Store): Promise<unknown[]> => {
      const rows = await store.read(rowsQuery(inbox));
      return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i));
    };
    const change = fc.record({
      kind: fc.constantFrom<'messages' | 'flags' | 'expunged' | 'moved'>(
        'messages',
        'flags',
        'expunged',
        'moved',
      ),
      keys: fc.uniqueArray(fc.nat(30).map(spread), { minLength: 1, maxLength: 20 }),
      flag: fc.constantFrom('\\Seen', 'Garden', 'Shed', 'Pond'),
    });
    const other = 2 as MailboxKey;
    const there = new Map<MessageKey, MailboxKey>();
    const carryOut = async (
      store: Store,
      { kind, keys, flag }: typeof change extends fc.Arbitrary<infer C> ? C : never,
    ): Promise<void> => {
      const here = keys.filter((key) => there.get(key) === inbox);
      if (kind === 'messages') {
        const messages = keys
          .filter((key) => !there.has(key))
          .map((key) => ({
            row: { key, uid: key as number as Uid, flags: [flag], date: 0, size: key as number },
            descriptor: sampleDescriptor('s'),
          }));
        for (const { row } of messages) there.set(row.key, inbox);
        await store.commit([{ kind, mailbox: inbox, messages }]);
      } else if (kind === 'flags') {
        await store.commit([{ kind, mailbox: inbox, rows: here.map((key) => ({ key, flags: [flag] })) }]);
      } else if (kind === 'expunged') {
        for (const key of here) there.delete(key);
        await store.commit([{ kind, mailbox: inbox, keys: here }]);
      } else {
        for (const key of here) there.set(key, other);
        await store.commit([{ kind, from: inbox, to: other, rows: here.map((key) => ({ key, uid: 0 })) }]);
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), change), { minLength: 5, maxLength: 20 }),
        async (history) => {
          for (const [isFirst, each] of history) {
            await carryOut(isFirst ? a : b, each);
            expect(await listed(isFirst ? b : a)).toEqual(await listed(isFirst ? a : b));
          }
          const fresh = await open('segments');
          expect(await listed(fresh)).toEqual(await listed(a));
          expect((await listed(fresh)).length).toBe(
            [...there.values()].filter((box) => box === inbox).length,
          );
          fresh.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('says so when a newer Postern wrote it', async () => {
    (await openDB('newer', schemaVersion + 1)).close();
    await expect(open('newer')).rejects.toMatchObject({ kind: 'StoreError', reason: 'version' });
  });
});

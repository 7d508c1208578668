import 'fake-indexeddb/auto';
import { StoreError } from '@postern/protocol/error';
import {
  accountQuery,
  keptQuery,
  outgoingQuery,
  partQuery,
  rowAt,
  rowsOf,
  rowsQuery,
  settingQuery,
} from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow, NewMessage, Store, Touched } from '@postern/protocol/sync';
import { sampleDescriptor, sampleMailbox, storeCases } from '@postern/protocol/sync/store-conformance';
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import { destroyStore, openStore } from './index.ts';
import { schemaVersion } from './schema.ts';

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
    await expect(openStore('held', 20)).rejects.toMatchObject({ kind: 'StoreError', reason: 'blocked' });
    held.close();
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

  it('says so when a newer Postern wrote it', async () => {
    (await openDB('newer', schemaVersion + 1)).close();
    await expect(open('newer')).rejects.toMatchObject({ kind: 'StoreError', reason: 'version' });
  });
});

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { accountQuery } from '@postern/protocol/sync';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { firstStore, openStore, storeOf } from '../store/index.ts';
import {
  accountId,
  findAccounts,
  forget,
  type KnownAccount,
  knownAccounts,
  prefer,
  preferred,
  remember,
} from './known-accounts.ts';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('indexedDB', new IDBFactory());
});

const account = (id: string, store = storeOf(id)): KnownAccount => ({
  id,
  user: `${id}@example.org`,
  address: `${id}@example.org`,
  store,
});
const ids = (): readonly string[] => knownAccounts().map(({ id }) => id);

async function keep(store: string, user: string): Promise<void> {
  const open = await openStore(store);
  await open.commit([{ kind: 'account', account: { user, address: user, name: '' } }]);
  open.close();
}

describe('the known accounts', () => {
  it('are remembered in their order, and forgotten one by one', () => {
    for (const id of ['a', 'b', 'a', 'c']) remember(account(id));
    expect(ids()).toEqual(['a', 'b', 'c']);
    forget('b');
    expect(ids()).toEqual(['a', 'c']);
    localStorage.setItem('postern-theme', 'dark');
    forget('a');
    expect(localStorage.getItem('postern-theme')).toBe('dark');
    forget('c');
    expect(localStorage).toHaveLength(0);
  });

  it('are none where what is kept makes no sense', () => {
    for (const text of ['{', 'null', '{"id":"a"}', '[1, null, {"id": "a", "user": 1}]']) {
      localStorage.setItem('postern-accounts', text);
      expect(knownAccounts(), text).toEqual([]);
    }
  });

  it('are shown by tab, else as chosen last, else the first', () => {
    const known = [account('a'), account('b')];
    expect(preferred(known)?.id).toBe('a');
    prefer('b');
    expect(preferred(known)?.id).toBe('b');
    localStorage.setItem('postern-account', 'a');
    expect(preferred(known)?.id).toBe('b');
    vi.stubGlobal('sessionStorage', storage());
    expect(preferred(known)?.id).toBe('a');
    expect(preferred([])).toBe(undefined);
    vi.stubGlobal('history', { state: { account: 'b' } });
    expect(preferred(known)?.id).toBe('b');
    vi.stubGlobal('history', { state: { account: 'gone' } });
    expect(preferred(known)?.id).toBe('a');
  });
});

describe('where there is no list', () => {
  it('the store of before keeps its account, with all that is in it', async () => {
    await keep(firstStore, 'ada@example.org');
    const found = await findAccounts();
    expect(found).toEqual([
      { id: '_dUz8U_uqM3v', user: 'ada@example.org', address: 'ada@example.org', store: firstStore },
    ]);
    expect(knownAccounts()).toEqual(found);
  });

  it('each store tells whose it is; others, and those of nobody, are left alone', async () => {
    const id = await accountId('grace@example.org');
    await keep(storeOf(id), 'grace@example.org');
    await keep('postern-AAAAAAAAAAAA', 'ada@example.org');
    await keep('something-else', 'ada@example.org');
    (await openStore(firstStore)).close();
    expect((await findAccounts()).map(({ user }) => user)).toEqual(['grace@example.org']);
    const nobody = await openStore(firstStore);
    expect(await nobody.read(accountQuery())).toBe(undefined);
  });

  it('a browser that does not list its stores still finds the one of before', async () => {
    await keep(firstStore, 'ada@example.org');
    indexedDB.databases = () => Promise.reject(new Error('not here'));
    expect(await findAccounts()).toHaveLength(1);
  });
});

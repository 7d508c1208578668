import { MemoryStore, settingQuery } from '@postern/protocol/sync';
import type { Change, FlagAction, MailboxKey } from '@postern/protocol/sync';
import { sampleMailbox } from '@postern/protocol/sync/store-conformance';
import { describe, expect, it } from 'vitest';
import { persistInTime } from './persisting.ts';
import { askToPersist, PERSISTENCE_SETTING } from './storage.ts';

const inbox = 1 as MailboxKey;
const mailbox = sampleMailbox(inbox, 'INBOX');
const whole: Change = { kind: 'mailbox', mailbox: { ...mailbox, sync: { ...mailbox.sync, at: 5 } } };
const action: FlagAction = {
  id: 'a',
  at: 1,
  state: { name: 'waiting' },
  kind: 'flag',
  mailbox: inbox,
  messages: [],
  add: [],
  remove: [],
};

function begin(online = true) {
  const store = new MemoryStore();
  const asked: number[] = [];
  const stop = persistInTime({
    store,
    now: () => 7,
    isOnline: () => online,
    ask: async (now) => {
      asked.push(now);
      return { asked: now, granted: true };
    },
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { store, asked, stop, settled };
}

describe('asking the browser to keep what is here', () => {
  it.each<[string, Change[], boolean]>([
    ['the first mailbox is whole', [whole], true],
    ['a mailbox is to be kept whole', [{ kind: 'mode', mailbox: inbox, mode: 'offline' }], true],
    ['something waits without a network', [{ kind: 'action', action }], false],
  ])('happens once, when %s', async (_, changes, online) => {
    const { store, asked, settled } = begin(online);
    await store.commit([{ kind: 'mailbox', mailbox }]);
    await settled();
    expect(asked).toEqual([]);
    await store.commit(changes);
    await settled();
    expect(asked).toEqual([7]);
    expect(await store.read(settingQuery(PERSISTENCE_SETTING))).toEqual({ asked: 7, granted: true });
    await store.commit(changes);
    await settled();
    expect(asked).toEqual([7]);
  });

  it('does not happen for what waits a moment for a server that is there', async () => {
    const { store, asked, settled } = begin();
    await store.commit([{ kind: 'action', action }]);
    await settled();
    expect(asked).toEqual([]);
  });

  it('does not happen again where it was asked before', async () => {
    const { store, asked, settled, stop } = begin();
    stop();
    await store.commit([{ kind: 'setting', name: PERSISTENCE_SETTING, value: { asked: 1, granted: false } }]);
    const again: number[] = [];
    persistInTime({
      store,
      now: () => 8,
      isOnline: () => true,
      ask: async (now) => (again.push(now), undefined),
    });
    await store.commit([whole]);
    await settled();
    expect([asked, again]).toEqual([[], []]);
  });

  it('takes a browser that cannot be asked, or throws, for one that promises nothing', async () => {
    expect(await askToPersist(1, undefined)).toBeUndefined();
    const storage = { persist: () => Promise.reject(new Error('no')), persisted: async () => false };
    expect(await askToPersist(1, storage as unknown as StorageManager)).toEqual({ asked: 1, granted: false });
    const kept = { persist: () => Promise.reject(new Error('no')), persisted: async () => true };
    expect(await askToPersist(1, kept as unknown as StorageManager)).toEqual({ asked: 1, granted: true });
  });
});

import { StoreError } from '@postern/protocol/error';
import { accountQuery, actionsQuery, MemoryStore, settingQuery } from '@postern/protocol/sync';
import type { Account, Query, Store } from '@postern/protocol/sync';
import { describe, expect, it, vi } from 'vitest';
import { Follower } from './follow.ts';

const account: Account = { user: 'ada', address: 'ada@postern.example', name: '' };

/** Lets everything that is due happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A store whose reads wait for `go`. */
function slow(store: Store): { store: Store; reads: () => number; go: () => Promise<void> } {
  let waiting: (() => void)[] = [];
  let reads = 0;
  return {
    store: {
      read: async <T>(query: Query<T>) => {
        reads++;
        await new Promise<void>((resolve) => waiting.push(resolve));
        return store.read(query);
      },
      commit: (changes) => store.commit(changes),
      allocate: (n) => store.allocate(n),
      watch: (listener) => store.watch(listener),
      close: () => store.close(),
    },
    reads: () => reads,
    go: async () => {
      const due = waiting;
      waiting = [];
      for (const resolve of due) resolve();
      await settle();
    },
  };
}

describe('a live query', () => {
  it('answers at first and after each commit that touches it', async () => {
    const store = new MemoryStore();
    const answers: unknown[] = [];
    new Follower(store).follow(settingQuery('a'), (value) => answers.push(value));
    await settle();
    await store.commit([{ kind: 'setting', name: 'a', value: 1 }]);
    await settle();
    await store.commit([{ kind: 'setting', name: 'other', value: 2 }]);
    await settle();
    expect(answers).toEqual([undefined, 1]);
  });

  it('is silent once stopped', async () => {
    const store = new MemoryStore();
    let answers = 0;
    const stop = new Follower(store).follow(settingQuery('a'), () => answers++);
    await settle();
    stop();
    await store.commit([{ kind: 'setting', name: 'a', value: 1 }]);
    await settle();
    expect(answers).toBe(1);
  });

  it('delivers in one turn all that one commit touched', async () => {
    const memory = new MemoryStore();
    const { store, go } = slow(memory);
    const turns: string[][] = [];
    let turn: string[] | undefined;
    const note = (what: string): void => {
      if (!turn) {
        turns.push((turn = []));
        queueMicrotask(() => (turn = undefined));
      }
      turn.push(what);
    };
    const follower = new Follower(store);
    follower.follow(accountQuery(), (value) => note(`account ${value?.user}`));
    follower.follow(settingQuery('a'), (value) => note(`a ${String(value)}`));
    await settle();
    await go();
    await memory.commit([
      { kind: 'account', account },
      { kind: 'setting', name: 'a', value: 1 },
    ]);
    await settle();
    await go();
    expect(turns).toEqual([
      ['account undefined', 'a undefined'],
      ['account ada', 'a 1'],
    ]);
    // Being read for one commit while the next one comes: what has seen the next waits for the rest of it.
    await memory.commit([{ kind: 'setting', name: 'a', value: 2 }]);
    await memory.commit([
      { kind: 'account', account: { ...account, user: 'grace' } },
      { kind: 'setting', name: 'a', value: 3 },
    ]);
    await go();
    await go();
    expect(turns.slice(2)).toEqual([['a 3', 'account grace']]);
  });

  it('reads once more, not once each, for commits that overtake it, and ends with the last', async () => {
    const memory = new MemoryStore();
    const { store, reads, go } = slow(memory);
    let last: unknown;
    new Follower(store).follow(settingQuery('n'), (value) => (last = value));
    await settle();
    for (let n = 0; n < 10; n++) await memory.commit([{ kind: 'setting', name: 'n', value: n }]);
    await go();
    await go();
    expect(last).toBe(9);
    expect(reads()).toBe(2);
  });

  it('delivers all the same when commits never pause', async () => {
    const memory = new MemoryStore();
    const { store, go } = slow(memory);
    let delivered = 0;
    new Follower(store).follow(settingQuery('n'), () => delivered++);
    await settle();
    for (let n = 0; n < 9; n++) {
      await memory.commit([{ kind: 'setting', name: 'n', value: n }]);
      await go();
    }
    expect(delivered).toBeGreaterThan(1);
  });

  it('tries again what could not be read, and delivers the rest meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const store = new MemoryStore();
    await store.commit([
      { kind: 'setting', name: 'a', value: 1 },
      { kind: 'setting', name: 'b', value: 2 },
    ]);
    const read = vi.spyOn(store, 'read');
    let broken = true;
    read.mockImplementation((query) =>
      broken && JSON.stringify(query).includes('"a"')
        ? Promise.reject(new StoreError('failed', 'cannot be read'))
        : MemoryStore.prototype.read.call(store, query),
    );
    const answers: unknown[] = [];
    const follower = new Follower(store);
    for (const name of ['a', 'b']) follower.follow(settingQuery(name), (value) => answers.push(value));
    await settle();
    expect(answers).toEqual([2]);
    await vi.advanceTimersByTimeAsync(1000);
    broken = false;
    await vi.advanceTimersByTimeAsync(2000);
    await settle();
    expect(answers).toEqual([2, 1]);
    const reads = read.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(read.mock.calls.length).toBe(reads);
    vi.useRealTimers();
  });

  it('reads all again where commits may have gone unheard', async () => {
    const store = new MemoryStore();
    const watch = vi.spyOn(store, 'watch').mockReturnValue(() => undefined);
    const answers: unknown[] = [];
    const follower = new Follower(store);
    follower.follow(settingQuery('a'), (value) => answers.push(value));
    await settle();
    await store.commit([{ kind: 'setting', name: 'a', value: 1 }]);
    follower.again();
    await settle();
    expect(watch).toHaveBeenCalled();
    expect(answers).toEqual([undefined, 1]);
  });

  it('reports a store that cannot be read', async () => {
    const store = new MemoryStore();
    store.read = () => Promise.reject(new Error('gone'));
    const failures: unknown[] = [];
    new Follower(store, (error) => failures.push(error)).follow(actionsQuery(), () => {});
    await settle();
    expect(failures).toHaveLength(1);
  });
});

import 'fake-indexeddb/auto';
import { ConnectionLost } from '@postern/protocol/error';
import { createEngine, MemoryStore } from '@postern/protocol/sync';
import type { Engine, EngineNote, EnginePorts, MessageKey, Store, Wishes } from '@postern/protocol/sync';
import { forceCloseDatabase } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { openStore } from '../store/index.ts';
import { lead } from './host.ts';
import type { HostPorts } from './host.ts';
import { leaderLock, screenChannel, screenLock, sharedChannel } from './notes.ts';
import type { Channel, SharedNote } from './notes.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const wishes = (...messages: number[]): Wishes => ({
  messages: messages as MessageKey[],
  parts: [],
  downloads: [],
});

/** Broadcast channels and locks as a browser has them, for contexts that a test makes and ends. */
class Browser {
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #held = new Map<string, Promise<unknown>>();

  channel(name: string): Channel & { readonly heard: unknown[] } {
    const own: Listener = { listeners: new Set(), heard: [] };
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all.add(own));
    return {
      heard: own.heard,
      postMessage(note) {
        for (const other of all) {
          if (other === own) continue;
          other.heard.push(note);
          for (const listener of other.listeners)
            queueMicrotask(() => listener({ data: note } as MessageEvent));
        }
      },
      addEventListener: (_, listener) => own.listeners.add(listener),
      close: () => all.delete(own),
    };
  }

  async request(
    name: string,
    options: { readonly signal?: AbortSignal },
    held: () => Promise<void>,
  ): Promise<unknown> {
    const before = this.#held.get(name) ?? Promise.resolve();
    const aborted = new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
    let release = (): void => {};
    this.#held.set(
      name,
      before.then(() => new Promise<void>((resolve) => (release = resolve))),
    );
    try {
      await Promise.race([before, aborted]);
    } catch (error) {
      void before.then(() => release());
      throw error;
    }
    await Promise.resolve();
    try {
      return await held();
    } finally {
      release();
    }
  }
}

interface Listener {
  readonly listeners: Set<(event: MessageEvent) => void>;
  readonly heard: unknown[];
}

class RecordingEngine implements Engine {
  readonly wished: [string, readonly number[] | undefined][] = [];
  readonly woken: string[] = [];
  stopped = false;
  readonly ports: EnginePorts;
  constructor(ports: EnginePorts) {
    this.ports = ports;
  }
  wish(screen: string, wishes: Wishes | undefined): void {
    this.wished.push([screen, wishes?.messages]);
  }
  wake(reason: string): void {
    this.woken.push(reason);
  }
  async stop(): Promise<void> {
    await settle();
    this.stopped = true;
  }
}

function start(
  browser: Browser,
  engines: RecordingEngine[],
  closed: Store[] = [],
  name = 'postern',
  hold: (taken: () => Promise<void>) => void = () => undefined,
): Promise<void> {
  const ports: HostPorts = {
    name,
    clock: { now: () => 0, sleep: () => new Promise(() => {}) },
    random: (octets) => new Uint8Array(octets),
    connect: () => Promise.reject(new Error('no network here')),
    channels: (name) => browser.channel(name),
    locks: browser,
    openStore: async (taken) => {
      hold(taken);
      const store = new MemoryStore();
      store.close = () => void closed.push(store);
      return store;
    },
    createEngine: (given) => {
      const engine = new RecordingEngine(given);
      engines.push(engine);
      return engine;
    },
  };
  return lead(ports);
}

describe('the leader', () => {
  it('is one of many', async () => {
    const browser = new Browser();
    const engines: RecordingEngine[] = [];
    void start(browser, engines);
    void start(browser, engines);
    await settle();
    expect(engines).toHaveLength(1);
  });

  it('is one for each account, and hears nothing that is meant for another', async () => {
    const browser = new Browser();
    const tab = browser.channel(sharedChannel('postern-b'));
    const engines: RecordingEngine[] = [];
    void start(browser, engines, [], 'postern');
    const second = start(browser, engines, [], 'postern-b');
    await settle();
    expect(engines).toHaveLength(2);
    tab.postMessage({ to: 'engine', note: 'wake', reason: 'network' } satisfies SharedNote);
    tab.postMessage({ to: 'workers', note: 'stop' } satisfies SharedNote);
    await second;
    expect(engines.map((engine) => [engine.woken.length, engine.stopped])).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  it('says hello, hears wishes and wakes, and answers to whom it concerns', async () => {
    const browser = new Browser();
    const tab = browser.channel(sharedChannel('postern'));
    const own = browser.channel(screenChannel('postern', 'a'));
    const other = browser.channel(screenChannel('postern', 'b'));
    void browser.request(screenLock('postern', 'a'), {}, () => new Promise(() => {}));
    const engines: RecordingEngine[] = [];
    void start(browser, engines);
    await settle();
    expect(tab.heard).toEqual([{ to: 'screens', note: 'hello' }]);
    const said: SharedNote[] = [
      { to: 'engine', note: 'wishes', screen: 'a', wishes: wishes(7) },
      { to: 'engine', note: 'wake', reason: 'network' },
    ];
    for (const note of said) tab.postMessage(note);
    await settle();
    expect(engines[0]?.wished).toEqual([['a', [7]]]);
    expect(engines[0]?.woken).toEqual(['network']);
    const status: EngineNote = { note: 'status', status: { connection: 'online', at: 5 } };
    engines[0]?.ports.tell(status, undefined);
    engines[0]?.ports.tell({ note: 'downloaded', id: 'd' }, 'a');
    await settle();
    expect(tab.heard.at(-1)).toEqual({ to: 'screens', note: 'engine', said: status });
    expect(own.heard).toEqual([{ note: 'downloaded', id: 'd' }]);
    expect(other.heard).toEqual([]);
  });

  it('sends of a piece no more than the piece', async () => {
    const browser = new Browser();
    const tab = browser.channel(sharedChannel('postern'));
    const own = browser.channel(screenChannel('postern', 'a'));
    void browser.request(screenLock('postern', 'a'), {}, () => new Promise(() => {}));
    const engines: RecordingEngine[] = [];
    void start(browser, engines);
    await settle();
    tab.postMessage({ to: 'engine', note: 'wishes', screen: 'a', wishes: wishes() });
    await settle();
    const bytes = new Uint8Array(1000).subarray(10, 20);
    engines[0]?.ports.tell({ note: 'piece', id: 'd', bytes, received: 10, total: 10 }, 'a');
    expect((own.heard[0] as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(10);
  });

  it('forgets what a tab wished when the tab is gone', async () => {
    const browser = new Browser();
    const tab = browser.channel(sharedChannel('postern'));
    let close = (): void => {};
    void browser.request(screenLock('postern', 'a'), {}, () => new Promise((resolve) => (close = resolve)));
    const engines: RecordingEngine[] = [];
    void start(browser, engines);
    await settle();
    tab.postMessage({ to: 'engine', note: 'wishes', screen: 'a', wishes: wishes(1) });
    await settle();
    close();
    await settle();
    expect(engines[0]?.wished).toEqual([
      ['a', [1]],
      ['a', undefined],
    ]);
  });

  it('lets go of the store when told to stop, and nobody follows', async () => {
    const browser = new Browser();
    const tab = browser.channel(sharedChannel('postern'));
    const engines: RecordingEngine[] = [];
    const closed: Store[] = [];
    const both = Promise.all([start(browser, engines, closed), start(browser, engines, closed)]);
    await settle();
    tab.postMessage({ to: 'workers', note: 'stop' });
    await both;
    expect(engines.map((engine) => engine.stopped)).toEqual([true]);
    expect(closed).toHaveLength(1);
    let free = false;
    void browser.request(leaderLock('postern'), {}, async () => void (free = true));
    await settle();
    expect(free).toBe(true);
  });

  it('lets another lead when the store is taken away, and only then is the store free', async () => {
    const browser = new Browser();
    const engines: RecordingEngine[] = [];
    const closed: Store[] = [];
    let take: (() => Promise<void>) | undefined;
    const first = start(browser, engines, closed, 'postern', (taken) => (take = taken));
    await settle();
    void start(browser, engines);
    const stopped = take?.().then(() => engines[0]?.stopped);
    await first;
    expect(await stopped).toBe(true);
    await settle();
    expect(engines.map((engine) => engine.stopped)).toEqual([true, false]);
  });

  it('lets go of a store that the browser took away from a running engine', async () => {
    const browser = new Browser();
    const opening = vi.spyOn(indexedDB, 'open');
    const first = lead({
      name: 'gone',
      clock: {
        now: () => Date.now(),
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      },
      random: (octets) => new Uint8Array(octets),
      connect: () => Promise.reject(new ConnectionLost('no network here')),
      channels: (name) => browser.channel(name),
      locks: browser,
      openStore: (taken) => openStore('gone', { taken }),
      createEngine,
    });
    await settle();
    const request = opening.mock.results[0]?.value as IDBOpenDBRequest | undefined;
    await vi.waitFor(() => expect(request?.readyState).toBe('done'));
    await settle();
    if (request) forceCloseDatabase(request.result);
    opening.mockRestore();
    await first;
    const engines: RecordingEngine[] = [];
    void start(browser, engines, [], 'gone');
    await settle();
    expect(engines).toHaveLength(1);
  });

  it('is followed by the next when its tab dies', async () => {
    const browser = new Browser();
    const engines: RecordingEngine[] = [];
    let die = (): void => {};
    void browser.request(leaderLock('postern'), {}, () => new Promise((resolve) => (die = resolve)));
    const tab = browser.channel(sharedChannel('postern'));
    void start(browser, engines);
    await settle();
    expect(tab.heard).toEqual([]);
    die();
    await settle();
    expect(tab.heard).toEqual([{ to: 'screens', note: 'hello' }]);
  });
});

import { afterEach, expect, it, vi } from 'vitest';
import type { Channel } from '../engine/notes.ts';
import { Turn } from './compose-turn.ts';
import type { Ending, Refusal, TurnLocks } from './compose-turn.ts';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** Locks and channels as a browser has them. */
class Browser {
  readonly #queues = new Map<string, (() => void)[]>();
  readonly #channels = new Map<string, Set<(event: MessageEvent) => void>>();

  async request(
    name: string,
    options: { readonly signal: AbortSignal } | { readonly ifAvailable: true },
    held: (lock: object | null) => Promise<void>,
  ): Promise<unknown> {
    const queue = this.#queues.get(name);
    await Promise.resolve();
    if (queue && 'ifAvailable' in options) return held(null);
    if (queue) {
      await new Promise<void>((resolve, reject) => {
        queue.push(resolve);
        if (!('signal' in options)) return;
        options.signal.addEventListener('abort', () => {
          queue.splice(queue.indexOf(resolve), 1);
          reject(new Error('aborted'));
        });
      });
    } else this.#queues.set(name, []);
    try {
      return await held({});
    } finally {
      const next = this.#queues.get(name)?.shift();
      if (next) next();
      else this.#queues.delete(name);
    }
  }

  channel(name: string): Channel {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all);
    let own: ((event: MessageEvent) => void) | undefined;
    return {
      postMessage: (data) => {
        for (const other of all)
          if (other !== own) queueMicrotask(() => all.has(other) && other({ data } as MessageEvent));
      },
      addEventListener: (_, listener) => all.add((own = listener)),
      close: () => own && all.delete(own),
    };
  }
}

class Window {
  readonly turn: Turn;
  writes = false;
  ended: Ending | undefined;
  /** What it answers when it is asked. */
  answer: () => Promise<Refusal | undefined> = () => Promise.resolve(undefined);

  constructor(browser: Browser, locks: TurnLocks = { request: (...all) => browser.request(...all) }) {
    this.turn = new Turn({
      name: 'draft',
      locks,
      channels: (name) => browser.channel(name),
      asked: async () => {
        const refusal = await this.answer();
        this.writes = refusal !== undefined;
        return refusal;
      },
      granted: () => (this.writes = true),
      ended: (how) => (this.ended = how),
    });
  }
}

/** So many windows in which the same draft was opened, one after the other. */
async function windows(count: number): Promise<Window[]> {
  const browser = new Browser();
  const all = Array.from({ length: count }, () => new Window(browser));
  for (const window of all) window.writes = await window.turn.begin();
  return all;
}

const writing = (all: readonly Window[]): number[] => all.flatMap(({ writes }, i) => (writes ? [i] : []));

afterEach(() => {
  vi.useRealTimers();
});

it('is that of the window which opened the draft first', async () => {
  expect(writing(await windows(3))).toEqual([0]);
});

it('is free when that window is closed, for who waited longest', async () => {
  const all = await windows(3);
  all[0]!.turn.end();
  await settle();
  expect(writing(all.slice(1))).toEqual([0]);
});

it('passes on to who asks, and back, only when the other has kept what was typed', async () => {
  const all = await windows(3);
  const [first, , third] = all as [Window, Window, Window];
  let kept = (): void => {};
  first.answer = () => new Promise((resolve) => (kept = () => resolve(undefined)));
  const asked = third.turn.ask();
  await settle();
  expect(writing(all)).toEqual([0]);
  kept();
  expect(await asked).toBeUndefined();
  await settle();
  expect(writing(all)).toEqual([2]);
  expect(await first.turn.ask()).toBeUndefined();
  await settle();
  expect(writing(all)).toEqual([0]);
});

it('stays where files are on their way, or what was typed cannot be kept', async () => {
  const all = await windows(2);
  const [first, second] = all as [Window, Window];
  for (const why of ['files', 'unsaved'] as const) {
    first.answer = () => Promise.resolve(why);
    expect(await second.turn.ask()).toBe(why);
  }
  await settle();
  expect(writing(all)).toEqual([0]);
});

it('stays with a window that does not answer', async () => {
  const all = await windows(2);
  vi.useFakeTimers();
  all[0]!.answer = () => new Promise(() => {});
  const asked = all[1]!.turn.ask();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await asked).toBe('silent');
  expect(writing(all)).toEqual([0]);
});

it('is nobody’s after it was sent, and all hear of it', async () => {
  const all = await windows(3);
  all[0]!.turn.end('sent');
  await settle();
  expect(all.map(({ ended }) => ended)).toEqual([undefined, 'sent', 'sent']);
});

it('of one window is waited for while its last composer of the draft is being closed', async () => {
  const browser = new Browser();
  const locks: TurnLocks = { request: (...all) => browser.request(...all) };
  const before = new Window(browser, locks);
  await before.turn.begin();
  const next = new Window(browser, locks).turn.begin();
  await settle();
  before.turn.end();
  expect(await next).toBe(true);
});

it('is not taken by a composer that was closed while it was opened', async () => {
  const browser = new Browser();
  const closed = new Window(browser);
  const beginning = closed.turn.begin();
  closed.turn.end();
  await beginning;
  await settle();
  expect(await new Window(browser).turn.begin()).toBe(true);
});

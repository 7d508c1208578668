import { StoreError } from '@postern/protocol/error';
import type { Change, MemoryStore, MessageKey, Query, Store, Touched } from '@postern/protocol/sync';
import type { WorldClock } from './clock.ts';

/** When the worker that uses the store dies: at its n-th commit from now, before or after that is kept. */
export interface Death {
  readonly commits: number;
  readonly kept: boolean;
}

/** The device has no room left: so many commits from the n-th on are refused, save those that only make room. */
export interface Fullness {
  readonly after: number;
  readonly commits: number;
}

/** What one worker has of a store that outlives it: once the worker is dead, nothing that it asks for is ever answered. */
export class MortalStore implements Store {
  readonly #disk: MemoryStore;
  readonly #clock: WorldClock;
  readonly #died: () => void;
  /** Milliseconds that reading or writing takes. */
  readonly #slowness: () => number;
  #dead = false;
  #death: Death | undefined;
  #fullness: Fullness = { after: 0, commits: 0 };
  #last: Promise<unknown> = Promise.resolve();
  readonly #unwatch = new Set<() => void>();

  constructor(disk: MemoryStore, clock: WorldClock, slowness: () => number, died: () => void) {
    this.#disk = disk;
    this.#clock = clock;
    this.#slowness = slowness;
    this.#died = died;
  }

  /** Arranges for the worker's death. */
  doom(death: Death): void {
    this.#death = death;
  }

  fill(fullness: Fullness): void {
    this.#fullness = fullness;
  }

  die(): void {
    this.#dead = true;
    for (const unwatch of this.#unwatch) unwatch();
  }

  read<T>(query: Query<T>): Promise<T> {
    return this.#later(() => this.#disk.read(query));
  }

  commit(changes: readonly Change[]): Promise<void> {
    const turn = this.#last.then(() => this.#later(() => this.#commit(changes)));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  allocate(count: number): Promise<MessageKey> {
    return this.#later(() => this.#disk.allocate(count));
  }

  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    const unwatch = this.#disk.watch(listener);
    this.#unwatch.add(unwatch);
    return unwatch;
  }

  close(): void {
    this.die();
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    if (this.#isFull(changes)) throw new StoreError('quota', 'no room left');
    const death = this.#death;
    const now = death !== undefined && death.commits <= 1;
    if (death) this.#death = { ...death, commits: death.commits - 1 };
    if (now) {
      // Dead before the watchers hear of it: they are this worker's too.
      this.#died();
      if (death.kept) await this.#disk.commit(changes);
      return never();
    }
    return this.#disk.commit(changes);
  }

  #isFull(changes: readonly Change[]): boolean {
    const { after, commits } = this.#fullness;
    if (commits === 0 || changes.every(({ kind }) => kind === 'evicted')) return false;
    if (after > 0) this.#fullness = { after: after - 1, commits };
    else this.#fullness = { after, commits: commits - 1 };
    return after === 0;
  }

  async #later<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#clock.count()) return never();
    const wait = this.#slowness();
    if (wait > 0) await new Promise<void>((resolve) => this.#clock.at(this.#clock.now() + wait, resolve));
    if (this.#dead) return never();
    const answer = await work();
    return this.#dead ? never() : answer;
  }
}

export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

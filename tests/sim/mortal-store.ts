import type { Change, MemoryStore, MessageKey, Query, Store, Touched } from '@postern/protocol/sync';
import type { WorldClock } from './clock.ts';

/** When the worker that uses the store dies: at its n-th commit from now, before or after that is kept. */
export interface Death {
  readonly commits: number;
  readonly kept: boolean;
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

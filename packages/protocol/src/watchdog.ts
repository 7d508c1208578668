import type { Clock } from './port.ts';

/** The one reason of all: an error made anew for each command would cost more than the command. */
const RESTED = new Error('nothing is waited for any more');

/** Barks once when nothing stirred for `limit` milliseconds while it was watching. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #bark: () => void;
  #present: number;
  #stirred = 0;
  #watch: AbortController | undefined;

  constructor(clock: Clock, limit: number, bark: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#present = limit;
    this.#bark = bark;
  }

  /** Something happened. */
  stir(): void {
    if (this.#watch) this.#stirred = this.#clock.now();
  }

  watch(): void {
    if (this.#watch) return;
    this.#watch = new AbortController();
    this.#stirred = this.#clock.now();
    void this.#sleep(this.#watch);
  }

  rest(): void {
    this.#watch?.abort(RESTED);
    this.#watch = undefined;
    this.#present = this.#limit;
  }

  /** From now on, and until it rests, it waits `limit` milliseconds. */
  allow(limit: number): void {
    this.#watch?.abort(RESTED);
    this.#watch = undefined;
    this.#present = limit;
    this.watch();
  }

  async #sleep(watch: AbortController): Promise<void> {
    while (this.#watch === watch) {
      const left = this.#stirred + this.#present - this.#clock.now();
      if (left <= 0) {
        this.#watch = undefined;
        this.#bark();
        return;
      }
      try {
        await this.#clock.sleep(left, watch.signal);
      } catch {
        // Aborted: it rests.
        return;
      }
    }
  }
}

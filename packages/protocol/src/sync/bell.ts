/** Wakes a loop. Rings that come while it is busy are remembered as one. */
import type { Clock } from '../port.ts';

/** Why a wait's timer is called off: one for all, since there are many. */
const WOKEN = new Error('the wait is over');

export class Bell {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #rung = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    for (const wake of this.#waiting) wake();
  }

  /**
   * Settles at the next ring, at once if it rang since the last wait, when `unless` settles (and rejects as it does), or
   * after `milliseconds`. True if it rang.
   */
  async wait(milliseconds: number, unless?: Promise<unknown>): Promise<boolean> {
    if (!this.#rung) {
      const timer = new AbortController();
      let wake: () => void = () => undefined;
      const ring = new Promise<void>((resolve) => (wake = resolve));
      this.#waiting.add(wake);
      try {
        const time = this.#clock.sleep(milliseconds, timer.signal).catch(() => undefined);
        await Promise.race([ring, time, ...(unless ? [unless] : [])]);
      } finally {
        timer.abort(WOKEN);
        this.#waiting.delete(wake);
      }
    }
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}

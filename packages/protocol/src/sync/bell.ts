/** Wakes a loop. Rings that come while it is busy are remembered as one. */
import type { Clock } from '../port.ts';

export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  get rung(): boolean {
    return this.#rung;
  }

  /** Settles at the next ring, at once if it rang since the last wait; true, or false after `milliseconds` without. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.#rung) {
      const timer = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        this.#clock.sleep(milliseconds, timer.signal).catch(() => undefined),
      ]);
      timer.abort();
      this.#wake = undefined;
    }
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}

/** How long to wait before trying again: full jitter, so that a thousand browsers do not come back in step. */
import type { Randomness } from '../port.ts';

const FIRST = 500;
const LONGEST = 30_000;

export class Backoff {
  readonly #random: Randomness;
  #failures = 0;

  constructor(random: Randomness) {
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const ceiling = Math.min(LONGEST, FIRST * 2 ** this.#failures++);
    const [a = 0, b = 0] = this.#random(2);
    return Math.round((ceiling * (a * 256 + b)) / 65_535);
  }

  reset(): void {
    this.#failures = 0;
  }
}

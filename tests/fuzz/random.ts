/** Chance that a seed repeats exactly (mulberry32). */
export class Random {
  #state: number;

  /** @param seed an integer; its lower 32 bits count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer, 0 … below − 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

import { Random } from '../fuzz/random.ts';

/** Seeded chance with the few questions that a history asks. */
export class Chance extends Random {
  /** True in `percent` of a hundred cases. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** An integer, from … to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** A number to choose by, later, among things that are not known yet. */
  choice(): number {
    return this.below(0x7fffffff);
  }

  /** Octets, as `Randomness` gives them. */
  octets(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

/** A seed of its own for each purpose, so that what one of them asks for does not change the others. */
export function seedFor(seed: number, purpose: string): number {
  let mixed = seed | 0;
  for (const character of purpose) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193);
  return mixed;
}

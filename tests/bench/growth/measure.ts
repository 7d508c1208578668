/** How the time that a hostile input costs grows with its size. */
import type { HostileInput } from './hostile.ts';

interface Measured {
  readonly size: number;
  readonly milliseconds: number;
}

export interface Growth {
  readonly name: string;
  /** Sizes and what they cost, in milliseconds of processor time, so that a busy machine does not count. */
  readonly from: Measured;
  readonly to: Measured;
  /** 1: twice the size costs twice the time; 2: four times. 0 where there is nothing to measure. */
  readonly exponent: number;
}

const SMALLEST = 10_000;
const LARGEST = 2_000_000;
/** Milliseconds from which a measurement means something. */
const ENOUGH = 4;
/** And from which what fits a cache, and when garbage is collected, no longer decides. */
const CERTAIN = 100;
/** More than in proportion, as it seems. */
const STEEP = 1.5;
const FACTOR = 4;

function cost(run: () => unknown): number {
  let least = Infinity;
  for (let round = 0; round < 3; round++) {
    const began = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(began);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Grows the input until it costs something, then once more; where that seems to cost too much, until it costs enough to be certain. */
export function measureGrowth(input: HostileInput): Growth {
  let size = SMALLEST;
  let milliseconds = cost(input.make(size));
  while (milliseconds < ENOUGH && size * FACTOR < LARGEST) {
    size *= FACTOR;
    milliseconds = cost(input.make(size));
  }
  let from = { size, milliseconds };
  let to = grown(input, from);
  while (exponentOf(from, to) > STEEP && to.milliseconds < CERTAIN) {
    from = to;
    to = grown(input, from);
  }
  return { name: input.name, from, to, exponent: exponentOf(from, to) };
}

function grown(input: HostileInput, from: Measured): Measured {
  const size = from.size * FACTOR;
  return { size, milliseconds: cost(input.make(size)) };
}

function exponentOf(from: Measured, to: Measured): number {
  if (to.milliseconds < ENOUGH) return 0;
  return Math.log(to.milliseconds / Math.max(from.milliseconds, 0.5)) / Math.log(FACTOR);
}

export function growthTable(rows: readonly Growth[]): string {
  const lines = rows.map(({ name, from, to, exponent }) =>
    [
      name.padEnd(44),
      String(from.size).padStart(9),
      from.milliseconds.toFixed(1).padStart(9),
      String(to.size).padStart(9),
      to.milliseconds.toFixed(1).padStart(9),
      exponent.toFixed(2).padStart(7),
    ].join(' '),
  );
  const head = `${'input'.padEnd(44)} ${'size'.padStart(9)} ${'ms'.padStart(9)} ${'size'.padStart(9)} ${'ms'.padStart(9)} growth`;
  return [head, ...lines].join('\n');
}

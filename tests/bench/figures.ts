import { writeFileSync } from 'node:fs';

/** One comparison: `ratio` above 1 where ours is better. */
export interface Figure {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number;
  readonly ratio: number;
  readonly target: number | undefined;
}

/**
 * Times several contestants in turn, A B C A B C …, so that what slows the machine slows all of them; the median of each
 * in milliseconds. Each runs once untimed before it is timed: a collection throws away compiled code along with the last
 * object of a shape, and would otherwise decide the race.
 */
export async function race(
  contestants: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<Record<string, number>> {
  const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
  // The first round does not count: the compiler is still at work.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      globalThis.gc?.();
      await run();
      const began = performance.now();
      await run();
      if (round > 0) times.get(name)?.push(performance.now() - began);
    }
  }
  return Object.fromEntries([...times].map(([name, list]) => [name, median(list)]));
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A table for people, and with `--json FILE` the same for programs. */
export function report(title: string, figures: readonly Figure[], args: readonly string[]): void {
  console.log(`\n${title}\n`);
  console.table(
    figures.map(({ id, unit, ours, peer, theirs, ratio, target }) => ({
      what: id,
      ours: `${round(ours)} ${unit}`,
      peer,
      theirs: `${round(theirs)} ${unit}`,
      ratio: `${round(ratio)}×`,
      target: target === undefined ? '' : `${target}× ${ratio >= target ? 'reached' : 'not reached'}`,
    })),
  );
  const at = args.indexOf('--json');
  const file = at < 0 ? undefined : args[at + 1];
  if (file) writeFileSync(file, `${JSON.stringify({ figures }, null, 2)}\n`);
}

function round(n: number): number {
  return n >= 100 ? Math.round(n) : Number(n.toPrecision(3));
}

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

/** Of what is better the less there is of it. `target`: the least ratio. */
export function figureOf(
  [id, unit]: readonly [id: string, unit: string],
  ours: number,
  [peer, theirs]: readonly [peer: string, theirs: number],
  target?: number,
): Figure {
  return { id, unit, ours, peer, theirs, ratio: theirs / ours, target };
}

/** Runs of one contestant in a row. */
const IN_A_ROW = 4;

/**
 * Times several contestants in turn, A B C A B C …; the least processor time of each in milliseconds, since whatever else the
 * machine does only ever adds to it. Each runs a few times in a row: the collection before throws away compiled code along with
 * the last object of a shape, and would otherwise decide the race.
 */
export async function race(
  contestants: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<Record<string, number>> {
  const times = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      globalThis.gc?.();
      for (let n = 0; n < IN_A_ROW; n++) {
        const began = process.cpuUsage();
        await run();
        const { user, system } = process.cpuUsage(began);
        times.set(name, Math.min(times.get(name) ?? Infinity, (user + system) / 1000));
      }
    }
  }
  return Object.fromEntries(times);
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
      target: target === undefined ? '' : `${round(target)}× ${ratio >= target ? 'reached' : 'not reached'}`,
    })),
  );
  const at = args.indexOf('--json');
  const file = at < 0 ? undefined : args[at + 1];
  if (file) writeFileSync(file, `${JSON.stringify({ figures }, null, 2)}\n`);
}

function round(n: number): number {
  return n >= 100 ? Math.round(n) : Number(n.toPrecision(3));
}

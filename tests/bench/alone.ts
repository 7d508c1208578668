import { spawnSync } from 'node:child_process';
import type { Figure } from './figures.ts';

/** One race. What ran before it in the same process would change its figure: shapes the compiler saw, garbage, compiled code. */
export interface Race {
  readonly id: string;
  run(): readonly Figure[] | Promise<readonly Figure[]>;
}

/** What the process that runs one race says last. */
const RESULT = 'figures: ';

/**
 * Runs each race in a fresh process of its own, one after the other, and gives what all of them found. In such a process: runs
 * the one race it was started for, and ends. `--only TEXT` leaves out races whose id does not contain it.
 */
export async function runEach(races: readonly Race[], args: readonly string[]): Promise<Figure[]> {
  const own = after(args, '--race');
  if (own !== undefined) {
    const race = races.find(({ id }) => id === own);
    if (!race) throw new Error(`there is no race ${own}`);
    console.log(`${RESULT}${JSON.stringify(await race.run())}`);
    process.exit(0);
  }
  const [, script = ''] = process.argv;
  const only = after(args, '--only') ?? '';
  return races
    .filter(({ id }) => id.includes(only))
    .flatMap(({ id }) => {
      console.log(id);
      const run = spawnSync(process.execPath, ['--expose-gc', script, '--race', id], { encoding: 'utf8' });
      const result = run.stdout.split('\n').find((line) => line.startsWith(RESULT));
      if (run.status !== 0 || result === undefined) throw new Error(`${id}: ${run.stderr || run.stdout}`);
      return JSON.parse(result.slice(RESULT.length)) as Figure[];
    });
}

/** What stands behind `name` on the command line. */
export function after(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

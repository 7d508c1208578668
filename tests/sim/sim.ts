import { parseArgs } from 'node:util';
import { chooseHistory } from './history.ts';
import type { History } from './history.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';

const USAGE = `pnpm sim [--seeds N] [--seed S] [--trace] [--digests] [--whole]

Runs N histories (200), from seed S (1) on; with --seed alone, that one.
--trace prints all that happens; --digests a hash of it, by seed; --whole does not shorten a history that fails.`;

/** Gives the exit code. */
export async function sim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      digests: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const first = Number(values.seed ?? 1);
  const count = Number(values.seeds ?? (values.seed === undefined ? 200 : 1));
  const failed: number[] = [];
  let commands = 0;
  for (let seed = first; seed < first + count; seed++) {
    const history = chooseHistory(seed);
    const outcome = await run(history, values.trace ? console.log : undefined);
    commands += outcome.commands;
    if (count === 1 || values.digests)
      console.log(`seed ${seed}, ${history.profile.name}: trace ${outcome.digest}`);
    if (!outcome.failure) continue;
    failed.push(seed);
    console.log(`\nseed ${seed} fails\n${outcome.failure.message}`);
    if (!values.whole) await tell(history);
  }
  const end = failed.length === 0 ? 'all good' : `${failed.length} failed: ${failed.join(' ')}`;
  console.log(`\n${count} histories, ${commands} commands, ${end}`);
  return failed.length === 0 ? 0 : 1;
}

async function tell(history: History): Promise<void> {
  const { history: short, failure } = await shrink(history);
  console.log(`\nshortened from ${history.steps.length} steps to ${short.steps.length}: ${failure.message}`);
  console.log(`profile ${JSON.stringify(short.profile)}`);
  console.log(
    `mailboxes ${JSON.stringify(short.mailboxes)}, devices ${short.devices}, store ${short.slowness} ms`,
  );
  for (const step of short.steps) console.log(`  ${JSON.stringify(step)}`);
}

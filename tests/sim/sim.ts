import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { chooseHistory } from './history.ts';
import type { History } from './history.ts';
import { isWorker, shareOut, workOff } from './jobs.ts';
import type { Report } from './jobs.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';

const USAGE = `pnpm sim [--seeds N] [--seed S] [--jobs J] [--trace] [--digests] [--whole]

Runs N histories (200), from seed S (1) on; with --seed alone, that one.
--jobs: in so many processes (one for each processor). --whole does not shorten a history that fails.
--trace prints all that happens; --digests a hash of it, by seed.`;

interface Wanted {
  readonly trace: boolean;
  readonly digests: boolean;
  readonly whole: boolean;
}

/** Gives the exit code. */
export async function sim(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      jobs: { type: 'string' },
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
  if (isWorker) {
    workOff((seeds) => runAll(seeds, values));
    return 0;
  }
  const first = Number(values.seed ?? 1);
  const count = Number(values.seeds ?? (values.seed === undefined ? 200 : 1));
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  const jobs = values.trace || count === 1 ? 1 : Number(values.jobs ?? availableParallelism());
  const failed: number[] = [];
  let commands = 0;
  const read = (report: Report): void => {
    failed.push(...report.failed);
    commands += report.commands;
    if (report.text !== '') console.log(report.text);
  };
  if (jobs > 1) await shareOut(seeds, jobs, args, read);
  else
    for (const seed of seeds)
      read(await runAll([seed], { ...values, digests: values.digests || count === 1 }));
  failed.sort((a, b) => a - b);
  const end = failed.length === 0 ? 'all good' : `${failed.length} failed: ${failed.join(' ')}`;
  console.log(`\n${count} histories, ${commands} commands, ${end}`);
  return failed.length === 0 ? 0 : 1;
}

async function runAll(seeds: readonly number[], wanted: Wanted): Promise<Report> {
  const failed: number[] = [];
  const lines: string[] = [];
  let commands = 0;
  for (const seed of seeds) {
    const history = chooseHistory(seed);
    const outcome = await run(history, wanted.trace ? console.log : undefined);
    commands += outcome.commands;
    if (wanted.digests) lines.push(`seed ${seed}, ${history.profile.name}: trace ${outcome.digest}`);
    if (!outcome.failure) continue;
    failed.push(seed);
    lines.push(`\nseed ${seed} fails\n${outcome.failure.message}`);
    if (!wanted.whole) lines.push(await shortened(history));
  }
  return { commands, failed, text: lines.join('\n') };
}

/** The shortest history that fails in the same way, in words. */
export async function shortened(history: History): Promise<string> {
  const { history: short, failure } = await shrink(history);
  return [
    `\nshortened from ${history.steps.length} steps to ${short.steps.length}: ${failure.message}`,
    `profile ${JSON.stringify(short.profile)}`,
    ...(short.second ? [`second ${JSON.stringify(short.second)}`] : []),
    `mailboxes ${JSON.stringify(short.mailboxes)}, devices ${short.devices}, store ${short.slowness} ms`,
    ...short.steps.map((step) => `  ${JSON.stringify(step)}`),
  ].join('\n');
}

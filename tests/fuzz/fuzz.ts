/** Runs broken input into what reads it, until the cases or the seconds are used up. */
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { TARGETS } from './targets.ts';
import type { Target } from './target.ts';

export interface Finding {
  readonly target: string;
  /** Repeats the case: `pnpm fuzz TARGET --seed N --cases 1`. */
  readonly seed: number;
  /** What came out, or how long it took. */
  readonly what: string;
}

/** Milliseconds of processor time that no case of at most 100,000 octets may take. */
const SLOW = 2000;

/** One case; undefined: all went well. */
export function fuzzCase(target: Target, seed: number): Finding | undefined {
  const random = new Random(seed);
  const bytes = mutate(target.samples, random);
  const began = process.cpuUsage();
  try {
    target.run(bytes, random);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { target: target.name, seed, what };
  }
  const { user, system } = process.cpuUsage(began);
  const milliseconds = (user + system) / 1000;
  return milliseconds > SLOW
    ? { target: target.name, seed, what: `took ${milliseconds.toFixed(0)} ms` }
    : undefined;
}

export interface Limits {
  /** Of each target. */
  readonly cases: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Cases by turns, seeds counting up; stops a target at its first finding. */
export function fuzz(targets: readonly Target[], { cases, seconds, seed }: Limits) {
  const findings: Finding[] = [];
  const until = Date.now() + seconds * 1000;
  let done = 0;
  for (let index = 0; index < cases && Date.now() < until; index++) {
    for (const target of targets) {
      if (findings.some((one) => one.target === target.name)) continue;
      const finding = fuzzCase(target, seed + index);
      if (finding !== undefined) findings.push(finding);
      done++;
    }
  }
  return { done, findings };
}

/** The command line: names of targets, `--cases N`, `--seconds N`, `--seed N`. Gives the exit status. */
export function main(args: readonly string[]): number {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (!word.startsWith('--')) names.push(word);
    else numbers.set(word, Number(args[++at]));
  }
  const targets = TARGETS.filter(({ name }) => names.length === 0 || names.includes(name));
  const wrong =
    [...numbers].some(
      ([name, value]) => !['--cases', '--seconds', '--seed'].includes(name) || !Number.isSafeInteger(value),
    ) || names.some((name) => !TARGETS.some((target) => target.name === name));
  if (wrong) {
    console.error(
      `Usage: pnpm fuzz [${TARGETS.map(({ name }) => name).join(' | ')}] [--seconds N] [--cases N] [--seed N]`,
    );
    return 1;
  }
  const cases = numbers.get('--cases') ?? Infinity;
  const seconds = numbers.get('--seconds') ?? (cases === Infinity ? 30 : Infinity);
  const seed = numbers.get('--seed') ?? Date.now() % 2 ** 31;
  console.log(`Fuzzing ${targets.map(({ name }) => name).join(', ')} from seed ${seed} …`);
  const { done, findings } = fuzz(targets, { cases, seconds, seed });
  for (const finding of findings)
    console.log(
      `\n${finding.target}: pnpm fuzz ${finding.target} --seed ${finding.seed} --cases 1\n${finding.what}`,
    );
  console.log(`${done} cases, ${findings.length} found wanting`);
  return findings.length > 0 ? 1 : 0;
}

/**
 * Runs broken input into what reads it, until the cases or the seconds are used up. Guided by what of the program a case made
 * run, which V8 counts by itself (`coverage.ts`): the libraries for that do not do well here. Jazzer.js 4 comes as a binary for
 * glibc 2.38, which Debian 12 does not have, and its releases before that fetch theirs while they are installed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { StallWatch } from './stall.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

interface Case {
  readonly target: Target;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

export interface Finding {
  readonly target: string;
  readonly seed: number;
  /** What was read, and not well. */
  readonly bytes: Uint8Array;
  /** What came out, or how long it took. */
  readonly what: string;
}

/** Milliseconds of processor time that no case of at most 100,000 octets may take. */
const SLOW = 2000;
/** Cases of one target that are kept to be mutated further. */
const MOST_KEPT = 5000;

/** One case; undefined: all went well. */
export async function fuzzCase(
  { target, seed, bytes }: Case,
  watch?: StallWatch,
): Promise<Finding | undefined> {
  watch?.begin(target.name, seed, bytes);
  const began = process.cpuUsage();
  try {
    const running = target.run(bytes, new Random(~seed));
    if (running) await running;
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { target: target.name, seed, bytes, what };
  }
  const { user, system } = process.cpuUsage(began);
  const milliseconds = (user + system) / 1000;
  return milliseconds > SLOW
    ? { target: target.name, seed, bytes, what: `took ${milliseconds.toFixed(0)} ms` }
    : undefined;
}

/** Where cases are kept that were found wanting: beside the program that found them. */
const FOUND = join(import.meta.dirname, 'found');

export interface Limits {
  /** Of each target. */
  readonly cases: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Cases between two looks at what ran. */
const BETWEEN_LOOKS = 100;
/** Part of the time in which nothing is counted, which makes everything ten times as fast: what was kept is mutated further. */
const UNGUIDED = 0.6;

/** Cases by turns, seeds counting up; stops a target at its first finding. Without a guide always the same. */
export async function fuzz(
  targets: readonly Target[],
  { cases, seconds, seed }: Limits,
  guide?: Coverage,
  watch?: StallWatch,
) {
  let coverage = guide;
  const findings: Finding[] = [];
  const until = Date.now() + seconds * 1000;
  const guidedUntil = until - seconds * 1000 * UNGUIDED;
  const samples = new Map(targets.map((target) => [target, [...target.samples]]));
  let lately: Case[] = [];
  let done = 0;
  for (let index = 0; index < cases && Date.now() < until; index++) {
    for (const target of targets) {
      if (findings.some((one) => one.target === target.name)) continue;
      const bytes = mutate(samples.get(target) ?? [], new Random(seed + index));
      const one = { target, seed: seed + index, bytes };
      const finding = await fuzzCase(one, watch);
      if (finding) findings.push(finding);
      else if (coverage) lately.push(one);
      done++;
    }
    if (!coverage || lately.length < BETWEEN_LOOKS) continue;
    if (Date.now() > guidedUntil) {
      coverage.stop();
      coverage = undefined;
      continue;
    }
    const news = coverage.news();
    const found = news.size > 0 ? await whichRan(news, lately, coverage) : undefined;
    const kept = found && samples.get(found.target);
    if (kept && kept.length < MOST_KEPT) kept.push(found.bytes);
    lately = [];
  }
  return { done, findings, kept: [...samples.values()].reduce((sum, { length }) => sum + length, 0) };
}

/** One of the cases that made any of these stretches run, by halves. */
async function whichRan(
  stretches: ReadonlySet<string>,
  cases: readonly Case[],
  coverage: Coverage,
): Promise<Case | undefined> {
  let left = cases;
  while (left.length > 1) {
    const half = left.slice(0, left.length >> 1);
    for (const one of half) await fuzzCase(one);
    const ran = coverage.ran();
    left = [...stretches].some((stretch) => ran.has(stretch)) ? half : left.slice(half.length);
  }
  return left[0];
}

/** The command line: names of targets, `--cases N`, `--seconds N`, `--seed N`, `--file FILE`. Gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  let file: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--file') file = args[++at];
    else if (!word.startsWith('--')) names.push(word);
    else numbers.set(word, Number(args[++at]));
  }
  const targets = TARGETS.filter(({ name }) => names.length === 0 || names.includes(name));
  const wrong =
    [...numbers].some(
      ([name, value]) => !['--cases', '--seconds', '--seed'].includes(name) || !Number.isSafeInteger(value),
    ) || names.some((name) => !TARGETS.some((target) => target.name === name));
  if (wrong) {
    console.error(
      `Usage: pnpm fuzz [${TARGETS.map(({ name }) => name).join(' | ')}] [--seconds N] [--cases N] [--seed N] [--file FILE]`,
    );
    return 1;
  }
  const cases = numbers.get('--cases') ?? Infinity;
  const seconds = numbers.get('--seconds') ?? (cases === Infinity ? 30 : Infinity);
  const seed = numbers.get('--seed') ?? Date.now() % 2 ** 31;
  const findings = await (file === undefined
    ? search(targets, { cases, seconds, seed })
    : again(targets, seed, file));
  for (const finding of findings) {
    const { target, what } = finding;
    console.log(`\n${target}: pnpm fuzz ${target} --seed ${finding.seed} --file ${save(finding)}\n${what}`);
  }
  return findings.length > 0 ? 1 : 0;
}

async function search(targets: readonly Target[], limits: Limits): Promise<readonly Finding[]> {
  console.log(`Fuzzing ${targets.map(({ name }) => name).join(', ')} from seed ${limits.seed} …`);
  const coverage = new Coverage('/fuzz.mjs');
  const watch = new StallWatch(FOUND);
  const { done, findings, kept } = await fuzz(targets, limits, coverage, watch);
  console.log(
    `${done} cases, ${findings.length} found wanting; ${coverage.size} stretches run, ${kept} cases kept`,
  );
  return findings;
}

/** Repeats one case. */
async function again(targets: readonly Target[], seed: number, file: string): Promise<readonly Finding[]> {
  const bytes = new Uint8Array(readFileSync(file));
  const watch = new StallWatch(FOUND);
  const findings: Finding[] = [];
  for (const target of targets) {
    const finding = await fuzzCase({ target, seed, bytes }, watch);
    if (finding) findings.push(finding);
  }
  return findings;
}

/** Keeps the case. */
function save({ target, seed, bytes }: Finding): string {
  mkdirSync(FOUND, { recursive: true });
  const file = join(FOUND, `${target}-${seed}`);
  writeFileSync(file, bytes);
  return file;
}

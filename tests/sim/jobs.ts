import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** What became of some seeds. */
export interface Report {
  readonly commands: number;
  readonly failed: readonly number[];
  /** What there is to say of those that failed. */
  readonly text: string;
}

/** Seeds that a process is given at a time. */
const BLOCK = 20;
/** Tells a process that it is one of several. */
const WORKER = 'POSTERN_SIM_WORKER';
/** Megabytes: nearly all that a history makes is gone before its end, and is best never looked at. */
const YOUNG = '--max-semi-space-size=64';

/** Has the seeds run by several processes, and gives each report when it comes. Rejects if a process ends before its time. */
export async function shareOut(
  seeds: readonly number[],
  jobs: number,
  args: readonly string[],
  read: (report: Report) => void,
): Promise<void> {
  const blocks = Array.from({ length: Math.ceil(seeds.length / BLOCK) }, (_, i) =>
    seeds.slice(i * BLOCK, (i + 1) * BLOCK),
  );
  const next = (child: ChildProcess): void => {
    const block = blocks.shift();
    if (block) child.send(block);
    else child.disconnect();
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(process.argv[1]!, [...args], {
        env: { ...process.env, [WORKER]: '1' },
        execArgv: [...process.execArgv, YOUNG],
      });
      child.on('message', (report) => {
        read(report as Report);
        next(child);
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`a process of the simulation ended with ${signal ?? code}`));
      });
      next(child);
    });
  await Promise.all(Array.from({ length: Math.min(jobs, blocks.length) }, work));
}

export const isWorker = process.env[WORKER] !== undefined;

/** Runs what the first process sends, until it has no more. */
export function workOff(run: (seeds: readonly number[]) => Promise<Report>): void {
  process.on('message', (seeds: readonly number[]) => {
    void run(seeds).then((report) => process.send!(report));
  });
}

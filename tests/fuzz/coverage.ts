import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/**
 * What of the program has run, as V8 counts it: each stretch of code, and whether once, twice, some or many times. A case that
 * does something new is worth mutating further.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #script: string;
  readonly #seen = new Set<string>();

  /** @param script the end of the URL of the only script that counts. */
  constructor(script: string) {
    this.#script = script;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** Stretches that ever ran. */
  get size(): number {
    return this.#seen.size;
  }

  /** Of what ran since it was last asked, that which never had before, or never so often. */
  news(): Set<string> {
    const fresh = new Set<string>();
    for (const stretch of this.ran()) {
      if (!this.#seen.has(stretch)) fresh.add(stretch);
      this.#seen.add(stretch);
    }
    return fresh;
  }

  /** What ran since it was last asked. Costs some milliseconds, however little it was. */
  ran(): Set<string> {
    const ran = new Set<string>();
    // The session is in this thread: it answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, answer) => {
      for (const { url, functions } of answer.result) if (url.endsWith(this.#script)) count(functions, ran);
    });
    return ran;
  }
}

function count(functions: readonly Profiler.FunctionCoverage[], ran: Set<string>): void {
  for (const { ranges } of functions) {
    if (ranges[0]?.count === 0) continue;
    for (const { startOffset, endOffset, count: times } of ranges)
      ran.add(`${startOffset} ${endOffset} ${Math.min(4, Math.ceil(Math.log2(times + 1)))}`);
  }
}

/**
 * Which job was under way when a connection broke, or a bug of ours showed. One that breaks every connection (a message
 * that its server cannot give without crashing) must not be tried for ever, nor keep the others waiting.
 */
export class Strikes {
  readonly #counts = new Map<string, number>();

  /** Returns how often in a row that was. */
  add(job: string): number {
    const count = this.of(job) + 1;
    this.#counts.set(job, count);
    return count;
  }

  of(job: string): number {
    return this.#counts.get(job) ?? 0;
  }

  /** Forgets all jobs but these. */
  keep(jobs: ReadonlySet<string>): void {
    for (const job of this.#counts.keys()) if (!jobs.has(job)) this.#counts.delete(job);
  }

  clear(job?: string): void {
    if (job === undefined) this.#counts.clear();
    else this.#counts.delete(job);
  }
}

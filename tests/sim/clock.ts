import { Restless } from './failure.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** More than this happening at one moment is a loop that never rests. */
const MOST_AT_ONCE = 100_000;

/** The one clock of a simulated world: time passes only from one thing that is due to the next. */
export class WorldClock {
  #now = Date.UTC(2026, 6, 17, 3);
  /** Ascending by time; of the same time, in the order in which they were asked for. */
  readonly #due: Due[] = [];
  #atOnce = 0;

  now(): number {
    return this.#now;
  }

  /** Runs something at a time (milliseconds since 1970); gives the way to call it off. */
  at(time: number, run: () => void): () => void {
    const due = { at: Math.max(time, this.#now), run };
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.at <= due.at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
    return () => {
      const index = this.#due.indexOf(due);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** Something happens now, once more. False: so often that it has to be kept from going on; `pass` throws Restless. */
  count(): boolean {
    return ++this.#atOnce <= MOST_AT_ONCE;
  }

  /** Lets that much time pass, and all happen that happens in it. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await this.#settle();
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#due.shift();
      if (next.at > this.#now) this.#atOnce = 0;
      this.#now = next.at;
      this.count();
      next.run();
      await this.#settle();
    }
    this.#now = until;
    this.#atOnce = 0;
  }

  async #settle(): Promise<void> {
    await settled();
    if (this.#atOnce > MOST_AT_ONCE) throw new Restless();
  }
}

/** All promises that can be kept now have been: nothing here waits for anything but promises and the clock. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { Worker } from 'node:worker_threads';

/** Milliseconds that one case may take at most, a collection and a busy machine included. */
const LONGEST = 20_000;

/** Runs in a thread of its own: the one that is watched may never come back. */
const WATCH = `
  const { workerData: { shared, longest, folder } } = require('node:worker_threads');
  const { mkdirSync, writeFileSync, writeSync } = require('node:fs');
  const head = new Int32Array(shared, 0, 4);
  let [count, since] = [0, Date.now()];
  setInterval(() => {
    const now = Atomics.load(head, 0);
    if (now !== count) [count, since] = [now, Date.now()];
    if (head[3] === 0 || Date.now() - since < longest) return;
    const [, seed, length, nameLength] = head;
    const name = Buffer.from(new Uint8Array(shared, 16, nameLength)).toString();
    const file = folder + '/' + name + '-' + seed;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, Buffer.from(new Uint8Array(shared, 100, length)));
    // Through the other thread, which would have to be there, it would never be said.
    writeSync(1, '\\n' + name + ': pnpm fuzz ' + name + ' --seed ' + seed + ' --file ' + file + '\\nnever ends\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

/** Tells of a case that never ends, and ends the program with it. */
export class StallWatch {
  readonly #shared = new SharedArrayBuffer(200_000);
  readonly #head = new Int32Array(this.#shared, 0, 4);

  /** @param folder where the case is written to. */
  constructor(folder: string) {
    const workerData = { shared: this.#shared, longest: LONGEST, folder };
    new Worker(WATCH, { eval: true, workerData }).unref();
  }

  /** This case is begun. */
  begin(name: string, seed: number, bytes: Uint8Array): void {
    const written = new TextEncoder().encode(name);
    new Uint8Array(this.#shared, 16).set(written);
    new Uint8Array(this.#shared, 100).set(bytes.subarray(0, 100_000));
    this.#head[1] = seed;
    this.#head[2] = bytes.length;
    this.#head[3] = written.length;
    Atomics.add(this.#head, 0, 1);
  }
}

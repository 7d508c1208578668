import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { WorldClock } from './clock.ts';

/** All that happened, as a hash: two runs of one history have the same. And as text, for whoever wants to read it. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly #clock: WorldClock;
  readonly #read: ((line: string) => void) | undefined;

  /** `read` gets every line of it. */
  constructor(clock: WorldClock, read?: (line: string) => void) {
    this.#clock = clock;
    this.#read = read;
  }

  note(text: string): void {
    this.#hash.update(`${this.#clock.now()} ${text}\n`);
    this.#read?.(`${time(this.#clock.now())} ${text}`);
  }

  octets(name: string, octets: Uint8Array): void {
    this.#hash.update(`${this.#clock.now()} ${name} ${octets.length} `).update(octets);
    if (!this.#read) return;
    for (const line of Buffer.from(octets).toString('latin1').trimEnd().split('\r\n'))
      this.#read(`${time(this.#clock.now())} ${name}: ${line.slice(0, 300)}`);
  }

  /** Can be asked once. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}

function time(now: number): string {
  return new Date(now).toISOString().slice(11, 23);
}

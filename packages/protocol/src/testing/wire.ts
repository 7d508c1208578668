/** For tests: a transport whose other end is the test, and a clock that only the test moves. */
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { ConnectionLost } from '../error.ts';
import type { Clock, Transport } from '../port.ts';

export class Wire implements Transport {
  written = '';
  closed = false;
  readonly #arrived: (Uint8Array | undefined)[] = [];
  #wake: (() => void) | undefined;
  readonly bytes: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => this.#read() };

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#arrived.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const chunk = this.#arrived.shift();
      if (!chunk) return;
      yield chunk;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.closed) throw new ConnectionLost('closed');
    this.written += decodeLatin1(bytes);
  }

  close(): void {
    this.closed = true;
    this.say(undefined);
  }

  /** The server says lines (or raw octets); undefined: it closes. */
  say(...lines: (string | undefined)[]): void {
    for (const line of lines) this.#arrived.push(line === undefined ? undefined : encodeText(`${line}\r\n`));
    this.#wake?.();
  }

  raw(octets: Uint8Array): void {
    this.#arrived.push(octets);
    this.#wake?.();
  }

  /** What was said and nobody has read. */
  get left(): string {
    return this.#arrived.map((chunk) => (chunk ? decodeLatin1(chunk) : '')).join('');
  }

  /** What was written since the last look. */
  async heard(): Promise<string> {
    await settle();
    const { written } = this;
    this.written = '';
    return written;
  }
}

/** Lets everything that can happen without the outside happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

export class TestClock implements Clock {
  time = 0;
  #sleepers: { at: number; wake: () => void }[] = [];
  now(): number {
    return this.time;
  }
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ at: this.time + milliseconds, wake: resolve });
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    const due = this.#sleepers.filter(({ at }) => at <= this.time);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.time);
    for (const { wake } of due) wake();
    await settle();
  }
}

/** The reason of a promise that has to be rejected. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  const rejected = Symbol('rejected');
  let reason: unknown;
  const outcome = await promise.catch((error: unknown) => ((reason = error), rejected));
  if (outcome !== rejected) throw new Error('should have been rejected');
  return reason;
}

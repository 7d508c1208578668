/** Mailboxes that are not there under their names, while the server will not say for now whether it has them under others. */
import type { MailboxKey } from './model.ts';

/** So long it is asked again, milliseconds; what it does not say by then, it will not say. */
const PATIENCE = 10 * 60_000;

export class Undecided {
  readonly #since = new Map<MailboxKey, number>();
  #now: ReadonlySet<MailboxKey> = new Set();

  has(key: MailboxKey): boolean {
    return this.#now.has(key);
  }

  /** Takes those of which the server has just told nothing; gives those that it is asked about again. */
  settle(keys: readonly MailboxKey[], now: number): ReadonlySet<MailboxKey> {
    for (const key of this.#since.keys()) if (!keys.includes(key)) this.#since.delete(key);
    for (const key of keys) if (!this.#since.has(key)) this.#since.set(key, now);
    this.#now = new Set(keys.filter((key) => now - (this.#since.get(key) ?? now) < PATIENCE));
    return this.#now;
  }
}

import { createHash } from 'node:crypto';

interface Failures {
  count: number;
  /** Milliseconds since 1970 until which no further attempt is let through. */
  until: number;
  /** Milliseconds since 1970 of the last failure. */
  last: number;
}

/** A sign-in under way; exactly one of its ends is called. */
export interface Attempt {
  /** The server refused the password. */
  failed(): void;
  succeeded(): void;
  /** Nothing was learnt about the password. */
  abandoned(): void;
}

/** Failures without any delay: people mistype. */
const freeByAddress = 5;
/** More, and a shorter longest delay: whoever guesses from many addresses must not lock the owner out. */
const freeByAccount = 20;
const longestByAddress = 15 * 60_000;
const longestByAccount = 30_000;
/** Milliseconds after which a failure is forgotten. */
const memory = 60 * 60_000;
/** Entries kept of each kind: 10,000 addresses of 100 octets are 1 MB. */
const most = 10_000;

/**
 * Slows down password guessing: after some failures each further one doubles the delay, per address and per account. An
 * address from which the account was opened before is not slowed by what others do to the account.
 */
export class Backoff {
  readonly #addresses = new Map<string, Failures>();
  readonly #accounts = new Map<string, Failures>();
  readonly #known = new Set<string>();
  readonly #underWay = new Map<string, number>();
  readonly #now: () => number;
  readonly #atOnce: number;

  constructor(atOnce: number, now: () => number = Date.now) {
    this.#atOnce = atOnce;
    this.#now = now;
  }

  /** An attempt to be ended by the caller, or the milliseconds to wait before asking again. */
  begin(address: string, user: string): Attempt | number {
    // Hashed, so that a map in a memory dump is no list of who has an account.
    const account = createHash('sha256').update(user.toLowerCase()).digest('base64');
    const pair = `${address} ${account}`;
    const now = this.#now();
    const wait = Math.max(
      (this.#addresses.get(address)?.until ?? 0) - now,
      this.#known.has(pair) ? 0 : (this.#accounts.get(account)?.until ?? 0) - now,
    );
    if (wait > 0) return wait;
    const running = this.#underWay.get(address) ?? 0;
    if (running >= this.#atOnce) return 1000;
    this.#underWay.set(address, running + 1);
    const ended = (): void => {
      const left = (this.#underWay.get(address) ?? 1) - 1;
      if (left > 0) this.#underWay.set(address, left);
      else this.#underWay.delete(address);
    };
    return {
      failed: () => {
        ended();
        this.#count(this.#addresses, address, freeByAddress, longestByAddress);
        this.#count(this.#accounts, account, freeByAccount, longestByAccount);
      },
      succeeded: () => {
        ended();
        this.#addresses.delete(address);
        remember(this.#known, pair);
      },
      abandoned: ended,
    };
  }

  #count(entries: Map<string, Failures>, key: string, free: number, longest: number): void {
    const now = this.#now();
    const before = entries.get(key);
    const count = before && now - before.last < memory ? before.count + 1 : 1;
    const delay = count < free ? 0 : Math.min(longest, 1000 * 2 ** Math.min(count - free, 20));
    // Deleting first moves the key to the end, so that what is dropped is what failed longest ago.
    entries.delete(key);
    entries.set(key, { count, until: now + delay, last: now });
    if (entries.size > most) entries.delete(entries.keys().next().value!);
  }
}

function remember(set: Set<string>, key: string): void {
  set.delete(key);
  set.add(key);
  if (set.size > most) set.delete(set.keys().next().value!);
}

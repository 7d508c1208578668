import type { Limits } from './limits.ts';

interface Guest {
  open: number;
  /** Connections that may still be made now; refilled evenly over a minute. */
  tokens: number;
  /** Milliseconds since 1970 at which `tokens` was right. */
  at: number;
}

const minute = 60_000;
/** Address groups looked through in one go when the map is cleaned. */
const cleanAt = 4096;

/** Counts WebSockets in all and by address group. */
export class Admission {
  readonly #limits: Pick<Limits, 'connections' | 'connectionsPerAddress' | 'connectsPerMinute'>;
  readonly #guests = new Map<string, Guest>();
  readonly #now: () => number;
  #open = 0;

  constructor(
    limits: Pick<Limits, 'connections' | 'connectionsPerAddress' | 'connectsPerMinute'>,
    now: () => number = Date.now,
  ) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Lets one more in: a function to call once when it leaves; or why not. */
  enter(group: string): (() => void) | 'limit' | 'rate' {
    const now = this.#now();
    const { connectsPerMinute, connectionsPerAddress, connections } = this.#limits;
    let guest = this.#guests.get(group);
    if (!guest) {
      if (this.#guests.size >= cleanAt) this.#clean(now);
      guest = { open: 0, tokens: connectsPerMinute, at: now };
      this.#guests.set(group, guest);
    }
    guest.tokens = this.#refilled(guest, now);
    guest.at = now;
    if (guest.tokens < 1) return 'rate';
    guest.tokens -= 1;
    if (guest.open >= connectionsPerAddress || this.#open >= connections) return 'limit';
    guest.open += 1;
    this.#open += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      guest.open -= 1;
      this.#open -= 1;
    };
  }

  #refilled(guest: Guest, now: number): number {
    const { connectsPerMinute } = this.#limits;
    return Math.min(connectsPerMinute, guest.tokens + ((now - guest.at) * connectsPerMinute) / minute);
  }

  /** Forgets whoever is indistinguishable from somebody never seen. */
  #clean(now: number): void {
    for (const [group, guest] of this.#guests)
      if (guest.open === 0 && this.#refilled(guest, now) >= this.#limits.connectsPerMinute)
        this.#guests.delete(group);
  }
}

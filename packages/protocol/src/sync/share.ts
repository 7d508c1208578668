/** The share of this device's room that mail may take: what a person does next must not be refused for mail nobody has opened. */
import type { EnginePorts } from './engine.ts';
import { makeRoom } from './evict.ts';
import type { Store } from './store.ts';

/** Of what the browser gives: above the first, room is made down to the second. */
const MOST = 0.8;
const ENOUGH = 0.7;
/** How often it is asked again where there was no room. */
const ASK_EVERY = 60_000;
/** How often room is made: it need not give back at once what was deleted. */
const MAKE_EVERY = 3600_000;

export interface SharePorts {
  readonly store: Store;
  /** Milliseconds since 1970. */
  now(): number;
  /** As EnginePorts has it. */
  readonly storage: EnginePorts['storage'] | undefined;
}

export class Share {
  readonly #ports: SharePorts;
  #asked = Number.NEGATIVE_INFINITY;
  #made = Number.NEGATIVE_INFINITY;
  #full = false;

  constructor(ports: SharePorts) {
    this.#ports = ports;
  }

  /** There may be room now. */
  askAgain(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  /** No more is to be kept ahead; room was made, if it could be. */
  async isFull(): Promise<boolean> {
    const now = this.#ports.now();
    if (this.#full && now - this.#asked < ASK_EVERY) return true;
    this.#asked = now;
    const before = await this.#ports.storage?.();
    this.#full = before !== undefined && before.usage > before.quota * MOST;
    if (!before || !this.#full || now - this.#made < MAKE_EVERY) return this.#full;
    this.#made = now;
    await makeRoom(this.#ports.store, before.usage - before.quota * ENOUGH);
    const after = await this.#ports.storage?.();
    this.#full = after !== undefined && after.usage > after.quota * MOST;
    return this.#full;
  }
}

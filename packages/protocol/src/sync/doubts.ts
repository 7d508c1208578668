/**
 * Commands whose receipt was lost with their connection. What the server has of such a command it may still carry out: its process has
 * read all of it, and waits for a lock, a disk, or its turn. Who looks at once finds nothing, does it again, and has it twice. (Seen on
 * Courier, busy: an APPEND was there more than a second after its connection had ended.)
 */
import type { Clock } from '../port.ts';
import type { ActionId } from './action.ts';

/** So long a server may take, milliseconds. */
export const LATENESS = 10_000;

export class Doubts {
  readonly #clock: Clock;
  readonly #lateness: number;
  readonly #lostAt = new Map<ActionId, number>();
  readonly #begun = new Set<ActionId>();
  readonly #unreached = new WeakSet<object>();
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, lateness: number) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  /** The action is looked at: nothing was asked for yet. */
  taken(id: ActionId): void {
    this.#begun.delete(id);
  }

  /** From here on something is asked for that is not to be done twice. */
  begun(id: ActionId): void {
    this.#begun.add(id);
  }

  /** Why a connection was never there. */
  unreached(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.#unreached.add(error);
  }

  wasUnreached(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#unreached.has(error);
  }

  /** The connection was lost while the action was looked at; one that was never there has asked for nothing. */
  lost(id: ActionId, error?: unknown): void {
    if (this.wasUnreached(error)) return;
    this.#lastAt = this.#clock.now();
    if (this.#begun.has(id)) this.#lostAt.set(id, this.#lastAt);
  }

  /** An engine before this one, which may have been at work until now, had begun it. */
  inherited(id: ActionId): void {
    this.begun(id);
    this.lost(id);
  }

  /** From when on the action may be looked for, and done again where it is not done by then; milliseconds since 1970. */
  certainFrom(id: ActionId): number {
    return this.#after(this.#lostAt.get(id));
  }

  /** From when on nothing that was asked for on any lost connection is carried out any more. */
  get calmFrom(): number {
    return this.#after(this.#lastAt);
  }

  /** Of actions that are no more. */
  keepOnly(open: ReadonlySet<ActionId>): void {
    for (const id of this.#lostAt.keys()) if (!open.has(id)) this.#lostAt.delete(id);
    for (const id of this.#begun) if (!open.has(id)) this.#begun.delete(id);
  }

  #after(at = Number.NEGATIVE_INFINITY): number {
    // In the future it cannot have been lost: the clock was set back.
    return at > this.#clock.now() ? Number.NEGATIVE_INFINITY : at + this.#lateness;
  }
}

/** Where mailboxes live that are not on the home server, for as long as this session lasts: the next one asks again. */
import type { MailboxKey } from './model.ts';
import type { Place } from './referral.ts';
import { accountQuery } from './store.ts';
import type { Store } from './store.ts';

/** The places of one mailbox, the preferred one first, and which of them is used. */
export class Residence {
  readonly #places: readonly [Place, ...Place[]];
  #at = 0;

  constructor(places: readonly [Place, ...Place[]]) {
    this.#places = places;
  }

  get place(): Place {
    return this.#places[this.#at] ?? this.#places[0];
  }

  /** It is not the place that the server prefers. */
  get isReplica(): boolean {
    return this.#at > 0;
  }

  /** Goes on to the next place. False where there was none: then the first is tried again next time. */
  next(): boolean {
    this.#at = (this.#at + 1) % this.#places.length;
    return this.#at > 0;
  }
}

export class Residences {
  readonly #store: Store;
  readonly #known = new Map<MailboxKey, Residence>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** undefined: on the home server, as far as is known. */
  of(mailbox: MailboxKey): Residence | undefined {
    return this.#known.get(mailbox);
  }

  settle(mailbox: MailboxKey, places: readonly [Place, ...Place[]]): void {
    this.#known.set(mailbox, new Residence(places));
  }

  forget(mailbox: MailboxKey): void {
    this.#known.delete(mailbox);
  }

  /** What the person is called, in lower case. */
  async names(): Promise<ReadonlySet<string>> {
    const account = await this.#store.read(accountQuery());
    return new Set(account ? [account.user.toLowerCase(), account.address.toLowerCase()] : []);
  }
}

/**
 * All accounts of this device. A tab shows one of them; of the others it only keeps the engines at work, so that their mail comes and
 * what was done there is carried out.
 */
import { engine, Screen } from '../engine/screen.ts';
import { current, page } from './device.ts';
import type { GatewaySession } from './gateway.ts';
import { type KnownAccount, knownAccounts, onKnown, prefer } from './known-accounts.ts';
import { mailboxesOf, type OtherMailbox } from './other-mailboxes.ts';

export interface AccountView {
  readonly id: string;
  readonly user: string;
  readonly address: string;
  /** What tells it from the others: its address, or the user name where two have the same. */
  readonly label: string;
  /** This tab shows it. */
  readonly current: boolean;
  /** It has to be signed in to again; its mail is readable meanwhile. */
  readonly expired: boolean;
}

class Accounts {
  #known: readonly KnownAccount[] = $state.raw([]);
  #current: string | undefined = $state();
  #expired: ReadonlySet<string> = $state.raw(new Set());
  #unread: ReadonlyMap<string, number> = $state.raw(new Map());
  readonly #others = new Map<string, Screen>();
  /** The one that was last signed in to here, if this tab does not show it. */
  added: string | undefined;
  readonly #list: readonly AccountView[] = $derived(
    this.#known.map(({ id, user, address }) => ({
      id,
      user,
      address,
      label: this.#known.some((other) => other.id !== id && other.address === address) ? user : address,
      current: id === this.#current,
      expired: this.#expired.has(id),
    })),
  );

  constructor() {
    void current.then(({ id }) => {
      this.#current = id;
      onKnown(() => this.#follow());
      this.#follow();
    });
  }

  /** In the order in which they were added. */
  get list(): readonly AccountView[] {
    return this.#list;
  }

  /** The one that this tab shows. */
  get current(): AccountView | undefined {
    return this.#list.find(({ current: shown }) => shown);
  }

  get others(): readonly AccountView[] {
    return this.#list.filter((account) => !account.current);
  }

  /** Unread in its inbox, as of the last `count`; undefined: nobody has counted. */
  unreadIn(id: string): number | undefined {
    return this.#unread.get(id);
  }

  /** Counts what is unread in the inboxes of the accounts that this tab does not show. */
  async count(): Promise<void> {
    const counted = await Promise.all(
      this.others.map(async ({ id }): Promise<[string, number]> => {
        const inbox = (await this.mailboxesOf(id)).find(({ view }) => view.role === 'inbox');
        return [id, inbox?.view.unread ?? 0];
      }),
    );
    this.#unread = new Map(counted);
  }

  /** The mailboxes of any account, as its store has them now; none where that cannot be read. */
  async mailboxesOf(id: string): Promise<readonly OtherMailbox[]> {
    const account = this.#known.find((known) => known.id === id);
    try {
      return account ? await mailboxesOf(account) : [];
    } catch {
      return [];
    }
  }

  /** Opens the page anew with that account, unless it is the one that is shown; `there`: at the same entry of the history. */
  async open(id: string | undefined, there = false): Promise<void> {
    if (id === undefined || id === this.#current) return;
    // What this device has no room for stands on the screen alone.
    if ((await page.putAway?.()) === false) return;
    prefer(id);
    // A new entry of the history: the one that is left leads back to the account that is shown now.
    if (!there) history.pushState({ account: id }, '', '/');
    location.reload();
  }

  /** What the gateway knows: all others have to be signed in to again. */
  told(signedIn: readonly GatewaySession[]): void {
    const there = new Set(signedIn.map(({ id }) => id));
    this.#expired = new Set(this.#known.map(({ id }) => id).filter((id) => !there.has(id)));
  }

  /** That one of this device's accounts has, or has not, to be signed in to again. */
  tell(id: string, expired: boolean): void {
    if (this.#expired.has(id) === expired) return;
    const others = [...this.#expired].filter((other) => other !== id);
    this.#expired = new Set(expired ? [...others, id] : others);
    if (!expired) this.wake();
  }

  /** One of them was signed in to: what is to go into it waits in the engines of the others. */
  wake(): void {
    for (const screen of [engine, ...this.#others.values()]) screen.wake('network');
  }

  #follow(): void {
    this.#known = knownAccounts();
    for (const { id, store } of this.#known) {
      if (id === this.#current || this.#others.has(id)) continue;
      const screen = new Screen(() => this.#leave(id));
      this.#others.set(id, screen);
      screen.listen((note) => {
        if (note.note !== 'status') return;
        const { connection } = note.status;
        if (connection === 'signed-out' || connection === 'online')
          this.tell(id, connection === 'signed-out');
      });
      screen.start({ id, store });
    }
    for (const id of this.#others.keys()) if (!this.#known.some((known) => known.id === id)) this.#leave(id);
  }

  /** It was signed out of, in another tab. */
  #leave(id: string): void {
    this.#others.get(id)?.leave();
    this.#others.delete(id);
    this.#known = this.#known.filter((known) => known.id !== id);
  }
}

export const accounts = new Accounts();

/** The account that this tab shows: who is signed in, and the ways in and out. */
import { StoreError } from '@postern/protocol/error';
import { accountQuery } from '@postern/protocol/sync';
import { browserPorts, persistInTime } from '../engine/persisting.ts';
import { anew, engine } from '../engine/screen.ts';
import { destroyStore, openStore, storeOf } from '../store/index.ts';
import { accounts } from './accounts.svelte.ts';
import { connection } from './connection.svelte.ts';
import { current, follow, leaveStore, opening, read, show, theStore } from './device.ts';
import { drafts } from './drafts.svelte.ts';
import type { Demo, GatewaySession } from './gateway.ts';
import { askGateway, signInAtGateway, signOutAtGateway } from './gateway.ts';
import {
  findAccounts,
  forget,
  type KnownAccount,
  knownAccount,
  knownAccounts,
  onKnown,
  prefer,
  preferred,
  remember,
} from './known-accounts.ts';
import { truth } from './truth.svelte.ts';
import type { SignInFailure } from './views.ts';

/** Milliseconds that changes on their way to the server get before signing out asks: longer than a message can be taken back. */
const ARRIVING = 12_000;

export type Phase = 'checking' | 'signed-out' | 'signed-in';

/** Why the mail that is on this device cannot be opened. */
export type Unopened = Exclude<StoreError['reason'], 'evicted'>;

class Session {
  #phase: Phase = $state('checking');
  #shown: string | undefined = $state();
  /** Set while there is mail on this device that cannot be opened: nobody has signed out. */
  unopened: Unopened | undefined = $state();
  /** What the gateway offers to someone who only wants to look. */
  demo: Demo | undefined = $state.raw();

  constructor() {
    void this.#begin();
  }

  /** signed-in as soon as the store knows an account: cached mail opens without a network. */
  get phase(): Phase {
    return this.#phase;
  }
  get user(): string {
    return truth.account?.user ?? '';
  }
  get address(): string {
    return truth.account?.address ?? '';
  }
  /** The gateway does not know the session any more: mail stays readable, new mail needs signing in again. */
  get expired(): boolean {
    return (
      this.#phase === 'signed-in' && (accounts.current?.expired === true || connection.state === 'signed-out')
    );
  }
  /** Actions and drafts that signing out would lose. */
  get unsent(): number {
    return truth.actions.length + drafts.list.length;
  }

  /** Changes are being carried out now, or will be in a moment. */
  get arriving(): boolean {
    return (
      connection.state === 'online' &&
      truth.actions.some(({ state: { name } }) => name === 'waiting' || name === 'running')
    );
  }

  /** Settles when nothing is on its way to the server any more, or when it takes too long. */
  async arrived(): Promise<void> {
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      stop = $effect.root(() => {
        const late = setTimeout(resolve, ARRIVING);
        $effect(() => {
          if (!this.arriving) resolve();
        });
        return () => clearTimeout(late);
      });
    });
    stop();
  }

  /**
   * Signs in to an account, again or as one more, which this tab then prefers (`accounts.added`). Settles with the reason when
   * it did not work.
   */
  async signIn(user: string, password: string): Promise<SignInFailure | undefined> {
    const answer = await signInAtGateway(user, password);
    if (typeof answer === 'string') return answer;
    if (await this.#keep(answer)) return this.#admit(answer);
    if (answer.id !== this.#shown) await signOutAtGateway(answer.id);
    return 'storage';
  }

  /**
   * Forgets everything of this account on this device, in every tab, and opens the page anew, with the next account if there is
   * one. Settles with false, and nothing has happened, when the gateway could not be told and would still let this browser in.
   */
  async signOut(): Promise<boolean> {
    const account = await current;
    if (!(await signOutAtGateway(account.id))) return false;
    await this.#wipe(account);
    anew();
    return true;
  }

  /** Its mail stays where it is. */
  leaveUnopened(): void {
    this.unopened = undefined;
  }

  async #begin(): Promise<void> {
    const account = preferred(await findAccounts());
    if (account) return this.#beginWith(account);
    const signedIn = await askGateway();
    this.demo = signedIn?.demo;
    // Cookies outlived the mail: the browser made room, or the person cleared a part of what the site keeps.
    for (const known of signedIn?.accounts ?? []) await this.#keep(known);
    if (!this.#enterKnown()) this.#phase = 'signed-out';
    // Somebody signs in in another tab.
    onKnown(() => this.#enterKnown());
  }

  async #beginWith(account: KnownAccount): Promise<void> {
    this.#show(account);
    const problem = await opening;
    if (problem) {
      const { reason } = problem;
      this.unopened = reason === 'evicted' ? 'failed' : reason;
      this.#phase = 'signed-out';
      return;
    }
    const kept = await read(accountQuery());
    const signedIn = await askGateway();
    this.demo = signedIn?.demo;
    if (signedIn) accounts.told(signedIn.accounts);
    if (kept) return;
    // Its store is empty: the browser made room, or signing out was cut short.
    if (signedIn?.accounts.some(({ id }) => id === account.id)) return void (await this.#keep(account));
    if (!signedIn) return void (this.#phase = 'signed-out');
    await this.#wipe(account);
    anew();
  }

  /** Its store says whose it is, and the device knows it. False: nothing can be kept. */
  async #keep({ id, user, address }: GatewaySession): Promise<boolean> {
    const account = { id, user, address, store: knownAccount(id)?.store ?? storeOf(id) };
    try {
      const store = await openStore(account.store);
      try {
        const name = (await store.read(accountQuery()))?.name ?? '';
        await store.commit([{ kind: 'account', account: { user, address, name } }]);
      } finally {
        store.close();
      }
    } catch {
      return false;
    }
    remember(account);
    return true;
  }

  /** Signed in, and kept. */
  #admit({ id }: GatewaySession): undefined {
    prefer(id);
    if (this.#shown === undefined) this.#enterKnown();
    else if (this.#shown !== id) {
      accounts.added = id;
      // Nothing is shown that would have to be put away first.
      if (this.#phase === 'signed-out') anew();
    } else {
      accounts.tell(id, false);
      accounts.wake();
    }
  }

  /** False as long as this device knows nobody. */
  #enterKnown(): boolean {
    const account = preferred(knownAccounts());
    if (account && this.#shown === undefined) this.#show(account);
    return account !== undefined;
  }

  #show(account: KnownAccount): void {
    this.#shown = account.id;
    // What is chosen in another tab later is no matter of this one.
    prefer(account.id);
    show(account);
    // Here or in another tab, now or later.
    follow(accountQuery(), (found) => {
      if (found) this.#enter(account);
    });
  }

  #enter(account: KnownAccount): void {
    if (this.#phase === 'signed-in') return;
    this.#phase = 'signed-in';
    engine.start(account);
    // Asked in time not to make room by throwing unsent mail away.
    void theStore().then(
      (store) => persistInTime(browserPorts(store)),
      () => undefined,
    );
  }

  async #wipe({ id, store }: KnownAccount): Promise<void> {
    await engine.stop();
    leaveStore();
    await destroyStore(store).catch((error: unknown) => {
      // A tab that does not answer holds it: it goes as soon as that lets go.
      if (!(error instanceof StoreError && error.reason === 'blocked')) throw error;
    });
    forget(id);
    engine.signedOut();
  }
}

export const session = new Session();

/** Who is signed in on this device, and the ways in and out. */
import { accountQuery } from '@postern/protocol/sync';
import { browserPorts, persistInTime } from '../engine/persisting.ts';
import { anew, engine } from '../engine/screen.ts';
import { destroyStore, openStore, storeName } from '../store/index.ts';
import { connection } from './connection.svelte.ts';
import { commit, follow, leaveStore, opening, read, theStore } from './device.ts';
import { drafts } from './drafts.svelte.ts';
import type { Demo, GatewaySession } from './gateway.ts';
import { askGateway, signInAtGateway, signOutAtGateway } from './gateway.ts';
import { truth } from './truth.svelte.ts';
import type { SignInFailure } from './views.ts';

/** Set while one account takes the place of another: a page that opens then asks the gateway whose mail this is. */
const changing = 'postern-changing';

/** Milliseconds that changes on their way to the server get before signing out asks: longer than a message can be taken back. */
const ARRIVING = 12_000;

export type Phase = 'checking' | 'signed-out' | 'signed-in';

class Session {
  #phase: Phase = $state('checking');
  #expired: boolean = $state(false);
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
    return this.#phase === 'signed-in' && (this.#expired || connection.state === 'signed-out');
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

  /** Settles with the reason when it did not work. Another user than before: what is on this device goes first. */
  async signIn(user: string, password: string): Promise<SignInFailure | undefined> {
    if (await opening) return 'storage';
    const before = await read(accountQuery()).catch(() => undefined);
    if (before && before.user !== user.trim()) return this.#changeTo(user, password);
    const answer = await signInAtGateway(user, password);
    if (typeof answer === 'string') return answer;
    try {
      await commit([
        {
          kind: 'account',
          account: { name: before?.name ?? '', user: answer.user, address: answer.address },
        },
      ]);
    } catch {
      return 'storage';
    }
    this.#expired = false;
    engine.wake('network');
    return undefined;
  }

  /**
   * Forgets everything on this device, in every tab, and opens the page anew. Settles with false, and nothing has
   * happened, when the gateway could not be told and would still let this browser in.
   */
  async signOut(): Promise<boolean> {
    if (!(await signOutAtGateway())) return false;
    await this.#wipe();
    anew();
    return true;
  }

  async #begin(): Promise<void> {
    if (await opening) {
      this.#phase = 'signed-out';
      return;
    }
    const account = await read(accountQuery());
    if (account && localStorage.getItem(changing)) {
      const known = await askGateway();
      if (known?.user !== undefined && known.user !== account.user) return this.#replaceBy(known);
      localStorage.removeItem(changing);
    }
    // Here or in another tab, now or later.
    follow(accountQuery(), (found) => {
      if (found) this.#enter();
    });
    const known = await askGateway();
    if (known === undefined) {
      if (!account) this.#phase = 'signed-out';
    } else if (known.user === undefined) {
      this.demo = known.demo;
      this.#expired = account !== undefined;
      if (!account) this.#phase = 'signed-out';
    } else if (!account) {
      // The cookie outlived the mail: the browser made room, or the person cleared a part of what the site keeps.
      await commit([{ kind: 'account', account: { ...known, name: '' } }]);
    } else if (account.user !== known.user) {
      this.#expired = true;
    }
  }

  #enter(): void {
    this.#phase = 'signed-in';
    engine.start();
    // Asked in time not to make room by throwing unsent mail away.
    void theStore().then(
      (store) => persistInTime(browserPorts(store)),
      () => undefined,
    );
  }

  async #wipe(): Promise<void> {
    await engine.stop();
    leaveStore();
    await destroyStore(storeName);
    localStorage.clear();
    engine.signedOut();
  }

  /** From the moment the gateway knows the new user until the old mail is gone, no engine may run: it would mix the two. */
  async #changeTo(user: string, password: string): Promise<SignInFailure | undefined> {
    await engine.stop();
    localStorage.setItem(changing, 'yes');
    const answer = await signInAtGateway(user, password);
    if (typeof answer === 'string') {
      localStorage.removeItem(changing);
      engine.start();
      return answer;
    }
    await this.#replaceBy(answer);
    return undefined;
  }

  /** The page opens anew with the new account in an empty store. */
  async #replaceBy({ user, address }: GatewaySession): Promise<void> {
    leaveStore();
    await destroyStore(storeName);
    const store = await openStore(storeName);
    await store.commit([{ kind: 'account', account: { user, address, name: '' } }]);
    store.close();
    localStorage.removeItem(changing);
    engine.signedOut();
    anew();
  }
}

export const session = new Session();

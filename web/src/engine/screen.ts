/**
 * A tab's end of an account's engine. The engine itself runs in one worker for all tabs (see worker.ts); a tab only states what
 * it wishes and hears what is said, by broadcast, whoever leads.
 */
import type { EngineNote, WakeReason, Wishes } from '@postern/protocol/sync';
import { followNetwork } from './network.ts';
import { leaderLock, screenChannel, screenLock, sharedChannel, workerName } from './notes.ts';
import type { EngineAccount, SharedNote } from './notes.ts';
import { trustedScript, workerUrl } from './script-url.ts';
import { together } from './wishing.ts';
import type { Wisher } from './wishing.ts';

export class Screen {
  /** Given when it starts: where the page may not run, there is nothing to make one with. */
  #id = '';
  readonly #onSignedOut: () => void;
  readonly #listeners = new Set<(note: EngineNote) => void>();
  readonly #wanted = new Map<Wisher, Partial<Wishes>>();
  readonly #ended = new AbortController();
  #account: EngineAccount | undefined;
  #shared: BroadcastChannel | undefined;
  #own: BroadcastChannel | undefined;
  #worker: Worker | undefined;
  #present = false;
  #stated = '';
  #stating = false;

  /** `onSignedOut`: nothing is left of the account on this device, by whichever tab. */
  constructor(onSignedOut: () => void) {
    this.#onSignedOut = onSignedOut;
  }

  /** From now on an engine runs for the account, here or in another tab. */
  start(account: EngineAccount): void {
    if (this.#account) return;
    this.#account = account;
    this.#id = crypto.randomUUID();
    this.#shared = new BroadcastChannel(sharedChannel(account.store));
    this.#own = new BroadcastChannel(screenChannel(account.store, this.#id));
    this.#shared.onmessage = ({ data }: MessageEvent<SharedNote>) => this.#hear(data);
    this.#own.onmessage = ({ data }: MessageEvent<EngineNote>) => this.#tell(data);
    this.#worker = new Worker(trustedScript(workerUrl), { type: 'module', name: workerName(account) });
    // Before the first statement: who hears it waits for this lock to learn that the tab is gone.
    void navigator.locks.request(screenLock(account.store, this.#id), () => {
      this.#present = true;
      this.#state();
      return new Promise<void>((resolve) => {
        this.#ended.signal.addEventListener('abort', () => resolve());
      });
    });
    const { signal } = this.#ended;
    window.addEventListener('online', () => this.wake('network'), { signal });
    window.addEventListener('offline', () => this.wake('offline'), { signal });
    followNetwork((thoroughness) =>
      this.want('network', thoroughness === 'all' ? undefined : { thoroughness }),
    );
    const seen = (): void => {
      if (document.visibilityState === 'visible') this.wake('visible');
    };
    document.addEventListener('visibilitychange', seen, { signal });
    // A page that comes back from the browser's back-forward cache has missed notes.
    const shown = (event: PageTransitionEvent): void => {
      if (event.persisted) this.#state();
    };
    window.addEventListener('pageshow', shown, { signal });
  }

  /** All that one part of this tab wants now. */
  want(wisher: Wisher, wishes: Partial<Wishes> | undefined): void {
    if (wishes) this.#wanted.set(wisher, wishes);
    else this.#wanted.delete(wisher);
    if (this.#stating) return;
    this.#stating = true;
    queueMicrotask(() => {
      this.#stating = false;
      if (JSON.stringify(together(this.#wanted)) !== this.#stated) this.#state();
    });
  }

  wake(reason: WakeReason): void {
    this.#post({ to: 'engine', note: 'wake', reason });
  }

  /** Hears what the engine says to all or to this tab. Returns the way to stop. */
  listen(listener: (note: EngineNote) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the engine, whichever tab runs it. Settles when it has let go of the store, at most after `patience` ms. */
  async stop(patience = 5000): Promise<void> {
    if (!this.#account) return;
    this.#post({ to: 'workers', note: 'stop' });
    const signal = AbortSignal.timeout(patience);
    try {
      await navigator.locks.request(leaderLock(this.#account.store), { signal }, () => {});
    } catch {
      // It does not answer: what it holds is closed by the browser when its tab goes.
    }
    this.#worker?.terminate();
  }

  /** Tells the other tabs that nothing is left of the account on this device. */
  signedOut(): void {
    this.#post({ to: 'screens', note: 'signed-out' });
  }

  /** This tab has no more to do with the account. */
  leave(): void {
    this.#ended.abort();
    this.#worker?.terminate();
    this.#shared?.close();
    this.#own?.close();
    this.#shared = this.#own = undefined;
  }

  #hear(note: SharedNote): void {
    if (note.to !== 'screens') return;
    if (note.note === 'hello') this.#state();
    else if (note.note === 'engine') this.#tell(note.said);
    else this.#onSignedOut();
  }

  #state(): void {
    if (!this.#present) return;
    const wishes = together(this.#wanted);
    this.#stated = JSON.stringify(wishes);
    this.#post({ to: 'engine', note: 'wishes', screen: this.#id, wishes });
  }

  #post(note: SharedNote): void {
    this.#shared?.postMessage(note);
  }

  #tell(note: EngineNote): void {
    for (const listener of [...this.#listeners]) listener(note);
  }
}

/** Opens the app again, at its beginning: what the URL names is not this account's, or not on this device any more. */
export function anew(): void {
  history.replaceState(null, '', '/');
  location.reload();
}

/** The engine of the account that this page shows. */
export const engine = new Screen(anew);

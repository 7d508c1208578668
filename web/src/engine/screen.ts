/**
 * The tab's end of the engine. The engine itself runs in one worker for all tabs (see worker.ts); a tab only states what
 * it wishes and hears what is said, by broadcast, whoever leads.
 */
import type { EngineNote, Wishes } from '@postern/protocol/sync';
import { followNetwork } from './network.ts';
import { leaderLock, screenChannel, screenLock, sharedChannel } from './notes.ts';
import type { SharedNote, WakeReason } from './notes.ts';
import { trustedScript, workerUrl } from './script-url.ts';
import { together } from './wishing.ts';
import type { Wisher } from './wishing.ts';

class Screen {
  readonly #id = crypto.randomUUID();
  readonly #shared = new BroadcastChannel(sharedChannel);
  readonly #own = new BroadcastChannel(screenChannel(this.#id));
  readonly #listeners = new Set<(note: EngineNote) => void>();
  readonly #wanted = new Map<Wisher, Partial<Wishes>>();
  #worker: Worker | undefined;
  #started = false;
  #present = false;
  #stated = '';
  #stating = false;

  constructor() {
    this.#shared.onmessage = ({ data }: MessageEvent<SharedNote>) => this.#hear(data);
    this.#own.onmessage = ({ data }: MessageEvent<EngineNote>) => this.#tell(data);
  }

  /** Someone is signed in: from now on an engine runs, here or in another tab. */
  start(): void {
    if (this.#worker) return;
    this.#worker = new Worker(trustedScript(workerUrl), { type: 'module', name: 'postern-engine' });
    if (this.#started) {
      this.#state();
      return;
    }
    this.#started = true;
    // Before the first statement: who hears it waits for this lock to learn that the tab is gone.
    void navigator.locks.request(screenLock(this.#id), () => {
      this.#present = true;
      this.#state();
      return new Promise(() => {});
    });
    window.addEventListener('online', () => this.wake('network'));
    followNetwork((thoroughness) =>
      this.want('network', thoroughness === 'all' ? undefined : { thoroughness }),
    );
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.wake('visible');
    });
    // A page that comes back from the browser's back-forward cache has missed notes.
    window.addEventListener('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) this.#state();
    });
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
    this.#post({ to: 'workers', note: 'stop' });
    try {
      await navigator.locks.request(leaderLock, { signal: AbortSignal.timeout(patience) }, () => {});
    } catch {
      // It does not answer: what it holds is closed by the browser when its tab goes.
    }
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** Tells the other tabs that nothing is left on this device. */
  signedOut(): void {
    this.#post({ to: 'screens', note: 'signed-out' });
  }

  #hear(note: SharedNote): void {
    if (note.to !== 'screens') return;
    if (note.note === 'hello') this.#state();
    else if (note.note === 'engine') this.#tell(note.said);
    else anew();
  }

  #state(): void {
    if (!this.#worker || !this.#present) return;
    const wishes = together(this.#wanted);
    this.#stated = JSON.stringify(wishes);
    this.#post({ to: 'engine', note: 'wishes', screen: this.#id, wishes });
  }

  #post(note: SharedNote): void {
    this.#shared.postMessage(note);
  }

  #tell(note: EngineNote): void {
    for (const listener of [...this.#listeners]) listener(note);
  }
}

/** Opens the app again, at its beginning: what the URL names is not on this device any more. */
export function anew(): void {
  history.replaceState(null, '', '/');
  location.reload();
}

export const engine = new Screen();

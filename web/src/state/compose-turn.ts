/**
 * Whose turn it is to write a draft: of all windows of this browser in which it lies open, one window's. The others show it as it is
 * there, and can ask for the turn, which passes on only when all that was typed is in the store. A Web Lock says whose turn it is,
 * so that it is free again when its window is closed or crashes; a channel of the same name carries what is asked and answered.
 */
import type { Channel, Channels } from '../engine/notes.ts';

/** Why the other window keeps the turn: files are on their way to it, it could not keep what was typed, or it does not answer. */
export type Refusal = 'files' | 'unsaved' | 'silent';
export type Ending = 'sent' | 'discarded';

/** The little of Web Locks that is needed. */
export interface TurnLocks {
  request(
    name: string,
    options: { readonly signal: AbortSignal } | { readonly ifAvailable: true },
    held: (lock: object | null) => Promise<void>,
  ): Promise<unknown>;
}

export interface TurnPorts {
  /** That of the draft, in all windows; other accounts and drafts have others. */
  readonly name: string;
  readonly locks: TurnLocks;
  readonly channels: Channels;
  /** Another window asks. When it settles with undefined, all is kept, and nothing is written here any more. */
  asked(): Promise<Refusal | undefined>;
  /** It is this window's turn now, asked for or not. */
  granted(): void;
  /** What another window did with the draft: nothing is left to be written. */
  ended(how: Ending): void;
}

type TurnNote =
  | { readonly note: 'ask'; readonly from: string }
  | { readonly note: 'refusal'; readonly to: string; readonly why: Refusal }
  | { readonly note: 'ended'; readonly how: Ending };

/** Milliseconds in which a window that is alive has kept a draft and answered, however little time the browser gives it. */
const PATIENCE = 5000;

/** By window (as its locks) and name, what it holds, until it has let go: its next composer of the same draft waits so long. */
const heldIn = new WeakMap<TurnLocks, Map<string, Promise<unknown>>>();

export class Turn {
  readonly #id = crypto.randomUUID();
  readonly #ports: TurnPorts;
  readonly #channel: Channel;
  /** Settles when what it was granted is let go of. */
  #request: Promise<unknown> = Promise.resolve();
  #release: (() => void) | undefined;
  #waiting: AbortController | undefined;
  #answer: ((refusal: Refusal | undefined) => void) | undefined;
  #passing = false;
  #over = false;

  constructor(ports: TurnPorts) {
    this.#ports = ports;
    this.#channel = ports.channels(ports.name);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TurnNote>) => this.#hear(data));
  }

  /** Settles with whether it is this window's turn; if not, it is as soon as nobody else has it. */
  async begin(): Promise<boolean> {
    const { name, locks } = this.#ports;
    await heldIn.get(locks)?.get(name);
    return new Promise((resolve, reject) => {
      const held = async (lock: object | null): Promise<void> => {
        resolve(lock !== null);
        if (lock) await this.#hold();
        else this.#wait();
      };
      this.#request = locks.request(name, { ifAvailable: true }, held);
      this.#request.catch(reject);
    });
  }

  /** Settles with undefined once it is this window's turn, else with why not; it may still become so. */
  ask(): Promise<Refusal | undefined> {
    this.#answer?.('silent');
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answered('silent'), PATIENCE);
      this.#answer = (refusal) => {
        clearTimeout(timer);
        resolve(refusal);
      };
      this.#post({ note: 'ask', from: this.#id });
    });
  }

  /** Nothing more is written here. `how`: nor anywhere else. */
  end(how?: Ending): void {
    if (this.#over) return;
    this.#over = true;
    if (how) this.#post({ note: 'ended', how });
    this.#waiting?.abort();
    this.#release?.();
    this.#answered('silent');
    this.#channel.close();
  }

  #hold(): Promise<void> {
    if (this.#over) return Promise.resolve();
    const { name, locks } = this.#ports;
    heldIn.set(locks, (heldIn.get(locks) ?? new Map<string, Promise<unknown>>()).set(name, this.#request));
    return new Promise((resolve) => {
      this.#release = () => {
        this.#release = undefined;
        resolve();
      };
    });
  }

  #wait(): void {
    if (this.#over) return;
    const waiting = (this.#waiting = new AbortController());
    const held = (): Promise<void> => {
      if (this.#over || waiting.signal.aborted) return Promise.resolve();
      this.#waiting = undefined;
      const holding = this.#hold();
      this.#answered(undefined);
      this.#ports.granted();
      return holding;
    };
    // Only what this window has given up waiting for is refused.
    this.#request = this.#ports.locks
      .request(this.#ports.name, { signal: waiting.signal }, held)
      .catch(() => {});
  }

  #hear(note: TurnNote): void {
    if (this.#over) return;
    if (note.note === 'ended') this.#ports.ended(note.how);
    else if (note.note === 'refusal') {
      if (note.to === this.#id) this.#answered(note.why);
    } else if (this.#release) void this.#passTo(note.from);
    else if (this.#waiting) {
      // Who asks goes before who only waits.
      this.#waiting.abort();
      this.#wait();
    }
  }

  async #passTo(window: string): Promise<void> {
    if (this.#passing) return;
    this.#passing = true;
    const why = await this.#ports.asked();
    this.#passing = false;
    if (this.#over) return;
    if (why) return this.#post({ note: 'refusal', to: window, why });
    this.#release?.();
    this.#wait();
  }

  #answered(refusal: Refusal | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(refusal);
  }

  #post(note: TurnNote): void {
    this.#channel.postMessage(note);
  }
}

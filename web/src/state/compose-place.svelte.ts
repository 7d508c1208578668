/** In which of the windows in which it lies open a draft is written: here, or not, and why not. */
import { Turn } from './compose-turn.ts';
import type { Ending, Refusal } from './compose-turn.ts';
import { current } from './device.ts';

/** Milliseconds in which a window has heard what became of a draft whose turn came free: it may come after that. */
const told = 1000;

/**
 * Why nothing can be written here: `theirs`: another window writes it. Or there is nothing left to be written, since it was sent or
 * discarded there, or put away (`gone`).
 */
export type Away = 'theirs' | Ending | 'gone';

/** What the composer does when the place changes; the first two one after the other with all else that it does. */
export interface PlacePorts {
  /** Another window goes on with it: keeps what stands here. Settles with whether that is certain. */
  keep(): Promise<boolean>;
  /** It is written here from now on, as the other window left it. Settles with false when nothing is left of it. */
  takeUp(): Promise<boolean>;
  /** No file is still on its way to this window. */
  isWhole(): boolean;
  after<T>(job: () => Promise<T>): Promise<T>;
}

export class Place {
  readonly #draft: string;
  readonly #ports: PlacePorts;
  #away: Away | undefined = $state();
  #turn: Turn | undefined;
  #ended = false;

  constructor(draft: string, ports: PlacePorts) {
    this.#draft = draft;
    this.#ports = ports;
  }

  /** undefined: it is written here. */
  get away(): Away | undefined {
    return this.#away;
  }

  /** Settles with whether it is written here. */
  async begin(): Promise<boolean> {
    const { store } = await current;
    this.#turn = new Turn({
      name: `${store}-draft-${this.#draft}`,
      locks: navigator.locks,
      channels: (name) => new BroadcastChannel(name),
      asked: () => this.#ports.after(() => this.#giveAway()),
      granted: () => void this.#ports.after(() => this.#goOn()),
      ended: (how) => {
        this.#away = how;
        this.#turn?.end();
      },
    });
    if (this.#ended) this.#turn.end();
    const mine = await this.#turn.begin();
    if (!mine) this.#away = 'theirs';
    return mine;
  }

  /** Settles with undefined once it is written here, else with why not. */
  async ask(): Promise<Refusal | undefined> {
    return this.#turn?.ask();
  }

  /** Nothing more is written here. `how`: nor anywhere else. */
  end(how?: Ending): void {
    this.#ended = true;
    this.#turn?.end(how);
  }

  async #giveAway(): Promise<Refusal | undefined> {
    if (!this.#ports.isWhole()) return 'files';
    this.#away = 'theirs';
    if (await this.#ports.keep()) return undefined;
    this.#away = undefined;
    return 'unsaved';
  }

  async #goOn(): Promise<void> {
    if (this.#away !== 'theirs') return;
    if (await this.#ports.takeUp()) this.#away = undefined;
    else setTimeout(() => this.#isGone(), told);
  }

  /** Nothing was told of what became of it. */
  #isGone(): void {
    if (this.#away !== 'theirs') return;
    this.#away = 'gone';
    this.#turn?.end();
  }
}

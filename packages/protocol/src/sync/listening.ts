/** Listening to the selected mailbox: IDLE (RFC 2177), or asking now and then. */
import { CommandError } from '../error.ts';
import { noop } from '../imap/index.ts';
import type { Bell } from './bell.ts';
import type { Lane } from './lane.ts';

/** Without IDLE: how often the mailbox is asked for news. */
const NOOP_EVERY = 15_000;
/** An IDLE that ends the connection so soon, so many times in a row, is not tried any more. */
const SOON = 5000;
const MOST_LOSSES = 3;

export class Listening {
  readonly #lane: Lane;
  readonly #bell: Bell;
  /** The server offers IDLE and refuses it. */
  #refused = false;
  #losses = 0;

  constructor(lane: Lane, bell: Bell) {
    this.#lane = lane;
    this.#bell = bell;
  }

  /** The next connection may be to a server that behaves. */
  lost(): void {
    this.#refused = false;
  }

  /** Settles at news, at a ring, or after `patience` milliseconds; what was heard is in the store by then. True if it rang. */
  async until(patience: number): Promise<boolean> {
    const session = await this.#lane.session();
    const idles = session.capabilities.has('IDLE') && !this.#refused && this.#losses < MOST_LOSSES;
    const rung = idles ? await this.#idle(patience) : await this.#bell.wait(Math.min(patience, NOOP_EVERY));
    // Also after an IDLE in which nothing came: there are servers that say nothing while it lasts.
    if (!(idles && rung) && !this.#lane.hasNews) await this.#lane.run(noop()).catch(unlessRefused);
    await this.#lane.absorbed();
    return rung;
  }

  async #idle(patience: number): Promise<boolean> {
    const session = await this.#lane.session();
    const since = this.#lane.now();
    const idle = session.idle();
    this.#lane.listening = true;
    try {
      const rung = await this.#bell.wait(patience, idle.ended);
      await idle.done();
      this.#losses = 0;
      return rung;
    } catch (error) {
      if (error instanceof CommandError) {
        this.#refused = true;
        return false;
      }
      if (this.#lane.now() - since < SOON) this.#losses++;
      throw error;
    } finally {
      this.#lane.listening = false;
    }
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

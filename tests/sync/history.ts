import type { Mailbox } from '@postern/mailserver';
import type { Device } from '../support/device.ts';
import { ada, grace } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Forwarded', 'blue'];

/** An account of the embedded server that other clients are at work on, and what it has. */
export class History {
  readonly #pick: (below: number) => number;
  readonly #place: EmbeddedPlace;
  #letters = 0;

  constructor(place: EmbeddedPlace, seed: number) {
    this.#place = place;
    this.#pick = random(seed);
  }

  get inbox(): Mailbox {
    return this.#place.server.accounts[0]!.get('INBOX');
  }

  async arrive(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.#place.deliver(
        ada,
        'INBOX',
        letter({ from: grace.address, to: ada.address, subject: `letter ${++this.#letters}` }),
        FLAGS.filter(() => this.#pick(4) === 0),
      );
    }
  }

  touch(count: number): void {
    const { messages } = this.inbox;
    for (let i = 0; i < count && messages.length > 0; i++) {
      const message = messages[this.#pick(messages.length)]!;
      this.inbox.setFlags(message, new Set(FLAGS.filter(() => this.#pick(3) === 0)));
    }
  }

  remove(count: number): void {
    const { messages } = this.inbox;
    const gone = new Set(Array.from({ length: count }, () => messages[this.#pick(messages.length)]));
    this.inbox.expunge([...gone].filter((message) => message !== undefined));
  }

  /** Whatever other clients do while this device is away. */
  async goOn(): Promise<void> {
    for (let turns = 1 + this.#pick(4); turns > 0; turns--) {
      const what = this.#pick(4);
      if (what === 0) await this.arrive(1 + this.#pick(5));
      else if (what === 1) this.remove(1 + this.#pick(6));
      else this.touch(1 + this.#pick(8));
    }
  }

  get truth(): string[] {
    return this.inbox.messages.map(({ uid, flags }) => `${uid} ${told([...flags])}`);
  }
}

const told = (flags: readonly string[]): string =>
  flags
    .filter((flag) => flag !== '\\Recent')
    .toSorted()
    .join(' ');

/** What a device has of the inbox, in the words of `History.truth`. */
export const kept = async (device: Device): Promise<string[]> =>
  (await device.rows('inbox'))
    .toSorted((a, b) => a.uid - b.uid)
    .map(({ uid, flags }) => `${uid} ${told(flags)}`);

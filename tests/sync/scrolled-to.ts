import type { Profile } from '@postern/mailserver';
import type { Transport } from '@postern/protocol/port';
import { descriptorsQuery } from '@postern/protocol/sync';
import type { Around, Wishes } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { far } from './far.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

const TRIP = 100;
const DAY = 24 * 3600_000;

/** A device that has only the newest of INBOX, before a server of its own that is far away. */
export class FarDesk {
  readonly desk: Desk;
  readonly server: ServerWithoutSockets;
  /** Changes what the server hears: one that does not know something, without saying so. */
  edit: (text: string) => string = (text) => text;

  readonly #open: Transport[] = [];
  #searches = 0;

  private constructor(profile: Profile) {
    const clock = { now: () => Date.now() };
    this.server = new ServerWithoutSockets(profile, () => clock.now());
    const desk: Desk = new Desk(new ScriptedServer(), {
      connect: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        const transport = this.#edited(this.server.connect());
        this.#open.push(transport);
        return far(transport, desk.clock, TRIP / 2);
      },
      onBug: (error) => desk.bugs.push(error),
    });
    this.desk = desk;
    clock.now = () => desk.clock.now();
  }

  /** Every connection is. */
  cut(): void {
    for (const transport of this.#open.splice(0)) transport.close();
  }

  #edited(transport: Transport): Transport {
    return {
      bytes: transport.bytes,
      write: (bytes) => {
        const text = this.edit(Buffer.from(bytes).toString('latin1'));
        return transport.write(new Uint8Array(Buffer.from(text, 'latin1')));
      },
      close: () => transport.close(),
    };
  }

  /** `daysAgo`: of each message from the oldest UID up; subjects are `letter` and that number. */
  static async open(
    profile: Profile,
    daysAgo: readonly number[],
    words: (day: number) => string = () => '',
  ): Promise<FarDesk> {
    const far = new FarDesk(profile);
    const { desk, server } = far;
    const now = desk.clock.now();
    for (const days of daysAgo) {
      const subject = `letter ${days}`;
      const lines = ['From: grace@postern.example', `Subject: ${subject}`, `Message-ID: <${subject}@x>`];
      const text = [...lines, '', `Text of ${subject}. ${words(days)}`, ''].join('\r\n');
      const internalDate = now - days * DAY;
      server.mailbox('INBOX').add({ content: new TextEncoder().encode(text), internalDate });
    }
    desk.wish({ thoroughness: 'new' });
    await desk.clock.pass(60_000);
    await far.#wish({});
    await desk.clock.pass(60_000);
    return far;
  }

  async #wish(wishes: Partial<Wishes>): Promise<void> {
    const { key } = await this.desk.mailbox('INBOX');
    this.desk.wish({ mailbox: key, thoroughness: 'new', ...wishes });
  }

  /** The letters of INBOX that are here, by their numbers, ascending. */
  async letters(): Promise<number[]> {
    const subjects = await this.desk.subjects();
    return subjects.map((subject) => Number(subject.split(' ')[1])).toSorted((a, b) => a - b);
  }

  /** Round trips until rows come that were not here, and the numbers of those; nothing more comes then. */
  async scroll(around: Around): Promise<{ readonly trips: number; readonly came: readonly number[] }> {
    const before = new Set(await this.letters());
    this.server.said.length = 0;
    const { clock } = this.desk;
    const from = clock.now();
    await this.#wish({ around });
    let trips = 0;
    while (clock.now() - from < 20 * TRIP && trips === 0) {
      await clock.pass(10);
      if ((await this.desk.rows()).length > before.size) trips = Math.round((clock.now() - from) / TRIP);
    }
    await clock.pass(3000);
    return { trips, came: (await this.letters()).filter((letter) => !before.has(letter)) };
  }

  /** Round trips until a search is over, and the letters that were found, as they were told. */
  async search(text: string): Promise<{ readonly trips: number; readonly told: readonly number[][] }> {
    const { clock, notes, store } = this.desk;
    const { key } = await this.desk.mailbox('INBOX');
    this.server.said.length = 0;
    notes.length = 0;
    const from = clock.now();
    await this.#wish({ search: { id: `search ${++this.#searches}`, mailbox: key, text } });
    const told: number[][] = [];
    let trips = 0;
    for (let over = false; !over && clock.now() - from < 20 * TRIP;) {
      await clock.pass(10);
      for (const note of notes.splice(0)) {
        if (note.note !== 'found') continue;
        const descriptors = await store.read(descriptorsQuery(note.keys));
        const numbers = note.keys.map((each) => Number(descriptors.get(each)?.subject.split(' ')[1]));
        told.push(numbers.toSorted((a, b) => a - b));
        over = !note.more;
      }
      trips = Math.round((clock.now() - from) / TRIP);
    }
    return { trips, told };
  }
}

/** Letters as old as these numbers of days. */
export function days(from: number, to: number): number[] {
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => (from < to ? from + i : from - i));
}

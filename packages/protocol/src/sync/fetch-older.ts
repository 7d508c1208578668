/**
 * Older mail, newest first, in windows of UIDs. Further windows are asked for while those before them are still coming or being
 * written, as many as the way to the server takes: a long one costs no pause between them. Each is a UID FETCH, which a server may
 * be sent any number of (RFC 3501 §5.5). And windows grow where the line is quick, for each costs a commit.
 */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import { fetchDescriptors, DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { MailboxKey } from './model.ts';
import { nextChunk, nextWindow } from './plan.ts';
import type { Progress } from './progress.ts';
import { runFirstInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Milliseconds for which further windows are asked for where nobody says otherwise. */
const TURN = 2000;
/** Milliseconds' worth of messages on their way, beyond a round trip: for so long what a person wants meanwhile has to wait. */
const AHEAD = 300;
/** Windows asked for while one is put away: while they are small, more is learnt from those that come than from more of them. */
const AT_ONCE = 2;
/**
 * Memory: UIDs, and octets by what messages had so far, that may be asked for and not be in the store. What a window holds is a
 * guess where many UIDs are gone; at worst it is a message for each.
 */
const MOST_UIDS = 25_600;
const MOST_OCTETS = 8 * 1024 * 1024;

/** How long it goes on, and how far ahead it looks. */
export interface Turn {
  /** After so many milliseconds, more of this is still wanted more than anything else. */
  goesOn(took: number): boolean;
  /** What is asked for may soon not be wanted, and costs: only one window is asked for ahead. */
  readonly isDear?: boolean;
  /** Another window is in the store; so many messages are missing, as far as is known. */
  came?(missing: number): void;
}

export const SHORT_TURN: Turn = { goesOn: (took) => took < TURN };

interface Window {
  readonly first: number;
  readonly last: number;
  readonly askedAt: number;
  answeredAt: number | undefined;
  readonly answered: Promise<unknown>;
  /** Messages that came. */
  found: number;
}

/** The window `first` to `last`, and those below it. `sync.from` sinks with each that is wholly in the store, and only then. */
export async function fetchOlder(
  lane: Lane,
  truth: Truth,
  mailbox: MailboxKey,
  range: { readonly first: number; readonly last: number },
  progress: Progress,
  turn: Turn = SHORT_TURN,
): Promise<void> {
  const missing = lane.noticed.exists - (await truth.rows(mailbox)).length;
  await lane.compressed();
  const older = new Older(lane, mailbox, progress, turn, missing);
  try {
    await older.fetch(range);
  } finally {
    lane.onFetch = undefined;
  }
}

class Older {
  readonly #lane: Lane;
  readonly #mailbox: MailboxKey;
  readonly #progress: Progress;
  readonly #turn: Turn;
  readonly #began: number;
  readonly #octets: number;
  #exists: number;
  #missing: number;
  /** Messages that came in this turn. */
  #found = 0;
  /** Asked for and not in the store, as they were asked for: from the newest down. */
  readonly #windows: Window[] = [];
  /** Windows asked for since one was put away. */
  #asked = 0;
  /** Below this nothing was asked for. */
  #next = 0;

  constructor(lane: Lane, mailbox: MailboxKey, progress: Progress, turn: Turn, missing: number) {
    this.#lane = lane;
    this.#mailbox = mailbox;
    this.#progress = progress;
    this.#turn = turn;
    this.#missing = missing;
    this.#began = lane.now();
    this.#octets = lane.received;
    this.#exists = lane.noticed.exists;
  }

  async fetch({ first, last }: { readonly first: number; readonly last: number }): Promise<void> {
    this.#lane.onFetch = ({ uid, envelope, size }) => {
      if (uid !== undefined && (envelope || size !== undefined)) this.#count(uid);
    };
    this.#ask(first, last);
    /** When all that came before was put away. */
    let ready: number | undefined;
    for (let window = this.#windows[0]; window; window = this.#windows[0]) {
      this.#askAhead();
      try {
        await window.answered;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return this.#oneByOne(window);
      }
      // What came is put away while the next are on their way.
      this.#askAhead();
      this.#windows.shift();
      if (!(await this.#sink(window))) return;
      this.#learn(window, ready);
      ready = this.#lane.now();
      this.#asked = 0;
      this.#turn.came?.(this.#missing);
    }
  }

  #count(uid: number): void {
    const window = this.#windows.find(({ first, last }) => uid >= first && uid <= last);
    if (!window) return;
    window.found++;
    this.#found++;
  }

  #ask(first: number, last: number): void {
    const answered = runFirstInSteps(this.#lane, [[first, last]], (uids) => uidFetch(uids, DESCRIPTOR_ITEMS));
    const askedAt = this.#lane.now();
    const window: Window = { first, last, askedAt, answeredAt: undefined, answered, found: 0 };
    const settled = (): void => void (window.answeredAt = this.#lane.now());
    // Should one before it fail, nobody waits for it.
    answered.then(settled, () => undefined);
    this.#windows.push(window);
    this.#asked++;
    this.#next = first;
  }

  #askAhead(): void {
    while (this.#mayAsk()) this.#ask(Math.max(1, this.#next - this.#progress.window), this.#next - 1);
  }

  #mayAsk(): boolean {
    const { exists } = this.#lane.noticed;
    // New mail goes first.
    if (this.#next === 1 || exists > this.#exists) return false;
    this.#exists = exists;
    if (!this.#turn.goesOn(this.#lane.now() - this.#began)) return false;
    const { window: width, chunk, pace, roundTrip } = this.#progress;
    let [open, uids, messages] = [0, width, 0];
    for (const { first, last, found, answeredAt } of this.#windows) {
      const asked = last - first + 1;
      if (answeredAt === undefined) open++;
      uids += asked;
      messages += answeredAt === undefined ? Math.max(found, asked * Math.min(1, chunk / width)) : found;
    }
    if (messages >= this.#missing) return false;
    // One is asked for ahead whatever it holds.
    if (open <= 1) return true;
    if (this.#turn.isDear || pace === undefined || this.#asked >= AT_ONCE) return false;
    messages += chunk;
    const each = (this.#lane.received - this.#octets) / Math.max(1, this.#found);
    return messages * pace <= roundTrip + AHEAD && uids <= MOST_UIDS && messages * each <= MOST_OCTETS;
  }

  /**
   * Into the store, with what it was of. False where what is known does not end above this window any more: somebody else has found
   * its UIDs void (RFC 4549 §4.1).
   */
  async #sink({ first, last }: Window): Promise<boolean> {
    let sinks = false;
    await this.#lane.absorbed((now) => {
      sinks = now.key === this.#mailbox && now.sync.from === last + 1;
      return sinks ? { ...now, sync: { ...now.sync, from: first } } : now;
    });
    return sinks;
  }

  /** `ready` as in `fetch`; undefined: this window was the first of the turn. */
  #learn({ first, last, askedAt, answeredAt, found }: Window, ready: number | undefined): void {
    const progress = this.#progress;
    const now = this.#lane.now();
    this.#missing -= found;
    progress.roundTrip = Math.min(progress.roundTrip, (answeredAt ?? now) - askedAt);
    // What the way takes, no window has to be smaller for.
    const took = now - Math.min(now, Math.max(ready ?? 0, askedAt + progress.roundTrip));
    progress.chunk = nextChunk(progress.chunk, found, took);
    progress.window = nextWindow(last - first + 1, found, progress.chunk);
    if (ready === undefined || found === 0) return;
    progress.pace = ((progress.pace ?? took / found) + took / found) / 2;
  }

  /** The server refuses a window, for messages that it cannot give: they are found, and the others are asked for another time. */
  async #oneByOne(window: Window): Promise<void> {
    await Promise.allSettled(this.#windows.map(({ answered }) => answered));
    this.#progress.pace = undefined;
    await fetchDescriptors(this.#lane, window.first, window.last);
    await this.#sink(window);
  }
}

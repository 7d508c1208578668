/**
 * Older mail, newest first, in windows of UIDs. Further windows are asked for while those before them are still coming or being
 * written, as many as the way to the server takes: a long one costs no pause between them. Each is a UID FETCH, which a server may
 * be sent any number of (RFC 3501 §5.5). And windows grow where the line is quick, for each costs a commit.
 */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import { fetchDescriptors, DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { FIRST_WINDOW, LARGEST_CHUNK, nextChunk, nextWindow } from './plan.ts';
import type { Progress } from './progress.ts';
import { runFirstInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Milliseconds for which further windows are asked for where nobody says otherwise. */
const TURN = 2000;
/** Milliseconds' worth of messages on their way, beyond a round trip: for so long what a person wants meanwhile has to wait. */
const AHEAD = 300;
/** Messages on their way for each that has come: how quickly they come is guessed from few at first. */
const GROWTH = 4;
/** Messages after which it is looked whether more can be asked for. */
const ASK_EVERY = 50;
/**
 * Memory: UIDs, and octets by what messages had so far, that may be asked for and not be in the store. What a window holds is a
 * guess where many UIDs are gone; at worst it is a message for each.
 */
const MOST_UIDS = 25_600;
const MOST_OCTETS = 8 * 1024 * 1024;
/** What was heard takes more memory than its octets, until it is in the store. */
const HEARD_WEIGHS = 2;

/** How long it goes on, and how far ahead it looks. */
export interface Turn {
  /** After so many milliseconds, more of this is still wanted more than anything else. */
  goesOn(took: number): boolean;
  /** What is asked for may soon not be wanted, and costs: only one window is asked for ahead. */
  readonly isDear?: boolean;
  /** The person stopped it: the mailbox is as it should be without its older mail. */
  readonly isStopped?: boolean;
  /** The first windows are asked for: what else is worth a round trip can be asked for in the same. */
  asked?(): void;
  /** Another window is in the store; so many messages are missing, as far as is known. */
  came?(missing: number): void;
}

export const SHORT_TURN: Turn = { goesOn: (took) => took < TURN };

/** Of a mailbox that was never looked at: what is known of it once its newest are here, `highest` being the highest UID of them. */
export type Began = (mailbox: Mailbox, highest: number) => Mailbox;

interface Window {
  readonly first: number;
  readonly last: number;
  /** UIDs that it may hold messages of. */
  readonly width: number;
  readonly began: Began | undefined;
  readonly askedAt: number;
  isAnswered: boolean;
  readonly answered: Promise<unknown>;
  /** Messages that came, and the highest UID of them. */
  found: number;
  highest: number;
}

/**
 * The window `first` to `last`, and those below it. `sync.from` sinks with each that is wholly in the store, and only then. `began`:
 * nothing is known of the mailbox, and the first window is all of its newest.
 */
export async function fetchOlder(
  lane: Lane,
  truth: Truth,
  mailbox: MailboxKey,
  range: { readonly first: number; readonly last: number },
  progress: Progress,
  turn: Turn = SHORT_TURN,
  began?: Began,
): Promise<void> {
  const missing = lane.noticed.exists - (await truth.rows(mailbox)).length;
  await lane.compressed();
  const older = new Older(lane, mailbox, progress, turn, missing);
  try {
    await older.fetch(range, began);
  } finally {
    older.end();
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
  /** Messages that are not in the store. */
  #missing: number;
  /** Messages that came in this turn. */
  #found = 0;
  /** Asked for and not in the store, as they were asked for: from the newest down. */
  readonly #windows: Window[] = [];
  /** Below this nothing was asked for. */
  #next = 0;
  #isOver = false;

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

  async fetch(
    { first, last }: { readonly first: number; readonly last: number },
    began: Began | undefined,
  ): Promise<void> {
    this.#lane.onFetch = ({ uid, envelope, size }) => {
      if (uid !== undefined && (envelope || size !== undefined)) this.#count(uid);
    };
    this.#ask(first, last, began);
    this.#askAhead();
    this.#turn.asked?.();
    /** When all that came before was put away. */
    let ready: number | undefined;
    for (let [window] = this.#windows; window; [window] = this.#windows) {
      try {
        await window.answered;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return this.#oneByOne(window);
      }
      const open = this.#windows.findIndex(({ isAnswered }) => !isAnswered);
      const came = open < 0 ? [...this.#windows] : this.#windows.slice(0, open);
      // What came is put away while the next are on their way.
      if (!(await this.#sink(came))) return;
      this.#windows.splice(0, came.length);
      this.#learn(came, ready);
      ready = this.#lane.now();
      this.#turn.came?.(this.#missing);
      this.#askAhead();
    }
  }

  /** Nothing is asked for any more. */
  end(): void {
    this.#isOver = true;
    this.#lane.onFetch = undefined;
  }

  #count(uid: number): void {
    const window = this.#windows.find(({ first, last }) => uid >= first && uid <= last);
    if (!window) return;
    window.found++;
    window.highest = Math.max(window.highest, uid);
    // What comes makes room for more.
    if (++this.#found % ASK_EVERY === 0) this.#askAhead();
  }

  #ask(first: number, last: number, began?: Began): void {
    const answered = runFirstInSteps(this.#lane, [[first, last]], (uids) => uidFetch(uids, DESCRIPTOR_ITEMS));
    const askedAt = this.#lane.now();
    const width = began ? FIRST_WINDOW : last - first + 1;
    const window: Window = {
      ...{ first, last, width, began, askedAt, answered },
      ...{ isAnswered: false, found: 0, highest: 0 },
    };
    const settled = (): void => {
      window.isAnswered = true;
      this.#askAhead();
    };
    // Should one before it fail, nobody waits for it.
    answered.then(settled, () => undefined);
    this.#windows.push(window);
    this.#next = first;
  }

  #askAhead(): void {
    for (let width = this.#mayAsk(); width > 0; width = this.#mayAsk())
      this.#ask(Math.max(1, this.#next - width), this.#next - 1);
  }

  /** How many UIDs the next window is to have; 0: it is not to be asked for now. */
  #mayAsk(): number {
    const { exists } = this.#lane.noticed;
    // New mail goes first.
    if (this.#isOver || this.#next === 1 || exists > this.#exists) return 0;
    this.#exists = exists;
    if (!this.#turn.goesOn(this.#lane.now() - this.#began)) return 0;
    // The first rows are put on screen before more is asked for.
    if (this.#windows[0]?.began && this.#windows.length > 1) return 0;
    const { window: width, chunk, pace, came } = this.#progress;
    const found = this.#windows.reduce((sum, each) => sum + each.found, 0);
    const left = this.#missing - found;
    let [uids, toCome] = [width, 0];
    const open = this.#open();
    for (const each of open) {
      uids += each.width;
      toCome += Math.max(0, expected(each.width, chunk, width) - each.found);
    }
    if (toCome >= left) return 0;
    const isDear = this.#turn.isDear || pace === undefined;
    if (open.length > 1 && isDear) return 0;
    const most = isDear ? 0 : Math.min(this.#mostAtOnce(pace), GROWTH * (came + found));
    // However many UIDs are left, there are no more messages in them than the mailbox has.
    if (left <= Math.min(LARGEST_CHUNK, most)) return this.#next - 1;
    // One is asked for ahead whatever it holds.
    if (open.length <= 1) return width;
    const messages = toCome + expected(width, chunk, width);
    return messages <= most && uids <= MOST_UIDS ? width : 0;
  }

  /** Windows of which more is to come. A server answers in order, and may keep its receipts until all that it was asked for has gone. */
  #open(): readonly Window[] {
    const at = this.#windows.findLastIndex(({ isAnswered, found }) => isAnswered || found > 0);
    return this.#windows.slice(Math.max(0, at)).filter(({ isAnswered }) => !isAnswered);
  }

  /** Messages that may be on their way, at so many milliseconds for each. */
  #mostAtOnce(pace: number): number {
    const { roundTrip, unstored, received } = this.#lane;
    const each = (received - this.#octets) / Math.max(1, this.#found);
    const inTime = (roundTrip + AHEAD) / pace - unstored;
    const inMemory = MOST_OCTETS / each - unstored * HEARD_WEIGHS;
    return Math.min(inTime, inMemory);
  }

  /**
   * Into the store, with what it was of. False where what is known does not end above these windows any more: somebody else has found
   * their UIDs void (RFC 4549 §4.1).
   */
  async #sink(windows: readonly Window[]): Promise<boolean> {
    const [newest, oldest] = [windows[0], windows.at(-1)];
    if (!newest || !oldest) return false;
    const { began, last, highest } = newest;
    let sinks = false;
    await this.#lane.absorbed((now) => {
      const { from, uidNext } = now.sync;
      sinks = now.key === this.#mailbox && (began ? uidNext <= 1 : from === last + 1);
      if (!sinks) return now;
      const known = began ? began(now, highest) : now;
      return { ...known, sync: { ...known.sync, from: oldest.first } };
    });
    return sinks;
  }

  /** `ready` as in `fetch`; undefined: these windows were the first of the turn. */
  #learn(windows: readonly Window[], ready: number | undefined): void {
    const progress = this.#progress;
    const now = this.#lane.now();
    const found = windows.reduce((sum, each) => sum + each.found, 0);
    const [{ askedAt } = { askedAt: now }] = windows;
    this.#missing -= found;
    progress.came += found;
    // What the way takes, no window has to be smaller for.
    const took = now - Math.min(now, Math.max(ready ?? 0, askedAt + this.#lane.roundTrip));
    for (const each of windows) {
      progress.chunk = nextChunk(progress.chunk, each.found, took / windows.length);
      progress.window = nextWindow(each.width, each.found, progress.chunk);
    }
    progress.paced(found, took);
  }

  /** The server refuses a window, for messages that it cannot give: they are found, and the others are asked for another time. */
  async #oneByOne(window: Window): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#windows.map(({ answered }) => answered));
    this.#progress.unpaced();
    const { highest } = await fetchDescriptors(this.#lane, window.first, window.last);
    await this.#sink([{ ...window, highest }]);
  }
}

/** Messages in so many UIDs, where `chunk` are expected in `window` of them. */
function expected(uids: number, chunk: number, window: number): number {
  return uids * Math.min(1, chunk / window);
}

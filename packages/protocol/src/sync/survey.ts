/** Which mailboxes there are, and which of them have news: LIST, STATUS and NOTIFY, each when it is due. */
import type { MailboxStatus } from '../imap/types.ts';
import { Counts, mailboxesWithNews, takeCounts } from './count-mailboxes.ts';
import type { Lane } from './lane.ts';
import { listBeside, listMailboxes } from './list-mailboxes.ts';
import type { MailboxKey } from './model.ts';
import { Notifying } from './notifying.ts';
import { countElsewhere } from './reach.ts';
import type { Reach } from './reach.ts';
import type { Servers } from './servers.ts';
import type { Truth } from './truth.ts';

/** How often the counts of mailboxes that are not listened to are asked for. */
const STATUS_EVERY = 60_000;
/** The same where the server tells by itself: it may tell too little. */
const STATUS_SELDOM = 15 * 60_000;
/** How often the list of mailboxes is asked for, and no sooner than that after a mailbox was refused. */
const LIST_EVERY = 15 * 60_000;
/** The same where one that is gone stays, for as long as something waits to be done with it. */
const LIST_SOON = 10_000;

export interface SurveyPorts {
  readonly truth: Truth;
  readonly servers: Servers;
  readonly reach: Reach;
  /** A mailbox has news. */
  stale(mailbox: MailboxKey): void;
  /** Runs a job, unless it rests; true when it was run. */
  attempt(job: string, run: () => Promise<unknown>): Promise<boolean>;
}

export class Survey {
  readonly #ports: SurveyPorts;
  /** To the home server. */
  readonly #lane: Lane;
  readonly #notifying = new Notifying();
  readonly #counts = new Counts();
  /** Were selected, and nobody heard what happened in them while they were being left. */
  readonly #left = new Set<MailboxKey>();
  #listedAt = Number.NEGATIVE_INFINITY;
  #countedAt = Number.NEGATIVE_INFINITY;
  /** The list was due, and rests. */
  #isListPutOff = false;
  /** What was asked beside other work has not been answered: it may be that which broke the connection. */
  #isDoubted = false;

  constructor(ports: SurveyPorts) {
    this.#ports = ports;
    this.#lane = ports.servers.home;
  }

  /** The connection is gone, and with it all that it would have told. */
  lost(): void {
    this.#listedAt = Number.NEGATIVE_INFINITY;
    this.#countedAt = Number.NEGATIVE_INFINITY;
    this.#left.clear();
    this.#notifying.lost();
  }

  /** The network is another one. */
  hurry(): void {
    this.#isDoubted = false;
    if (this.#isListPutOff) this.#listedAt = Number.NEGATIVE_INFINITY;
  }

  get isListDue(): boolean {
    return this.#isDue(this.#listedAt, LIST_EVERY);
  }

  get isCountDue(): boolean {
    return this.#isDue(this.#countedAt, this.#countEvery);
  }

  /** What was asked for in the future, was asked for before the clock was set back. */
  #isDue(askedAt: number, every: number): boolean {
    const since = this.#lane.now() - askedAt;
    return since >= every || since < 0;
  }

  /** When the next of them is due; milliseconds since 1970. */
  get due(): number {
    return Math.min(this.#countedAt + this.#countEvery, this.#listedAt + LIST_EVERY);
  }

  get #countEvery(): number {
    return this.#notifying.granted && !this.#ports.reach.isFar ? STATUS_SELDOM : STATUS_EVERY;
  }

  /** Asks to be told; true when there was something to ask. */
  askToBeTold(): Promise<boolean> {
    return this.#notifying.ask(this.#lane);
  }

  /** Asks for the list where that is due; true when it did. */
  async list(): Promise<boolean> {
    if (!this.isListDue) return false;
    const now = this.#lane.now();
    this.#listedAt = now;
    const ran = await this.#ports.attempt('list', () => this.#list(now));
    this.#isListPutOff = !ran;
    return ran;
  }

  async #list(now: number): Promise<void> {
    // NOTIFY goes first: nobody would tell of a mailbox that comes or goes between the two.
    const [, whole] = await Promise.all([
      this.#notifying.ask(this.#lane),
      listMailboxes(this.#lane, this.#ports.truth),
    ]);
    if (!whole) this.#listedAt = now - LIST_EVERY + LIST_SOON;
  }

  /** The list is to be asked for again in so many milliseconds, at the latest. */
  listWithin(milliseconds: number): void {
    this.#listedAt = Math.min(this.#listedAt, this.#lane.now() - LIST_EVERY + milliseconds);
  }

  /** Asks for all that is due, while answers to other commands are still coming: of a device that knows few mailboxes, as yet. */
  async beside(): Promise<void> {
    if (!this.isListDue || this.#isDoubted) return;
    this.#isDoubted = true;
    const now = this.#lane.now();
    const [, isListed] = await Promise.all([
      this.#notifying.ask(this.#lane),
      listBeside(this.#lane, this.#ports.truth),
    ]);
    if (isListed) {
      this.#listedAt = now;
      this.#countedAt = this.#lane.now();
      await this.#countAll();
    }
    this.#isDoubted = false;
  }

  /** Asks for the counts of all mailboxes where that is due; true when it did. */
  async count(): Promise<boolean> {
    if (!this.isCountDue) return false;
    this.#countedAt = this.#lane.now();
    return this.#ports.attempt('count', () => this.#countAll());
  }

  async #countAll(): Promise<void> {
    await this.#count();
    const { servers, truth, reach } = this.#ports;
    for (const key of await countElsewhere({ servers, truth, counts: this.#counts, reach }))
      this.#ports.stale(key);
  }

  async #count(some?: ReadonlySet<MailboxKey>): Promise<void> {
    const { truth, stale } = this.#ports;
    const { news, others } = await mailboxesWithNews(this.#lane, truth, this.#counts, some);
    for (const key of news) stale(key);
    if (others) this.#listedAt = Number.NEGATIVE_INFINITY;
  }

  /** The mailbox was caught up with. */
  looked(key: MailboxKey): void {
    this.#counts.looked(key, this.#lane.now());
  }

  /** It refused to be: it is asked again later, and what is there may have another name by now. */
  refused(key: MailboxKey, patience: number): void {
    this.#counts.refused(key, this.#lane.now());
    this.listWithin(patience);
  }

  /** Takes what was heard of mailboxes that are not selected. False: on this connection nothing will be heard any more, and it is over. */
  async hearRumours(): Promise<boolean> {
    const { statuses, listed, left, overflowed } = this.#lane.rumours();
    if (overflowed) {
      // As if it had never been asked: on another connection it tells of the selected mailbox at least.
      this.#notifying.overflowed(this.#lane.now());
      this.#lane.close();
      return false;
    }
    if (listed) this.#listedAt = Number.NEGATIVE_INFINITY;
    for (const key of left) this.#left.add(key);
    // Where all are asked every minute, so are these.
    if (!this.#notifying.granted) this.#left.clear();
    if (this.#left.size > 0) await this.#ports.attempt('left', () => this.#countLeft());
    if (statuses.length === 0) return true;
    const answers = new Map<string, MailboxStatus>();
    for (const status of statuses)
      answers.set(status.wireName, { ...answers.get(status.wireName), ...status });
    for (const key of await takeCounts(this.#ports.truth, answers)) this.#ports.stale(key);
    return true;
  }

  async #countLeft(): Promise<void> {
    const some = new Set(this.#left);
    await this.#count(some);
    for (const key of some) this.#left.delete(key);
  }
}

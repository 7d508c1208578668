/** What one connection hears: news of the mailbox selected on it, on their way into the store, and rumours of others. */
import type {
  FetchedMessage,
  MailboxStatus,
  News,
  SelectedMailbox,
  Uid,
  UidValidity,
} from '../imap/types.ts';
import { absorb } from './absorb.ts';
import { heardOf } from './heard.ts';
import type { Heard } from './heard.ts';
import type { Mailbox, MailboxKey, SyncState } from './model.ts';
import { believable } from './resync.ts';
import type { Truth } from './truth.ts';

/** What was noticed about the selected mailbox since it was last asked. */
export interface Noticed {
  exists: number;
  /** How many messages came since it was selected. */
  arrived: number;
  /** The first of them has this UID, or a higher one. */
  readonly from: number;
  /** UIDs from there on whose flags were told. */
  readonly told: Set<Uid>;
  /** UIDs with no descriptor here. */
  readonly unknown: Set<Uid>;
  /** Something vanished without a name. */
  lost: boolean;
  /** One of those has gone for certain: the same number of messages as before says nothing. */
  nameless: boolean;
  /** So much was said to have vanished that it was not believed: nothing was removed. */
  suspect: boolean;
}

/** What was heard about mailboxes that are not selected. */
export interface Rumours {
  /** What the server said of its own accord (RFC 5465). */
  readonly statuses: readonly MailboxStatus[];
  /** Mailboxes came, went, or have other names. */
  readonly listed: boolean;
  /** Were selected: what happened in them while they were being left, nobody heard. */
  readonly left: ReadonlySet<MailboxKey>;
  /** It was too much for the server, which tells nothing any more, of no mailbox (RFC 5465 §5.8). */
  readonly overflowed: boolean;
}

/**
 * News taken into the store at once; more than this waiting is carried over while a command still runs. What tells flags alone
 * weighs little. A commit copies the columns of the whole mailbox: with half as much news in each, twice as often. It is more than
 * a window of older mail has, which would else be cut in two.
 */
const NEWS_PER_COMMIT = 3200;
const FLAGS_WEIGH = 1 / 16;

export class Hearing {
  readonly #truth: Truth;
  readonly #onWake: () => void;
  /** Whose the news is. */
  #of: { readonly key: MailboxKey; readonly uidValidity: UidValidity | 0 } | undefined;
  #news: Heard[] = [];
  #weight = 0;
  /** The same of what is being carried into the store. */
  #carried = 0;
  #statuses: MailboxStatus[] = [];
  #listed = false;
  #left = new Set<MailboxKey>();
  #overflowed = false;
  #absorbing: Promise<void> = Promise.resolve();
  #failure: unknown;
  /** undefined: nobody compared the store with what is selected. */
  #settledExists: number | undefined;
  noticed: Noticed = nothing();
  /** Messages below are known to the connection. */
  uidNext = 0;
  /** News may be of the mailbox that is just being selected. */
  #selecting = false;
  /** News is of UIDs that the store does not know. */
  #deaf = false;
  /** News wakes the loop: nobody is about to ask for it anyway. */
  listening = false;
  /** While set, every UID that a FETCH response names is added. */
  seen: Set<number> | undefined;
  /** While set, gets every FETCH response before it is carried into the store. */
  onFetch: ((message: FetchedMessage) => void) | undefined;

  constructor(truth: Truth, onWake: () => void) {
    this.#truth = truth;
    this.#onWake = onWake;
  }

  /** Something was noticed that the store does not have yet, or that nobody compared it with since the mailbox was selected. */
  get hasNews(): boolean {
    const { exists, unknown, lost, suspect } = this.noticed;
    return lost || suspect || this.hasRumours || unknown.size > 0 || exists !== this.#settledExists;
  }

  /** Something was heard of other mailboxes since it was last asked. */
  get hasRumours(): boolean {
    return this.#listed || this.#overflowed || this.#statuses.length > 0;
  }

  /** About how many messages were heard of that are not in the store. */
  get unstored(): number {
    return this.#weight + this.#carried;
  }

  /** What was heard of other mailboxes since it was last asked. */
  rumours(): Rumours {
    const heard = {
      statuses: this.#statuses,
      listed: this.#listed,
      left: this.#left,
      overflowed: this.#overflowed,
    };
    this.#statuses = [];
    this.#listed = false;
    this.#left = new Set();
    this.#overflowed = false;
    return heard;
  }

  /** The store agrees with a mailbox of so many messages; those that came since are news. */
  settled(exists: number): void {
    this.#settledExists = exists;
  }

  /** On a new connection nothing was heard yet. */
  begin(): void {
    this.unselect();
    this.rumours();
    this.noticed = nothing();
    this.#settledExists = undefined;
  }

  /** Another mailbox is about to be selected, if any; `left` was, until now. */
  unselect(left?: MailboxKey): void {
    if (left !== undefined) this.#left.add(left);
    this.#carry();
    this.#of = undefined;
    this.#forget();
  }

  /** News that comes meanwhile may be of the mailbox that is selected; it is forgotten when none is. */
  async whileSelecting<T>(work: () => Promise<T>): Promise<T> {
    this.#selecting = true;
    try {
      return await work();
    } finally {
      this.#selecting = false;
      if (!this.#of) this.#forget();
    }
  }

  /** What came with a refused SELECT is of nothing. */
  refused(): void {
    this.#forget();
  }

  /** A mailbox is selected; `since`: what was to be told, where it is another history. */
  selected(key: MailboxKey, state: SelectedMailbox, since: SyncState | undefined): void {
    this.#of = { key, uidValidity: state.uidValidity };
    this.uidNext = state.uidNext ?? 0;
    this.noticed = { ...nothing(), exists: state.exists, from: state.uidNext ?? 0 };
    this.#settledExists = undefined;
    if (since) this.#news = believable(this.#news, since, state);
  }

  /** News of other UIDs than the store has is not taken in; what they have become is compared afterwards. */
  async deaf<T>(work: () => Promise<T>): Promise<T> {
    this.#deaf = true;
    this.#forget();
    try {
      return await work();
    } finally {
      this.#deaf = false;
    }
  }

  hear(news: News): void {
    switch (news.type) {
      case 'exists':
        if (news.count > this.noticed.exists) {
          this.noticed.arrived += news.count - this.noticed.exists;
          this.#onWake();
        }
        this.noticed.exists = news.count;
        return;
      case 'fetch':
        this.onFetch?.(news.message);
        if (news.message.uid !== undefined) {
          this.seen?.add(news.message.uid);
          this.uidNext = Math.max(this.uidNext, news.message.uid + 1);
          if (news.message.uid >= this.noticed.from && news.message.flags)
            this.noticed.told.add(news.message.uid);
        }
        break;
      case 'expunge':
        this.noticed.exists = Math.max(0, this.noticed.exists - 1);
        if (news.uid === undefined) this.noticed.nameless = true;
        else this.#wentByName(1);
        break;
      case 'vanished':
        if (!news.earlier) {
          const count = news.uids.reduce((sum, [first, last]) => sum + last - first + 1, 0);
          this.noticed.exists = Math.max(0, this.noticed.exists - count);
          this.#wentByName(count);
        }
        break;
      case 'status':
        if (this.listening) this.#onWake();
        this.#statuses.push(news.status);
        return;
      case 'list':
        if (this.listening) this.#onWake();
        this.#listed = true;
        return;
      case 'ok':
        if (news.status.code?.name !== 'ATOM' || news.status.code.code !== 'NOTIFICATIONOVERFLOW') return;
        this.#overflowed = true;
        this.#onWake();
        return;
      default:
        return;
    }
    if (this.#deaf || (!this.#of && !this.#selecting)) return;
    this.#news.push(heardOf(news));
    if (this.#news.length === 1 && this.listening) this.#onWake();
    this.#weight += news.type === 'fetch' && !news.message.envelope ? FLAGS_WEIGH : 1;
    if (this.#weight >= NEWS_PER_COMMIT) this.#carry();
  }

  /**
   * Settles when all news heard so far is in the store; rejects with StoreError if some of it could not be kept. `update` goes into
   * the store with the last of it, of the mailbox that it is of, and not where some of it could not be kept.
   */
  async absorbed(update?: (mailbox: Mailbox) => Mailbox): Promise<void> {
    this.#carry(update);
    await this.#absorbing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** The store will have that by the time that the rest is compared. */
  #wentByName(count: number): void {
    if (this.#settledExists !== undefined) this.#settledExists -= count;
  }

  #forget(): void {
    this.#news = [];
    this.#weight = 0;
  }

  #carry(update?: (mailbox: Mailbox) => Mailbox): void {
    const news = this.#news;
    if ((news.length === 0 && !update) || !this.#of) return;
    const { key, uidValidity } = this.#of;
    const weight = this.#weight;
    this.#carried += weight;
    this.#forget();
    const noticed = this.noticed;
    this.#absorbing = this.#absorbing
      .then(() =>
        absorb(this.#truth, key, news, uidValidity, this.#failure === undefined ? update : undefined),
      )
      .then(({ unknown, lost, suspect }) => {
        for (const uid of unknown) noticed.unknown.add(uid);
        noticed.lost ||= lost;
        noticed.suspect ||= suspect;
      })
      .catch((error: unknown) => {
        noticed.lost = true;
        this.#failure ??= error;
      })
      .finally(() => (this.#carried -= weight));
  }
}

function nothing(): Noticed {
  return {
    exists: 0,
    arrived: 0,
    from: 0,
    told: new Set(),
    unknown: new Set(),
    lost: false,
    nameless: false,
    suspect: false,
  };
}

/**
 * What nobody waits for: which mailboxes there are, catching up with them (the one on screen first), keeping the texts
 * that will likely be read, and listening for news (IDLE, RFC 2177).
 */
import { CommandError } from '../error.ts';
import { noop } from '../imap/index.ts';
import type { Bell } from './bell.ts';
import { catchUp, Progress } from './catch-up.ts';
import type { Lane } from './lane.ts';
import { listMailboxes, mailboxesWithNews } from './list-mailboxes.ts';
import type { Mailbox, MailboxKey, MessageKey, MessageRow } from './model.ts';
import { isSelectable } from './roles.ts';
import { groupByMailbox, rowAt } from './rows.ts';
import type { Screens } from './screens.ts';
import { descriptorsQuery } from './store.ts';
import { keepTextsAhead } from './texts.ts';
import type { Truth } from './truth.ts';

/** How often the counts of mailboxes that are not listened to are asked for. */
export const STATUS_EVERY = 60_000;
/** How often the list of mailboxes is asked for. */
const LIST_EVERY = 15 * 60_000;
/** Without IDLE: how often the mailbox on screen is asked for news. */
const NOOP_EVERY = 15_000;
/** Newest messages of a mailbox whose texts are kept ahead. */
const AHEAD = 100;
const AHEAD_PER_COMMAND = 25;
/** Mail older than this is kept when it is opened, not before: RFC 1733's disconnected model. */
const AHEAD_AGE = 90 * 24 * 3600_000;

const roleOrder = ['inbox', 'drafts', 'sent', 'archive', 'flagged', 'junk', 'trash', 'all'];

export class Background {
  readonly #truth: Truth;
  readonly #lane: Lane;
  readonly #screens: Screens;
  readonly #bell: Bell;
  readonly #stale = new Set<MailboxKey>();
  readonly #progress = new Map<MailboxKey, Progress>();
  readonly #aheadDone = new Set<MailboxKey>();
  /** Messages whose text the server would not give. */
  readonly #refused = new Set<MessageKey>();
  #listedAt = Number.NEGATIVE_INFINITY;
  #countedAt = Number.NEGATIVE_INFINITY;
  #watched: MailboxKey | undefined;
  /** What is being fetched, for the quiet line. */
  progress: { mailbox: MailboxKey; done: number; total: number } | undefined;
  /** When a mailbox was last found or made whole. */
  caughtUpAt = 0;

  constructor(truth: Truth, lane: Lane, screens: Screens, bell: Bell) {
    this.#truth = truth;
    this.#lane = lane;
    this.#screens = screens;
    this.#bell = bell;
  }

  /** Takes over what an earlier engine on this device left in the store. */
  async recall(): Promise<void> {
    for (const { sync } of await this.#truth.mailboxes())
      this.caughtUpAt = Math.max(this.caughtUpAt, sync.at);
  }

  /** A mailbox's truth may not be whole any more. */
  stale(mailbox: MailboxKey): void {
    this.#stale.add(mailbox);
    this.#bell.ring();
  }

  /** The connection is gone, and with it all that it would have told. */
  lost(): void {
    this.#listedAt = Number.NEGATIVE_INFINITY;
    this.#countedAt = Number.NEGATIVE_INFINITY;
    this.#watched = undefined;
    this.#progress.clear();
  }

  /** Does the next job; the last of them listens until something happens. */
  async step(): Promise<void> {
    const now = this.#lane.now();
    await this.#lane.absorbed();
    const order = await this.#order();
    const watched = this.#screens.mailboxes().find((key) => order.some((mailbox) => mailbox.key === key));
    if (watched !== undefined && watched !== this.#watched) {
      this.#watched = watched;
      this.#stale.add(watched);
    }
    // The mailbox on screen goes before everything else, even before asking which others there are.
    if (watched !== undefined && this.#stale.has(watched)) return this.#catchUp(watched);
    if (now - this.#listedAt >= LIST_EVERY) {
      await listMailboxes(this.#lane, this.#truth);
      this.#listedAt = now;
      return;
    }
    if (now - this.#countedAt >= STATUS_EVERY) {
      for (const key of await mailboxesWithNews(this.#lane, this.#truth)) {
        if (key !== this.#lane.selected) this.#stale.add(key);
      }
      this.#countedAt = now;
      return;
    }
    if (await this.#previews()) return;
    const next = order.find(({ key }) => this.#stale.has(key));
    if (next) return this.#catchUp(next.key);
    for (const mailbox of order) {
      const { key, role } = mailbox;
      if (role === 'junk' || role === 'trash' || this.#aheadDone.has(key)) continue;
      if (await this.#keepAhead(mailbox)) return;
      this.#aheadDone.add(key);
    }
    const listenTo = watched ?? order[0]?.key;
    if (listenTo !== undefined) await this.#listen(listenTo);
    else await this.#bell.wait(STATUS_EVERY);
  }

  async #catchUp(key: MailboxKey): Promise<void> {
    const progress = this.#progress.get(key) ?? new Progress();
    this.#progress.set(key, progress);
    try {
      const whole = await catchUp(this.#lane, this.#truth, key, progress);
      this.#aheadDone.delete(key);
      if (whole) {
        this.#stale.delete(key);
        this.caughtUpAt = this.#lane.now();
        this.progress = undefined;
        return;
      }
      const rows = await this.#truth.rows(key);
      this.progress = {
        mailbox: key,
        done: rows.length,
        total: Math.max(rows.length, this.#lane.noticed.exists),
      };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      // No rights, in use, deleted meanwhile (RFC 2180 §3): what is cached stays readable, and it is asked again later.
      this.#stale.delete(key);
      this.#listedAt = Number.NEGATIVE_INFINITY;
      if (key === this.#watched) await this.#bell.wait(NOOP_EVERY);
    }
  }

  /** Mailboxes in the order in which they are worth the effort. */
  async #order(): Promise<Mailbox[]> {
    const wished = this.#screens.mailboxes();
    const rank = ({ key, role }: Mailbox): number => {
      const at = wished.indexOf(key);
      if (at >= 0) return at - 100;
      const byRole = roleOrder.indexOf(role ?? '');
      return byRole >= 0 ? byRole : 50;
    };
    const mailboxes = (await this.#truth.mailboxes()).filter(isSelectable);
    return mailboxes.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  }

  /** First words of the rows that a person is looking at. */
  async #previews(): Promise<boolean> {
    const keys = this.#screens.previews();
    if (keys.length === 0) return false;
    const known = await this.#truth.store.read(descriptorsQuery(keys));
    const missing = keys.filter(
      (key) => known.has(key) && known.get(key)?.preview === undefined && !this.#refused.has(key),
    );
    if (missing.length === 0) return false;
    const near = this.#screens.mailboxes()[0];
    const rows = (await this.#truth.locate(missing.slice(0, AHEAD_PER_COMMAND), near)).filter(
      ({ uid }) => uid !== 0,
    );
    for (const there of groupByMailbox(rows).values()) {
      try {
        const home = there[0]?.home;
        if (home) await keepTextsAhead(this.#lane, this.#truth, home, there);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        for (const { key } of there) this.#refused.add(key);
      }
    }
    return rows.length > 0;
  }

  async #keepAhead(home: Mailbox): Promise<boolean> {
    const rows = await this.#truth.rows(home.key);
    const since = (this.#lane.now() - AHEAD_AGE) / 1000;
    const recent = [...rows.keys.keys()]
      .filter((i) => rows.uids[i] !== 0 && (rows.dates[i] ?? 0) > since)
      .sort((a, b) => (rows.dates[b] ?? 0) - (rows.dates[a] ?? 0))
      .slice(0, AHEAD);
    const known = await this.#truth.store.read(
      descriptorsQuery(recent.map((i) => rows.keys[i] as MessageKey)),
    );
    const missing: MessageRow[] = [];
    for (const i of recent) {
      const there = known.get(rows.keys[i] as MessageKey);
      if (there && there.preview === undefined) missing.push(rowAt(rows, i));
      if (missing.length === AHEAD_PER_COMMAND) break;
    }
    if (missing.length === 0) return false;
    try {
      return await keepTextsAhead(this.#lane, this.#truth, home, missing);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return false;
    }
  }

  /** Waits for news of `key`, or for a ring, or until the other mailboxes are due to be asked about. */
  async #listen(key: MailboxKey): Promise<void> {
    const mailbox = await this.#truth.mailbox(key);
    if (!mailbox) return;
    if (this.#lane.selected !== key) {
      this.#stale.add(key);
      return this.#catchUp(key);
    }
    const session = await this.#lane.session();
    const patience = Math.max(1000, this.#countedAt + STATUS_EVERY - this.#lane.now());
    if (session.capabilities.has('IDLE')) {
      this.#lane.listening = true;
      const idle = session.idle();
      try {
        await Promise.race([this.#bell.wait(patience), idle.ended]);
      } finally {
        this.#lane.listening = false;
        await idle.done();
      }
    } else {
      await this.#bell.wait(Math.min(patience, NOOP_EVERY));
      await this.#lane.run(noop());
    }
    await this.#lane.absorbed();
    if (this.#lane.hasNews) this.#stale.add(key);
  }
}

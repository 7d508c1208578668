/**
 * What nobody waits for: which mailboxes there are, catching up with them (the one on screen first), keeping the texts
 * that will likely be read, and listening for news.
 */
import { CommandError } from '../error.ts';
import { noop } from '../imap/index.ts';
import type { RoomNews } from './acting.ts';
import { Ahead } from './ahead.ts';
import type { Bell } from './bell.ts';
import { fetchAround, fetchNext } from './around.ts';
import { beginWithInbox, isUnseen } from './begin.ts';
import { catchUp, catchUpHastily } from './catch-up.ts';
import type { Turn } from './fetch-older.ts';
import { MailboxVoided } from './lane.ts';
import type { Lane } from './lane.ts';
import { withoutCommandErrors } from './list-mailboxes.ts';
import { isPassing, ROOM_SETTING } from './keep.ts';
import { Listening } from './listening.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { isBug, isConnectionMatter } from './problem.ts';
import { Progress } from './progress.ts';
import { NamespacesAsking } from './namespaces-asking.ts';
import { QuotaAsking } from './quota-asking.ts';
import { isSelectable } from './roles.ts';
import { Reach } from './reach.ts';
import { RightsAsking } from './rights-asking.ts';
import type { Screens } from './screens.ts';
import type { Servers } from './servers.ts';
import type { SharePorts } from './share.ts';
import { Strikes } from './strikes.ts';
import { Survey } from './survey.ts';
import type { Truth } from './truth.ts';
import { Stopped } from './where-stopped.ts';
import type { KeepingProgress } from './wishes.ts';

/** How often a mailbox on screen that lives on another server is asked for news. */
const AFAR_EVERY = 15_000;
/** How long a mailbox that the server refused is left alone. */
const REFUSED_FOR = 60_000;
/** How long a job is left alone that broke the connection so many times in a row. */
const STRUCK_FOR = 15 * 60_000;
const STRIKES = 3;
/** Milliseconds of catching up with one mailbox, until what is due as well gets its turn. */
const TURN = 2000;
/** The same where nothing is due: it is planned anew. */
const LONG_TURN = 30_000;
/** How often it is told how far catching up has come. */
const TELL_EVERY = 1000;
/** Places scrolled to that are remembered. */
const REMEMBERED = 100;

const roleOrder = ['inbox', 'drafts', 'sent', 'archive', 'flagged', 'junk', 'trash', 'all'];

export class Background {
  readonly #truth: Truth;
  readonly #servers: Servers;
  /** To the home server. */
  readonly #lane: Lane;
  readonly #screens: Screens;
  readonly #bell: Bell;
  readonly #ahead: Ahead;
  readonly #listening: Listening;
  readonly #survey: Survey;
  readonly #rights = new RightsAsking();
  readonly #quota = new QuotaAsking();
  readonly #namespaces = new NamespacesAsking();
  readonly #stopped: Stopped;
  readonly #stale = new Set<MailboxKey>();
  readonly #progress = new Map<MailboxKey, Progress>();
  /** Jobs that are left alone for a while, and until when. */
  readonly #resting = new Map<string, number>();
  readonly #strikes = new Strikes();
  /** Of these only new mail was asked for. */
  readonly #hasty = new Set<MailboxKey>();
  /** Where somebody had scrolled to, and what is there was asked for. */
  readonly #around = new Set<string>();
  #watched: MailboxKey | undefined;
  /** Mailboxes that somebody else found stale. */
  #found = 0;
  /** What the screens had said when no first words were left to be fetched. */
  #previewed = -1;
  readonly #onProgress: () => void;
  /** On this connection the newest of INBOX was asked for, should this device not have had any. */
  #begun = false;
  /** What is being fetched, for the quiet line. */
  progress: { mailbox: MailboxKey; done: number; total: number } | undefined;
  /** When a mailbox was last found or made whole. */
  caughtUpAt = 0;
  /** Mailboxes on other servers that cannot be used, and why. */
  readonly reach = new Reach();

  constructor(
    truth: Truth,
    servers: Servers,
    screens: Screens,
    bell: Bell,
    storage: SharePorts['storage'] | undefined,
    onProgress: () => void,
  ) {
    this.#onProgress = onProgress;
    this.#truth = truth;
    this.#servers = servers;
    this.#lane = servers.home;
    this.#screens = screens;
    this.#bell = bell;
    this.#ahead = new Ahead(truth, servers, screens, storage);
    this.#listening = new Listening(servers.home, bell);
    this.#stopped = new Stopped(truth);
    this.#survey = new Survey({
      truth,
      servers,
      reach: this.reach,
      stale: (mailbox) => void this.#stale.add(mailbox),
      attempt: (job, run) => this.#attempt(job, run),
    });
  }

  /** A mailbox's truth may not be whole any more. */
  stale(mailbox: MailboxKey): void {
    this.#stale.add(mailbox);
    this.#found++;
    this.#resting.delete(`mailbox ${mailbox}`);
    this.#bell.ring();
  }

  /** The person wants other mail to be kept: what there was no room for is tried again. */
  async keepAnew(): Promise<void> {
    await this.#truth.commit([{ kind: 'setting', name: ROOM_SETTING, value: undefined }]);
    this.roomChanged();
  }

  /**
   * Something went to make room, or the person asks to try again. At once: what is found out later, that there is still too little,
   * must not be forgotten for it.
   */
  roomChanged(): void {
    this.#ahead.tryAgain();
    this.#bell.ring();
  }

  /** The person stopped the older mail of a mailbox, or wants it again. */
  async stoppedChanged(): Promise<void> {
    for (const mailbox of await this.#stopped.read()) this.stale(mailbox);
    this.#bell.ring();
    if (!this.progress || !this.#stopped.has(this.progress.mailbox)) return;
    this.progress = undefined;
    this.#onProgress();
  }

  /** Room on the server: how much there is, is asked for soon. */
  room(news: RoomNews): void {
    if (news === 'short') this.#quota.refused();
    else this.#quota.freed();
    this.#bell.ring();
  }

  /** What has to be kept, of one mailbox or of any, may be something else now. */
  replan(mailbox?: MailboxKey): void {
    this.#ahead.replan(mailbox);
    this.#bell.ring();
  }

  /** What is being kept ahead, for whoever waits for it. */
  get keeping(): KeepingProgress | undefined {
    return this.#ahead.progress;
  }

  /** The connection is gone, and with it all that it would have told; what an engine before this one left stays. */
  async lost(): Promise<void> {
    this.#survey.lost();
    this.#watched = undefined;
    this.#begun = false;
    this.#progress.clear();
    this.#around.clear();
    this.#listening.lost();
    this.progress = undefined;
    for (const { sync } of await this.#truth.mailboxes())
      this.caughtUpAt = Math.max(this.caughtUpAt, sync.at);
  }

  /** The network is another one: what broke on the last gets a new chance. */
  hurry(): void {
    this.#resting.clear();
    this.#strikes.clear();
    this.#survey.hurry();
  }

  /** Does the next job; the last of them listens until something happens. */
  async step(): Promise<void> {
    await this.#lane.absorbed();
    await this.#truth.forgetJustGone(this.#lane.now());
    if (!this.#stopped.isKnown) await this.#stopped.read();
    if (!(await this.#survey.hearRumours())) return;
    this.#makeUp();
    const begins = !this.#begun;
    this.#begun = true;
    if (begins) await beginWithInbox(this.#truth);
    const order = await this.#order();
    const [first] = order;
    const watched = first && this.#screens.mailboxes().includes(first.key) ? first.key : undefined;
    if (watched !== undefined && watched !== this.#watched) {
      this.#watched = watched;
      this.#stale.add(watched);
    }
    if (begins && first && isUnseen(first)) return this.#catchUp(first.key);
    // What is new in the mailbox on screen goes before everything else, even before asking which others there are.
    if (watched !== undefined && this.#stale.has(watched) && !this.#progress.get(watched)?.recent)
      return this.#catchUp(watched);
    if (await this.#scrolled(order)) return;
    if (await this.#survey.list()) return;
    if (await this.#survey.askToBeTold()) return;
    if (await this.#survey.count()) return;
    const { stated } = this.#screens;
    if (await this.#attempt('previews', () => this.#ahead.previews())) return;
    this.#previewed = stated;
    const next = order.find(({ key }) => this.#stale.has(key));
    if (next) return this.#catchUp(next.key);
    await this.#attempt('limits', () => this.#askLimits());
    // What follows may take hours, and nobody listens meanwhile: the answers to it tell what is new.
    const here = order.find(({ key }) => key === this.#lane.selected);
    if (here && this.#lane.hasNews && this.#isHeard(here.key)) return this.#catchUp(here.key);
    if (this.#screens.thoroughness() !== 'all') return this.#listen(order, watched);
    for (const kind of ['small', 'large'] as const)
      for (const mailbox of order)
        if (await this.#attempt(`ahead ${mailbox.key}`, () => this.#ahead.keep(mailbox, kind))) return;
    await this.#listen(order, watched);
  }

  /** Where somebody has scrolled to, in mailboxes whose older mail has not come yet, unless it was asked for. */
  #scrolledTo(order: readonly Mailbox[]): ReturnType<Screens['around']> {
    return this.#unasked().filter(({ mailbox }) =>
      order.some(({ key, sync }) => key === mailbox && sync.from > 1),
    );
  }

  #unasked(): ReturnType<Screens['around']> {
    const wished = this.#screens.around().filter((wish) => !this.#stopped.isOfNext(wish));
    return wished.filter((wish) => !this.#around.has(JSON.stringify(wish)));
  }

  #progressOf(key: MailboxKey): Progress {
    const progress = this.#progress.get(key) ?? new Progress();
    this.#progress.set(key, progress);
    return progress;
  }

  async #scrolled(order: readonly Mailbox[]): Promise<boolean> {
    const ended = await this.#stopped.ended(this.#screens.around(), order);
    if (ended && (await this.#fetchNext(ended))) return true;
    const [wish] = this.#scrolledTo(order);
    const mailbox = order.find(({ key }) => key === wish?.mailbox);
    if (!wish || !mailbox) return false;
    for (const each of [...this.#around].slice(0, -REMEMBERED)) this.#around.delete(each);
    this.#around.add(JSON.stringify(wish));
    return this.#attempt(`around ${mailbox.key}`, () =>
      this.#servers.at(mailbox, (lane) => fetchAround(lane, this.#truth, mailbox, wish.around)),
    );
  }

  /** Of a mailbox whose older mail is stopped. */
  #fetchNext(mailbox: Mailbox): Promise<boolean> {
    const { key } = mailbox;
    const progress = this.#progressOf(key);
    return this.#attempt(`around ${key}`, async () => {
      await this.#servers.at(mailbox, (lane) => fetchNext(lane, this.#truth, mailbox, progress, TURN));
      // It may be whole now, and what the server counts is of less.
      this.#stale.add(key);
    });
  }

  /** Once there is no hurry any more, mailboxes of which only new mail was asked for are looked at whole. */
  #makeUp(): void {
    if (this.#screens.thoroughness() === 'new') return;
    for (const key of this.#hasty) this.#stale.add(key);
    this.#hasty.clear();
  }

  /** Runs a job, unless it rests. What is refused, or breaks the connection again and again, rests for a while. */
  async #attempt(job: string, run: () => Promise<unknown>): Promise<boolean> {
    if (this.#rests(job)) return false;
    try {
      const done = await run();
      this.#strikes.clear(job);
      return done !== false;
    } catch (error) {
      if (error instanceof MailboxVoided) throw error;
      const now = this.#lane.now();
      if (error instanceof CommandError) {
        this.#resting.set(job, now + REFUSED_FOR);
        return true;
      }
      const blamed = (isConnectionMatter(error) && this.#lane.wasOpen) || isBug(error);
      if (blamed && this.#strikes.add(job) >= STRIKES) this.#resting.set(job, now + STRUCK_FOR);
      throw error;
    }
  }

  #rests(job: string): boolean {
    const until = this.#resting.get(job);
    if (until === undefined) return false;
    const left = until - this.#lane.now();
    // More than that it never was: the clock was set back.
    if (left > 0 && left <= STRUCK_FOR) return true;
    this.#resting.delete(job);
    return false;
  }

  /** What is allowed, how much, and whose it is: nobody waits for that. */
  async #askLimits(): Promise<void> {
    const [others] = await Promise.all(
      [this.#rights, this.#quota, this.#namespaces].map((each) => each.ask(this.#lane, this.#truth)),
    );
    if (others === true) this.#survey.listWithin(0);
  }

  async #catchUp(key: MailboxKey): Promise<void> {
    const job = `mailbox ${key}`;
    const progress = this.#progressOf(key);
    // Whoever finds it stale from here on means more than this look will see.
    this.#stale.delete(key);
    let whole = false;
    await this.#attempt(job, async () => {
      const mailbox = await this.#truth.mailbox(key);
      // Of one that is gone nothing is left to look for.
      whole = !mailbox || (await this.#catchUpAt(mailbox, progress));
    }).catch((error: unknown) => {
      this.#stale.add(key);
      throw error;
    });
    if (this.#rests(job)) {
      // No rights, in use, deleted meanwhile (RFC 2180 §3): what is cached stays readable, and it is asked again later.
      this.progress = undefined;
      this.#survey.refused(key, REFUSED_FOR);
      return;
    }
    this.#ahead.replan(key);
    if (whole) {
      if (!this.#hasty.has(key)) this.caughtUpAt = this.#lane.now();
      this.#survey.looked(key);
      this.progress = undefined;
      return;
    }
    this.#stale.add(key);
    const { length } = await this.#truth.rows(key);
    this.#caughtUpTo(key, length, progress.exists);
  }

  /** One step, on the server where the mailbox lives. */
  #catchUpAt(mailbox: Mailbox, progress: Progress): Promise<boolean> {
    return this.reach.noting(mailbox.key, () =>
      this.#servers.at(mailbox, async (lane) => {
        // Nobody listens on another server: it is asked what is new.
        if (lane !== this.#lane && lane.selected === mailbox.key && progress.recent) await lane.run(noop());
        if (this.#screens.thoroughness() === 'new') return this.#hastily(lane, mailbox.key, progress);
        const { mode, role } = mailbox;
        progress.keepsNew =
          this.#screens.thoroughness() === 'all' && mode !== 'online' && !isPassing(mode, role);
        let aside: Promise<unknown> = Promise.resolve();
        const turn = this.#turn(lane, mailbox, () => (aside = this.#beside(lane)));
        const whole = await catchUp(lane, this.#truth, mailbox.key, progress, turn).finally(() =>
          aside.catch(() => undefined),
        );
        await aside;
        progress.exists = lane.noticed.exists;
        return whole;
      }),
    );
  }

  /** What a person waits for ends it at once; what else is due, when it has lasted a while. */
  #turn(lane: Lane, mailbox: Mailbox, asked: () => void): Turn {
    const found = this.#found;
    const screens = this.#screens;
    const stopped = this.#stopped;
    let told = lane.now();
    return {
      get isStopped() {
        return stopped.has(mailbox.key);
      },
      get isDear() {
        return screens.thoroughness() !== 'all';
      },
      asked,
      goesOn: (took) => {
        if (this.#isAwaited(mailbox) || stopped.has(mailbox.key)) return false;
        if (took < TURN) return true;
        const isDue =
          this.#survey.isListDue || this.#survey.isCountDue || lane.hasRumours || this.#found !== found;
        // On another server nobody hears meanwhile what the home server tells.
        return took < LONG_TURN && !isDue && lane === this.#lane;
      },
      came: (missing) => {
        if (lane.now() - told < TELL_EVERY) return;
        told = lane.now();
        this.#caughtUpTo(mailbox.key, lane.noticed.exists - missing, lane.noticed.exists);
        this.#onProgress();
      },
    };
  }

  /** In the flight that the first windows are asked for in: the list of mailboxes costs no round trip of its own. */
  #beside(lane: Lane): Promise<void> {
    if (lane !== this.#lane || this.#rests('list') || this.#rests('count')) return Promise.resolve();
    const asked = this.#survey.beside().catch(withoutCommandErrors(undefined));
    // Where the connection ends, the windows tell.
    asked.catch(() => undefined);
    return asked;
  }

  /** A person waits for something else than the older mail of `mailbox`. */
  #isAwaited(mailbox: Mailbox): boolean {
    const previews = this.#screens.previews().length > 0 && this.#previewed !== this.#screens.stated;
    const [top = this.#watched] = this.#screens.mailboxes();
    return (
      previews ||
      this.#screens.thoroughness() === 'new' ||
      (top !== this.#watched && top !== mailbox.key) ||
      this.#unasked().some((wish) => wish.mailbox === mailbox.key)
    );
  }

  #caughtUpTo(mailbox: MailboxKey, done: number, exists: number): void {
    this.progress = this.#stopped.has(mailbox) ? undefined : { mailbox, done, total: Math.max(done, exists) };
  }

  /** As if it were whole, until there is time to look at it so. */
  async #hastily(lane: Lane, key: MailboxKey, progress: Progress): Promise<boolean> {
    await catchUpHastily(lane, this.#truth, key, progress);
    this.#hasty.add(key);
    return true;
  }

  /** Mailboxes in the order in which they are worth the effort; those that rest are left out. */
  async #order(): Promise<Mailbox[]> {
    const wished = this.#screens.mailboxes();
    const rank = ({ key, role }: Mailbox): number => {
      const at = wished.indexOf(key);
      if (at >= 0) return at - 100;
      const byRole = roleOrder.indexOf(role ?? '');
      return byRole >= 0 ? byRole : 50;
    };
    const mailboxes = (await this.#truth.mailboxes()).filter(
      (mailbox) => isSelectable(mailbox) && !this.#rests(`mailbox ${mailbox.key}`),
    );
    return mailboxes.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  }

  /** It is the selected one since it was last looked at: its news came here. */
  #isHeard(mailbox: MailboxKey): boolean {
    return this.#progress.get(mailbox)?.selection === this.#lane.selection;
  }

  /**
   * Waits for news of the first of `mailboxes` that is on the home server, or for a ring, or until the others are due to be asked
   * about; `watched` is on screen.
   */
  async #listen(mailboxes: readonly Mailbox[], watched: MailboxKey | undefined): Promise<void> {
    const mailbox = mailboxes.find((each) => !this.#servers.isElsewhere(each));
    const afar = watched !== undefined && mailbox?.key !== watched;
    const next = Math.min(this.#survey.due, this.#rights.due, this.#quota.due, this.#truth.justGone.due);
    const due = Math.max(1000, next - this.#lane.now());
    const patience = afar ? Math.min(due, AFAR_EVERY) : due;
    if (!mailbox) {
      await this.#bell.wait(patience);
      return;
    }
    // Another job may have selected it: what happened before that was not heard of.
    if (!this.#isHeard(mailbox.key)) {
      this.#stale.add(mailbox.key);
      return this.#catchUp(mailbox.key);
    }
    await this.#listening.until(patience);
    if (this.#lane.hasNews) this.#stale.add(mailbox.key);
    if (afar) this.#stale.add(watched);
  }
}

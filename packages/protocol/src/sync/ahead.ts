/** Mail that nobody has opened yet: the first words of rows on screen, and what the mode of a mailbox says is to be here. */
import { CommandError, StoreError } from '../error.ts';
import { bareIn, notBare } from './bare.ts';
import { describeAgain } from './described.ts';
import { sparedBy } from './evict.ts';
import {
  isPassing,
  KEEPING_SETTING,
  keepingOf,
  keepsList,
  ROOM_SETTING,
  roomOf,
  wantedDepth,
} from './keep.ts';
import { keepAhead } from './keep-ahead.ts';
import { planKeeping } from './keep-plan.ts';
import type { Wanted } from './keep-plan.ts';
import type { Lane } from './lane.ts';
import { LargeParts } from './large-parts.ts';
import { KeptDepth } from './model.ts';
import type { Mailbox, MailboxKey, MailboxMode, MessageKey } from './model.ts';
import { isConnectionMatter } from './problem.ts';
import { Astray, OutOfReach } from './referral.ts';
import { groupByMailbox } from './rows.ts';
import type { Screens } from './screens.ts';
import { ServerPreviews } from './server-previews.ts';
import type { Servers } from './servers.ts';
import { Share } from './share.ts';
import type { SharePorts } from './share.ts';
import { actionsQuery, descriptorsQuery, keptQuery, settingQuery } from './store.ts';
import { Strikes } from './strikes.ts';
import type { Located, Truth } from './truth.ts';
import type { KeepingProgress } from './wishes.ts';

/** Messages in one command: scattered UIDs must not make a line longer than servers take. */
const PER_COMMAND = 50;
/** RFC822.SIZE of the messages in one command: nothing else waits long behind it. */
const OCTETS_PER_COMMAND = 512 * 1024;
/** Rows whose first words are fetched at once: few, for somebody looks at them. */
const WORDS_PER_COMMAND = 25;
/** Messages that are fetched one by one after the connection broke, or the server refused, over one of many. */
const CAREFUL = 25;
/** Messages of which something is forgotten in one commit. */
const PER_COMMIT = 400;
/** How long nothing is kept ahead on a device that has no room for it. */
const FULL_FOR = 15 * 60_000;
/** Connections that one message may break. */
const STRIKES = 2;
/** Messages remembered as not to be had. */
const MOST_REFUSED = 5000;

/** What is still to be done for one mailbox; as it was when it was planned. */
interface Plan {
  readonly mode: MailboxMode;
  /** Whose descriptors are not here. Newest first: many to a command. */
  readonly bare: MessageKey[];
  /** The same of those whose parts are not. */
  readonly small: Wanted[];
  /** Those with large parts, one by one. */
  readonly large: Wanted[];
  readonly messages: number;
  /** Sum of RFC822.SIZE. */
  readonly octets: number;
}

export class Ahead {
  readonly #truth: Truth;
  readonly #servers: Servers;
  readonly #screens: Screens;
  readonly #server: ServerPreviews;
  readonly #parts: LargeParts;
  readonly #share: Share;
  readonly #plans = new Map<MailboxKey, Plan>();
  /** Messages whose text the server would not give. */
  readonly #refused = new Set<MessageKey>();
  readonly #strikes = new Strikes();
  /** So many messages are fetched one by one: one of them broke the connection. */
  #careful = 0;
  /** No room was found for what had come. */
  #fullUntil = 0;
  /** What is on screen, as it was when mailboxes were planned that keep nothing else. */
  #onScreen = '';
  /** Of the mailbox that is being worked on. */
  progress: KeepingProgress | undefined;

  constructor(truth: Truth, servers: Servers, screens: Screens, storage: SharePorts['storage'] | undefined) {
    this.#truth = truth;
    this.#servers = servers;
    this.#screens = screens;
    this.#server = new ServerPreviews(truth, servers.home);
    this.#parts = new LargeParts(truth);
    this.#share = new Share({ store: truth.store, now: () => servers.home.now(), storage });
  }

  /** What a mailbox has to keep may be something else now; undefined: any. */
  replan(mailbox?: MailboxKey): void {
    if (mailbox === undefined) this.#plans.clear();
    else this.#plans.delete(mailbox);
  }

  /** The person wants other mail to be kept, or made room: it is tried at once. */
  tryAgain(): void {
    this.#fullUntil = 0;
    this.#share.askAgain();
    this.replan();
  }

  /** First words of the rows that a person is looking at. False when there was nothing to do. */
  async previews(): Promise<boolean> {
    const keys = this.#screens.previews();
    if (keys.length === 0) return false;
    const { missing, bare } = await this.#without(keys);
    if (missing.length + bare.length === 0) return false;
    const located = await this.#truth.locate([...missing, ...bare], this.#screens.mailboxes()[0]);
    const undescribed = located.filter(({ key }) => bare.includes(key));
    for (const there of groupByMailbox(undescribed).values()) await this.#describe(there);
    const rows = located.filter(({ key, uid }) => uid !== 0 && !bare.includes(key));
    const { keeping } = await this.#settings();
    const now = this.#servers.home.now();
    for (const there of groupByMailbox(rows).values()) {
      const home = there[0]?.home;
      if (!home) continue;
      const wanted = there.map((row): Wanted => {
        const depth = wantedDepth(home.mode, keeping, { used: row.date / 1000, size: row.size }, now);
        return { row, depth: Math.min(depth, KeptDepth.texts) as KeptDepth, begun: false };
      });
      // Of some the text is kept anyway; of others only the words are wanted.
      const words = wanted.filter(({ depth }) => depth === KeptDepth.nothing).map(({ row }) => row);
      const left = new Set(this.#servers.isElsewhere(home) ? words : await this.#server.keep(home, words));
      const rest = wanted.filter(({ row, depth }) => depth > KeptDepth.nothing || left.has(row));
      if (rest.length > 0) await this.#keep(home, rest);
    }
    return rows.length + undescribed.length > 0;
  }

  /** What the server does not describe now is shown without. */
  async #describe(rows: readonly Located[]): Promise<void> {
    const [row] = rows;
    if (!row) return;
    const again = (lane: Lane): Promise<void> => describeAgain(lane, this.#truth, row.home, rows);
    await this.#servers.at(row.home, again).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
    });
    const there = await this.#truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
    for (const { key } of rows) if (!there.has(key)) this.#refuse(key);
  }

  /**
   * Brings what is kept of `home` nearer to what its mode says: forgets what that leaves out, and fetches some of what it asks for,
   * first what is small, or of `large` messages a range. False when there is nothing of that kind left to do.
   */
  async keep(home: Mailbox, kind: 'small' | 'large'): Promise<boolean> {
    this.#look();
    let plan = this.#plans.get(home.key);
    if (plan?.mode !== home.mode) {
      plan = await this.#plan(home);
      this.#plans.set(home.key, plan);
    }
    drop(plan[kind], ({ row }) => this.#refused.has(row.key));
    drop(plan.bare, (key) => this.#refused.has(key));
    const describes = kind === 'small' && plan.bare.length > 0;
    if (plan[kind].length === 0 && !describes) {
      if (plan.large.length === 0 && this.progress?.mailbox === home.key) this.progress = undefined;
      return false;
    }
    if (this.#servers.home.now() < this.#fullUntil || (await this.#share.isFull())) return false;
    if (this.#plans.get(home.key) !== plan) return true;
    if (describes) await this.#bare(home, plan);
    else if (kind === 'small') await this.#small(home, plan);
    else await this.#large(home, plan);
    this.#tell(home, plan);
    return true;
  }

  /** Where nothing is kept but what is on screen, what has left it goes. */
  #look(): void {
    const shown = [...this.#screens.held()].join(' ');
    if (shown === this.#onScreen) return;
    this.#onScreen = shown;
    for (const [key, { mode }] of this.#plans) if (mode === 'online') this.#plans.delete(key);
  }

  async #plan(home: Mailbox): Promise<Plan> {
    const { store } = this.#truth;
    const { keeping, room } = await this.#settings();
    const spared = sparedBy(await store.read(actionsQuery()));
    for (const key of this.#screens.held()) spared.add(key);
    const now = this.#servers.home.now();
    const kept = await store.read(keptQuery(home.key));
    const plan = planKeeping(kept, { mode: home.mode, keeping, room, now, spared });
    for (const what of ['attachments', 'texts'] as const) {
      for (let at = 0; at < plan[what].length; at += PER_COMMIT)
        await this.#truth.commit([{ kind: 'evicted', what, keys: plan[what].slice(at, at + PER_COMMIT) }]);
    }
    const wanted = isPassing(home.mode, home.role)
      ? []
      : plan.wanted.filter(({ row }) => !this.#refused.has(row.key));
    const octets = wanted.reduce((sum, { row }) => sum + row.size, 0);
    const found = keepsList(home) ? await bareIn(this.#truth, kept.rows, room) : undefined;
    const bare = (found ?? []).filter((key) => !this.#refused.has(key));
    if (found && bare.length === 0) await notBare(this.#truth, home.key);
    return { mode: home.mode, bare, small: wanted, large: [], messages: wanted.length, octets };
  }

  async #settings() {
    const { store } = this.#truth;
    return {
      keeping: keepingOf(await store.read(settingQuery(KEEPING_SETTING))),
      room: roomOf(await store.read(settingQuery(ROOM_SETTING))),
    };
  }

  async #bare(home: Mailbox, { bare }: Plan): Promise<void> {
    const batch = bare.slice(0, this.#careful > 0 ? 1 : PER_COMMAND);
    const there = await this.#truth.locate(batch, home.key);
    const rows = there.filter((row) => row.home.key === home.key && row.uid !== 0);
    const wanted = rows.map((row): Wanted => ({ row, depth: KeptDepth.nothing, begun: false }));
    if (!(await this.#carefully(wanted, () => this.#describe(rows).then(() => true)))) return;
    bare.splice(0, batch.length);
    if (bare.length === 0) await notBare(this.#truth, home.key);
  }

  async #small(home: Mailbox, plan: Plan): Promise<void> {
    let count = 0;
    let octets = 0;
    const most = this.#careful > 0 ? 1 : PER_COMMAND;
    for (const { row } of plan.small) {
      octets += row.size;
      if (count === most || (count > 0 && octets > OCTETS_PER_COMMAND)) break;
      count++;
    }
    const batch = plan.small.slice(0, count);
    // They may have been moved or expunged since.
    const there = await this.#truth.locate(
      batch.map(({ row }) => row.key),
      home.key,
    );
    const rows = new Map(there.filter((row) => row.home.key === home.key).map((row) => [row.key, row]));
    const wanted = batch.flatMap((each) => {
      const row = rows.get(each.row.key);
      return row && row.uid !== 0 ? [{ ...each, row }] : [];
    });
    const later = wanted.length > 0 ? await this.#keep(home, wanted) : [];
    if (!later) return;
    plan.small.splice(0, count);
    plan.large.push(...later);
  }

  async #large(home: Mailbox, plan: Plan): Promise<void> {
    const [next] = plan.large;
    if (!next) return;
    const [row] = await this.#truth.locate([next.row.key], home.key);
    const elsewhere = row === undefined || row.home.key !== home.key;
    const ended =
      elsewhere ||
      (await this.#carefully([next], () =>
        this.#servers.at(home, (lane) => this.#parts.step(lane, row, next.depth)),
      ));
    if (ended) plan.large.shift();
  }

  #tell({ key }: Mailbox, { small, large, messages, octets }: Plan): void {
    const left = [...small, ...large];
    const missing = left.reduce((sum, { row }) => sum + row.size, 0);
    const coming = Math.min(this.#parts.received, large[0]?.row.size ?? 0);
    this.progress =
      left.length === 0
        ? undefined
        : {
            mailbox: key,
            messages: { done: messages - left.length, total: messages },
            octets: { done: octets - missing + coming, total: octets },
          };
  }

  /** Those of `keys` that are here without their first words, or their descriptor; as many as one turn takes. */
  async #without(keys: readonly MessageKey[]) {
    const known = await this.#truth.store.read(descriptorsQuery(keys));
    const wanted = keys.filter((key) => !this.#refused.has(key));
    const most = this.#careful > 0 ? 1 : WORDS_PER_COMMAND;
    return {
      missing: wanted.filter((key) => known.has(key) && known.get(key)?.preview === undefined).slice(0, most),
      bare: wanted.filter((key) => !known.has(key)).slice(0, most),
    };
  }

  /** Gives those of which large parts are left; undefined where the server refused some, which are tried otherwise. */
  #keep(home: Mailbox, wanted: readonly Wanted[]): Promise<readonly Wanted[] | undefined> {
    return this.#carefully(wanted, () =>
      this.#servers.at(home, (lane) => keepAhead(lane, this.#truth, home, wanted)),
    );
  }

  /** A message that cannot be had costs no other its text. */
  async #carefully<T>(wanted: readonly Wanted[], work: () => Promise<T>): Promise<T | undefined> {
    try {
      const done = await work();
      if (this.#careful > 0) this.#careful--;
      return done;
    } catch (error) {
      // Of the messages that says nothing.
      if (error instanceof OutOfReach || error instanceof Astray) throw error;
      if (error instanceof CommandError) {
        this.#suspect(wanted);
        return undefined;
      }
      if (error instanceof StoreError && error.reason === 'quota') {
        // Fewer may fit; where one does not, nothing is kept ahead for a while: there is other work to do.
        if (wanted.length > 1) this.#careful = wanted.length;
        else this.#fullUntil = this.#servers.home.now() + FULL_FOR;
        return undefined;
      }
      if (isConnectionMatter(error) && this.#servers.home.wasOpen) {
        this.#careful = Math.max(wanted.length, CAREFUL);
        for (const { row } of wanted.length === 1 ? wanted : [])
          if (this.#strikes.add(String(row.key)) >= STRIKES) this.#refuse(row.key);
      }
      throw error;
    }
  }

  #suspect(wanted: readonly Wanted[]): void {
    if (wanted.length === 1) for (const { row } of wanted) this.#refuse(row.key);
    else this.#careful = wanted.length;
  }

  #refuse(key: MessageKey): void {
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.add(key);
    this.#strikes.clear(String(key));
  }
}

/** From the front: lists are looked through in their order. */
function drop<T>(list: T[], passed: (item: T) => boolean): void {
  let count = 0;
  while (count < list.length && passed(list[count] as T)) count++;
  list.splice(0, count);
}

/**
 * What a person waits for, one short job at a time, the most urgent first: the text of the open message, their actions
 * in order, a search, a range of a download, the texts they will likely open next. Having nothing to do, it listens to
 * the INBOX while the other connection is elsewhere.
 */
import { Acting } from './acting.ts';
import type { RoomNews } from './acting.ts';
import type { ActionId } from './action.ts';
import type { Bell } from './bell.ts';
import { catchUpNew } from './catch-up.ts';
import { describeAgain } from './described.ts';
import { CommandError } from '../error.ts';
import type { Doubts } from './doubts.ts';
import { Downloads } from './downloads.ts';
import type { EnginePorts } from './engine.ts';
import type { Lane } from './lane.ts';
import { Listening } from './listening.ts';
import type { Descriptor, MailboxKey, MessageKey } from './model.ts';
import type { OtherAccounts } from './other-accounts.ts';
import { sizeOf } from './mailbox-size.ts';
import { partAt, shownParts } from './parts.ts';
import { isBug, isConnectionMatter, isPasswordRefused } from './problem.ts';
import { Progress } from './progress.ts';
import type { Screens, SearchFor } from './screens.ts';
import { searchMailbox } from './search.ts';
import type { Servers } from './servers.ts';
import { Refused } from './settle/context.ts';
import type { Settling } from './settle/context.ts';
import { partQuery } from './store.ts';
import { describeStandIn, StandIns } from './stand-ins.ts';
import { Strikes } from './strikes.ts';
import { descriptorFor, keepParts } from './texts.ts';
import type { PartOutcome } from './texts.ts';
import type { Located, Truth } from './truth.ts';

/** Connections that one wish may break in a row until it is given up. */
const STRIKES = 3;

export interface ForegroundPorts {
  readonly engine: EnginePorts;
  readonly truth: Truth;
  readonly servers: Servers;
  readonly accounts: OtherAccounts;
  readonly doubts: Doubts;
  readonly screens: Screens;
  readonly bell: Bell;
  /** The mailbox's truth may not be whole any more. */
  stale(mailbox: MailboxKey): void;
  /** The quota is not what it was. */
  room(news: RoomNews): void;
  /** A person opened a message of it: more of that may have to be kept. */
  opened(mailbox: MailboxKey): void;
  /** The other connection has this mailbox selected, hears its news, and has no reason to leave for long. */
  covers(mailbox: MailboxKey): boolean;
}

export class Foreground {
  readonly #ports: ForegroundPorts;
  readonly #truth: Truth;
  readonly #servers: Servers;
  /** To the home server. */
  readonly #lane: Lane;
  readonly #screens: Screens;
  readonly #acting: Acting;
  readonly #downloads: Downloads;
  readonly #listening: Listening;
  /** Wishes that were answered, well or badly: not tried again while they stand. */
  readonly #answered = new Set<string>();
  readonly #standIns = new StandIns();
  readonly #strikes = new Strikes();
  /** Where a wished message waits for its UID: looked at again when something changes there. */
  readonly #awaited = new Set<MailboxKey>();
  #inbox: Progress | undefined;
  /** The server has IDLE, as far as is known. */
  #listens = true;

  constructor(ports: ForegroundPorts) {
    const { engine, truth, servers, accounts, screens } = ports;
    this.#ports = ports;
    this.#truth = truth;
    this.#servers = servers;
    this.#lane = servers.home;
    this.#screens = screens;
    const settling: Settling = {
      lane: servers.home,
      servers,
      accounts,
      truth,
      clock: engine.clock,
      random: engine.random,
      doubts: ports.doubts,
      connectSubmission: () => engine.connect('submission').catch(unlessPassword),
      stale: (mailbox) => ports.stale(mailbox),
    };
    this.#acting = new Acting(settling, (news) => ports.room(news));
    this.#downloads = new Downloads({ truth, servers, screens, tell: (note, to) => engine.tell(note, to) });
    this.#listening = new Listening(servers.home, ports.bell);
  }

  /** When to look again without being woken; undefined: no need. */
  get due(): number | undefined {
    return this.#acting.due;
  }

  /** The action under way. */
  get acting(): ActionId | undefined {
    return this.#acting.acting;
  }

  /** To be done before anything is looked at. Rejects with StoreError. */
  inherit(): Promise<void> {
    return this.#acting.inherit();
  }

  /** Does the most urgent job; false when there is none. Rejects when the connection is the matter. */
  async step(): Promise<boolean> {
    this.#forget();
    for (const key of this.#screens.open()) if (await this.#text(key)) return true;
    for (const { message, section } of this.#screens.parts())
      if (await this.#part(message, section)) return true;
    if (await this.#acting.step()) return true;
    for (const search of this.#screens.searches()) if (await this.#search(search)) return true;
    for (const key of this.#screens.sizes()) if (await this.#size(key)) return true;
    if (await this.#downloads.step()) return true;
    for (const key of this.#screens.next()) if (await this.#text(key)) return true;
    return false;
  }

  /**
   * Waits for a ring, or `patience` milliseconds. INBOX is listened to meanwhile, wherever the person is, unless the other
   * connection does. False when the connection was of no use.
   */
  async rest(patience: number): Promise<boolean> {
    const inbox = (await this.#truth.mailboxes()).find(({ role }) => role === 'inbox');
    const uncovered = inbox !== undefined && inbox.sync.at > 0 && !this.#ports.covers(inbox.key);
    if (!uncovered || !this.#listens) return this.#ports.bell.wait(patience);
    this.#listens = (await this.#lane.session()).capabilities.has('IDLE');
    if (!this.#listens) return this.#ports.bell.wait(patience);
    try {
      const whole = await catchUpNew(this.#lane, this.#truth, inbox.key, (this.#inbox ??= new Progress()));
      if (!whole) this.#ports.stale(inbox.key);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return this.#ports.bell.wait(patience);
    }
    await this.#listening.until(patience);
    return true;
  }

  /** The connection is gone. */
  lost(): void {
    this.#downloads.lost();
    this.#listening.lost();
    this.#inbox = undefined;
  }

  /** The network is another one, or the person asked: what rests is tried at once. */
  hurry(): void {
    this.#acting.hurry();
    this.#strikes.clear();
  }

  /** Something that was waited for may have come. */
  awaits(mailbox: MailboxKey): boolean {
    return this.#awaited.has(mailbox);
  }

  /** Answers are remembered only as long as the wish stands: a wish stated anew is a new try. */
  #forget(): void {
    this.#awaited.clear();
    const standing = new Set<string>([
      ...[...this.#screens.open(), ...this.#screens.next()].map((key) => `text ${key}`),
      ...this.#screens.parts().map(({ message, section }) => `part ${message} ${section}`),
      ...this.#screens.searches().map(({ id }) => `search ${id}`),
      ...this.#screens.sizes().map((key) => `size ${key}`),
    ]);
    for (const wish of this.#answered) if (!standing.has(wish)) this.#answered.delete(wish);
    this.#strikes.keep(standing);
  }

  /** Answers a wish; one that breaks every connection is answered as refused, so that it holds up nothing else. */
  async #answer(wish: string, answer: () => Promise<void>, refuse: () => void): Promise<void> {
    try {
      await answer();
    } catch (error) {
      const blamed = (isConnectionMatter(error) && this.#lane.wasOpen) || isBug(error);
      const given = error instanceof CommandError || (blamed && this.#strikes.add(wish) >= STRIKES);
      if (given) {
        refuse();
        this.#answered.add(wish);
      }
      if (!(error instanceof CommandError)) throw error;
    }
    this.#strikes.clear(wish);
    this.#answered.add(wish);
  }

  async #text(key: MessageKey): Promise<boolean> {
    const wish = `text ${key}`;
    if (this.#answered.has(wish)) return false;
    const row = await this.#locate(key);
    const descriptor = row && (await this.#described(row));
    if (!row || !descriptor) {
      this.#answered.add(wish);
      this.#unavailable(key, 'gone');
      return true;
    }
    const known = await this.#keep(wish, row, shownParts(descriptor.structure));
    if (known && this.#screens.open().includes(key)) {
      await this.#truth.commit([{ kind: 'opened', key, at: this.#lane.now() }]);
      this.#ports.opened(row.mailbox);
    }
    return known;
  }

  /** One that had to go for want of room, or could not be had when it was asked for, is asked for again. */
  async #described(row: Located): Promise<Descriptor | undefined> {
    const { key, home } = row;
    const known = await descriptorFor(this.#truth, key);
    const isOpen = this.#screens.open().includes(key);
    if (known && !(isOpen && this.#standIns.isDue(key, known, this.#lane.now()))) return known;
    const describe = (lane: Lane): Promise<void> =>
      known ? describeStandIn(lane, this.#truth, row) : describeAgain(lane, this.#truth, home, [row]);
    await this.#servers.at(home, describe).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
    });
    return descriptorFor(this.#truth, row.key);
  }

  async #part(key: MessageKey, section: string): Promise<boolean> {
    const wish = `part ${key} ${section}`;
    if (this.#answered.has(wish)) return false;
    const there = await this.#truth.store.read(partQuery(key, section));
    const row = there ? undefined : await this.#locate(key);
    const descriptor = row && (await descriptorFor(this.#truth, key));
    const part = descriptor && partAt(descriptor.structure, section);
    if (row && part) return this.#keep(wish, row, [part]);
    this.#answered.add(wish);
    return false;
  }

  /** False when it has to wait for the message's UID. */
  async #keep(wish: string, row: Located, parts: Parameters<typeof keepParts>[3]): Promise<boolean> {
    let outcome: PartOutcome = 'waiting';
    const keep = async (): Promise<void> => {
      outcome = await this.#servers.at(row.home, (lane) => keepParts(lane, this.#truth, row, parts));
      if (outcome === 'gone' || outcome === 'unreadable') this.#unavailable(row.key, outcome);
    };
    if (row.uid === 0) {
      const known = await Promise.all(
        parts.map(({ section }) => this.#truth.store.read(partQuery(row.key, section))),
      );
      if (known.some((part) => !part)) {
        this.#awaited.add(row.mailbox);
        return false;
      }
    }
    await this.#answer(wish, keep, () => this.#unavailable(row.key, 'refused'));
    return true;
  }

  #unavailable(message: MessageKey, reason: 'gone' | 'refused' | 'unreadable'): void {
    this.#ports.engine.tell({ note: 'unavailable', message, reason }, undefined);
  }

  async #search(search: SearchFor): Promise<boolean> {
    const wish = `search ${search.id}`;
    if (this.#answered.has(wish)) return false;
    const tell = (keys: readonly MessageKey[], more: boolean): void =>
      this.#ports.engine.tell({ note: 'found', id: search.id, keys, ...(more && { more }) }, search.screen);
    const ask = async (): Promise<void> => {
      const mailbox = await this.#truth.mailbox(search.mailbox);
      if (!mailbox) return tell([], false);
      await this.#servers.at(mailbox, (lane) => searchMailbox(lane, this.#truth, search, tell));
    };
    // A server that cannot search leaves what is found on this device.
    await this.#answer(wish, ask, () => tell([], false));
    return true;
  }

  /** Where the server does not say, nobody is told. */
  async #size(key: MailboxKey): Promise<boolean> {
    const wish = `size ${key}`;
    const mailbox = this.#answered.has(wish) ? undefined : await this.#truth.mailbox(key);
    if (!mailbox) return false;
    const ask = async (): Promise<void> => {
      const octets = await this.#servers.at(mailbox, (lane) => sizeOf(lane, mailbox));
      if (octets !== undefined) this.#ports.engine.tell({ note: 'size', mailbox: key, octets }, undefined);
    };
    await this.#answer(wish, ask, () => undefined);
    return true;
  }

  async #locate(key: MessageKey): Promise<Located | undefined> {
    return (await this.#truth.locate([key], this.#screens.mailboxes()[0]))[0];
  }
}

/** It may be the submission server's alone, and nobody would learn of it otherwise. */
function unlessPassword(error: unknown): never {
  throw isPasswordRefused(error) ? new Refused('password') : error;
}

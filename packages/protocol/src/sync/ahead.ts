/** Texts that nobody has opened yet: the first words of rows on screen, and recent mail kept for reading without a network. */
import { CommandError } from '../error.ts';
import type { Mailbox, MessageKey, MessageRow, Rows } from './model.ts';
import { isConnectionMatter } from './problem.ts';
import { Astray, OutOfReach } from './referral.ts';
import { groupByMailbox, rowAt } from './rows.ts';
import type { Screens } from './screens.ts';
import { ServerPreviews } from './server-previews.ts';
import type { Servers } from './servers.ts';
import { descriptorsQuery } from './store.ts';
import { Strikes } from './strikes.ts';
import { keepTextsAhead } from './texts.ts';
import type { Truth } from './truth.ts';

/** Newest messages of a mailbox whose texts are kept ahead. */
const AHEAD = 100;
const AHEAD_PER_COMMAND = 25;
/** Mail older than this is kept when it is opened, not before: RFC 1733's disconnected model. */
const AHEAD_AGE = 90 * 24 * 3600_000;
/** Connections that one message may break. */
const STRIKES = 2;
/** Messages remembered as not to be had. */
const MOST_REFUSED = 5000;

export class Ahead {
  readonly #truth: Truth;
  readonly #servers: Servers;
  readonly #screens: Screens;
  readonly #server: ServerPreviews;
  /** Messages whose text the server would not give. */
  readonly #refused = new Set<MessageKey>();
  readonly #strikes = new Strikes();
  /** So many messages are fetched one by one: one of them broke the connection. */
  #careful = 0;

  constructor(truth: Truth, servers: Servers, screens: Screens) {
    this.#truth = truth;
    this.#servers = servers;
    this.#screens = screens;
    this.#server = new ServerPreviews(truth, servers.home);
  }

  /** First words of the rows that a person is looking at. False when there was nothing to do. */
  async previews(): Promise<boolean> {
    const keys = this.#screens.previews();
    if (keys.length === 0) return false;
    const missing = await this.#without(keys);
    if (missing.length === 0) return false;
    const located = await this.#truth.locate(missing, this.#screens.mailboxes()[0]);
    const rows = located.filter(({ uid }) => uid !== 0);
    for (const there of groupByMailbox(rows).values()) {
      const home = there[0]?.home;
      if (!home) continue;
      const rows = await this.#truth.rows(home.key);
      const recent = new Set(this.#recentOf(rows).map((i) => rows.keys[i]));
      // Of these the text is kept anyway; of others only the words are wanted.
      const texts = there.filter(({ key }) => recent.has(key));
      const words = there.filter(({ key }) => !recent.has(key));
      const left = this.#servers.isElsewhere(home) ? words : await this.#server.keep(home, words);
      const wanted = [...texts, ...left];
      if (wanted.length > 0) await this.#keep(home, wanted);
    }
    return rows.length > 0;
  }

  /** Some recent texts of `home`. False when all are here. */
  async recent(home: Mailbox): Promise<boolean> {
    const rows = await this.#truth.rows(home.key);
    const recent = this.#recentOf(rows);
    const missing = new Set(await this.#without(recent.map((i) => rows.keys[i] as MessageKey)));
    const wanted = recent.filter((i) => missing.has(rows.keys[i] as MessageKey)).map((i) => rowAt(rows, i));
    return wanted.length > 0 && this.#keep(home, wanted);
  }

  /** Indices of the messages whose texts are kept ahead, newest first. */
  #recentOf(rows: Rows): number[] {
    const since = (this.#servers.home.now() - AHEAD_AGE) / 1000;
    return [...rows.keys.keys()]
      .filter((i) => rows.uids[i] !== 0 && (rows.dates[i] ?? 0) > since)
      .sort((a, b) => (rows.dates[b] ?? 0) - (rows.dates[a] ?? 0))
      .slice(0, AHEAD);
  }

  /** Those of `keys` that are here without their first words, as many as one turn takes. */
  async #without(keys: readonly MessageKey[]): Promise<MessageKey[]> {
    const known = await this.#truth.store.read(descriptorsQuery(keys));
    const missing = keys.filter((key) => {
      const there = known.get(key);
      return there && there.preview === undefined && !this.#refused.has(key);
    });
    return missing.slice(0, this.#careful > 0 ? 1 : AHEAD_PER_COMMAND);
  }

  /** A message that cannot be had costs no other its text. */
  async #keep(home: Mailbox, rows: readonly MessageRow[]): Promise<boolean> {
    try {
      const kept = await this.#servers.at(home, (lane) => keepTextsAhead(lane, this.#truth, home, rows));
      if (this.#careful > 0) this.#careful--;
      return kept;
    } catch (error) {
      // Of the messages that says nothing.
      if (error instanceof OutOfReach || error instanceof Astray) throw error;
      if (error instanceof CommandError) {
        if (rows.length === 1) for (const { key } of rows) this.#refuse(key);
        else this.#careful = AHEAD_PER_COMMAND;
        return true;
      }
      if (isConnectionMatter(error) && this.#servers.home.wasOpen) {
        this.#careful = AHEAD_PER_COMMAND;
        for (const { key } of rows.length === 1 ? rows : [])
          if (this.#strikes.add(String(key)) >= STRIKES) this.#refuse(key);
      }
      throw error;
    }
  }

  #refuse(key: MessageKey): void {
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.add(key);
    this.#strikes.clear(String(key));
  }
}

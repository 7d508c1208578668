/**
 * What a person waits for, one short job at a time, the most urgent first: the text of the open message, their actions
 * in order, a search, a range of a download, the texts they will likely open next.
 */
import { CommandError } from '../error.ts';
import { uidSearch } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { TransferDecoder } from '../mime/index.ts';
import type { Action } from './action.ts';
import type { EnginePorts } from './engine.ts';
import { MailboxVoided } from './lane.ts';
import type { Lane } from './lane.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { nextAction, verdictOn } from './outbox.ts';
import type { DownloadFor, Screens } from './screens.ts';
import { settleAction } from './settle/index.ts';
import { NotYet, Refused, Withdrawn } from './settle/context.ts';
import { actionsQuery, partQuery } from './store.ts';
import { descriptorFor, fetchRange, keepParts, partAt, RANGE, shownParts } from './texts.ts';
import type { Located, Truth } from './truth.ts';

/** First and longest rest of an action that the server put off. */
const REST = 5_000;
const LONGEST_REST = 300_000;

interface Passing {
  readonly decoder: TransferDecoder;
  received: number;
}

export class Foreground {
  readonly #ports: EnginePorts;
  readonly #truth: Truth;
  readonly #lane: Lane;
  readonly #screens: Screens;
  readonly #stale: (mailbox: MailboxKey) => void;
  /** Wishes that were answered, well or badly: not tried again while they stand. */
  readonly #answered = new Set<string>();
  readonly #passing = new Map<string, Passing>();
  readonly #resting = new Map<string, number>();
  readonly #rests = new Map<string, number>();
  /** When to look again without being woken; undefined: no need. */
  due: number | undefined;

  constructor(
    ports: EnginePorts,
    truth: Truth,
    lane: Lane,
    screens: Screens,
    stale: (mailbox: MailboxKey) => void,
  ) {
    this.#ports = ports;
    this.#truth = truth;
    this.#lane = lane;
    this.#screens = screens;
    this.#stale = stale;
  }

  /** Does the most urgent job; false when there is none. Rejects when the connection is the matter. */
  async step(): Promise<boolean> {
    this.#forget();
    for (const key of this.#screens.open()) if (await this.#text(key)) return true;
    for (const { message, section } of this.#screens.parts())
      if (await this.#part(message, section)) return true;
    if (await this.#act()) return true;
    for (const search of this.#screens.searches()) if (await this.#search(search)) return true;
    for (const download of this.#screens.downloads()) if (await this.#range(download)) return true;
    for (const key of this.#screens.next()) if (await this.#text(key)) return true;
    return false;
  }

  /** The connection is gone: downloads cannot wait for the next one without telling. */
  lost(): void {
    for (const { id, screen } of this.#screens.downloads()) {
      if (this.#answered.has(id)) continue;
      this.#passing.delete(id);
      this.#answered.add(id);
      this.#ports.tell({ note: 'failed', id, reason: 'offline' }, screen);
    }
  }

  /** Answers are remembered only as long as the wish stands: a wish stated anew is a new try. */
  #forget(): void {
    const standing = new Set<string>([
      ...[...this.#screens.open(), ...this.#screens.next()].map((key) => `text ${key}`),
      ...this.#screens.parts().map(({ message, section }) => `part ${message} ${section}`),
      ...this.#screens.searches().map(({ id }) => id),
      ...this.#screens.downloads().map(({ id }) => id),
    ]);
    for (const wish of this.#answered) if (!standing.has(wish)) this.#answered.delete(wish);
    for (const id of this.#passing.keys()) if (!standing.has(id)) this.#passing.delete(id);
  }

  async #text(key: MessageKey): Promise<boolean> {
    const wish = `text ${key}`;
    if (this.#answered.has(wish)) return false;
    const row = await this.#locate(key);
    const descriptor = row && (await descriptorFor(this.#truth, key));
    if (!row || !descriptor) {
      this.#answered.add(wish);
      this.#ports.tell({ note: 'unavailable', message: key, reason: 'gone' }, undefined);
      return true;
    }
    const parts = shownParts(descriptor.structure);
    await this.#answer(wish, key, () => keepParts(this.#lane, this.#truth, row, parts));
    return true;
  }

  async #part(key: MessageKey, section: string): Promise<boolean> {
    const wish = `part ${key} ${section}`;
    if (this.#answered.has(wish)) return false;
    if (await this.#truth.store.read(partQuery(key, section))) {
      this.#answered.add(wish);
      return false;
    }
    const row = await this.#locate(key);
    const descriptor = row && (await descriptorFor(this.#truth, key));
    const part = descriptor && partAt(descriptor.structure, section);
    if (!row || !part) {
      this.#answered.add(wish);
      return false;
    }
    await this.#answer(wish, key, () => keepParts(this.#lane, this.#truth, row, [part]));
    return true;
  }

  async #answer(
    wish: string,
    key: MessageKey,
    fetch: () => Promise<'kept' | 'gone' | 'unreadable'>,
  ): Promise<void> {
    try {
      const outcome = await fetch();
      if (outcome !== 'kept')
        this.#ports.tell({ note: 'unavailable', message: key, reason: outcome }, undefined);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#ports.tell({ note: 'unavailable', message: key, reason: 'refused' }, undefined);
    }
    this.#answered.add(wish);
  }

  async #search(search: { screen: string; id: string; mailbox: MailboxKey; text: string }): Promise<boolean> {
    if (this.#answered.has(search.id)) return false;
    this.#answered.add(search.id);
    const mailbox = await this.#truth.mailbox(search.mailbox);
    if (!mailbox || search.text === '') return false;
    let found: readonly Uid[] = [];
    try {
      await this.#lane.select(mailbox);
      found = await this.#lane.run(uidSearch({ key: 'TEXT', text: search.text }));
    } catch (error) {
      // A server that cannot search (charset, limits) leaves what is found on this device.
      if (!(error instanceof CommandError)) throw error;
    }
    const uids = new Set<number>(found);
    const rows = await this.#truth.rows(search.mailbox);
    const keys: MessageKey[] = [];
    for (let i = 0; i < rows.length; i++)
      if (uids.has(rows.uids[i] ?? 0)) keys.push(rows.keys[i] as MessageKey);
    this.#ports.tell({ note: 'found', id: search.id, keys }, search.screen);
    return true;
  }

  /** One range of a download; the next one waits its turn behind whatever is more urgent by then. */
  async #range({ id, screen, message, section }: DownloadFor): Promise<boolean> {
    if (this.#answered.has(id)) return false;
    const fail = (reason: 'gone' | 'refused'): boolean => {
      this.#answered.add(id);
      this.#passing.delete(id);
      this.#ports.tell({ note: 'failed', id, reason }, screen);
      return true;
    };
    const row = await this.#locate(message);
    const descriptor = row && (await descriptorFor(this.#truth, message));
    const part = descriptor && partAt(descriptor.structure, section);
    if (!part || row.uid === 0) return fail('gone');
    let passing = this.#passing.get(id);
    if (!passing) {
      passing = { decoder: new TransferDecoder(part.encoding), received: 0 };
      this.#passing.set(id, passing);
    }
    let range: Uint8Array | undefined;
    try {
      await this.#lane.select(row.home);
      range = await fetchRange(this.#lane, row.uid, section, passing.received);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return fail('refused');
    }
    if (!range) return fail('gone');
    passing.received += range.length;
    const total = Math.max(part.octets, passing.received);
    const ended = range.length < RANGE || passing.received === part.octets;
    if (ended && passing.received < part.octets) return fail('gone');
    const bytes = passing.decoder.push(range);
    this.#ports.tell({ note: 'piece', id, bytes, received: passing.received, total }, screen);
    if (ended) {
      const rest = passing.decoder.finish();
      if (rest.length > 0) {
        this.#ports.tell({ note: 'piece', id, bytes: rest, received: passing.received, total }, screen);
      }
      this.#answered.add(id);
      this.#passing.delete(id);
      this.#ports.tell({ note: 'downloaded', id }, screen);
    }
    return true;
  }

  async #act(): Promise<boolean> {
    const actions = await this.#truth.store.read(actionsQuery());
    const { action, notBefore } = nextAction(actions, this.#resting, this.#ports.clock.now());
    this.due = notBefore;
    if (!action) return false;
    try {
      await settleAction(
        {
          lane: this.#lane,
          truth: this.#truth,
          clock: this.#ports.clock,
          random: this.#ports.random,
          connectSubmission: () => this.#ports.connect('submission'),
          stale: this.#stale,
        },
        action,
      );
      this.#resting.delete(action.id);
      this.#rests.delete(action.id);
    } catch (error) {
      await this.#setBack(action, error);
    }
    return true;
  }

  async #setBack(action: Action, error: unknown): Promise<void> {
    // Voided: the action was set aside, or finds its messages gone when it is looked at again.
    if (error instanceof Withdrawn || error instanceof MailboxVoided) return;
    if (error instanceof Refused) {
      const name = error.uncertain ? 'uncertain' : 'failed';
      await this.#setAside(action, { name, reason: error.reason, words: error.words });
      return;
    }
    const verdict = error instanceof NotYet ? ({ verdict: 'later' } as const) : verdictOn(error);
    if (verdict.verdict === 'fail') {
      await this.#setAside(action, verdict.state);
      return;
    }
    // The IMAP connection stands: it was the submission that broke. It waits by itself, the rest goes on.
    const waits = verdict.verdict === 'later' || this.#lane.isOpen;
    if (waits) {
      const rest = Math.min(LONGEST_REST, (this.#rests.get(action.id) ?? REST / 2) * 2);
      this.#rests.set(action.id, rest);
      this.#resting.set(action.id, this.#ports.clock.now() + rest);
    }
    if (verdict.verdict === 'reconnect' && !waits) throw error;
  }

  /** The newest version of the action is what is kept: steps may have been committed since it was read. */
  async #setAside(action: Action, state: Action['state']): Promise<void> {
    const actions = await this.#truth.store.read(actionsQuery());
    const newest = actions.find(({ id }) => id === action.id) ?? action;
    await this.#truth.commit([{ kind: 'action', action: { ...newest, state } }]);
  }

  /** Actions that rest are tried at once: the network is back, or the person asked. */
  hurry(): void {
    this.#resting.clear();
  }

  async #locate(key: MessageKey): Promise<Located | undefined> {
    return (await this.#truth.locate([key], this.#screens.mailboxes()[0]))[0];
  }
}

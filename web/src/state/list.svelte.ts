/** One mailbox, newest first, or what a search finds in it. Make it while a component is being set up. */
import { indexOfKey, keepsList, project, rowAt } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey, MessageRow, Rows, Wishes } from '@postern/protocol/sync';
import { untrack } from 'svelte';
import { engine } from '../engine/screen.ts';
import { connection } from './connection.svelte.ts';
import { descriptors } from './descriptors.svelte.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { older } from './older.svelte.ts';
import { comingFrom, firstBy, order } from './order.ts';
import { outbox } from './outbox.svelte.ts';
import { rowView } from './row-view.ts';
import { Search } from './search.svelte.ts';
import { truth } from './truth.svelte.ts';
import type { RowView } from './views.ts';

/** Rows beyond those in sight that are read ahead, each way. */
const margin = 60;
const none = new Uint32Array();
const blank: MessageRow = {
  key: 0 as MessageKey,
  mailbox: 0 as MailboxKey,
  uid: 0,
  flags: ['\\Seen'],
  date: 0,
  size: 0,
};

export class MessageList {
  readonly #mailbox: () => MailboxKey | undefined;
  readonly #search: () => string;
  readonly #rows: Rows | undefined = $derived.by(() => {
    const mailbox = this.#mailbox();
    return mailbox === undefined ? undefined : truth.rowsIn(mailbox);
  });
  readonly #all: Uint32Array = $derived.by(() => {
    const rows = this.#rows;
    if (!rows) return none;
    const elsewhere = comingFrom(rows.mailbox, truth.overlays, (key) => truth.locate(key));
    return order(rows.mailbox, rows, elsewhere, truth.overlays);
  });
  readonly #keys: Uint32Array = $derived.by(() => {
    const found = this.#searching?.found;
    return found ? this.#all.filter((key) => found.has(key as MessageKey)) : this.#all;
  });
  readonly #gap: number | undefined = $derived.by(() => {
    const from = truth.mailbox(this.#mailbox())?.sync.from ?? 1;
    if (!this.#rows || from <= 1 || this.#searching) return undefined;
    const { uids, dates } = this.#rows;
    let newest = -1;
    for (let i = 0; i < uids.length; i++)
      if ((uids[i] ?? 0) > 0 && (uids[i] ?? 0) < from) newest = Math.max(newest, dates[i] ?? 0);
    if (newest < 0) return undefined;
    return firstBy(this.length, (index) => this.#dateOf(index), newest * 1000);
  });
  #searching: Search | undefined = $state.raw();
  #window: { readonly first: number; readonly last: number } = $state.raw({ first: 0, last: 0 });
  /** Milliseconds since 1970: the mail of that time is wanted first. `followed`: and kept in sight as it comes. */
  #sought: { readonly time: number; readonly followed: boolean } | undefined = $state.raw();

  constructor(mailbox: () => MailboxKey | undefined, search: () => string) {
    this.#mailbox = mailbox;
    this.#search = search;
    $effect(() => {
      const text = this.#search().trim();
      const key = this.#mailbox();
      if (text === '' || key === undefined) return;
      const searching = untrack(() => new Search(key, text, this.#all));
      this.#searching = searching;
      return () => {
        searching.stop();
        this.#searching = undefined;
      };
    });
    $effect(() => this.#wish());
    $effect(() => () => engine.want('list', undefined));
  }

  /** Rows that can be shown now. */
  get length(): number {
    return this.#keys.length;
  }
  /** True while nothing is known of the mailbox, not even that it is empty. */
  get loading(): boolean {
    if (this.#keys.length > 0) return false;
    const mailbox = truth.mailbox(this.#mailbox());
    // One that the server has yet to make holds only what was put into it here.
    if (mailbox && !truth.known(mailbox.key)) return false;
    return !mailbox || !this.#rows || mailbox.sync.at === 0;
  }
  /** Messages in the mailbox as far as is known, with what is pending, at least `length`; of a search, what was found. */
  get total(): number {
    if (this.#searching) return this.length;
    return Math.max(this.length, mailboxes.get(this.#mailbox())?.total ?? 0);
  }
  /** Index of the row from which on not all that the server has is here; undefined where that begins behind the last, if at all. */
  get gap(): number | undefined {
    return this.#gap;
  }
  /** Nothing is kept of the mailbox but what is on screen, and without a network none of what is in sight can be read. */
  get isAway(): boolean {
    const mailbox = truth.mailbox(this.#mailbox());
    if (!mailbox || keepsList(mailbox) || !connection.isOffline || this.#all.length === 0) return false;
    const { first, last } = this.#window;
    const inSight = [...this.#keys.subarray(first, Math.max(first, last) + 1)] as MessageKey[];
    return inSight.every((key) => {
      const original = truth.originalOf(key);
      return !descriptors.get(original) && descriptors.knows(original);
    });
  }
  /** True while a search goes on, here or on the server. */
  get searching(): boolean {
    return this.#searching?.going ?? false;
  }

  /**
   * `index` from 0 (newest) to length − 1. `known: false` until its descriptor has been read, which this starts; and of an
   * index beyond the end, which a list that is shrinking may still ask for.
   */
  row(index: number): RowView {
    const key = this.keyAt(index) ?? (0 as MessageKey);
    const overlay = truth.overlays.get(key);
    const here = this.#rows && indexOfKey(this.#rows, key) >= 0 ? this.#rows : truth.locate(key);
    const row = here ? rowAt(here, indexOfKey(here, key)) : blank;
    const role = truth.mailbox(this.#mailbox())?.role;
    const isPrompt = connection.state === 'online' && !outbox.isLate(key);
    const original = truth.originalOf(key);
    const shown = rowView(
      project(row, overlay) ?? row,
      here && descriptors.get(original),
      overlay,
      role,
      isPrompt,
    );
    const isAbsent = !shown.known && connection.isOffline && descriptors.knows(original);
    return isAbsent ? { ...shown, absent: true } : shown;
  }

  keyAt(index: number): MessageKey | undefined {
    return this.#keys[index] as MessageKey | undefined;
  }
  /** −1 when it is not in the list. */
  indexOf(key: MessageKey): number {
    return this.#keys.indexOf(key);
  }
  /** The mail of that time, milliseconds since 1970, is wanted now; undefined: of no time more than of another. */
  seek(time: number | undefined): void {
    this.#sought = time === undefined ? undefined : { time, followed: true };
  }
  /** The person is there, or went on: what comes of it moves the list no more. */
  seekNoMore(): void {
    if (this.#sought?.followed) this.#sought = { ...this.#sought, followed: false };
  }
  /** Index of the newest row of the time that is wanted, or before; of the last where none is so old. undefined: none is wanted. */
  get sought(): number | undefined {
    const { time, followed } = this.#sought ?? {};
    if (time === undefined || !followed || this.#searching || this.length === 0) return undefined;
    return Math.min(
      firstBy(this.length, (index) => this.#dateOf(index), time),
      this.length - 1,
    );
  }

  /** Milliseconds since 1970. */
  #dateOf(index: number): number {
    const key = this.keyAt(index) ?? (0 as MessageKey);
    const here = this.#rows && indexOfKey(this.#rows, key) >= 0 ? this.#rows : truth.locate(key);
    return (here?.dates[indexOfKey(here, key)] ?? 0) * 1000;
  }

  /** The rows in sight; those around them are read ahead. */
  ensure(first: number, last: number): void {
    if (this.#window.first !== first || this.#window.last !== last) this.#window = { first, last };
    untrack(() => {
      const near = this.#keys.subarray(Math.max(0, first - margin), last + margin);
      descriptors.prepare(Array.from(near, (key) => truth.originalOf(key as MessageKey)));
    });
  }

  #wish(): void {
    const mailbox = this.#mailbox();
    if (mailbox === undefined) {
      engine.want('list', undefined);
      return;
    }
    const { first, last } = this.#window;
    const inSight = [...this.#keys.subarray(first, last + 1)] as MessageKey[];
    const previews = inSight.filter((key) => {
      const original = truth.originalOf(key);
      const descriptor = descriptors.get(original);
      // What was looked for and is not here had to go, and is fetched again.
      return descriptor ? descriptor.preview === undefined : descriptors.knows(original);
    });
    const searching = this.#searching;
    const around = searching || this.#keys.length >= this.total ? undefined : this.#around(mailbox);
    engine.want('list', {
      mailbox,
      previews,
      ...(around ? { around } : {}),
      ...(searching
        ? { search: { id: searching.id, mailbox: searching.mailbox, text: searching.text } }
        : {}),
    });
  }

  /** Rows that are wanted and not here yet. */
  #around(mailbox: MailboxKey): Wishes['around'] {
    const { first, last } = this.#window;
    const { length } = this.#keys;
    const sought = this.#sought;
    if (sought?.followed) return { date: sought.time };
    // Where older mail is stopped, nothing comes by itself.
    const isStopped = older.isStopped(mailbox);
    const gap = isStopped ? this.#gap : undefined;
    if (gap !== undefined && gap >= first && gap < last) return { position: gap };
    // Who has come to the end of what is here is about to want what comes after.
    if ((last > 0 || isStopped) && last >= length)
      return sought || gap !== undefined ? { date: this.#dateOf(length - 1) } : { position: length };
    return sought && { date: sought.time };
  }
}

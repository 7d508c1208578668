/** What is kept on this device, what it takes, and what another choice would take. */
import {
  costOfAll,
  isPassing,
  KEEPING_SETTING,
  keepingOf,
  keepsList,
  KNOW_AGAIN_SETTING,
  makeRoom,
  ROOM_SETTING,
  ROW_OCTETS,
  settingQuery,
  sizesQuery,
} from '@postern/protocol/sync';
import type { Keeping, MailboxKey, MailboxMode, MailboxSizes } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { askToPersist, PERSISTENCE_SETTING, storageEstimate } from '../engine/storage.ts';
import { commit, follow, theStore } from './device.ts';
import { truth } from './truth.svelte.ts';

export type { Keeping, MailboxMode };

/** Octets of mail, by what it is. */
export interface KeptSizes {
  readonly lists: number;
  readonly texts: number;
  readonly attachments: number;
}

/** As a round number of kB or MB, which limits are; sizes are counted in thousands elsewhere. */
export function roundLimit(octets: number): number {
  return octets / (octets < 2 ** 20 ? 1.024 : 1.048576);
}

/** The least that is freed at once when a person asks for room, in octets. */
const LEAST_ROOM = 16 * 1024 * 1024;

/** Where nothing is recent. */
const LIST_ALONE: Keeping = { days: 0, octets: 0 };

/** Make it while a component is being set up: sizes are followed only while somebody looks at them. */
export class KeptHere {
  #sizes: readonly MailboxSizes[] | undefined = $state.raw();
  #keeping: Keeping = $state.raw(keepingOf(undefined));
  #short: boolean = $state(false);
  #knowsAgain: boolean = $state(true);
  #device: { readonly usage: number; readonly quota: number } | undefined = $state.raw();
  #promised: boolean | undefined = $state();
  #onServer: { readonly mailbox: MailboxKey; readonly octets: number } | undefined = $state.raw();

  /** `asked`: the server is asked how large that mailbox is. */
  constructor(asked?: MailboxKey) {
    $effect(() => {
      if (asked === undefined) return undefined;
      const unlisten = engine.listen((note) => {
        if (note.note === 'size' && note.mailbox === asked) this.#onServer = note;
      });
      engine.want('size', { size: asked });
      return () => {
        engine.want('size', undefined);
        unlisten();
      };
    });
    $effect(() => {
      const stops = [
        follow(sizesQuery(), (sizes) => (this.#sizes = sizes)),
        follow(settingQuery<unknown>(KEEPING_SETTING), (kept) => (this.#keeping = keepingOf(kept))),
        follow(settingQuery<unknown>(ROOM_SETTING), (room) => (this.#short = room !== undefined)),
        follow(settingQuery<unknown>(KNOW_AGAIN_SETTING), (value) => (this.#knowsAgain = value !== false)),
      ];
      void this.#ask();
      return () => stops.forEach((stop) => stop());
    });
  }

  /** False until the store has said what is here. */
  get known(): boolean {
    return this.#sizes !== undefined;
  }
  get total(): KeptSizes {
    const sum = { lists: 0, texts: 0, attachments: 0 };
    for (const sizes of this.#sizes ?? []) {
      sum.lists += this.#listOf(sizes);
      sum.texts += sizes.texts;
      sum.attachments += sizes.attachments;
    }
    return sum;
  }
  /** Octets that the browser gives to all that this site keeps; undefined where it does not say. */
  get quota(): number | undefined {
    return this.#device?.quota;
  }
  /** Something had to go for want of room, and is not kept ahead since. */
  get short(): boolean {
    return this.#short;
  }
  /** Whether the browser has promised to remove nothing by itself; undefined where it does not say. */
  get promised(): boolean | undefined {
    return this.#promised;
  }

  /** Octets that are here of a mailbox. */
  sizeOf(key: MailboxKey): number {
    const found = this.#sizes?.find(({ mailbox }) => mailbox === key);
    return found ? this.#listOf(found) + found.texts + found.attachments : 0;
  }
  modeOf(key: MailboxKey): MailboxMode {
    return truth.mailbox(key)?.mode ?? 'disconnected';
  }
  async setMode(mailbox: MailboxKey, mode: MailboxMode): Promise<void> {
    if (mode !== this.modeOf(mailbox)) await commit([{ kind: 'mode', mailbox, mode }]);
  }
  /** Only what is opened is kept of it in that mode. */
  isPassing(key: MailboxKey, mode: MailboxMode): boolean {
    return isPassing(mode, truth.mailbox(key)?.role);
  }
  /** Senders and subjects are kept of it in that mode. */
  keepsList(key: MailboxKey, mode: MailboxMode): boolean {
    return keepsList({ mode, role: truth.mailbox(key)?.role });
  }
  /** Octets that a mode would take, about. */
  costOf(key: MailboxKey, mode: MailboxMode): number {
    const rows = truth.rowsIn(key);
    if (!rows) return 0;
    const messages = truth.mailbox(key)?.messages ?? 0;
    const octets = this.#onServer?.mailbox === key ? this.#onServer.octets : undefined;
    const now = Date.now();
    if (this.isPassing(key, mode) || (mode === 'online' && this.keepsList(key, mode)))
      return costOfAll(rows, 'disconnected', LIST_ALONE, now, { messages, octets });
    return costOfAll(rows, mode, this.#keeping, now, { messages, octets });
  }

  get keeping(): Keeping {
    return this.#keeping;
  }
  set keeping(keeping: Keeping) {
    this.#keeping = keeping;
    commit([{ kind: 'setting', name: KEEPING_SETTING, value: keeping }]).catch(() => undefined);
  }

  /** Moved messages are known again where the server does not say under which UID they went (RFC 4549 §4.2.2.1). */
  get knowsAgain(): boolean {
    return this.#knowsAgain;
  }
  set knowsAgain(value: boolean) {
    this.#knowsAgain = value;
    commit([{ kind: 'setting', name: KNOW_AGAIN_SETTING, value }]).catch(() => undefined);
  }

  /** Mail that can be fetched again goes: half of it. Settles with the octets that are free now. */
  async makeRoom(): Promise<number> {
    const { texts, attachments } = this.total;
    const freed = await makeRoom(await theStore(), Math.max(LEAST_ROOM, (texts + attachments) / 2));
    await this.#ask();
    return freed;
  }

  /** What had to go is fetched again, as far as there is room for it. */
  async tryAgain(): Promise<void> {
    await commit([{ kind: 'setting', name: ROOM_SETTING, value: undefined }]);
  }

  /** Asks the browser to remove nothing by itself; settles with its answer. */
  async askToPersist(): Promise<boolean> {
    const value = await askToPersist(Date.now());
    this.#promised = value?.granted ?? false;
    if (value) await commit([{ kind: 'setting', name: PERSISTENCE_SETTING, value }]).catch(() => undefined);
    return this.#promised;
  }

  #listOf({ mailbox, messages, descriptors }: MailboxSizes): number {
    return this.keepsList(mailbox, this.modeOf(mailbox)) ? descriptors : messages * ROW_OCTETS;
  }

  async #ask(): Promise<void> {
    this.#device = await storageEstimate();
    this.#promised = await navigator.storage?.persisted?.();
  }
}

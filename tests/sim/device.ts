import type { Clock } from '@postern/protocol/port';
import {
  actionsQuery,
  createEngine,
  descriptorsQuery,
  draftsQuery,
  mailboxesQuery,
  overlays,
  project,
  projectCopies,
  projectMailboxes,
  rowAt,
  rowsQuery,
  withRoom,
} from '@postern/protocol/sync';
import type {
  Action,
  Change,
  Descriptor,
  Draft,
  Engine,
  Mailbox,
  MailboxKey,
  MessageRow,
  Wishes,
} from '@postern/protocol/sync';
import { Chance, seedFor } from './chance.ts';
import type { WorldClock } from './clock.ts';
import type { Disk } from './disk.ts';
import { draftOf, FIRST_WORDS } from './draft.ts';
import { ada } from './letters.ts';
import type { Letter } from './letters.ts';
import { MortalStore, never } from './mortal-store.ts';
import type { Death, Fullness } from './mortal-store.ts';
import type { Network } from './network.ts';
import type { Side } from './second.ts';

/** A row as its person sees it, with what never changes about it. */
export interface Seen extends MessageRow {
  readonly descriptor: Descriptor;
  /** Shown where it will be: the server has not said yet that it is there. */
  readonly waits?: true;
}

/** A worker with its engine, as long as it lives. */
interface Life {
  readonly engine: Engine;
  readonly store: MortalStore;
  dead: boolean;
  /** Somebody waits for it to end of itself: then its death is one, too. */
  onDeath?: () => void;
}

export interface DevicePorts {
  readonly clock: WorldClock;
  readonly network: Network;
  readonly disk: Disk;
  readonly seed: number;
  readonly name: string;
  /** The server of its account. */
  readonly side: Side;
  /** Milliseconds that the store takes at most. */
  readonly slowness: number;
  onBug(error: unknown): void;
  onDeath(): void;
}

/** One of ours: what is on its disk, and the worker that runs now, if one does. */
export class Device {
  readonly disk: Disk;
  readonly name: string;
  readonly side: Side;
  readonly network: Network;
  readonly #ports: DevicePorts;
  readonly #chance: Chance;
  #life: Life | undefined;
  /** Asked to end, and not at its end yet. */
  #stopping: Life | undefined;
  #wishes: Wishes | undefined;
  #actions = 0;
  /** The draft as its person wrote it last. */
  draft: Draft;

  constructor(ports: DevicePorts) {
    this.#ports = ports;
    this.name = ports.name;
    this.side = ports.side;
    this.network = ports.network;
    this.disk = ports.disk;
    this.draft = draftOf(ports, FIRST_WORDS);
    this.#chance = new Chance(seedFor(ports.seed, `device ${ports.name}`));
  }

  get isRunning(): boolean {
    return this.#life !== undefined;
  }

  start(): void {
    const { clock, network, slowness } = this.#ports;
    const life: { dead: boolean } = { dead: false };
    const slow = (): number => (slowness === 0 ? 0 : this.#chance.below(slowness + 1));
    const store = new MortalStore(this.disk, clock, slow, () => this.#end(this.#life ?? this.#stopping));
    const engine = createEngine({
      store: withRoom(store),
      clock: mortalClock(clock, life),
      random: (octets) => this.#chance.octets(octets),
      connect: async (service, where) => {
        const wire = await network.connect(service, where);
        if (!life.dead) return wire;
        wire.close();
        return never();
      },
      tell: () => undefined,
      onBug: (error) => this.#ports.onBug(error),
    });
    this.#life = Object.assign(life, { engine, store });
    if (this.#wishes) engine.wish('screen', this.#wishes);
  }

  /** The worker is gone, in the middle of whatever it did. */
  kill(): void {
    this.#end(this.#life);
  }

  #end(life: Life | undefined): void {
    if (!life || life.dead) return;
    life.dead = true;
    life.store.die();
    this.network.breakAll('reset');
    if (life.onDeath) return life.onDeath();
    this.#life = undefined;
    this.#ports.onDeath();
  }

  killAt(death: Death): void {
    this.#life?.store.doom(death);
  }

  fill(fullness: Fullness): void {
    this.#life?.store.fill(fullness);
  }

  /** The worker is asked to end. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    this.#life = undefined;
    this.#stopping = life;
    const died = new Promise<void>((resolve) => (life.onDeath = resolve));
    await Promise.race([life.engine.stop(), died]);
    this.#stopping = undefined;
  }

  wish(wishes: Partial<Wishes>): void {
    this.#wishes = { messages: [], parts: [], downloads: [], ...wishes };
    this.#life?.engine.wish('screen', this.#wishes);
  }

  wake(): void {
    this.#life?.engine.wake('network');
  }

  /** The name of the mailbox on screen. */
  async watched(): Promise<string> {
    return (await this.mailboxes()).find(({ key }) => key === this.#wishes?.mailbox)?.name ?? 'INBOX';
  }

  mailboxes(): Promise<readonly Mailbox[]> {
    return this.disk.read(mailboxesQuery());
  }

  /** Those that a screen shows, to be looked into. */
  async shownMailboxes(): Promise<readonly Mailbox[]> {
    const shown = projectMailboxes(await this.mailboxes(), await this.actions());
    return shown.filter(({ attributes }) => !attributes.includes('\\Noselect'));
  }

  actions(): Promise<readonly Action[]> {
    return this.disk.read(actionsQuery());
  }

  /** All rows of a mailbox as the truth has them. */
  async truth(mailbox: MailboxKey): Promise<Seen[]> {
    return (await this.rows(mailbox)).flatMap(({ descriptor, ...row }) =>
      descriptor ? [{ ...row, descriptor }] : [],
    );
  }

  /** Those, too, whose descriptor is not here: it went to make room, or has yet to come. */
  async rows(mailbox: MailboxKey): Promise<(MessageRow & { readonly descriptor: Descriptor | undefined })[]> {
    const rows = await this.disk.read(rowsQuery(mailbox));
    const descriptors = await this.disk.read(descriptorsQuery([...rows.keys] as MessageRow['key'][]));
    return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i)).map((row) => ({
      ...row,
      descriptor: descriptors.get(row.key),
    }));
  }

  /** The messages that a screen shows in a mailbox, with what waits to be done laid over them. */
  async shown(mailbox: MailboxKey): Promise<Seen[]> {
    const actions = await this.actions();
    const laid = overlays(actions);
    const all = new Map<MessageRow['key'], Seen>();
    for (const { key } of await this.mailboxes())
      for (const row of await this.truth(key)) all.set(row.key, row);
    const copies = projectCopies(actions, (key) => all.get(key)).flatMap((row): Seen[] => {
      const original = all.get(row.original);
      return original ? [{ ...row, descriptor: original.descriptor, waits: true }] : [];
    });
    return [...all.values(), ...copies]
      .flatMap((row): Seen[] => {
        const shown = project(row, laid.get(row.key));
        return shown ? [shown.mailbox === row.mailbox ? shown : { ...shown, waits: true }] : [];
      })
      .filter((row) => row.mailbox === mailbox);
  }

  /** Appends an action as a screen would; gives its id. */
  async act(action: Record<string, unknown>, bytes?: Uint8Array): Promise<string> {
    const id = this.#nextId();
    const at = this.#ports.clock.now();
    const whole = { id, at, state: { name: 'waiting' }, ...action } as unknown as Action;
    await this.disk.commit([
      ...(bytes ? [{ kind: 'outgoing' as const, outgoing: { id, bytes } }] : []),
      { kind: 'action', action: whole },
    ]);
    this.#life?.engine.wake('action');
    return id;
  }

  /** Appends messages from files, as a screen would; gives the action's id. */
  async import(mailbox: MailboxKey, letters: readonly Letter[]): Promise<string> {
    const id = this.#nextId();
    const at = this.#ports.clock.now();
    const files = letters.map(({ number, messageId, bytes }, i) => ({
      name: `${number}.eml`,
      outgoing: `${id}/${i}`,
      octets: bytes.length,
      messageId,
      date: at,
      state: 'waiting' as const,
    }));
    await this.disk.commit([
      ...letters.map(({ bytes }, i): Change => ({ kind: 'outgoing', outgoing: { id: `${id}/${i}`, bytes } })),
      { kind: 'action', action: { id, at, state: { name: 'waiting' }, kind: 'import', mailbox, files } },
    ]);
    this.#life?.engine.wake('action');
    return id;
  }

  #nextId(): string {
    return String(++this.#actions).padStart(6, '0');
  }

  /** An action that was not begun is taken back; gives its id. */
  async withdraw(choice: number): Promise<string | undefined> {
    const begun = (action: Action): boolean =>
      action.state.name !== 'waiting' ||
      'noted' in action ||
      'tried' in action ||
      (action.kind === 'carry' && action.done !== undefined) ||
      (action.kind === 'import' && action.files.some(({ state }) => state !== 'waiting')) ||
      (action.kind === 'send' && (action.step !== 'submit' || action.delivered !== undefined));
    const actions = await this.actions();
    // What was done since to the same messages would be left in the air.
    const built = (action: Action, at: number): boolean =>
      actions.slice(at + 1).some((later) => named(later).some((key) => named(action).includes(key)));
    const waiting = actions.filter(
      (action, at) => !begun(action) && !built(action, at) && action.kind !== 'create-mailbox',
    );
    const action = waiting[choice % Math.max(1, waiting.length)];
    if (!action) return undefined;
    await this.disk.commit([{ kind: 'action-removed', id: action.id, onlyIn: 'waiting' }]);
    return (await this.actions()).some(({ id }) => id === action.id) ? undefined : action.id;
  }

  /** What failed is given up; gives its id. */
  async discard(choice: number): Promise<string | undefined> {
    const failed = (await this.actions()).filter(({ state }) => 'reason' in state);
    const action = failed[choice % Math.max(1, failed.length)];
    if (!action) return undefined;
    await this.disk.commit([{ kind: 'action-removed', id: action.id }]);
    return action.id;
  }

  /** A draft that is not open, and is on the server as it is, is kept there alone. */
  async draftHere(): Promise<Draft | undefined> {
    return (await this.disk.read(draftsQuery()))[0];
  }

  /** Keeps a draft here, with where it is on the server, if it is. */
  async writeDraft(number: number, text: string, editing: boolean): Promise<void> {
    const before = await this.draftHere();
    // As the app does: two versions of one millisecond would pass for one.
    const changed = Math.max(this.#ports.clock.now(), this.draft.changed + 1);
    const written = draftOf(this.#ports, text, number, changed, editing);
    this.draft = { ...written, ...(before?.copy ? { copy: before.copy } : {}) };
    await this.disk.commit([{ kind: 'draft', draft: this.draft }]);
  }

  /** Has the draft saved on the server, as a screen would: what failed is tried again. Gives the action's id. */
  async saveDraft(): Promise<string | undefined> {
    const earlier = (await this.actions()).find(
      ({ kind, state }) => kind === 'save-draft' && state.name !== 'running',
    );
    if (earlier?.state.name === 'waiting') return earlier.id;
    if (earlier) {
      await this.disk.commit([{ kind: 'action', action: { ...earlier, state: { name: 'waiting' } } }]);
      return earlier.id;
    }
    const mailbox = (await this.mailboxes()).find(({ role }) => role === 'drafts');
    if (!mailbox) return undefined;
    const from = { name: 'Ada', address: ada };
    const { id: draft } = this.draft;
    return this.act({ kind: 'save-draft', draft, mailbox: mailbox.key, from, timeZoneOffset: 0 });
  }

  /** What failed is tried again, as its person asked; gives the ids. */
  async retry(): Promise<string[]> {
    const failed = (await this.actions()).filter(({ state }) => state.name === 'failed');
    for (const action of failed)
      await this.disk.commit([
        { kind: 'action-state', id: action.id, state: { name: 'waiting' }, onlyIn: 'failed' },
      ]);
    this.#life?.engine.wake('action');
    return failed.map(({ id }) => id);
  }
}

/** The messages that an action names, and those that it makes. */
function named(action: Action): readonly MessageRow['key'][] {
  return [...('messages' in action ? action.messages : []), ...('copies' in action ? action.copies : [])];
}

/** A clock that never again wakes whoever is dead. */
function mortalClock(clock: WorldClock, life: { readonly dead: boolean }): Clock {
  return {
    now: () => clock.now(),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (!clock.count()) return;
        if (signal?.aborted) return reject(signal.reason as Error);
        const off = clock.at(clock.now() + Math.max(0, milliseconds), () => {
          if (!life.dead) resolve();
        });
        signal?.addEventListener('abort', () => {
          off();
          reject(signal.reason as Error);
        });
      }),
  };
}

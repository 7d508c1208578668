/**
 * Mailboxes that are online (RFC 1733): what is known of their messages beyond the rows goes when it is on no screen any more. It takes
 * no connection for that, so that what an engine before this one has left goes, too, and what is left while there is no network.
 *
 * What is to be known again by it stays: what an action or a draft names, and all of a mailbox that something is on its way into, or in
 * which something waits for its UID (same-message.ts).
 */
import { StoreError } from '../error.ts';
import type { Clock } from '../port.ts';
import type { Action } from './action.ts';
import { sparedBy } from './evict.ts';
import { BARE_SETTING, bareOf, keepsList } from './keep.ts';
import type { Draft, Mailbox, MailboxKey, MessageKey } from './model.ts';
import { messagesIn } from './named-in.ts';
import { indexOfKey } from './rows.ts';
import type { Screens } from './screens.ts';
import { actionsQuery, descriptorChunk, descriptorsQuery, draftsQuery, settingQuery } from './store.ts';
import type { Touched } from './store.ts';
import type { Truth } from './truth.ts';

/** Messages of which something is forgotten in one commit. */
const PER_COMMIT = 400;
/** Milliseconds in which the screens that are there have said what they show, when an engine begins. */
const STATED_WITHIN = 1000;

export class Unkept {
  readonly #truth: Truth;
  readonly #screens: Screens;
  readonly #clock: Clock;
  readonly #onBug: (error: unknown) => void;
  readonly #stopped = new AbortController();
  #stated = false;
  /** Of these messages nothing was here, by mailbox, in ascending order, unless one of `#touched` is theirs. */
  readonly #bare = new Map<MailboxKey, Uint32Array>();
  /** Chunks of descriptors. */
  #touched = new Set<number>();
  #online = false;
  #rung = false;
  #running: Promise<void> | undefined;

  constructor(truth: Truth, screens: Screens, clock: Clock, onBug: (error: unknown) => void) {
    this.#truth = truth;
    this.#screens = screens;
    this.#clock = clock;
    this.#onBug = onBug;
    this.ring();
  }

  /** Screens show something else, or there is something else in the store. */
  ring(): void {
    this.#rung = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  heard(touched: ReadonlySet<Touched>): void {
    let concerned = touched.has('modes') || touched.has('mailboxes');
    for (const key of this.#online ? touched : []) {
      if (key.startsWith('descriptors:')) this.#touched.add(Number(key.slice('descriptors:'.length)));
      concerned ||= key === 'actions' || key === 'drafts' || /^(?:rows|descriptors):/.test(key);
    }
    if (concerned) this.ring();
  }

  /** Settles when nothing is being forgotten any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#rung && !this.#stopped.signal.aborted) {
      this.#rung = false;
      try {
        await this.#forget();
      } catch (error) {
        // What a store does not take now is done with the next ring, from the beginning.
        this.#bare.clear();
        if (!(error instanceof StoreError)) this.#onBug(error);
      }
    }
  }

  async #forget(): Promise<void> {
    const online = (await this.#truth.mailboxes()).filter((mailbox) => !keepsList(mailbox));
    this.#online = online.length > 0;
    for (const key of this.#bare.keys())
      if (!online.some((mailbox) => mailbox.key === key)) this.#bare.delete(key);
    if (!this.#online || !(await this.#haveStated())) return;
    const touched = this.#touched;
    this.#touched = new Set();
    await this.#note(online).catch((error: unknown) => {
      // What goes makes room for it.
      if (!(error instanceof StoreError)) throw error;
    });
    for (const { key } of online) {
      if (this.#screens.shown().includes(key)) this.#bare.delete(key);
      else await this.#forgetIn(key, touched);
    }
  }

  /** False: the engine has stopped meanwhile. */
  async #haveStated(): Promise<boolean> {
    const { signal } = this.#stopped;
    if (!this.#stated) await this.#clock.sleep(STATED_WITHIN, signal).catch(() => undefined);
    this.#stated = true;
    return !signal.aborted;
  }

  /** Once the person wants their lists to be here, it is known whose are not. */
  async #note(online: readonly Mailbox[]): Promise<void> {
    const { store } = this.#truth;
    const known = async (): Promise<readonly MailboxKey[]> =>
      bareOf(await store.read(settingQuery(BARE_SETTING)));
    const before = await known();
    if (online.every(({ key }) => before.includes(key))) return;
    await this.#truth.change(async () => {
      const value = [...new Set([...(await known()), ...online.map(({ key }) => key)])];
      return { changes: [{ kind: 'setting', name: BARE_SETTING, value }], result: undefined };
    });
  }

  async #forgetIn(mailbox: MailboxKey, touched: ReadonlySet<number>): Promise<void> {
    const { keys } = await this.#truth.rows(mailbox);
    const before = this.#bare.get(mailbox) ?? new Uint32Array();
    const stayed = new Set<number>();
    const doubtful: MessageKey[] = [];
    let next = 0;
    for (const key of keys as Iterable<number> as Iterable<MessageKey>) {
      while ((before[next] ?? Infinity) < key) next++;
      if (before[next] !== key || touched.has(descriptorChunk(key))) doubtful.push(key);
    }
    let drafts: Promise<readonly Draft[]> | undefined;
    // They come with their files: once is enough.
    const readDrafts = (): Promise<readonly Draft[]> => (drafts ??= this.#truth.store.read(draftsQuery()));
    for (let at = 0; at < doubtful.length; at += PER_COMMIT) {
      const some = doubtful.slice(at, at + PER_COMMIT);
      for (const key of await this.#forgetSome(mailbox, some, readDrafts)) stayed.add(key);
    }
    this.#bare.set(mailbox, stayed.size === 0 ? keys : keys.filter((key) => !stayed.has(key)));
  }

  /** Gives those of which something stays. Alone, so that what is being known again meanwhile is not forgotten. */
  #forgetSome(
    mailbox: MailboxKey,
    keys: readonly MessageKey[],
    readDrafts: () => Promise<readonly Draft[]>,
  ): Promise<readonly MessageKey[]> {
    const { store } = this.#truth;
    return this.#truth.change(async () => {
      const there = [...(await store.read(descriptorsQuery(keys))).keys()];
      if (there.length === 0) return { changes: [], result: [] };
      const rows = await this.#truth.rows(mailbox);
      const actions = await store.read(actionsQuery());
      const isAwaited = rows.uids.includes(0) || actions.some((action) => targetOf(action) === mailbox);
      if (isAwaited || this.#screens.shown().includes(mailbox)) return { changes: [], result: there };
      const spared = sparedBy(actions);
      for (const draft of await readDrafts()) for (const key of messagesIn(draft)) spared.add(key);
      for (const key of this.#screens.held()) spared.add(key);
      const going = there.filter((key) => !spared.has(key) && indexOfKey(rows, key) >= 0);
      const left = there.filter((key) => !going.includes(key));
      if (going.length === 0) return { changes: [], result: left };
      return { changes: [{ kind: 'evicted', what: 'descriptors', keys: going }], result: left };
    });
  }
}

/** Where messages are on their way; what failed comes no further by itself. */
function targetOf(action: Action): MailboxKey | undefined {
  const goes = action.state.name !== 'failed' && (action.kind === 'move' || action.kind === 'copy');
  return goes ? action.to : undefined;
}

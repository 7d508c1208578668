/** Carrying out the person's actions, one at a time, in their order; what cannot be done now does not hold up the rest. */
import { CommandError } from '../error.ts';
import type { Action, ActionId } from './action.ts';
import type { Lane } from './lane.ts';
import { MailboxVoided } from './lane.ts';
import { listMailboxes } from './list-mailboxes.ts';
import { mailboxesOf } from './named-in.ts';
import { codeOf, LONGEST_REST, nextAction, verdictOn } from './outbox.ts';
import { OutOfReach } from './referral.ts';
import { isBug, isConnectionMatter, isSessionOver } from './problem.ts';
import { askRights } from './rights-asking.ts';
import { NotYet, Refused, StillThere, TooSoon, Withdrawn } from './settle/context.ts';
import type { Settling } from './settle/context.ts';
import { settleAction } from './settle/index.ts';
import { restore } from './settle/spare.ts';
import { actionsQuery } from './store.ts';
import { Strikes } from './strikes.ts';

/** First rest of an action that was put off, milliseconds. */
const REST = 5_000;
/** First rest of an action that waits for a UID: it is on its way. */
const SHORT_REST = 500;
/** Rest after which what is still there, although it was expunged, is told to the person. */
const TELLING_REST = 30_000;
/** Connections that an action may break in a row before others go first. */
const STRIKES = 2;

/** Something was refused for want of room on the server, or has made some. */
export type RoomNews = 'short' | 'freed';

export class Acting {
  readonly #settling: Settling;
  readonly #tellRoom: (news: RoomNews) => void;
  readonly #lane: Lane;
  readonly #resting = new Map<ActionId, number>();
  readonly #rests = new Map<ActionId, number>();
  readonly #strikes = new Strikes();
  #begun = false;
  #owes = true;
  #owesFrom: number | undefined;
  /** When to look again without being woken; undefined: no need. */
  due: number | undefined;
  /** The action under way. */
  acting: ActionId | undefined;

  constructor(settling: Settling, tellRoom: (news: RoomNews) => void) {
    this.#settling = settling;
    this.#tellRoom = tellRoom;
    this.#lane = settling.lane;
  }

  /** Carries out the next action; false when there is none. Rejects when the connection is the matter, or a bug. */
  async step(): Promise<boolean> {
    await this.inherit();
    if (this.#owes && (this.#owesFrom ?? 0) <= this.#lane.now()) await this.#restore();
    const actions = await this.#settling.truth.store.read(actionsQuery());
    await this.#forget(actions);
    const { doubts } = this.#settling;
    const isInDoubt = (id: ActionId): boolean => doubts.certainFrom(id) > this.#lane.now();
    const { action, notBefore } = nextAction(actions, this.#resting, this.#lane.now(), isInDoubt);
    const owes = this.#owes ? this.#owesFrom : undefined;
    this.due = owes === undefined ? notBefore : Math.min(owes, notBefore ?? owes);
    if (!action) return false;
    this.acting = action.id;
    doubts.taken(action.id);
    this.#owes = true;
    try {
      await settleAction(this.#settling, action);
      if (action.kind === 'expunge' || action.kind === 'delete-mailbox') this.#tellRoom('freed');
    } catch (error) {
      await this.#setBack(action, error);
    } finally {
      this.acting = undefined;
    }
    return true;
  }

  /**
   * What an engine before this one had begun, it may have been at until now. To be done before anything is looked at: what leaves a
   * mailbox is such a move's own doing.
   */
  async inherit(): Promise<void> {
    if (this.#begun) return;
    const { truth, doubts } = this.#settling;
    for (const action of await truth.store.read(actionsQuery())) {
      if (action.state.name !== 'running') continue;
      doubts.inherited(action.id);
      this.#restInDoubt(action.id);
      if (action.kind === 'move') truth.hold(action.from, action.messages);
    }
    this.#begun = true;
  }

  /** It is not looked for before the server has had its time: what is found to be missing is done again at once. */
  #restInDoubt(id: ActionId): void {
    const until = this.#settling.doubts.certainFrom(id);
    this.#rests.set(id, this.#rests.get(id) ?? 0);
    this.#resting.set(id, Math.max(this.#resting.get(id) ?? 0, until));
  }

  /** What an action that did not come to its end, perhaps of an engine before this one, has to put right. */
  async #restore(): Promise<void> {
    try {
      await restore(this.#settling);
      this.#owes = false;
      this.#owesFrom = undefined;
    } catch (error) {
      const isPutOff = error instanceof NotYet;
      if (!(isPutOff || error instanceof CommandError || error instanceof MailboxVoided)) throw error;
      this.#owesFrom =
        error instanceof TooSoon ? error.until : this.#lane.now() + (isPutOff ? SHORT_REST : REST);
    }
  }

  /** Actions that rest are tried at once: the network is back, or the person asked. What is in doubt is so all the same. */
  hurry(): void {
    for (const id of this.#resting.keys())
      if (this.#settling.doubts.certainFrom(id) <= this.#lane.now()) this.#resting.delete(id);
    this.#strikes.clear();
  }

  /** Of what is settled, discarded or set aside nothing is remembered: when the person tries again, it is new. */
  async #forget(actions: readonly Action[]): Promise<void> {
    const unsettled = actions.filter(({ state }) => !('reason' in state));
    const open = new Set(unsettled.map(({ id }) => id));
    this.#settling.doubts.keepOnly(open);
    for (const id of this.#rests.keys()) {
      if (open.has(id)) continue;
      this.#rests.delete(id);
      this.#resting.delete(id);
      this.#strikes.clear(id);
    }
    // A move whose connection was lost holds its messages until it is looked at again: this one will not be.
    const { truth } = this.#settling;
    if (truth.held.size === 0) return;
    const moving = new Set(unsettled.flatMap((action) => (action.kind === 'move' ? action.messages : [])));
    const idle = [...truth.held.keys()].filter((key) => !moving.has(key));
    if (idle.length > 0) await truth.release(idle);
  }

  async #setBack(action: Action, error: unknown): Promise<void> {
    // Voided: the action was set aside, or finds its messages gone when it is looked at again.
    if (error instanceof Withdrawn || error instanceof MailboxVoided) return;
    if (error instanceof Refused) {
      const name = error.uncertain ? 'uncertain' : 'failed';
      const { reason, words, refusals } = error;
      const state = { name, reason, words } as const;
      await this.#setAside(action, refusals.length === 0 ? state : { ...state, refusals });
      return;
    }
    if (error instanceof StillThere && (this.#rests.get(action.id) ?? 0) > TELLING_REST)
      return this.#setAside(action, { name: 'failed', reason: 'not-removed', words: '' });
    if (error instanceof NotYet) return this.#rest(action, SHORT_REST);
    if (error instanceof CommandError) {
      // Another server's connection may have been lost.
      if (error instanceof OutOfReach) this.#settling.doubts.lost(action.id, error);
      const verdict = verdictOn(error);
      if (verdict.verdict === 'fail' && (await this.#isRenamed(action, error)))
        this.#rest(action, SHORT_REST);
      else if (verdict.verdict === 'fail') await this.#setAside(action, verdict.state);
      else this.#rest(action, REST);
      this.#restInDoubt(action.id);
      if (error.code?.name === 'NEWNAME')
        for (const mailbox of mailboxesOf(action)) this.#settling.stale(mailbox);
      return;
    }
    // It stays as it is, and is checked when it is its turn again. If it may be the reason, others go before it.
    this.#settling.doubts.lost(action.id, error);
    this.#rests.set(action.id, this.#rests.get(action.id) ?? 0);
    if (isBug(error) || this.#lane.isOpen) this.#rest(action, REST);
    else if (this.#strikes.add(action.id) >= STRIKES) this.#rest(action, REST);
    this.#restInDoubt(action.id);
    // The IMAP connection stands: it was the submission that broke. It waits by itself, and the rest goes on while there is a session.
    if (isBug(error) || !this.#lane.isOpen || isSessionOver(error)) throw error;
  }

  /** A mailbox of it has another name now: it goes on there. */
  async #isRenamed(action: Action, error: CommandError): Promise<boolean> {
    if (codeOf(error) !== 'NONEXISTENT') return false;
    const { truth, servers } = this.#settling;
    const before = new Map((await truth.mailboxes()).map(({ key, wireName }) => [key, wireName]));
    await listMailboxes(servers.home, truth);
    const after = new Map((await truth.mailboxes()).map(({ key, wireName }) => [key, wireName]));
    return mailboxesOf(action).some(
      (key) => after.has(key) && (after.get(key) !== before.get(key) || truth.undecided.has(key)),
    );
  }

  #rest({ id }: Action, first: number): void {
    const rest = Math.min(LONGEST_REST, Math.max(first, (this.#rests.get(id) ?? 0) * 2));
    this.#rests.set(id, rest);
    this.#resting.set(id, this.#lane.now() + rest);
  }

  /** The newest version of the action is what is kept: steps may have been committed since it was read. */
  async #setAside(action: Action, state: Action['state']): Promise<void> {
    const { truth } = this.#settling;
    await truth.change(async () => {
      const actions = await truth.store.read(actionsQuery());
      const newest = actions.find(({ id }) => id === action.id) ?? action;
      // What the person has taken back meanwhile stays so.
      return {
        changes: [{ kind: 'action', action: { ...newest, state }, onlyIfThere: true }],
        result: undefined,
      };
    });
    if (!('reason' in state)) return;
    if (state.reason === 'quota') this.#tellRoom('short');
    if (state.reason === 'forbidden') await this.#askRights(action);
  }

  /**
   * What was taken for allowed is not: the screen is to know. And a server may go by the rights that there were when the mailbox was
   * selected (Dovecot does): tried again, it is selected anew. It is no matter of the action any more whether that succeeds.
   */
  async #askRights(action: Action): Promise<void> {
    const { truth, servers } = this.#settling;
    const concerned = new Set(mailboxesOf(action));
    for (const mailbox of (await truth.mailboxes()).filter(({ key }) => concerned.has(key))) {
      await servers
        .at(mailbox, async (lane) => {
          await askRights(lane, truth, [mailbox]);
          if (lane.selected === mailbox.key) await lane.unselect();
        })
        .catch((error: unknown) => {
          if (isConnectionMatter(error) || isBug(error)) throw error;
        });
    }
  }
}

/**
 * Moves and copies into another account (RFC 4549 §4.2.2.3 to 4.2.2.5): FETCH here, APPEND there with flags and date, and where it
 * is a move, removal here. Never loses, never doubles: nothing is removed before the other server's OK is in the store, and after
 * a lost receipt the target is looked into before anything is put there again.
 *
 * What is kept of bodies on this device are parts with their transfer encoding undone, not the octets of the message: those are
 * fetched whole.
 */
import { CommandError } from '../../error.ts';
import { uidStore } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { CarryAction, HeldBy, RefusedMessage } from '../action.ts';
import type { Change } from '../change.ts';
import { describeAgain } from '../described.ts';
import type { Mailbox, MailboxKey, MessageKey } from '../model.ts';
import { AccountAway } from '../other-accounts.ts';
import { verdictOn } from '../outbox.ts';
import { groupByMailbox } from '../rows.ts';
import { runInSteps } from '../steps.ts';
import { actionsQuery, descriptorsQuery } from '../store.ts';
import type { Located, Truth } from '../truth.ts';
import { limitOf } from './append-limit.ts';
import { noteTarget } from './carry-target.ts';
import { at, begin, needUids, Refused, Withdrawn } from './context.ts';
import type { Settling } from './context.ts';
import { needCertainty } from './in-doubt.ts';
import { standing } from './last-of-all.ts';
import { removeUids } from './remove.ts';
import { stillThere } from './still-there.ts';
import { transfer, turnOf, withoutGone } from './transfer.ts';
import { whichArrived } from './which-arrived.ts';

/** What came of some of the messages; of the others nothing was tried yet. */
interface Turn {
  /** In the target, for certain. */
  readonly arrived: ReadonlySet<MessageKey>;
  readonly refused: readonly RefusedMessage[];
  /** Not here any more, by somebody else's hand. */
  readonly gone: ReadonlySet<MessageKey>;
  /** Together they were refused, and none of them was by itself: the server only says that it takes several at once. */
  readonly oneByOne?: boolean;
}

export async function settleCarry(settling: Settling, action: CarryAction): Promise<void> {
  try {
    await carryOn(settling, action);
  } catch (error) {
    if (error instanceof AccountAway) await hold(settling, action, error.why);
    else if (isLasting(error)) await forgive(settling, action);
    throw error;
  }
}

/** One turn: what a person waits for meanwhile goes before the next. */
async function carryOn(settling: Settling, action: CarryAction): Promise<void> {
  const { truth } = settling;
  const located = await truth.locate(action.messages, action.from);
  const refused = new Set(action.refused?.map(({ key }) => key));
  const [rows = []] = groupByMailbox(located.filter(({ key }) => !refused.has(key))).values();
  const there = new Set(located.map(({ key }) => key));
  const absent = action.messages.filter((key) => !there.has(key) && !refused.has(key));
  const home = rows[0]?.home;
  if (!home)
    return fold(truth, action, action.from, { arrived: new Set(), refused: [], gone: new Set(absent) });
  await needUids(settling, rows);
  await needCertainty(settling, action.id, rows);
  await at(settling, home, async (here) => {
    await here.lane.select(home, { uids: rows.map(({ uid }) => uid) });
    const turn = await here.accounts.at(action.to, (other, to) => bring(here, other, action, to, rows));
    if (action.remove) await removeHere(here, action, home, rows, turn);
    await fold(truth, action, home.key, { ...turn, gone: new Set([...turn.gone, ...absent]) });
    await here.lane.absorbed();
  });
}

async function bring(
  here: Settling,
  other: Settling,
  action: CarryAction,
  to: Mailbox,
  rows: readonly Located[],
): Promise<Turn> {
  const { truth } = here;
  const noted = await noteTarget(here, other, action, to).catch(async (error: unknown) => {
    if (error instanceof Refused) await letStay(here, action, rows);
    throw error;
  });
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  if (action.noted) {
    // Of a mailbox that was numbered anew nobody knows whether it was made anew: it is looked into.
    const isSame = [0, noted.uidValidity].includes(action.noted.uidValidity);
    const arrived =
      isSame && action.copied
        ? await standing(here, other, action, to, rows)
        : new Set((await whichArrived(here, other, { noted: action.noted }, to, rows)).keys());
    if (arrived.size > 0) return { arrived, refused: [], gone: new Set() };
  }
  const some = turnOf(rows);
  // Nothing is put there that could not be known again.
  const known = await truth.store.read(descriptorsQuery(some.map(({ key }) => key)));
  const unknown = some.filter(({ key }) => !known.has(key));
  if (unknown[0]) await describeAgain(here.lane, truth, unknown[0].home, unknown);
  const limit = await limitOf(other, to);
  await closeDoubts(truth, action, noted);
  const begun = await begin(here, action, { noted, held: undefined });
  return put(here, other, begun, to, some, limit);
}

/** What arrived there is gone with its mailbox, by somebody's hand: what is left of it here is to stay, and is not to look removed. */
async function letStay(here: Settling, action: CarryAction, rows: readonly Located[]): Promise<void> {
  const uids = rows.filter(({ key }) => action.copied?.includes(key)).map(({ uid }) => uid as Uid);
  if (uids.length === 0) return;
  try {
    await runInSteps(here.lane, uids, (some) => uidStore(some, { mode: 'remove', flags: ['\\Deleted'] }));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  await update(here.truth, action, ({ noted: _noted, copied: _copied, ...rest }) => rest);
}

function unbegun({ noted: _noted, ...action }: CarryAction): CarryAction {
  return { ...action, state: { name: 'waiting' } };
}

/** Of whatever else has no receipt yet for what it put there: that is below what is put there now, which could pass for it. */
function closeDoubts(
  truth: Truth,
  action: CarryAction,
  { uidValidity, uidNext }: NonNullable<CarryAction['noted']>,
): Promise<void> {
  return truth.change(async () => {
    const changes: Change[] = [];
    for (const other of await doubtsBeside(truth, action))
      // A server that does not say its UIDNEXT closes nothing.
      if (other.noted?.until === undefined && other.noted?.uidValidity === uidValidity && uidNext > 1) {
        const noted = { ...other.noted, until: uidNext };
        changes.push({ kind: 'action', action: { ...other, noted }, keepsState: true });
      }
    return { changes, result: undefined };
  });
}

async function doubtsBeside(truth: Truth, { id, to }: CarryAction): Promise<CarryAction[]> {
  const actions = await truth.store.read(actionsQuery());
  return actions.filter(
    (other): other is CarryAction =>
      other.kind === 'carry' &&
      other.id !== id &&
      other.to.account === to.account &&
      other.to.wireName === to.wireName &&
      other.noted !== undefined &&
      other.copied === undefined,
  );
}

/** @param limit octets that a message may have there. */
async function put(
  here: Settling,
  other: Settling,
  action: CarryAction,
  to: Mailbox,
  rows: readonly Located[],
  limit: number,
): Promise<Turn> {
  // What is not there yet can still be taken back.
  const goOn = async (): Promise<void> => {
    if (!(await newestOf(here.truth, action))) throw new Withdrawn();
  };
  const taking = { limit, oneByOne: action.oneByOne === true, make: false, goOn };
  const { arrived, failure, ...done } = await transfer(here.lane, other, to, rows, taking);
  // What is done is settled first; then the first of the next turn tells.
  const isSome = arrived.size + done.refused.length > 0;
  if (failure !== undefined && !(failure instanceof CommandError && isSome)) {
    // Refused with a receipt: nothing of it is there, and there is nothing to look for.
    if (failure instanceof CommandError) await update(here.truth, action, unbegun);
    throw failure;
  }
  const left = await withoutGone(here, rows, done.refused);
  return { arrived: new Set(arrived.keys()), oneByOne: done.oneByOne, ...left };
}

/** Only what is in the target, and only when the store knows that it is. */
async function removeHere(
  here: Settling,
  action: CarryAction,
  home: Mailbox,
  rows: readonly Located[],
  { arrived }: Turn,
): Promise<void> {
  if (arrived.size === 0) return;
  const there = await update(here.truth, action, (newest) => ({ ...newest, copied: [...arrived] }));
  if (!there) throw new Withdrawn();
  const uids = rows.filter(({ key }) => arrived.has(key)).map(({ uid }) => uid as Uid);
  await here.lane.select(home, { uids });
  const left = await stillThere(here, uids);
  // As they were marked before: taken in later, it would undo what another connection hears of the marks that come now.
  await here.lane.absorbed();
  if (left.size > 0) await removeUids(here, home, [...left]);
}

/** Takes a turn into truth, together with what is left of the action: the rest begins anew, and notes anew. */
function fold(truth: Truth, action: CarryAction, mailbox: MailboxKey, turn: Turn): Promise<void> {
  return truth.change(async () => {
    const changes: Change[] = [];
    const keys = [...turn.arrived];
    if (action.remove && keys.length > 0) changes.push({ kind: 'expunged', mailbox, keys });
    const newest = await newestOf(truth, action);
    if (newest) changes.push(after(newest, turn));
    return { changes, result: undefined };
  });
}

function after(
  { noted: _noted, copied = [], refused: before = [], held: _held, ...action }: CarryAction,
  { arrived, refused: now, gone, oneByOne }: Turn,
): Change {
  const done = new Set([...arrived, ...copied.filter((key) => gone.has(key))]);
  const messages = action.messages.filter((key) => !done.has(key));
  const lost = [...gone].map((key): RefusedMessage => ({ key, reason: 'gone', words: '' }));
  const refused = [...before, ...now, ...lost].filter(({ key }) => messages.includes(key));
  const counted = (action.done ?? 0) + done.size;
  if (messages.length > refused.length) {
    const left = refused.length > 0 ? { messages, refused } : { messages };
    const learnt = oneByOne ? ({ oneByOne } as const) : {};
    const rest: CarryAction = { ...action, ...left, ...learnt, done: counted, state: { name: 'waiting' } };
    return { kind: 'action', action: rest, onlyIfThere: true };
  }
  // What can be tried again tells more than what is gone.
  const first = refused.find(({ reason }) => reason !== 'gone') ?? refused[0];
  if (!first) return { kind: 'action-removed', id: action.id };
  const reason = first.reason === 'gone' ? (action.lost?.reason ?? first.reason) : first.reason;
  const state = { name: 'failed', reason, words: first.words } as const;
  return { kind: 'action', action: { ...action, messages, done: counted, state }, onlyIfThere: true };
}

/** Shown as waiting, and why; looked after again later, wherever it was. */
async function hold({ truth }: Settling, action: CarryAction, held: HeldBy): Promise<void> {
  await update(truth, action, (newest) =>
    newest.held === held && newest.state.name === 'waiting'
      ? newest
      : { ...newest, held, state: { name: 'waiting' } },
  );
}

/** When the person tries again what has failed, all of it is tried. */
async function forgive({ truth }: Settling, action: CarryAction): Promise<void> {
  await update(truth, action, ({ refused: _refused, ...rest }) => rest);
}

function isLasting(error: unknown): boolean {
  return error instanceof Refused || (error instanceof CommandError && verdictOn(error).verdict === 'fail');
}

/** False when the person has taken it back. */
function update(
  truth: Truth,
  action: CarryAction,
  make: (newest: CarryAction) => CarryAction,
): Promise<boolean> {
  return truth.change(async () => {
    const newest = await newestOf(truth, action);
    const changed = newest && make(newest);
    if (!changed || changed === newest) return { changes: [], result: newest !== undefined };
    const keeps = changed.state === newest.state ? ({ keepsState: true } as const) : {};
    return { changes: [{ kind: 'action', action: changed, onlyIfThere: true, ...keeps }], result: true };
  });
}

async function newestOf(truth: Truth, { id }: CarryAction): Promise<CarryAction | undefined> {
  const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
  return newest?.kind === 'carry' ? newest : undefined;
}

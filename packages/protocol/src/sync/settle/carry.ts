/**
 * Moves and copies into another account (RFC 4549 §4.2.2.3 to 4.2.2.5): FETCH here, APPEND there with flags and date, and where it
 * is a move, removal here. Never loses, never doubles: nothing is removed before the other server's OK is in the store, and after
 * a lost receipt the target is looked into before anything is put there again.
 *
 * What is kept of bodies on this device are parts with their transfer encoding undone, not the octets of the message: those are
 * fetched whole.
 */
import { CommandError } from '../../error.ts';
import { noop } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { CarryAction, HeldBy, RefusedMessage } from '../action.ts';
import type { Change } from '../change.ts';
import { describeAgain } from '../described.ts';
import type { Mailbox, MailboxKey, MessageKey } from '../model.ts';
import { AccountAway } from '../other-accounts.ts';
import { codeOf, verdictOn } from '../outbox.ts';
import { groupByMailbox } from '../rows.ts';
import { actionsQuery, descriptorsQuery } from '../store.ts';
import type { Located, Truth } from '../truth.ts';
import { limitOf } from './append-limit.ts';
import { at, begin, needUids, note, Refused, Withdrawn } from './context.ts';
import type { Settling } from './context.ts';
import { needCertainty } from './in-doubt.ts';
import { arrivedSince } from './move.ts';
import type { Arrival } from './move.ts';
import { removeUids } from './remove.ts';
import { stillThere } from './still-there.ts';
import { appendCopy, fetchWhole, TURN_MESSAGES, TURN_OCTETS } from './transfer.ts';

/** What came of some of the messages; of the others nothing was tried yet. */
interface Turn {
  /** In the target, for certain. */
  readonly arrived: ReadonlySet<MessageKey>;
  readonly refused: readonly RefusedMessage[];
  /** Not here any more, by somebody else's hand. */
  readonly gone: ReadonlySet<MessageKey>;
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
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  if (action.noted) {
    const arrived = await check(truth, other, action, to, rows);
    if (arrived.size > 0) return { arrived, refused: [], gone: new Set() };
  }
  const some = rows.slice(0, TURN_MESSAGES);
  // Nothing is put there that could not be known again.
  const known = await truth.store.read(descriptorsQuery(some.map(({ key }) => key)));
  const unknown = some.filter(({ key }) => !known.has(key));
  if (unknown[0]) await describeAgain(here.lane, truth, unknown[0].home, unknown);
  const limit = await limitOf(other, to);
  const noted = await note(other, to);
  await closeDoubts(truth, action, noted);
  await begin(here, action, { noted, held: undefined });
  try {
    return await put(here, other, to, some, limit);
  } catch (error) {
    // Refused with a receipt: nothing of it is there, and there is nothing to look for.
    if (error instanceof CommandError) await update(truth, action, unbegun);
    throw error;
  }
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
        changes.push({ kind: 'action', action: { ...other, noted }, onlyIfThere: true });
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
  to: Mailbox,
  rows: readonly Located[],
  limit: number,
): Promise<Turn> {
  const arrived = new Set<MessageKey>();
  const refused: RefusedMessage[] = [];
  let octets = 0;
  for (const row of rows) {
    if (octets > TURN_OCTETS) break;
    try {
      if (row.size > limit) throw new Refused('too-large');
      const message = await fetchWhole(here.lane, row);
      if (!message) throw new Refused('refused');
      octets += message.length;
      await appendCopy(other.lane, to, row, message);
      arrived.add(row.key);
    } catch (error) {
      const refusal = refusalOfOne(error);
      if (refusal) refused.push({ key: row.key, ...refusal });
      // What is done is settled first; then the first of the next turn tells.
      else if (error instanceof CommandError && arrived.size + refused.length > 0) break;
      else throw error;
    }
  }
  return { arrived, ...(await withoutGone(here, rows, refused)) };
}

/** Why one message cannot be put there, where that need not be so for the others. */
function refusalOfOne(error: unknown): Omit<RefusedMessage, 'key'> | undefined {
  if (error instanceof Refused) return { reason: error.reason, words: error.words };
  if (!(error instanceof CommandError) || codeOf(error) === 'NOPERM') return undefined;
  const verdict = verdictOn(error);
  if (verdict.verdict !== 'fail' || !('reason' in verdict.state)) return undefined;
  const { reason, words } = verdict.state;
  return reason === 'refused' || reason === 'too-large' ? { reason, words } : undefined;
}

/** Some servers refuse, or give nothing of, a message that another client has expunged (RFC 2180 §4.1). */
async function withoutGone(
  here: Settling,
  rows: readonly Located[],
  refused: readonly RefusedMessage[],
): Promise<Pick<Turn, 'refused' | 'gone'>> {
  if (refused.length === 0) return { refused, gone: new Set() };
  await here.lane.runFirst(noop());
  const uids = new Map(rows.map(({ key, uid }) => [key, uid as Uid]));
  const there = await stillThere(
    here,
    refused.map(({ key }) => uids.get(key) as Uid),
  );
  const isThere = ({ key }: RefusedMessage): boolean => there.has(uids.get(key) as Uid);
  return {
    refused: refused.filter(isThere),
    gone: new Set(refused.filter((each) => !isThere(each)).map(({ key }) => key)),
  };
}

/** The receipt was lost: which of `rows` are in the target. */
async function check(
  truth: Truth,
  other: Settling,
  action: CarryAction,
  to: Mailbox,
  rows: readonly Located[],
): Promise<ReadonlySet<MessageKey>> {
  // Then all of that turn had their receipts.
  if (action.copied) return new Set(action.copied.filter((key) => rows.some((row) => row.key === key)));
  const descriptors = await truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const until = action.noted?.until ?? Infinity;
  const arrivals = (await arrivedSince(other, action, to)).filter(({ uid }) => uid < until);
  const arrived = new Set<MessageKey>();
  for (const row of rows) {
    const messageId = descriptors.get(row.key)?.messageId ?? '';
    const found = arrivals.findIndex((each) => isCopy(each, row, messageId));
    if (found < 0) continue;
    arrivals.splice(found, 1);
    arrived.add(row.key);
  }
  return arrived;
}

/** Quirk: Exchange makes a message of its own size of what it is given; the date is the one that we gave it. */
function isCopy(arrival: Arrival, { size, date }: Located, messageId: string): boolean {
  if (arrival.messageId !== messageId) return false;
  const [sameSize, sameDate] = [arrival.size === size, arrival.date === date];
  return messageId === '' ? sameSize && sameDate : sameSize || sameDate;
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
  { arrived, refused: now, gone }: Turn,
): Change {
  const done = new Set([...arrived, ...copied.filter((key) => gone.has(key))]);
  const messages = action.messages.filter((key) => !done.has(key));
  const lost = [...gone].map((key): RefusedMessage => ({ key, reason: 'gone', words: '' }));
  const refused = [...before, ...now, ...lost].filter(({ key }) => messages.includes(key));
  const counted = (action.done ?? 0) + done.size;
  if (messages.length > refused.length) {
    const left = refused.length > 0 ? { messages, refused } : { messages };
    const rest: CarryAction = { ...action, ...left, done: counted, state: { name: 'waiting' } };
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
    const changes: Change[] =
      changed && changed !== newest ? [{ kind: 'action', action: changed, onlyIfThere: true }] : [];
    return { changes, result: newest !== undefined };
  });
}

async function newestOf(truth: Truth, { id }: CarryAction): Promise<CarryAction | undefined> {
  const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
  return newest?.kind === 'carry' ? newest : undefined;
}

/**
 * Moves and copies into another account (RFC 4549 §4.2.2.3 to 4.2.2.5): FETCH here, APPEND there with flags and date, and where it
 * is a move, removal here. Never loses, never doubles: nothing is removed before the other server's OK is in the store, and after
 * a lost receipt the target is looked into before anything is put there again.
 *
 * What is kept of bodies on this device are parts with their transfer encoding undone, not the octets of the message: those are
 * fetched whole.
 */
import { CommandError } from '../../error.ts';
import { multiAppend, noop } from '../../imap/index.ts';
import type { AppendOptions } from '../../imap/index.ts';
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
import { appendAsTaken } from './append-as-taken.ts';
import { limitOf } from './append-limit.ts';
import { noteTarget } from './carry-target.ts';
import { at, begin, needUids, Refused, Withdrawn } from './context.ts';
import type { Settling } from './context.ts';
import { fetchSeveral } from './fetch-several.ts';
import type { Fetched } from './fetch-several.ts';
import { needCertainty } from './in-doubt.ts';
import { putSingly, putTogether } from './put-several.ts';
import type { PutSingly, Refusal } from './put-several.ts';
import { removeUids } from './remove.ts';
import { stillThere } from './still-there.ts';
import { copyOf } from './transfer.ts';
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

/** Octets and messages after which others get their turn: what a person waits for must not wait for this. */
const TURN_OCTETS = 4 << 20;
const TURN_MESSAGES = 100;
/** Commands under way at once where each takes one message: all of a batch, which is small. */
const AT_ONCE = TURN_MESSAGES;

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
  const noted = await noteTarget(here, other, action, to);
  // Noted: it was begun before, and lost, or refused half way and tried again by the person.
  if (action.noted) {
    const arrived = await whichArrived(here, other, action, to, rows);
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

function turnOf(rows: readonly Located[]): readonly Located[] {
  let octets = 0;
  const end = rows.findIndex(({ size }, i) => i === TURN_MESSAGES || (octets += size) > TURN_OCTETS);
  return end < 0 ? rows : rows.slice(0, Math.max(1, end));
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
  const arrived = new Set<MessageKey>();
  const large = rows.filter(({ size }) => size > limit);
  const refused = large.map(({ key }): RefusedMessage => ({ key, reason: 'too-large', words: '' }));
  let oneByOne = false;
  for await (const batch of fetchSeveral(
    here.lane,
    rows.filter((row) => !large.includes(row)),
  )) {
    // What is not there yet can still be taken back.
    if (!(await newestOf(here.truth, action))) throw new Withdrawn();
    const done = await putBatch(other, action, to, batch).catch(nothingOf);
    for (const [{ key }, outcome] of done.outcomes)
      if (outcome === 'done') arrived.add(key);
      else refused.push({ key, ...outcome });
    oneByOne ||= done.oneByOne;
    if (done.failure === undefined) continue;
    // What is done is settled first; then the first of the next turn tells.
    if (done.failure instanceof CommandError && arrived.size + refused.length > 0) break;
    // Refused with a receipt: nothing of it is there, and there is nothing to look for.
    if (done.failure instanceof CommandError) await update(here.truth, action, unbegun);
    throw done.failure;
  }
  return { arrived, oneByOne, ...(await withoutGone(here, rows, refused)) };
}

interface Put extends PutSingly<Located> {
  readonly oneByOne: boolean;
}

function nothingOf(failure: unknown): Put {
  return { outcomes: new Map(), failure, oneByOne: false };
}

async function putBatch(
  { lane }: Settling,
  action: CarryAction,
  to: Mailbox,
  batch: readonly Fetched<Located>[],
): Promise<Put> {
  const outcomes = new Map<Located, 'done' | Refusal>();
  const whole: { readonly row: Located; readonly copy: AppendOptions }[] = [];
  let failure: unknown;
  for (const { row, message, failure: why = new Refused('refused') } of batch) {
    // There is no APPEND of nothing.
    const refusal = message?.length ? undefined : refusalOfOne(why);
    if (refusal) outcomes.set(row, refusal);
    else if (message?.length) whole.push({ row, copy: copyOf(row, message) });
    else {
      failure = why;
      break;
    }
  }
  const { capabilities } = await lane.session();
  const name = lane.nameOf(to);
  const together = whole.length > 1 && capabilities.has('MULTIAPPEND') && !action.oneByOne;
  const copies = whole.map(({ copy }) => copy);
  if (together && (await putTogether(() => lane.run(multiAppend(name, copies))))) {
    for (const { row } of whole) outcomes.set(row, 'done');
    return { outcomes, failure, oneByOne: false };
  }
  const put = ({ copy }: (typeof whole)[number]) => appendAsTaken(lane, name, copy);
  const singly = await putSingly(whole, AT_ONCE, put, refusalOfOne);
  for (const [{ row }, outcome] of singly.outcomes) outcomes.set(row, outcome);
  const each = whole.every(({ row }) => outcomes.get(row) === 'done');
  return { outcomes, failure: singly.failure ?? failure, oneByOne: together && each };
}

/** Why one message cannot be put there, where that need not be so for the others. */
function refusalOfOne(error: unknown): Refusal | undefined {
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

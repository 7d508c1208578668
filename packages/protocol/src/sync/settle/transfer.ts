/**
 * Messages into a mailbox that another server has, where no COPY leads (RFC 2193 §4.4, RFC 4549 §4.2.2.3): FETCH here, APPEND
 * there, with their flags and dates, many in few round trips. Whole and byte for byte; what comes of a message only in part is not
 * appended.
 */
import { CommandError } from '../../error.ts';
import { noop } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { RefusedMessage } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox, MessageKey, MessageRow } from '../model.ts';
import { codeOf } from '../outbox.ts';
import { isReferred } from '../referral.ts';
import { limitOf } from './append-limit.ts';
import { at, Refused, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import type { Arrived } from './copy-uids.ts';
import { fetchSeveral } from './fetch-several.ts';
import { putBatch } from './put-batch.ts';
import type { PutBatch } from './put-batch.ts';
import { stillThere } from './still-there.ts';

/** Octets and messages after which others get their turn: what a person waits for must not wait for this. */
const TURN_OCTETS = 4 << 20;
const TURN_MESSAGES = 100;

/** The first of `rows`, as many as one turn takes. */
export function turnOf<R extends MessageRow>(rows: readonly R[]): readonly R[] {
  let octets = 0;
  const end = rows.findIndex(({ size }, i) => i === TURN_MESSAGES || (octets += size) > TURN_OCTETS);
  return end < 0 ? rows : rows.slice(0, Math.max(1, end));
}

export interface Transferred {
  /** In the target, for certain. */
  readonly arrived: Arrived;
  readonly refused: readonly RefusedMessage[];
  /** Why the others were not tried, or why nobody knows of them; undefined: there is a receipt of all. */
  readonly failure: unknown;
  /** As in PutBatch. */
  readonly oneByOne: boolean;
}

/** How the other server takes them. */
export interface Taking {
  /** Octets that a message may have there. */
  readonly limit: number;
  readonly oneByOne: boolean;
  /** The mailbox is made where there is none. */
  readonly make: boolean;
  /** Asked before each batch: rejects where no more is to be put there. */
  readonly goOn: () => Promise<void>;
}

/**
 * Puts copies of `rows`, of the mailbox that is selected on `source`, into `to`, in their order. The action has to be `running` with
 * the target's UIDNEXT noted: what is appended and not settled is found by looking.
 */
export async function transfer(
  source: Lane,
  there: Settling,
  to: Mailbox,
  rows: readonly MessageRow[],
  { limit, oneByOne: known, make, goOn }: Taking,
): Promise<Transferred> {
  const arrived: Arrived = new Map();
  const large = rows.filter(({ size }) => size > limit);
  const refused = large.map(({ key }): RefusedMessage => ({ key, reason: 'too-large', words: '' }));
  let oneByOne = false;
  for await (const batch of fetchSeveral(
    source,
    rows.filter((row) => !large.includes(row)),
  )) {
    await goOn();
    const put = (): Promise<PutBatch> => putBatch(there, to, batch, known || oneByOne);
    const done = await (make ? withTryCreate(there, to, () => unlessAbsent(put)) : put()).catch(nothingOf);
    for (const [row, outcome] of done.outcomes)
      if (outcome === 'done') arrived.set(row.key, done.uids.get(row) ?? 0);
      else refused.push({ key: row.key, ...outcome });
    oneByOne ||= done.oneByOne;
    if (done.failure !== undefined) return { arrived, refused, failure: done.failure, oneByOne };
  }
  return { arrived, refused, failure: undefined, oneByOne };
}

/** Rejects where that is why nothing was put there. */
async function unlessAbsent(put: () => Promise<PutBatch>): Promise<PutBatch> {
  const done = await put();
  if (done.failure instanceof CommandError && codeOf(done.failure) === 'TRYCREATE') throw done.failure;
  return done;
}

function nothingOf(failure: unknown): PutBatch {
  return { outcomes: new Map(), uids: new Map(), failure, oneByOne: false };
}

/** Some servers refuse, or give nothing of, a message that another client has expunged (RFC 2180 §4.1). */
export async function withoutGone(
  here: Settling,
  rows: readonly MessageRow[],
  refused: readonly RefusedMessage[],
): Promise<{ readonly refused: readonly RefusedMessage[]; readonly gone: ReadonlySet<MessageKey> }> {
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

export interface CarriedOver {
  readonly arrived: Arrived;
  /** Not tried in this turn, or refused while others were not: the action has to be gone on with. */
  readonly left: readonly MessageRow[];
}

/**
 * One turn of a move or copy to a server that the home server refers to: copies of `rows` of the mailbox that is selected on the lane
 * of `settling` into `to`. Those that are gone are in neither result. Rejects where none can be put there, with the reason of the
 * first.
 */
export async function carryOver(
  settling: Settling,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<CarriedOver> {
  const turn = turnOf(rows);
  const { arrived, failure, ...done } = await at(settling, to, async (there) => {
    const limit = await limitOf(there, to);
    const goOn = (): Promise<void> => Promise.resolve();
    const brought = await transfer(settling.lane, there, to, turn, {
      limit,
      oneByOne: false,
      make: true,
      goOn,
    });
    // Lost: what arrived is found by looking. Referred: it is done again where the mailbox lives.
    if (isReferred(brought.failure)) throw brought.failure;
    return brought;
  });
  // As they were marked before: taken in later, it would undo what another connection hears of the marks that come now.
  await settling.lane.absorbed();
  if (failure !== undefined && (!(failure instanceof CommandError) || arrived.size === 0)) throw failure;
  const { refused, gone } = await withoutGone(settling, turn, done.refused);
  const [first] = refused;
  if (first && arrived.size === 0) throw new Refused(first.reason, first.words);
  return { arrived, left: rows.filter(({ key }) => !arrived.has(key) && !gone.has(key)) };
}

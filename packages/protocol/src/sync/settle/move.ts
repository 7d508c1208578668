/**
 * Moves (RFC 6851, RFC 4549 §4.2.2). Never loses, never doubles: while the action says 'running', both mailboxes are
 * looked into before anything is done again.
 */
import { ConnectionLost } from '../../error.ts';
import { splitSet, uidCopy, uidFetch, uidMove } from '../../imap/index.ts';
import type { FetchItem } from '../../imap/index.ts';
import type { FetchedMessage, Uid } from '../../imap/types.ts';
import type { MoveAction } from '../action.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { LAST_UID } from '../plan.ts';
import { descriptorsQuery } from '../store.ts';
import { groupByMailbox } from '../rows.ts';
import type { Located, Truth } from '../truth.ts';
import { begin, mailboxFor, needUids, note, Refused, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import { removeUids } from './remove.ts';

/** uid in the target, 0 where it could not be learnt. */
type Arrived = Map<MessageRow['key'], Uid | 0>;

export async function settleMove(settling: Settling, action: MoveAction): Promise<void> {
  const { truth } = settling;
  const located = await truth.locate(action.messages, action.from);
  const rows = located.filter((row) => row.mailbox !== action.to);
  await needUids(settling, rows);
  let moved = 0;
  for (const there of groupByMailbox(rows).values()) {
    for (const uids of splitSet(there.map(({ uid }) => uid as Uid))) {
      const here = there.filter(({ uid }) => uids.some(([first, last]) => uid >= first && uid <= last));
      moved += await moveFrom(settling, action, here);
    }
  }
  await truth.commit([{ kind: 'action-removed', id: action.id }]);
  if (rows.length > 0 && moved === 0) throw new Refused('gone');
}

/** Messages that are in one mailbox and fit one command; returns how many of them arrived. */
async function moveFrom(settling: Settling, action: MoveAction, rows: readonly Located[]): Promise<number> {
  const { truth, lane } = settling;
  const from = rows[0]?.home;
  if (!from) return 0;
  const to = await mailboxFor(settling, action.to);
  const keys = rows.map(({ key }) => key);
  truth.hold(keys);
  try {
    const arrived =
      action.state.name === 'running' && action.noted
        ? await check(settling, action, from, to, rows)
        : await move(settling, action, from, to, rows);
    await settle(truth, from, to, arrived);
    await lane.absorbed();
    await truth.release(from.key, keys);
    settling.stale(to.key);
    return arrived.size;
  } catch (error) {
    // Still held after a lost connection: what left the source is the move's own doing until `check` has looked.
    if (!(error instanceof ConnectionLost)) await truth.release(from.key, keys);
    throw error;
  }
}

async function move(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Arrived> {
  const { lane } = settling;
  await lane.select(from);
  const noted = await note(settling, to);
  await begin(settling, action, { noted });
  const session = await lane.session();
  const uids = rows.map(({ uid }) => uid as Uid);
  const target = { wire: to.wireName };
  if (session.capabilities.has('MOVE')) {
    const copied = await withTryCreate(settling, to, () => lane.runFirst(uidMove(uids, target)));
    return arrivals(rows, copied, await stillThere(settling, uids));
  }
  const copied = await withTryCreate(settling, to, () => lane.runFirst(uidCopy(uids, target)));
  // Only now: \Deleted before COPY has said OK has lost mail in other programs.
  await removeUids(lane, uids);
  return arrivals(rows, copied, new Set());
}

/** What COPYUID says (RFC 4315 §3); without it, whatever left the source is taken to have arrived. */
function arrivals(
  rows: readonly MessageRow[],
  copied: { readonly source: readonly Uid[]; readonly destination: readonly Uid[] } | undefined,
  remaining: ReadonlySet<Uid>,
): Arrived {
  const arrived: Arrived = new Map();
  for (const { key, uid } of rows) {
    const at = copied ? copied.source.indexOf(uid as Uid) : -1;
    const target = copied?.destination[at];
    if (target !== undefined) arrived.set(key, target);
    else if (!copied && !remaining.has(uid as Uid)) arrived.set(key, 0);
  }
  return arrived;
}

/** Which of `uids` the selected mailbox still has. */
async function stillThere(settling: Settling, uids: readonly Uid[]): Promise<Set<Uid>> {
  const there = new Set<Uid>();
  settling.lane.onFetch = ({ uid }) => {
    if (uid !== undefined && uids.includes(uid)) there.add(uid);
  };
  try {
    await settling.lane.runFirst(uidFetch(uids, ['FLAGS']));
  } finally {
    settling.lane.onFetch = undefined;
  }
  return there;
}

/**
 * The receipt was lost: look into both mailboxes. Source has it and target lacks it: move it now. Both have it: finish
 * the removal. Only the target has it: done. Neither: gone, by somebody else's hand.
 */
async function check(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Arrived> {
  const { lane, truth } = settling;
  const descriptors = await truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const selected = await lane.select(to, true);
  const since = action.noted?.uidValidity === selected.uidValidity ? action.noted.uidNext : 1;
  const candidates = await fetchSince(settling, since);
  const arrived: Arrived = new Map();
  for (const { key, size, date } of rows) {
    const messageId = descriptors.get(key)?.messageId ?? '';
    // COPY keeps the octets and, as a rule, INTERNALDATE (RFC 3501 §6.4.7): these stand in for a missing Message-ID.
    const at = candidates.findIndex((candidate) =>
      candidate.size !== size
        ? false
        : messageId === ''
          ? candidate.internalDate === date
          : candidate.envelope?.messageId?.includes(messageId),
    );
    if (at < 0) continue;
    arrived.set(key, candidates[at]?.uid ?? 0);
    candidates.splice(at, 1);
  }
  await lane.select(from, true);
  const there = await stillThere(
    settling,
    rows.map(({ uid }) => uid as Uid),
  );
  const both = rows
    .filter(({ key, uid }) => arrived.has(key) && there.has(uid as Uid))
    .map(({ uid }) => uid as Uid);
  if (both.length > 0) await removeUids(lane, both);
  const todo = rows.filter(({ key, uid }) => !arrived.has(key) && there.has(uid as Uid));
  if (todo.length > 0) {
    for (const [key, uid] of await move(settling, action, from, to, todo)) arrived.set(key, uid);
  }
  return arrived;
}

/** The messages of the selected mailbox from UID `since` on, with what tells one from another. */
async function fetchSince(settling: Settling, since: number): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  settling.lane.onFetch = (message) => {
    if (message.uid !== undefined && message.uid >= since && message.size !== undefined) found.push(message);
  };
  try {
    const items: FetchItem[] = ['INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'];
    await settling.lane.runFirst(uidFetch([[since, LAST_UID]], items));
  } finally {
    settling.lane.onFetch = undefined;
  }
  return found;
}

/** Folds the result into truth. */
function settle(truth: Truth, from: Mailbox, to: Mailbox, arrived: Arrived): Promise<void> {
  return truth.change(async () => {
    const there = await truth.rows(to.key);
    // Another connection may have fetched the copy as a new message already: then ours is the double.
    const doubled = [...arrived]
      .filter(([, uid]) => uid !== 0 && there.uids.includes(uid))
      .map(([key]) => key);
    const moved = [...arrived].filter(([key]) => !doubled.includes(key)).map(([key, uid]) => ({ key, uid }));
    return {
      changes: [
        { kind: 'moved', from: from.key, to: to.key, rows: moved },
        { kind: 'expunged', mailbox: from.key, keys: doubled },
      ],
      result: undefined,
    };
  });
}

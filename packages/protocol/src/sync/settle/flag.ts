/** Flags: RFC 4549 §4.2.3. Deltas only; doing it twice is doing it once, so there is nothing to check. */
import { expandRanges, noop, splitSet, toRanges, uidStore } from '../../imap/index.ts';
import type { Flag, Uid, UidRanges } from '../../imap/types.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import type { FlagAction } from '../action.ts';
import type { Change } from '../change.ts';
import { ended } from '../lost.ts';
import { groupByMailbox } from '../rows.ts';
import { runInSteps } from '../steps.ts';
import type { Located } from '../truth.ts';
import { at, begin, needUids } from './context.ts';
import type { Settling } from './context.ts';
import { markThere } from './mark-original.ts';
import { leftOf, stillThere } from './still-there.ts';

/** A set that fits one command (900 octets) has fewer UIDs than this, unless it is written as ranges. */
const uidsPerCommand = 1_000_000;

export async function settleFlags(settling: Settling, action: FlagAction): Promise<void> {
  const { truth } = settling;
  const rows = await truth.locate(action.messages, action.mailbox);
  await needUids(settling, rows);
  await begin(settling, action);
  const byMailbox = groupByMailbox(rows);
  const stored = new Map<MailboxKey, Delta>();
  for (const [mailbox, there] of byMailbox) {
    // Should it be refused half way, the server tells what it did and what it did not.
    const delta = await store(settling, action, there).catch((error: unknown) => {
      settling.stale(mailbox);
      throw error;
    });
    stored.set(mailbox, delta);
  }
  if (action.original && !(await isAnyThere(settling, rows))) await markThere(settling, action.original);
  await truth.change(async () => {
    const changes: Change[] = [];
    const now = groupByMailbox(await truth.locate(action.messages, action.mailbox));
    for (const [mailbox, there] of now) {
      changes.push({
        kind: 'flags',
        mailbox,
        rows: there.map((row) => ({
          key: row.key,
          flags: withDelta(row.flags, stored.get(mailbox) ?? action),
        })),
      });
    }
    changes.push(await ended(truth, action.id));
    return { changes, result: undefined };
  });
}

/** What was expunged by another client, and not told of, STORE passes over in silence. */
async function isAnyThere(settling: Settling, rows: readonly Located[]): Promise<boolean> {
  const home = rows[0]?.home;
  if (!home) return false;
  return at(settling, home, async (there) => {
    const uids = rows.map(({ uid }) => uid as Uid);
    await there.lane.select(home, { uids });
    await there.lane.runFirst(noop());
    const left = await stillThere(there, uids);
    await there.lane.absorbed();
    return left.size > 0;
  });
}

type Delta = Pick<FlagAction, 'add' | 'remove'>;

/** What the server was asked to change. */
async function store(settling: Settling, action: FlagAction, rows: readonly Located[]): Promise<Delta> {
  const uids = rows.map(({ uid }) => uid).filter((uid): uid is Uid => uid !== 0);
  const home = rows[0]?.home;
  if (uids.length === 0 || !home) return action;
  return at(settling, home, (there) => storeThere(there, action, home, uids));
}

async function storeThere(
  settling: Settling,
  action: FlagAction,
  home: Mailbox,
  uids: readonly Uid[],
): Promise<Delta> {
  const { lane } = settling;
  const { permanentFlags } = await lane.select(home, { uids });
  const kept = (flags: readonly Flag[]): readonly Flag[] =>
    action.hint ? flags.filter((flag) => keeps(permanentFlags, flag)) : flags;
  const add = kept(action.add);
  const remove = kept(action.remove);
  for (const set of splitSet(uids)) {
    if (add.length > 0) await change(settling, set, 'add', add);
    if (remove.length > 0) await change(settling, set, 'remove', remove);
  }
  return { add, remove };
}

/** RFC 3501 §7.1: `\\*` stands for new keywords. */
function keeps(permanent: readonly Flag[], flag: Flag): boolean {
  return permanent.some((each) => each === '\\*' || each.toLowerCase() === flag.toLowerCase());
}

async function change(
  settling: Settling,
  set: UidRanges,
  mode: 'add' | 'remove',
  flags: readonly Flag[],
): Promise<void> {
  const storing = (uids: UidRanges) => uidStore(uids, { mode, flags, silent: true });
  try {
    await runInSteps(settling.lane, set, storing);
  } catch (error) {
    // RFC 2180 §4.2: NO because some of them were expunged by another client.
    const left = await leftOf(settling, expandRanges(set, uidsPerCommand) as Uid[], error);
    if (left.length > 0) await change(settling, toRanges(left), mode, flags);
  }
}

function withDelta(flags: readonly Flag[], { add, remove }: Delta): Flag[] {
  const set = new Set(flags);
  for (const flag of add) set.add(flag);
  for (const flag of remove) set.delete(flag);
  return [...set];
}

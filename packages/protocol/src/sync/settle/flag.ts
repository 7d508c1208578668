/** Flags: RFC 4549 §4.2.3. Deltas only; doing it twice is doing it once, so there is nothing to check. */
import { CommandError } from '../../error.ts';
import { noop, uidStore } from '../../imap/index.ts';
import type { Flag, Uid } from '../../imap/types.ts';
import type { FlagAction } from '../action.ts';
import type { Change } from '../change.ts';
import { groupByMailbox } from '../rows.ts';
import type { Located } from '../truth.ts';
import { begin, needUids } from './context.ts';
import type { Settling } from './context.ts';

export async function settleFlags(settling: Settling, action: FlagAction): Promise<void> {
  const { truth } = settling;
  const rows = await truth.locate(action.messages, action.mailbox);
  await needUids(settling, rows);
  await begin(settling, action);
  const byMailbox = groupByMailbox(rows);
  for (const there of byMailbox.values()) await store(settling, action, there);
  await truth.change(async () => {
    const changes: Change[] = [];
    const now = groupByMailbox(await truth.locate(action.messages, action.mailbox));
    for (const [mailbox, there] of now) {
      changes.push({
        kind: 'flags',
        mailbox,
        rows: there.map((row) => ({ key: row.key, flags: withDelta(row.flags, action) })),
      });
    }
    changes.push({ kind: 'action-removed', id: action.id });
    return { changes, result: undefined };
  });
}

async function store(settling: Settling, action: FlagAction, rows: readonly Located[]): Promise<void> {
  const { lane } = settling;
  const uids = rows.map(({ uid }) => uid).filter((uid): uid is Uid => uid !== 0);
  const home = rows[0]?.home;
  if (uids.length === 0 || !home) return;
  await lane.select(home);
  for (const [mode, flags] of [
    ['add', action.add],
    ['remove', action.remove],
  ] as const) {
    if (flags.length === 0) continue;
    const command = uidStore(uids, { mode, flags, silent: true });
    try {
      await lane.run(command);
    } catch (error) {
      if (!(error instanceof CommandError) || error.status !== 'NO') throw error;
      // RFC 2180 §4.2: NO because some of them were expunged by another client. NOOP brings the news of it.
      await lane.run(noop());
      const left = await settling.truth.locate(action.messages, home.key);
      const remaining = left
        .filter((row) => row.mailbox === home.key && row.uid !== 0)
        .map(({ uid }) => uid as Uid);
      if (remaining.length === uids.length) throw error;
      if (remaining.length > 0) await lane.run(uidStore(remaining, { mode, flags, silent: true }));
    }
  }
}

function withDelta(flags: readonly Flag[], { add, remove }: FlagAction): Flag[] {
  const set = new Set(flags);
  for (const flag of add) set.add(flag);
  for (const flag of remove) set.delete(flag);
  return [...set];
}

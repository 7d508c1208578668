/** What is to be fetched, and what is to go, so that a mailbox keeps what its mode says. Pure. */
import { wantedDepth, withinRoom } from './keep.ts';
import type { Keeping, Room } from './keep.ts';
import { KeptDepth } from './model.ts';
import type { Kept, MailboxMode, MessageKey, MessageRow } from './model.ts';
import { rowAt } from './rows.ts';

export interface Wanted {
  readonly row: MessageRow;
  readonly depth: KeptDepth;
  /** Some of it is here. */
  readonly begun: boolean;
}

export interface KeepPlan {
  /** Newest first. */
  readonly wanted: readonly Wanted[];
  /** Whose attachments go, and whose texts go as well. */
  readonly attachments: readonly MessageKey[];
  readonly texts: readonly MessageKey[];
}

export interface KeepFor {
  readonly mode: MailboxMode;
  readonly keeping: Keeping;
  readonly room: Room;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** On screen, or named by an action: stay. */
  readonly spared: ReadonlySet<MessageKey>;
}

export function planKeeping(kept: Kept, { mode, keeping, room, now, spared }: KeepFor): KeepPlan {
  const { rows } = kept;
  const wanted: Wanted[] = [];
  const attachments: MessageKey[] = [];
  const texts: MessageKey[] = [];
  for (let i = 0; i < rows.length; i++) {
    const key = rows.keys[i] as MessageKey;
    const used = Math.max(rows.dates[i] ?? 0, kept.opened[i] ?? 0);
    const meant = wantedDepth(mode, keeping, { used, size: rows.sizes[i] ?? 0 }, now);
    const depth = withinRoom(meant, room, used);
    const files = kept.attachments[i] ?? 0;
    const here = (kept.texts[i] ?? 0) + files;
    if (depth > (kept.depths[i] ?? 0) && rows.uids[i] !== 0)
      wanted.push({ row: rowAt(rows, i), depth, begun: here > 0 });
    if (spared.has(key)) continue;
    if (meant === KeptDepth.nothing && here > 0) texts.push(key);
    else if (meant === KeptDepth.texts && files > 0) attachments.push(key);
  }
  wanted.sort((a, b) => b.row.date - a.row.date || b.row.uid - a.row.uid);
  return { wanted, attachments, texts };
}

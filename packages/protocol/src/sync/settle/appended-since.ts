/** What was put into a mailbox on another server by a move or a copy that the home server referred there, and its receipt lost. */
import type { CopyAction, MoveAction } from '../action.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { descriptorsQuery } from '../store.ts';
import { markOf, unlessPutElsewhere } from './arrived-since.ts';
import { at } from './context.ts';
import type { Settling } from './context.ts';
import { settledIn } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';
import { whichArrived } from './which-arrived.ts';

/** Those of `rows`, of the mailbox that is selected on the lane of `settling`, that are in `to` since the action was begun. */
export async function appendedSince(
  settling: Settling,
  action: MoveAction | CopyAction,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Arrived> {
  const descriptors = await settling.truth.store.read(descriptorsQuery(rows.map(({ key }) => key)));
  const wanted = rows.map((row) => markOf(descriptors.get(row.key)?.messageId ?? '', row));
  // Where messages go one by one, only the first of them may be there.
  const isAny = (marks: ReadonlySet<string>): boolean => wanted.some((mark) => marks.has(mark));
  const noted = action.noted ? { noted: action.noted } : {};
  // Settled before: none of these is another that was not put there.
  const settled = await settledIn(settling, action, to);
  const found = await at(settling, to, (there) => {
    const missing = (): Promise<void> => unlessPutElsewhere(there, action, to, isAny);
    return whichArrived(settling, there, noted, to, rows, { missing, settled });
  });
  // Of a mailbox that was never looked at no UID is known: it comes with the message.
  return to.sync.uidValidity === 0 ? new Map([...found.keys()].map((key) => [key, 0])) : found;
}

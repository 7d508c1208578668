/**
 * What came into a mailbox since something was begun that puts messages there: by that a lost receipt is answered. Nothing is put
 * there again that may be there.
 */
import type { SelectedMailbox, Uid } from '../../imap/types.ts';
import type { CopyAction, MoveAction, Noted } from '../action.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { behindNoop } from './behind-noop.ts';
import { fetchSince, isMissing, unlessRenamed } from './context.ts';
import type { Settling } from './context.ts';
import { unlessElsewhere } from './renamed-target.ts';

/**
 * What a message is known by, and its copies: size and Message-ID, which COPY keeps. Of messages without one, INTERNALDATE stands in
 * (RFC 3501 §6.4.7), but only among those that certainly came after the move was begun: others may be other messages.
 */
export function markOf(messageId: string, { size, date }: Pick<MessageRow, 'size' | 'date'>): string {
  return messageId === '' ? `${size} at ${date}` : `${size} ${messageId}`;
}

/** UIDs of what may be the copies, by their marks. COPY puts all or none there, so that all are `wanted` (RFC 3501 §6.4.7). */
export async function copiesIn(
  settling: Settling,
  action: MoveAction | CopyAction,
  to: Mailbox,
  wanted: readonly string[],
): Promise<Map<string, Uid[]>> {
  const missing = (): Promise<void> =>
    unlessPutElsewhere(settling, action, to, (marks) => wanted.every((mark) => marks.has(mark)));
  const copies = new Map<string, Uid[]>();
  for (const arrival of await arrivedSince(settling, action, to, missing)) {
    const mark = markOf(arrival.messageId, arrival);
    copies.set(mark, [...(copies.get(mark) ?? []), arrival.uid]);
  }
  return copies;
}

/** As `unlessElsewhere`: `isIt` knows the mailbox by the marks of what came into it. */
export function unlessPutElsewhere(
  settling: Settling,
  action: MoveAction | CopyAction,
  to: Mailbox,
  isIt: (marks: ReadonlySet<string>) => boolean,
): Promise<void> {
  const holds = async (lane: Lane, selected: SelectedMailbox): Promise<boolean> => {
    const arrivals = await arrivalsIn(lane, selected, action.noted);
    return isIt(new Set(arrivals.map((each) => markOf(each.messageId, each))));
  };
  return unlessElsewhere(settling, action, to, action.noted, holds);
}

/** What tells one message from another. */
export interface Arrival {
  readonly uid: Uid;
  readonly size: number;
  /** INTERNALDATE, milliseconds since 1970. */
  readonly date: number;
  /** With angle brackets; empty where it has none. */
  readonly messageId: string;
}

/**
 * What is in the target since it was `noted`. Of messages without a Message-ID only what certainly came since: others may be other
 * messages. `missing` rejects where a target that is not there may be there under another name.
 */
export async function arrivedSince(
  settling: Settling,
  { noted }: Pick<MoveAction, 'noted'>,
  to: Mailbox,
  missing = (): Promise<void> => unlessRenamed(settling, to, noted),
): Promise<Arrival[]> {
  const { lane } = settling;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(to, { again: true });
  } catch (error) {
    // No such mailbox (yet): nothing arrived there; [TRYCREATE] will make it.
    if (!(await isMissing(lane, to, error))) throw error;
    await missing();
    return [];
  }
  return behindNoop(lane, () => arrivalsIn(lane, selected, noted));
}

async function arrivalsIn(
  lane: Lane,
  selected: SelectedMailbox,
  noted: Noted | undefined,
): Promise<Arrival[]> {
  const certain = noted && noted.uidValidity !== 0 && noted.uidValidity === selected.uidValidity;
  const since = await fetchSince(lane, certain ? noted.uidNext : 1);
  return since.flatMap(({ uid, size = 0, internalDate: date = 0, envelope }) => {
    const messageId = /<[^<>\s]+>/.exec(envelope?.messageId ?? '')?.[0] ?? '';
    return uid === undefined || (messageId === '' && !certain) ? [] : [{ uid, size, date, messageId }];
  });
}

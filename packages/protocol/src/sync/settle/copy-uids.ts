/** Under which UIDs messages arrived where a server has moved or copied them. */
import type { CopyUid } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { CopyAction, MoveAction, Noted } from '../action.ts';
import type { Change } from '../change.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import type { Truth } from '../truth.ts';
import { needUids } from './context.ts';
import type { Settling } from './context.ts';

/** Under the messages' keys: the UIDs in the target, 0 where one could not be learnt. */
export type Arrived = Map<MessageRow['key'], Uid | 0>;

/**
 * What the COPYUIDs say (RFC 4315 §3); where one is missing, whatever left the source is taken to have arrived. UIDs under another
 * UIDVALIDITY than the target is known by say nothing yet. Nor do those that cannot be: of two messages, or of what was there when
 * the target was `noted`; what is wanted of the copy would be done to another message.
 */
export function arrivals(
  rows: readonly MessageRow[],
  copied: readonly (CopyUid | undefined)[],
  remaining: ReadonlySet<Uid>,
  { sync }: Mailbox,
  noted: Noted | undefined,
): Arrived {
  const arrived: Arrived = new Map();
  const least = noted?.uidValidity === sync.uidValidity ? noted.uidNext : 1;
  const targets = new Map<Uid, Uid | 0>();
  const taken = new Set<Uid>();
  for (const { uidValidity, source, destination } of copied.filter((code) => code !== undefined)) {
    // Of a mailbox that was never looked at no UID is known: it comes with the message, which is known again.
    const known = uidValidity === sync.uidValidity;
    for (const [i, uid] of source.entries()) {
      const said = destination[i];
      const good = known && said !== undefined && said >= least && !taken.has(said);
      targets.set(uid, good ? said : 0);
      if (good) taken.add(said);
    }
  }
  const silent = copied.includes(undefined);
  for (const { key, uid } of rows) {
    const target = targets.get(uid as Uid);
    if (target !== undefined) arrived.set(key, target);
    else if (silent && !remaining.has(uid as Uid)) arrived.set(key, 0);
  }
  return arrived;
}

/** Without the UIDs, where the other connection has found `to` numbered anew meanwhile: they are of nothing there any more. */
export async function validIn(
  truth: Truth,
  { key, sync }: Mailbox,
  arrived: ReadonlyMap<MessageRow['key'], Uid | 0>,
): Promise<ReadonlyMap<MessageRow['key'], Uid | 0>> {
  const now = await truth.mailbox(key);
  if (!now || now.sync.uidValidity === sync.uidValidity) return arrived;
  return new Map([...arrived.keys()].map((each) => [each, 0]));
}

/**
 * Where those of a move or copy are that are in `to` for certain: each of them is there, and stands for no other. Rejects with NotYet
 * while nobody knows which of what came they are.
 */
export async function settledIn(
  settling: Settling,
  action: MoveAction | CopyAction,
  to: Mailbox,
): Promise<Uid[]> {
  const keys = action.kind === 'copy' ? action.copies : action.messages;
  const there = (await settling.truth.locate(keys, to.key)).filter(({ mailbox }) => mailbox === to.key);
  await needUids(settling, there);
  return there.map(({ uid }) => uid as Uid);
}

/** Whoever looks for the UIDs may die before: then no count agrees with what is known, and the next one looks. */
export async function unsettled(truth: Truth, { key }: Mailbox): Promise<Change[]> {
  const now = await truth.mailbox(key);
  return now ? [{ kind: 'mailbox', mailbox: { ...now, sync: { ...now.sync, exists: -1 } } }] : [];
}

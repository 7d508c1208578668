/** A move that was begun, and of which nobody here knows how far it came. */
import { uidStore } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { MoveAction } from '../action.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { flagsAt } from '../rows.ts';
import { descriptorsQuery } from '../store.ts';
import { appendedSince } from './appended-since.ts';
import { copiesIn, markOf } from './arrived-since.ts';
import { at } from './context.ts';
import type { Settling } from './context.ts';
import { settledIn } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';
import { lastOfAll } from './last-of-all.ts';
import { removeUids } from './remove.ts';
import { leftOf, stillThere } from './still-there.ts';

interface Found {
  /** In the target, and in the source no more. */
  readonly arrived: Arrived;
  /** In the source alone. */
  readonly todo: readonly MessageRow[];
}

/**
 * The receipt was lost: look into both mailboxes. Source has it and target lacks it: it is to be moved. Both have it: the removal is
 * finished here. Only the target has it: done. Neither: gone, by somebody else's hand.
 */
export async function lookIntoBoth(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Found> {
  const { lane } = settling;
  const arrived: Arrived = new Map();
  const valid = action.noted?.uidValidity === to.sync.uidValidity;
  for (const { key, uid } of action.copied ?? [])
    if (rows.some((row) => row.key === key)) arrived.set(key, valid ? uid : 0);
  const certain = rows.filter(({ key }) => arrived.has(key));
  const unsure = rows.filter(({ key }) => !arrived.has(key));
  const find = settling.servers.apart(from, to) ? appended : copied;
  for (const [key, uid] of await find(settling, action, from, to, unsure, arrived)) arrived.set(key, uid);
  await lane.select(from, { again: true });
  const there = await stillThere(
    settling,
    rows.map(({ uid }) => uid as Uid),
  );
  // Their flags of now, taken in later, would overlay what the other connection hears meanwhile.
  await lane.absorbed();
  // What was copied is not copied again; but the last of it is not removed.
  const twice = certain.filter(({ uid }) => there.has(uid as Uid));
  for (const key of await lastOfAll(settling, action, from, to, twice)) arrived.delete(key);
  const both = rows
    .filter(({ key, uid }) => arrived.has(key) && there.has(uid as Uid))
    .map(({ uid }) => uid as Uid);
  if (both.length > 0) {
    if (valid) await markCopies(settling, action, from, to);
    await removeUids(settling, from, both);
  }
  const todo = rows.filter(({ key, uid }) => !arrived.has(key) && there.has(uid as Uid));
  return { arrived, todo };
}

/** Those of `unsure` that a COPY has put into `to`, in which nothing of what is `known` is looked for. */
async function copied(
  settling: Settling,
  action: MoveAction,
  _: Mailbox,
  to: Mailbox,
  unsure: readonly MessageRow[],
  known: Arrived,
): Promise<Arrived> {
  const found: Arrived = new Map();
  if (unsure.length === 0) return found;
  const { truth } = settling;
  const descriptors = await truth.store.read(descriptorsQuery(unsure.map(({ key }) => key)));
  const markOfRow = (row: MessageRow): string => markOf(descriptors.get(row.key)?.messageId ?? '', row);
  const copies = await at(settling, to, (there) => copiesIn(there, action, to, unsure.map(markOfRow)));
  // Another message of the action may be just like it, and there already.
  const settled = await settledIn(settling, action, to);
  for (const uid of [...known.values(), ...settled]) for (const uids of copies.values()) remove(uids, uid);
  for (const row of unsure) {
    const uid = copies.get(markOfRow(row))?.shift();
    if (uid !== undefined) found.set(row.key, to.sync.uidValidity === 0 ? 0 : uid);
  }
  return found;
}

/** Those of `unsure` that APPEND has put into `to`, on another server. What is `known` of a turn is all of it. */
async function appended(
  settling: Settling,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  unsure: readonly MessageRow[],
  known: Arrived,
): Promise<Arrived> {
  if (unsure.length === 0 || known.size > 0) return new Map();
  await settling.lane.select(from, { uids: unsure.map(({ uid }) => uid) });
  return appendedSince(settling, action, to, unsure);
}

/** What was done to the flags of a message after it was copied, where the move stood still as failed, is done to the copy. */
async function markCopies(
  settling: Settling,
  { copied = [] }: MoveAction,
  from: Mailbox,
  to: Mailbox,
): Promise<void> {
  const rows = await settling.truth.rows(from.key);
  for (const { key, uid, flags: before } of copied) {
    const i = rows.keys.indexOf(key);
    if (i < 0 || uid === 0 || !before) continue;
    const now = flagsAt(rows, i);
    const added = now.filter((flag) => flag !== '\\Deleted' && !before.includes(flag));
    const removed = before.filter((flag) => flag !== '\\Deleted' && !now.includes(flag));
    await at(settling, to, async ({ lane }) => {
      for (const [mode, flags] of [
        ['add', added],
        ['remove', removed],
      ] as const) {
        if (flags.length === 0) continue;
        await lane.select(to, { uids: [uid] });
        try {
          await lane.run(uidStore([uid], { mode, flags }));
        } catch (error) {
          // Somebody may have taken the copy away.
          await leftOf({ lane }, [uid], error);
        }
      }
    });
  }
}

function remove(uids: Uid[], uid: Uid | 0): void {
  const at = uids.indexOf(uid as Uid);
  if (at >= 0) uids.splice(at, 1);
}

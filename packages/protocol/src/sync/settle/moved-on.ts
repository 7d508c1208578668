/**
 * What an APPEND put into a mailbox, its receipt lost, and somebody has moved on since: it is not found where it was put, and put there
 * again it would be there twice. That one like it came to another mailbox lately tells no more than that it may be the same: the
 * person may have filed it there by another way.
 */
import { CommandError } from '../../error.ts';
import type { FetchedMessage, SelectedMailbox } from '../../imap/types.ts';
import type { Noted } from '../action.ts';
import type { Lane } from '../lane.ts';
import { listMailboxes } from '../list-mailboxes.ts';
import type { Mailbox } from '../model.ts';
import { verdictOn } from '../outbox.ts';
import { isSelectable } from '../roles.ts';
import { searchInSteps } from '../steps.ts';
import { behindNoop } from './behind-noop.ts';
import { at, fetchSince, noteBefore } from './context.ts';
import type { Settling } from './context.ts';

/** Mailboxes that are looked into, those first that are for something. */
const MOST = 50;
/** UIDs that are looked at where nobody knows which of them came since. */
const LATELY = 1000;

export interface Wanted {
  /** With angle brackets; empty where it has none. */
  readonly messageId: string;
  readonly octets: number;
  /** The INTERNALDATE that it was given, milliseconds since 1970; undefined: others of that Message-ID may have come in that second. */
  readonly date?: number;
}

/** As `noteBefore`, with what is known of the other mailboxes: what is older there was not moved on to them. */
export async function noteAll(settling: Settling, mailbox: Mailbox): Promise<Noted> {
  const noted = await noteBefore(settling, mailbox);
  const others = (await settling.truth.mailboxes()).flatMap(({ key, sync: { uidValidity, uidNext } }) =>
    key === mailbox.key || uidValidity === 0 ? [] : [{ mailbox: key, uidValidity, uidNext }],
  );
  return { ...noted, others };
}

/**
 * Of `wanted`, none of which is in `mailbox`, those that may have been there since it was `noted`, and where one like each of them is
 * now. Another mailbox is selected afterwards.
 * @param selected what SELECT said of `mailbox`, which is selected; undefined: there is no such mailbox any more.
 */
export async function movedOn<W extends Wanted>(
  settling: Settling,
  mailbox: Mailbox,
  noted: Noted,
  selected: SelectedMailbox | undefined,
  wanted: readonly W[],
): Promise<ReadonlyMap<W, Mailbox>> {
  const found = new Map<W, Mailbox>();
  if (wanted.length === 0 || !(await isAnyGone(settling.lane, noted, selected))) return found;
  const { servers, truth } = settling;
  await listMailboxes(servers.home, truth);
  const isFar = servers.isElsewhere(mailbox);
  const others = (await truth.mailboxes())
    .filter((each) => each.key !== mailbox.key && isSelectable(each))
    .filter((each) => servers.isElsewhere(each) === isFar && !servers.apart(mailbox, each))
    .toSorted((a, b) => Number(b.role !== undefined) - Number(a.role !== undefined));
  for (const other of others.slice(0, MOST)) {
    const left = wanted.filter((each) => !found.has(each));
    if (left.length === 0) break;
    for (const each of await at(settling, other, ({ lane }) => alikeIn(lane, other, noted, left)))
      found.set(each, other);
  }
  return found;
}

/** Whether anything that came since is not there any more, as its UIDs tell: else nothing was moved on. */
async function isAnyGone(lane: Lane, noted: Noted, selected: SelectedMailbox | undefined): Promise<boolean> {
  const { uidValidity, uidNext: first } = noted;
  if (!selected) return uidValidity !== 0;
  const { uidNext } = selected;
  if (uidValidity === 0 || uidValidity !== selected.uidValidity || uidNext === undefined) return true;
  if (uidNext <= first) return false;
  try {
    const there = await searchInSteps(lane, [[first, uidNext - 1]]);
    return there.filter((uid) => uid >= first && uid < uidNext).length < uidNext - first;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return true;
  }
}

/** Those of `wanted` of which one like them came into a mailbox since. One that never opens keeps nothing from being put anywhere. */
async function alikeIn<W extends Wanted>(
  lane: Lane,
  mailbox: Mailbox,
  { others = [] }: Noted,
  wanted: readonly W[],
): Promise<W[]> {
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    if (!(error instanceof CommandError) || verdictOn(error).verdict === 'later') throw error;
    return [];
  }
  const known = others.find((each) => each.mailbox === mailbox.key);
  const isKnown = known !== undefined && known.uidValidity === selected.uidValidity;
  const since = isKnown ? known.uidNext : Math.max(1, (selected.uidNext ?? 1) - LATELY);
  const left = await behindNoop(lane, () => fetchSince(lane, since));
  await lane.absorbed();
  return wanted.filter((each) => {
    const i = left.findIndex((message) => isAlike(message, each));
    if (i >= 0) left.splice(i, 1);
    return i >= 0;
  });
}

/** Quirk: Exchange makes a message of its own size of what it is given; the date is the one that it was given. */
function isAlike({ envelope, size, internalDate }: FetchedMessage, wanted: Wanted): boolean {
  const { messageId, octets, date } = wanted;
  if ((/<[^<>\s]+>/.exec(envelope?.messageId ?? '')?.[0] ?? '') !== messageId) return false;
  const isDated = date !== undefined && seconds(date) === seconds(internalDate ?? 0);
  return messageId === '' ? size === octets && isDated : size === octets || isDated;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

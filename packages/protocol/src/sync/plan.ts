/**
 * What has to be asked of the server so that a mailbox's truth is whole again. Pure; planned anew at every wake.
 *
 * New descriptors first, then what became of the known, then older mail, newest first. What became of the known is asked
 * in one of three ways, which leave the same in the store:
 * - QRESYNC (RFC 7162 §3.2): SELECT, or one FETCH, tells flags and removals since a mod-sequence.
 * - CONDSTORE (RFC 7162 §3.1): one FETCH tells flags since a mod-sequence; where the count says that messages are gone, a
 *   SEARCH tells which.
 * - the plain way (RFC 4549 §4.3.1), for any server, and for one whose mod-sequences cannot be believed: flags of all that
 *   is known, which also tells what is gone.
 */
import type { ModSeq, SelectedMailbox } from '../imap/types.ts';
import type { SyncState } from './model.ts';

export type Step =
  /** RFC 4549 §4.1: the UIDs known are void. */
  | { readonly step: 'reset' }
  /** Descriptors of UIDs from `first` up; `last` where there are so many that it takes several windows. */
  | { readonly step: 'new'; readonly first: number; readonly last?: number }
  /** Flags of the known UIDs in a range; those not returned are gone. */
  | { readonly step: 'flags'; readonly first: number; readonly last: number }
  /** Flags of the known UIDs in a range that changed since a mod-sequence. */
  | { readonly step: 'changes'; readonly first: number; readonly last: number; readonly since: ModSeq }
  /** Which UIDs of a range are there: those known and not among them are gone. */
  | { readonly step: 'uids'; readonly first: number; readonly last: number }
  /** Descriptors of UIDs in a range below all that are known. */
  | { readonly step: 'older'; readonly first: number; readonly last: number };

/** The UIDs of about a screenful: the first rows are there after two round trips. */
export const FIRST_WINDOW = 60;
export const SMALLEST_WINDOW = 50;
/** A window of UIDs may hold few messages (gaps), so it grows until answers have about this many. */
export const MESSAGES_PER_CHUNK = 400;
/** The same where the line is good for more, or for less. */
export const LARGEST_CHUNK = 1600;
const SMALLEST_CHUNK = 100;
/** Milliseconds: windows that come quicker than this may be larger; those that take longer have to be smaller. */
const QUICK = 250;
const SLOW = 500;
/** UIDs are below 2^32 (RFC 3501 §2.3.1.1). An explicit bound where `*` would also name the last message below it. */
export const LAST_UID = 4_294_967_295;

/** What is known of a mailbox on this device. */
export interface LocalMailbox {
  readonly sync: SyncState;
  /** Rows that have a UID. */
  readonly known: number;
  /** The highest UID of them: of what was put there from here, above what was asked for. */
  readonly highest: number;
  /** Width of the next window of older UIDs. */
  readonly window: number;
}

/** What was asked since the mailbox was selected, or since there was reason to ask again. */
export interface Asked {
  readonly newAsked: boolean;
  /** The flags of what is known, or what changed among them. */
  readonly flagsAsked: boolean;
  /** Which UIDs are there; needed only where the count disagrees. */
  readonly uidsAsked: boolean;
  /** News without a name came: there are changes that SELECT did not know of. */
  readonly newsLost: boolean;
  /** The server's mod-sequences are believed. */
  readonly modSeqTrusted: boolean;
}

/**
 * The steps that lead from `local` to `selected`, in order. After 'reset' nothing else can be said before the local
 * state is emptied, so it stands alone.
 */
export function planMailbox(
  local: LocalMailbox,
  selected: Pick<SelectedMailbox, 'exists' | 'uidNext' | 'uidValidity' | 'highestModSeq'>,
  asked: Asked,
): Step[] {
  const { sync } = local;
  if (sync.uidValidity !== selected.uidValidity && selected.uidValidity !== 0) {
    if (sync.uidValidity !== 0 || local.known > 0) return [{ step: 'reset' }];
  }
  const steps: Step[] = [];
  const never = sync.uidNext <= 1 && local.known === 0;
  if (never) {
    if (selected.exists > 0 && (!asked.newAsked || (selected.uidNext ?? 1) > 1))
      steps.push({ step: 'new', first: Math.max(1, (selected.uidNext ?? 1) - FIRST_WINDOW) });
    return steps;
  }
  const { uidNext } = selected;
  if (uidNext === undefined ? !asked.newAsked : uidNext > sync.uidNext) {
    // After a long absence: in windows, so that a connection that does not last brings at least some of it.
    const last = sync.uidNext + Math.max(local.window, SMALLEST_WINDOW) - 1;
    steps.push({
      step: 'new',
      first: sync.uidNext,
      ...(uidNext !== undefined && last < uidNext - 1 ? { last } : {}),
    });
  }
  if (local.known > 0) steps.push(...becomeOfKnown(local, selected, asked));
  if (sync.from > 1 && local.known < selected.exists) {
    steps.push({ step: 'older', first: Math.max(1, sync.from - local.window), last: sync.from - 1 });
  }
  return steps;
}

function becomeOfKnown(
  { sync, highest }: LocalMailbox,
  selected: Pick<SelectedMailbox, 'highestModSeq'>,
  asked: Asked,
): Step[] {
  // Messages may have been moved to a mailbox of which no UID has been asked for yet.
  const last = sync.uidNext > sync.from ? Math.max(sync.uidNext - 1, highest) : LAST_UID;
  const known = { first: sync.from, last };
  if (!tellsChanges(sync, selected, asked)) return asked.flagsAsked ? [] : [{ step: 'flags', ...known }];
  const steps: Step[] = [];
  // Where the mod-sequence stands still, no flag was touched (RFC 7162 §3.1.2.1).
  const touched = asked.newsLost || selected.highestModSeq !== sync.highestModSeq;
  if (!asked.flagsAsked && touched)
    steps.push({ step: 'changes', ...known, since: sync.highestModSeq as ModSeq });
  if (!asked.uidsAsked) steps.push({ step: 'uids', ...known });
  return steps;
}

/** There is a mod-sequence to begin from. One that went down, or is not there any more, is that of another history. */
export function tellsChanges(
  { highestModSeq: since }: SyncState,
  { highestModSeq }: Pick<SelectedMailbox, 'highestModSeq'>,
  { modSeqTrusted }: Pick<Asked, 'modSeqTrusted'>,
): boolean {
  return modSeqTrusted && since > 0n && highestModSeq !== undefined && highestModSeq >= since;
}

/** The width of the next window, which is to hold `chunk` messages, after one of `width` UIDs held `found`. */
export function nextWindow(width: number, found: number, chunk = MESSAGES_PER_CHUNK): number {
  if (found === 0) return Math.min(width * 8, LAST_UID);
  const wanted = Math.round((width * chunk) / found);
  return Math.max(SMALLEST_WINDOW, Math.min(wanted, width * 4));
}

/** How many messages the next window is to have, where that is `chunk` now, after one of `found` took so many milliseconds. */
export function nextChunk(chunk: number, found: number, took: number): number {
  if (took < QUICK) return Math.min(chunk * 2, LARGEST_CHUNK);
  return took > SLOW ? Math.min(chunk, Math.max(found >> 1, SMALLEST_CHUNK)) : chunk;
}

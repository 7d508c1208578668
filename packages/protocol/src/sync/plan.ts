/**
 * What has to be asked of the server so that a mailbox's truth is whole again. Pure; planned anew at every wake.
 *
 * This is the plain way of RFC 4549 §4.3.1, for any server: new descriptors, then flags of the known (which also tells
 * what is gone), then older mail, newest first.
 */
import type { SelectedMailbox } from '../imap/types.ts';
import type { SyncState } from './model.ts';

export type Step =
  /** RFC 4549 §4.1: the UIDs known are void. */
  | { readonly step: 'reset' }
  /** Descriptors of UIDs from `first` up; `last` where there are so many that it takes several windows. */
  | { readonly step: 'new'; readonly first: number; readonly last?: number }
  /** Flags of the known UIDs in a range; those not returned are gone. */
  | { readonly step: 'flags'; readonly first: number; readonly last: number }
  /** Descriptors of UIDs in a range below all that are known. */
  | { readonly step: 'older'; readonly first: number; readonly last: number };

/** The UIDs of about a screenful: the first rows are there after two round trips. */
export const FIRST_WINDOW = 60;
export const SMALLEST_WINDOW = 50;
/** A window of UIDs may hold few messages (gaps), so it grows until answers have about this many. */
export const MESSAGES_PER_CHUNK = 400;
/** UIDs are below 2^32 (RFC 3501 §2.3.1.1). An explicit bound where `*` would also name the last message below it. */
export const LAST_UID = 4_294_967_295;

/** What is known of a mailbox on this device. */
export interface LocalMailbox {
  readonly sync: SyncState;
  /** Rows that have a UID. */
  readonly known: number;
  /** Width of the next window of older UIDs. */
  readonly window: number;
}

/**
 * The steps that lead from `local` to `selected`, in order. After 'reset' nothing else can be said before the local
 * state is emptied, so it stands alone. `asked`: new mail was asked for, and the flags were compared, since the mailbox was
 * last selected.
 */
export function planMailbox(
  local: LocalMailbox,
  selected: Pick<SelectedMailbox, 'exists' | 'uidNext' | 'uidValidity' | 'highestModSeq'>,
  asked: { readonly newAsked: boolean; readonly flagsAsked: boolean },
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
  // Nothing came, nothing went, and no flag was touched (RFC 7162 §3.1.2.1): the flags are what they were.
  const untouched =
    selected.highestModSeq !== undefined &&
    selected.highestModSeq > 0n &&
    selected.highestModSeq === sync.highestModSeq &&
    selected.exists === sync.exists &&
    selected.uidNext === sync.uidNext;
  if (!asked.flagsAsked && !untouched && local.known > 0)
    steps.push({ step: 'flags', first: sync.from, last: sync.uidNext - 1 });
  if (sync.from > 1 && local.known < selected.exists) {
    steps.push({ step: 'older', first: Math.max(1, sync.from - local.window), last: sync.from - 1 });
  }
  return steps;
}

/** The width of the next window, after one of `width` UIDs held `found` messages. */
export function nextWindow(width: number, found: number): number {
  if (found === 0) return Math.min(width * 8, LAST_UID);
  const wanted = Math.round((width * MESSAGES_PER_CHUNK) / found);
  return Math.max(SMALLEST_WINDOW, Math.min(wanted, width * 4));
}

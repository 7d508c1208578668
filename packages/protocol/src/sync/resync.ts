/** Resynchronising with SELECT (RFC 7162 §3.2.5): from where, and whether what comes of it can be believed. */
import type { SelectOptions } from '../imap/index.ts';
import type { ModSeq, SelectedMailbox, UidValidity } from '../imap/types.ts';
import type { Heard } from './heard.ts';
import type { SyncState } from './model.ts';

/** There is a state to begin from. */
export function canResync({ uidValidity, highestModSeq }: SyncState): boolean {
  return uidValidity > 0 && highestModSeq > 0n;
}

export function resyncFrom({
  uidValidity,
  highestModSeq,
  uidNext,
}: SyncState): NonNullable<SelectOptions['resync']> {
  return {
    uidValidity: uidValidity as UidValidity,
    modSeq: highestModSeq as ModSeq,
    ...(uidNext > 1 ? { known: [[1, uidNext - 1]] } : {}),
  };
}

type Said = Pick<SelectedMailbox, 'uidValidity' | 'uidNext' | 'highestModSeq'>;

/** A mod-sequence or a UIDNEXT that went down, and another UIDVALIDITY, are of another history. */
export function isSameHistory(since: SyncState, { uidValidity, uidNext, highestModSeq }: Said): boolean {
  return (
    uidValidity === since.uidValidity &&
    (highestModSeq ?? 0n) >= since.highestModSeq &&
    (uidNext ?? since.uidNext) >= since.uidNext
  );
}

/** Of what was told about another history: no removals, and under another UIDVALIDITY nothing, for it is of other messages. */
export function believable(news: readonly Heard[], since: SyncState, { uidValidity }: Said): Heard[] {
  return uidValidity === since.uidValidity ? news.filter(({ type }) => type !== 'vanished') : [];
}

/**
 * Commands on messages by sequence number (RFC 3501 §6.4.5 … §6.4.7, RFC 6851 §3.1): for asking about the newest or the first
 * few without knowing their UIDs. What comes back has UIDs all the same. Nothing overlaps with them, since a message that goes
 * meanwhile would change what the numbers mean (§5.5), and UIDONLY forbids them (RFC 9586 §3): UsageError then.
 */
import { UsageError } from '../../error.ts';
import { atomPiece, type Command, mailboxPiece, SELECTED, settled } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import { formatSet, MAX_UID } from '../sets.ts';
import type { Flag, UidRanges } from '../types.ts';
import { collectCopyUid, type CopyUid } from './change.ts';
import { FetchCollector, fetchItems } from './fetch.ts';
import type { FetchItem } from './fetch-item.ts';

/** Inclusive ranges of 1 … EXISTS; {@link LAST} is `*`, the last message. */
export type NumberRanges = UidRanges;

export const LAST = MAX_UID;

const NUMBERED = { states: SELECTED, alone: true, numbered: true } as const;

function writeNumbers(ranges: NumberRanges): string {
  if (ranges.length === 0 || ranges.some(([first, last]) => first < 1 || last < 1)) {
    throw new UsageError('no messages by number');
  }
  // formatSet keeps `*` for the end of a range: the last message alone is a range of itself.
  return formatSet(ranges).replaceAll(String(LAST), '*');
}

/** `FETCH`: as `uidFetch`. */
export function fetch(ranges: NumberRanges, items: readonly FetchItem[]): Command<number> {
  const set = writeNumbers(ranges);
  return {
    ...NUMBERED,
    name: 'FETCH',
    write: (capabilities) => [`FETCH ${set} (UID ${fetchItems(items, capabilities)})`],
    collect: () => new FetchCollector(undefined, items),
  };
}

/** `STORE`: as `uidStore`. */
export function store(
  ranges: NumberRanges,
  options: { readonly mode: 'add' | 'remove'; readonly flags: readonly Flag[]; readonly silent?: boolean },
): Command<void> {
  const { mode, flags, silent } = options;
  const item = `${mode === 'add' ? '+' : '-'}FLAGS${silent ? '.SILENT' : ''}`;
  const text = `STORE ${writeNumbers(ranges)} ${item} (${flags.map(atomPiece).join(' ')})`;
  return { ...NUMBERED, name: 'STORE', write: () => [text], collect: () => settled };
}

/** `COPY`: as `uidCopy`. */
export function copy(ranges: NumberRanges, name: MailboxName): Command<CopyUid | undefined> {
  return moving('COPY', ranges, name);
}

/** `MOVE`: as `uidMove`, only where the server has MOVE. */
export function move(ranges: NumberRanges, name: MailboxName): Command<CopyUid | undefined> {
  return moving('MOVE', ranges, name);
}

function moving(
  command: 'COPY' | 'MOVE',
  ranges: NumberRanges,
  name: MailboxName,
): Command<CopyUid | undefined> {
  const set = writeNumbers(ranges);
  return {
    ...NUMBERED,
    name: command,
    write(capabilities, enabled) {
      if (command === 'MOVE') demand(capabilities, 'MOVE', 'MOVE');
      return [`${command} ${set} `, mailboxPiece(name, enabled)];
    },
    collect: collectCopyUid,
  };
}

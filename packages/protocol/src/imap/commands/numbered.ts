/**
 * Commands on messages by sequence number (RFC 3501 §6.4.4 … §6.4.7, RFC 5256 §3, RFC 6851 §3.1): for asking about the newest or the first
 * few without knowing their UIDs. What comes back has UIDs all the same. Nothing overlaps with them, since a message that goes
 * meanwhile would change what the numbers mean (§5.5), and UIDONLY forbids them (RFC 9586 §3): UsageError then.
 */
import { UsageError } from '../../error.ts';
import { atomPiece, type Command, mailboxPiece, SELECTED, settled } from '../command.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { demand } from '../offers.ts';
import type { Thread } from '../response.ts';
import { formatSet, MAX_UID } from '../sets.ts';
import type { Flag, SeqNum, UidRanges } from '../types.ts';
import { collectCopyUid, type CopyUid } from './change.ts';
import { FetchCollector, fetchItems } from './fetch.ts';
import type { FetchItem } from './fetch-item.ts';
import { uidSearch } from './search.ts';
import type { SearchKey } from './search-key.ts';
import { type SortCriterion, uidSort, uidThread } from './sort.ts';

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

/** `SEARCH`: as `uidSearch`. */
export function search(key: SearchKey): Command<readonly SeqNum[]> {
  return byNumber<readonly number[]>(uidSearch(key)) as Command<readonly SeqNum[]>;
}

/** `SORT`: as `uidSort`. */
export function sort(criteria: readonly SortCriterion[], key: SearchKey): Command<readonly SeqNum[]> {
  return byNumber<readonly number[]>(uidSort(criteria, key)) as Command<readonly SeqNum[]>;
}

/** `THREAD`: as `uidThread`, with sequence numbers. */
export function thread(algorithm: string, key: SearchKey): Command<readonly Thread[]> {
  return byNumber(uidThread(algorithm, key));
}

/** The same command without `UID` in front, which makes its answer one of sequence numbers. */
function byNumber<R>(command: Command<R>): Command<R> {
  const bare = (text: string): string => text.replace(/^UID /, '');
  return {
    ...command,
    ...NUMBERED,
    name: bare(command.name),
    write(capabilities, enabled) {
      const [first, ...rest] = command.write(capabilities, enabled);
      return [typeof first === 'string' ? bare(first) : first!, ...rest];
    },
  };
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

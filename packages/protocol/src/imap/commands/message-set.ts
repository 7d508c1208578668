import { UsageError } from '../../error.ts';
import { formatSet, type UidSet } from '../sets.ts';

/** `$` (RFC 5182 §2.1): the messages that the last search with `save` found. Only with SEARCHRES. */
export const SAVED = '$';

/** Which messages a command is about. */
export type MessageSet = UidSet | typeof SAVED;

/** `sequence-set` (RFC 3501 §9, RFC 5182 §3). UsageError where it is empty. */
export function writeSet(set: MessageSet): string {
  const text = set === SAVED ? SAVED : formatSet(set);
  if (text === '') throw new UsageError('an empty set of UIDs');
  return text;
}

import type { Reader } from './reader.ts';
import type { Flag } from './types.ts';

const SYSTEM_FLAGS = new Map(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '\\Recent', '\\*'].map((flag) => [
    flag.toLowerCase(),
    flag,
  ]),
);

/** System flags in RFC 3501's spelling (§2.3.2), keywords as they came. */
export function normalFlag(flag: string): Flag {
  return flag.startsWith('\\') ? (SYSTEM_FLAGS.get(flag.toLowerCase()) ?? flag) : flag;
}

/** `flag-list` (RFC 3501 §9). Quirk: a flag in quotes is read; NIL is no flags. */
export function readFlags(reader: Reader): Flag[] {
  const flags: Flag[] = [];
  reader.list(() => flags.push(normalFlag(reader.astring())));
  return flags;
}

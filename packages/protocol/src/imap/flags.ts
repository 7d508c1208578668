import { Interned } from './atoms.ts';
import { frameOf } from './fragmenter.ts';
import { Reader } from './reader.ts';
import type { Flag } from './types.ts';

const SYSTEM_FLAGS = new Map(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '\\Recent', '\\*'].map((flag) => [
    flag.toLowerCase(),
    flag,
  ]),
);

/** System flags in RFC 3501's spelling (§2.3.2), keywords as they came. */
function normalFlag(flag: string): Flag {
  return flag.startsWith('\\') ? (SYSTEM_FLAGS.get(flag.toLowerCase()) ?? flag) : flag;
}

/** Octets of the longest list that is kept: system flags and a handful of keywords. */
const LONGEST = 128;

/** Whole lists, with their parentheses: the messages of a mailbox have a few different ones between them. */
const lists = new Interned<readonly Flag[]>(LONGEST, (bytes) =>
  Object.freeze(readList(new Reader().open(frameOf(bytes)))),
);

/** `flag-list` (RFC 3501 §9); shared between messages. Quirk: a flag in quotes is read; NIL is no flags. */
export function readFlags(reader: Reader): readonly Flag[] {
  const end = reader.atomListEnd();
  if (end === -1) return readList(reader);
  const flags = lists.get(reader.bytes, reader.pos, end);
  reader.pos = end;
  return flags;
}

/** The list at [start, end) if `readFlags` read the same lately, which tells that it consists of nothing but atoms. */
export function knownFlags(bytes: Uint8Array, start: number, end: number): readonly Flag[] | undefined {
  return lists.find(bytes, start, end);
}

function readList(reader: Reader): Flag[] {
  const flags: Flag[] = [];
  reader.list(() => flags.push(normalFlag(reader.astring())));
  return flags;
}

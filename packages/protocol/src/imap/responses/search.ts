import { SP } from '../../bytes/index.ts';
import { CLOSE, OPEN, type Reader } from '../reader.ts';
import type { ExtendedSearch } from '../response.ts';
import type { ModSeq, SearchUpdate, UidValidity } from '../types.ts';
import { readMailboxWord } from './mailbox.ts';

/** Numbers of one SEARCH, 8 octets each: a line of the greatest length has fewer, unless they are very short ones. */
export const NUMBERS_LIMIT = 2_000_000;

/** Octets of a line whose numbers are counted before they are read. */
const LONG = 256 * 1024;

/** `SEARCH *(SP nz-number) ["(" "MODSEQ" SP mod-sequence-value ")"]` (RFC 3501 §7.2.5, RFC 7162 §3.1.5). */
export function readSearch(reader: Reader): { numbers: number[]; modSeq: ModSeq | undefined } {
  const numbers = roomFor(reader);
  let count = 0;
  let modSeq: ModSeq | undefined;
  for (;;) {
    reader.skipSpaces();
    if (reader.atEnd) {
      numbers.length = count;
      return { numbers, modSeq };
    }
    if (reader.peek === OPEN) {
      reader.list(() => {
        const name = reader.word();
        reader.skipSpaces();
        if (name === 'MODSEQ') modSeq = reader.bigNumber() as ModSeq;
        else reader.skipValue();
      });
    } else {
      if (count === NUMBERS_LIMIT) throw reader.error('fewer numbers');
      numbers[count++] = reader.number();
    }
  }
}

/** An array that need not grow for as many numbers as a long line may have: while it grows, it is there twice. */
function roomFor(reader: Reader): number[] {
  const { bytes, end } = reader;
  if (end - reader.pos < LONG) return [];
  let spaces = 0;
  for (let at = reader.pos; at < end && spaces < NUMBERS_LIMIT; at++) if (bytes[at] === SP) spaces++;
  return new Array<number>(spaces + 1);
}

/** `ESEARCH [SP "(" "TAG" SP string ")"] [SP "UID"] *(SP search-return-data)` (RFC 4731 §3.1, RFC 4466 §2.6.2). */
export function readExtendedSearch(reader: Reader): ExtendedSearch {
  const result: { -readonly [K in keyof ExtendedSearch]: ExtendedSearch[K] } = { tag: undefined, uid: false };
  const updates: SearchUpdate[] = [];
  reader.skipSpaces();
  if (reader.peek === OPEN) {
    reader.list(() => {
      const name = reader.word();
      reader.skipSpaces();
      if (name === 'TAG') result.tag = reader.astring();
      else if (name === 'MAILBOX') result.wireName = readMailboxWord(reader);
      else if (name === 'UIDVALIDITY') result.uidValidity = reader.number() as UidValidity;
      else reader.skipValue();
    });
  }
  for (reader.skipSpaces(); !reader.atEnd; reader.skipSpaces()) {
    const name = reader.word();
    reader.skipSpaces();
    if (name === 'UID') result.uid = true;
    else if (name === 'ALL') result.all = reader.set();
    else if (name === 'MIN') result.min = reader.number();
    else if (name === 'MAX') result.max = reader.number();
    else if (name === 'COUNT') result.count = reader.number();
    else if (name === 'MODSEQ') result.modSeq = reader.bigNumber() as ModSeq;
    else if (name === 'PARTIAL') result.partial = readPartial(reader);
    else if (name === 'RELEVANCY') result.relevancy = readScores(reader);
    else if (name === 'ADDTO' || name === 'REMOVEFROM') {
      readUpdates(reader, name === 'ADDTO' ? 'add' : 'remove', updates);
      result.updates = updates;
    } else reader.skipValue();
  }
  return result;
}

/** `"(" partial-range SP (sequence-set / NIL) ")"` (RFC 9394 §4). The range may count from the end: `-1:-100`. */
function readPartial(reader: Reader): NonNullable<ExtendedSearch['partial']> {
  reader.expect(OPEN);
  const bounds = /^(-?\d{1,10}):(-?\d{1,10})$/.exec(reader.atom());
  if (!bounds) throw reader.error('a window');
  reader.skipSpaces();
  const found = reader.takeNil() ? [] : reader.set();
  reader.skipSpaces();
  reader.expect(CLOSE);
  return { first: Number(bounds[1]), last: Number(bounds[2]), found };
}

/** RFC 6203 §7. */
function readScores(reader: Reader): number[] {
  const scores: number[] = [];
  reader.list(() => scores.push(reader.number()));
  return scores;
}

/** `"(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"` (RFC 5267 §5). */
function readUpdates(reader: Reader, type: SearchUpdate['type'], updates: SearchUpdate[]): void {
  reader.list(() => {
    const position = reader.number();
    reader.skipSpaces();
    updates.push({ type, position, found: reader.set() });
  });
}

/** `id-params-list` (RFC 2971 §3.1); field names in lower case. */
export function readId(reader: Reader): Map<string, string> | null {
  reader.skipSpaces();
  if (reader.takeNil()) return null;
  const fields = new Map<string, string>();
  reader.list(() => {
    const name = reader.astring().toLowerCase();
    reader.skipSpaces();
    const value = reader.nstring();
    if (value !== null) fields.set(name, value);
  });
  return fields;
}

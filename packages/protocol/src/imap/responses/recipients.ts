import { windowOf } from '../../bytes/index.ts';
import type { Reader } from '../reader.ts';
import type { Address } from '../types.ts';

/** Octets of the shortest and of the longest list that is kept. */
const SHORTEST = 32;
const LONGEST = 160;

/** The list that came twice in a row last: most messages of a mailbox went to the same person. */
const known = { ...windowOf(new Uint8Array(LONGEST)), length: 0, list: [] as readonly Address[], mark: 0 };

/** Takes that list, if it is next. */
export function takeKnownRecipients(reader: Reader): readonly Address[] | undefined {
  return known.length > 0 && reader.takeNumbers(known.view, known.length) ? known.list : undefined;
}

/**
 * Remembers the list read from `start` to the position, all of whose strings were plain, if it came twice: where each message
 * has others than the last, remembering costs more than it saves.
 */
export function rememberRecipients(reader: Reader, start: number, list: readonly Address[]): void {
  const { bytes, pos } = reader;
  const length = pos - start;
  if (length < SHORTEST || length > LONGEST) return;
  // Tells it from others, nearly always.
  const mark = (length << 16) | (bytes[pos - SHORTEST]! << 8) | bytes[start + 4]!;
  if (mark !== known.mark) {
    known.mark = mark;
    return;
  }
  known.bytes.set(bytes.subarray(start, pos));
  known.length = length;
  known.list = Object.freeze(list);
}

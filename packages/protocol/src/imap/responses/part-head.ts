import type { Reader } from '../reader.ts';
import type { Parameters } from '../types.ts';

/** What stands before the size in the description of a part (RFC 3501 §9, `body-type-text`). */
export interface PartHead {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: Parameters;
  readonly id: string | null;
  readonly description: string | null;
  readonly encoding: string;
}

/** Heads that are remembered. Text parts of a mailbox begin in a few ways: plain or HTML, a charset, an encoding. */
const KEPT = 8;
/** Octets of a head that is remembered. */
const LONGEST = 96;

const octets: Uint8Array[] = [];
const heads: PartHead[] = [];
let oldest = 0;

/** Takes a head that was read lately, if one is next. */
export function takeKnownHead(reader: Reader): PartHead | undefined {
  for (let i = 0; i < heads.length; i++) {
    if (reader.takeOctets(octets[i]!)) return heads[i];
  }
  return undefined;
}

/** Remembers the head read from `start` to the position, if it can come again: one with a name or an id hardly does. */
export function rememberHead(reader: Reader, start: number, head: PartHead): void {
  const { pos } = reader;
  const common = head.type === 'text' && head.id === null && head.description === null;
  // With the space behind it, which shows that it ends there.
  if (!common || pos - start >= LONGEST || reader.next() === -1 || reader.pos !== pos + 1) return;
  if (!reader.isPlain(start, reader.pos) || head.parameters.some(([name]) => name === 'name')) return;
  octets[oldest] = reader.bytes.slice(start, reader.pos);
  heads[oldest] = head;
  oldest = (oldest + 1) % KEPT;
}

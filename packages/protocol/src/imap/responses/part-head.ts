import { windowOf } from '../../bytes/index.ts';
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

/** Octets of a head that is remembered. */
const LONGEST = 96;
/** Octets of which some tell where a head is kept; the shortest head that says a charset has as many. */
const TOLD_BY = 48;

interface KnownHead {
  readonly octets: DataView;
  readonly length: number;
  readonly head: PartHead;
}

/** Kinds of heads: plain or HTML, with this charset or that. */
const KINDS = 64;
/** Heads remembered of each kind, the latest first: a charset comes with a few encodings. */
const OF_A_KIND = 4;

const known: KnownHead[][] = Array.from({ length: KINDS }, () => []);

/** Where the subtype and the charset are spelt differently, mostly. */
function kindOf(bytes: Uint8Array, at: number): KnownHead[] {
  const told = bytes[at + 8]! * 5 + bytes[at + 28]! * 3 + bytes[at + 30]! * 7 + bytes[at + 32]!;
  return known[told % KINDS]!;
}

/** Takes a head that was read lately, if one is next. */
export function takeKnownHead(reader: Reader): PartHead | undefined {
  const { bytes, pos } = reader;
  if (pos + TOLD_BY > reader.end) return undefined;
  const heads = kindOf(bytes, pos);
  for (let i = 0; i < heads.length; i++) {
    const { octets, length, head } = heads[i]!;
    // An octet of the encoding first: that is where they differ.
    const telling = length - 6;
    if (bytes[pos + telling] === octets.getUint8(telling) && reader.takeNumbers(octets, length)) return head;
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
  if (reader.pos - start < TOLD_BY) return;
  const heads = kindOf(reader.bytes, start);
  const octets = reader.bytes.slice(start, reader.pos);
  heads.unshift({ octets: windowOf(octets).view, length: octets.length, head });
  if (heads.length > OF_A_KIND) heads.pop();
}

/** MAPI properties as TNEF holds them: [MS-OXTNEF] §2.1.3.4, types of [MS-OXCDATA] §2.11.1. */
import { decodeText } from '../charset.ts';
import { Cursor } from './cursor.ts';

/** Property identifiers of [MS-OXPROPS] that mail needs. */
export const PROPERTY = {
  subject: 0x0037,
  body: 0x1000,
  compressedRtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFileName: 0x3704,
  attachLongFileName: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  codePage: 0x3fde,
} as const;

export interface Property {
  readonly type: number;
  /** The first value's octets; numbers are little-endian. */
  readonly value: Uint8Array;
}

/** Properties of one list; Outlook writes about a hundred. */
const MAX_PROPERTIES = 4096;
/** Values of one property. */
const MAX_VALUES = 4096;
const MULTIPLE = 0x1000;
const NAMED = 0x8000;
const STRING8 = 0x1e;
const UNICODE = 0x1f;

/** Octets of a value of a fixed type, as padded; undefined: a variable one, or one nobody knows. */
const FIXED = new Map([
  [0x02, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [0x40, 8],
  [0x48, 16],
]);
/** object, string8, unicode, binary. */
const VARIABLE = new Set([0x0d, STRING8, UNICODE, 0x102]);

/** By identifier; named properties are passed over. Whatever comes after something unreadable is lost. */
export function readProperties(bytes: Uint8Array): Map<number, Property> {
  const cursor = new Cursor(bytes);
  const found = new Map<number, Property>();
  const count = Math.min(cursor.u32() ?? 0, MAX_PROPERTIES);
  for (let index = 0; index < count; index++) {
    const type = cursor.u16();
    const id = cursor.u16();
    if (type === undefined || id === undefined) break;
    if (id >= NAMED) skipName(cursor);
    const value = readValue(cursor, type);
    if (value === undefined) break;
    if (id < NAMED && !found.has(id)) found.set(id, { type: type & ~MULTIPLE, value });
  }
  return found;
}

/** A GUID, then a number, or the octets of a UTF-16 name padded to four. */
function skipName(cursor: Cursor): void {
  cursor.take(16);
  if (cursor.u32() === 0) cursor.take(4);
  else skipPadded(cursor, cursor.u32() ?? 0);
}

function skipPadded(cursor: Cursor, length: number): void {
  cursor.take(Math.ceil(length / 4) * 4);
}

function readValue(cursor: Cursor, type: number): Uint8Array | undefined {
  const single = type & ~MULTIPLE;
  const fixed = FIXED.get(single);
  if (fixed === undefined && !VARIABLE.has(single)) return undefined;
  const counted = fixed === undefined || type !== single;
  const count = counted ? cursor.u32() : 1;
  if (count === undefined || count > MAX_VALUES) return undefined;
  let first: Uint8Array | undefined = new Uint8Array(0);
  for (let index = 0; index < count; index++) {
    const value = fixed === undefined ? readVariable(cursor) : cursor.take(fixed);
    if (value === undefined) return undefined;
    if (index === 0) first = value;
  }
  return first;
}

function readVariable(cursor: Cursor): Uint8Array | undefined {
  const length = cursor.u32();
  if (length === undefined || length > cursor.left) return undefined;
  const value = cursor.take(length);
  // The padding of the last value may be missing.
  cursor.takeUpTo((4 - (length % 4)) % 4);
  return value;
}

/** A string without the zero that ends it; '' if it is none. `charset`: of the strings that are not Unicode. */
export function textOf(property: Property | undefined, charset: string): string {
  if (property === undefined) return '';
  if (property.type !== UNICODE) return decodeString(property.value, charset);
  return beforeZero(new TextDecoder('utf-16le').decode(property.value));
}

export function decodeString(octets: Uint8Array, charset: string): string {
  return beforeZero(decodeText(octets, charset).text);
}

function beforeZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

import { decodeText } from '../bytes/index.ts';

/** Slots of the table; a power of two. Commands, items and flags of a session are a few dozen words. */
const SLOTS = 1024;
/** Longer words are not worth keeping. */
const LONGEST = 32;

const octetsOf: (Uint8Array | undefined)[] = new Array<undefined>(SLOTS);
const textOf: string[] = new Array<string>(SLOTS).fill('');

/** Text of bytes[start, end), without making a new string for a word that was seen lately. */
export function internAtom(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST) return decodeText(bytes.subarray(start, end));
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = octetsOf[slot];
  if (known?.length === length) {
    let i = 0;
    while (i < length && known[i] === bytes[start + i]) i++;
    if (i === length) return textOf[slot]!;
  }
  const octets = bytes.slice(start, end);
  octetsOf[slot] = octets;
  return (textOf[slot] = decodeText(octets));
}

import { decodeText, sameOctets } from '../bytes/index.ts';

/** Slots of a table; a power of two. Commands, items, flags and types of a session are a few dozen words. */
const SLOTS = 1024;

/**
 * Values made of a few octets, each made once while it is met often: the latest for each hash is kept. What is given out is
 * shared, so it must not be changed.
 */
export class Interned<T> {
  readonly #make: (octets: Uint8Array) => T;
  readonly #longest: number;
  readonly #octets: (Uint8Array | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);
  readonly #values: (T | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);

  readonly #followers = new Uint16Array(SLOTS);
  #last = 0;

  /** Of more octets than `longest`, a value is made anew each time: they are rare, or seldom the same. */
  constructor(longest: number, make: (octets: Uint8Array) => T) {
    this.#longest = longest;
    this.#make = make;
  }

  /** What bytes[start, end) makes. */
  get(bytes: Uint8Array, start: number, end: number): T {
    if (end - start > this.#longest) return this.#make(bytes.subarray(start, end));
    const slot = slotOf(bytes, start, end);
    const known = this.#octets[slot];
    if (known?.length === end - start && sameOctets(known, 0, bytes, start, end - start)) {
      return this.#values[slot]!;
    }
    const octets = bytes.slice(start, end);
    const value = this.#make(octets);
    this.#octets[slot] = octets;
    this.#values[slot] = value;
    return value;
  }

  /**
   * Octets that followed those of the last call here when it was made before: of words that come in the same order again and
   * again. undefined where there were none.
   */
  likely(): Uint8Array | undefined {
    return this.#octets[this.#followers[this.#last]!];
  }

  /** Takes what is likely. */
  takeLikely(): T {
    this.#last = this.#followers[this.#last]!;
    return this.#values[this.#last]!;
  }

  /** As `get`, and remembers what came before. */
  getNext(bytes: Uint8Array, start: number, end: number): T {
    const value = this.get(bytes, start, end);
    if (end - start > this.#longest) return value;
    const slot = slotOf(bytes, start, end);
    this.#followers[this.#last] = slot;
    this.#last = slot;
    return value;
  }

  /** What they made already; undefined where that is forgotten, or never happened. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const slot = slotOf(bytes, start, end);
    const known = this.#octets[slot];
    if (known?.length !== end - start || !sameOctets(known, 0, bytes, start, end - start)) return undefined;
    return this.#values[slot];
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/** Octets of the longest word that is kept: items, capabilities and types are shorter. */
const LONGEST = 32;

/** Words as they are, in upper case, and in lower case: ASCII letters are what the grammar's own words consist of. */
export const atoms = new Interned(LONGEST, decodeText);
export const upperCased = new Interned(LONGEST, (octets) => decodeText(octets).toUpperCase());
export const lowerCased = new Interned(LONGEST, (octets) => decodeText(octets).toLowerCase());

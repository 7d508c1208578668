import { SP } from '../../bytes/index.ts';
import { atoms, upperCased } from '../atoms.ts';
import { Octets } from './octets.ts';

export const OPEN = 0x28;
export const CLOSE = 0x29;
export const END_BRACKET = 0x5d;
export const QUOTE = 0x22;
export const BRACE = 0x7b;

/** Octets that end an atom. Brackets do not: flags and mailbox names hold them, though RFC 3501 §9 would not have it. */
const ATOM_END = new Uint8Array(256);
for (let octet = 0; octet <= 0x20; octet++) ATOM_END[octet] = 1;
for (const octet of [OPEN, CLOSE, QUOTE, 0x7f]) ATOM_END[octet] = 1;

/** Letters, digits, `.`, `-` and `_`. */
const IN_WORD = new Uint8Array(256).fill(1, 0x30, 0x3a).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b);
for (const octet of [0x2d, 0x2e, 0x5f]) IN_WORD[octet] = 1;

/** The words of a frame that stand without quotes (RFC 3501 §9, `atom`). */
export class Words extends Octets {
  atom(): string {
    const bytes = this.bytes;
    const start = this.pos;
    let end = start;
    while (end < this.end && ATOM_END[bytes[end]!] === 0) end++;
    if (end === start) throw this.error('an atom');
    this.pos = end;
    return atoms.get(bytes, start, end);
  }

  /** Letters, digits, `.`, `-` and `_` in upper case: the name of an item, a code, a response. */
  word(): string {
    const bytes = this.bytes;
    const start = this.pos;
    const likely = upperCased.likely();
    if (likely && this.takeOctets(likely)) {
      if (this.pos < this.end && IN_WORD[bytes[this.pos]!] === 0) return upperCased.takeLikely();
      this.pos = start;
    }
    let end = start;
    while (end < this.end && IN_WORD[bytes[end]!] === 1) end++;
    if (end === start) throw this.error('a word');
    this.pos = end;
    return upperCased.getNext(bytes, start, end);
  }

  /** Up to a space or `]`, in upper case: capabilities hold `=` and much else. */
  capability(): string {
    const start = this.pos;
    let end = start;
    while (end < this.end && this.bytes[end]! > SP && this.bytes[end] !== END_BRACKET) end++;
    if (end === start) throw this.error('a capability');
    this.pos = end;
    return upperCased.get(this.bytes, start, end);
  }

  get atNil(): boolean {
    const bytes = this.bytes;
    const { pos } = this;
    return (
      pos + 2 < this.end &&
      (bytes[pos]! | 0x20) === 0x6e &&
      (bytes[pos + 1]! | 0x20) === 0x69 &&
      (bytes[pos + 2]! | 0x20) === 0x6c &&
      (pos + 3 >= this.end || ATOM_END[bytes[pos + 3]!] === 1 || bytes[pos + 3] === END_BRACKET)
    );
  }

  takeNil(): boolean {
    if (!this.atNil) return false;
    this.pos += 3;
    return true;
  }

  /** Behind the parenthesis that closes the list of nothing but atoms which begins here; −1 where there is none. */
  atomListEnd(): number {
    const bytes = this.bytes;
    if (this.peek !== OPEN) return -1;
    let at = this.pos + 1;
    // What looks like a literal may be one.
    while (at < this.end && (ATOM_END[bytes[at]!] === 0 || bytes[at] === SP) && bytes[at] !== BRACE) at++;
    return bytes[at] === CLOSE ? at + 1 : -1;
  }

  protected skipAtom(): void {
    const bytes = this.bytes;
    const start = this.pos;
    let end = start;
    while (end < this.end && ATOM_END[bytes[end]!] === 0) end++;
    if (end === start) throw this.error('an atom');
    this.pos = end;
  }
}

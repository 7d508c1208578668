import { CR, encodeText, LF, sameOctets, SP } from '../bytes/index.ts';
import { knownFlags } from './flags.ts';
import type { FetchedMessage, Flag, ModSeq, SeqNum, Uid } from './types.ts';

/** Digits that a number can have and be exact. */
const DIGITS = 15;
/** Octets of a list of flags that is read here. */
const FLAGS = 96;
/** Octets of the longest line that is read here, so that none of those looked at lies behind the window's end. */
const LONGEST = 256;

/** Lines of another kind after which as many more are expected. */
const MANY = 16;

const F = 0x46;
const M = 0x4d;
const U = 0x55;

/**
 * The short way for what comes by the ten thousand when a mailbox is caught up with:
 * `* n FETCH (UID u FLAGS (…) MODSEQ (m))`, or `* u UIDFETCH (FLAGS (…) MODSEQ (m))` (RFC 9586 §3.3), the items in any order, FLAGS
 * and MODSEQ there or not.
 *
 * It reads the octets where they arrived, before the end of the line is looked for, and only what is written to the letter.
 * At anything else it gives up, and the response is read the usual way, which knows every quirk.
 */
export class FlagsLine {
  seq = 0 as SeqNum;
  message: FetchedMessage = { uid: undefined };
  #at = 0;
  /** Lines in a row that were others, and how many of those to come are taken for such without a look. */
  #others = 0;
  #passed = 0;
  #flags: readonly Flag[] | undefined;
  #modSeq = -1;
  /** The list that came twice in a row last: the next message may well have it too. */
  #latest: { readonly octets: Uint8Array; readonly flags: readonly Flag[] } = {
    octets: encodeText('()'),
    flags: [],
  };
  #before: readonly Flag[] | undefined;

  /** Behind the line that begins at `start`, with `seq` and `message` set; −1 where another begins there, or not all of it is there. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (this.#passed > 0) {
      this.#passed--;
      return -1;
    }
    const behind = this.#read(bytes, start, end);
    // Where other lines come, they come by the thousand.
    this.#others = behind === -1 ? this.#others + 1 : 0;
    if (this.#others > MANY) this.#passed = MANY;
    return behind;
  }

  #read(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < LONGEST || bytes[start] !== 0x2a /* * */ || bytes[start + 1] !== SP) return -1;
    this.#at = start + 2;
    const number = this.#number(bytes);
    const byUid = bytes[this.#at + 1] === U;
    if (number < 1 || !this.#fetch(bytes, byUid)) return -1;
    const uid = this.#items(bytes, byUid ? number : -1);
    if (uid < 1 || bytes[this.#at] !== CR || bytes[this.#at + 1] !== LF) return -1;
    this.seq = (byUid ? 0 : number) as SeqNum;
    this.message = this.#made(uid as Uid);
    return this.#at + 2;
  }

  #made(uid: Uid): FetchedMessage {
    const flags = this.#flags;
    const modSeq = this.#modSeq;
    if (flags === undefined) return modSeq < 0 ? { uid } : { uid, modSeq: BigInt(modSeq) as ModSeq };
    return modSeq < 0 ? { uid, flags } : { uid, flags, modSeq: BigInt(modSeq) as ModSeq };
  }

  /** The UID, −1 where there is none or something else. `known`: it stands in front, and not again. */
  #items(bytes: Uint8Array, known: number): number {
    let uid = known;
    this.#flags = undefined;
    this.#modSeq = -1;
    for (let items = 0; items < 3; items++) {
      const letter = bytes[this.#at];
      let read = false;
      if (letter === U) read = known < 0 && (uid = this.#uid(bytes)) > 0;
      else if (letter === F) read = this.#readFlags(bytes);
      else if (letter === M) read = this.#readModSeq(bytes);
      if (!read) return -1;
      const behind = bytes[this.#at++];
      if (behind === 0x29 /* ) */) return uid;
      if (behind !== SP) return -1;
    }
    return -1;
  }

  /** ` FETCH (` or ` UIDFETCH (`. */
  #fetch(bytes: Uint8Array, byUid: boolean): boolean {
    if (bytes[this.#at] !== SP) return false;
    if (byUid && (bytes[this.#at + 2] !== 0x49 /* I */ || bytes[this.#at + 3] !== 0x44) /* D */) return false;
    const at = byUid ? this.#at + 3 : this.#at;
    this.#at = at + 8;
    return (
      bytes[at + 1] === F &&
      bytes[at + 2] === 0x45 /* E */ &&
      bytes[at + 3] === 0x54 /* T */ &&
      bytes[at + 4] === 0x43 /* C */ &&
      bytes[at + 5] === 0x48 /* H */ &&
      bytes[at + 6] === SP &&
      bytes[at + 7] === 0x28 /* ( */
    );
  }

  /** `UID 5`. */
  #uid(bytes: Uint8Array): number {
    const at = this.#at;
    this.#at = at + 4;
    const named = bytes[at + 1] === 0x49 /* I */ && bytes[at + 2] === 0x44 /* D */ && bytes[at + 3] === SP;
    return named ? this.#number(bytes) : -1;
  }

  /** `FLAGS (\Seen a)`. */
  #readFlags(bytes: Uint8Array): boolean {
    const at = this.#at;
    const named =
      bytes[at + 1] === 0x4c /* L */ &&
      bytes[at + 2] === 0x41 /* A */ &&
      bytes[at + 3] === 0x47 /* G */ &&
      bytes[at + 4] === 0x53 /* S */ &&
      bytes[at + 5] === SP &&
      bytes[at + 6] === 0x28; /* ( */
    if (!named) return false;
    return this.#takeList(bytes, at + 6);
  }

  #takeList(bytes: Uint8Array, start: number): boolean {
    const { octets } = this.#latest;
    if (sameOctets(octets, 0, bytes, start, octets.length)) {
      this.#flags = this.#latest.flags;
      this.#at = start + octets.length;
      return true;
    }
    const limit = start + FLAGS;
    let end = start + 1;
    while (end < limit && bytes[end - 1] !== 0x29 /* ) */) end++;
    const flags = end < limit ? knownFlags(bytes, start, end) : undefined;
    if (flags === undefined) return false;
    // Not at once: where each message has other flags than the last, remembering costs more than it saves.
    if (flags === this.#before) this.#latest = { octets: bytes.slice(start, end), flags };
    this.#before = flags;
    this.#flags = flags;
    this.#at = end;
    return true;
  }

  /** `MODSEQ (7)`. */
  #readModSeq(bytes: Uint8Array): boolean {
    const at = this.#at;
    const named =
      bytes[at + 1] === 0x4f /* O */ &&
      bytes[at + 2] === 0x44 /* D */ &&
      bytes[at + 3] === 0x53 /* S */ &&
      bytes[at + 4] === 0x45 /* E */ &&
      bytes[at + 5] === 0x51 /* Q */ &&
      bytes[at + 6] === SP &&
      bytes[at + 7] === 0x28; /* ( */
    if (!named) return false;
    this.#at = at + 8;
    this.#modSeq = this.#number(bytes);
    return this.#modSeq >= 0 && bytes[this.#at++] === 0x29; /* ) */
  }

  /** −1 where no number stands, or one too long to be counted exactly. */
  #number(bytes: Uint8Array): number {
    let at = this.#at;
    const limit = at + DIGITS;
    let value = 0;
    let digit = bytes[at]! - 0x30;
    while (digit >= 0 && digit <= 9 && at < limit) {
      value = value * 10 + digit;
      digit = bytes[++at]! - 0x30;
    }
    if (at === this.#at || (digit >= 0 && digit <= 9)) return -1;
    this.#at = at;
    return value;
  }
}

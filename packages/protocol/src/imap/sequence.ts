import { MAX_UID } from './sets.ts';
import type { Uid, UidRanges } from './types.ts';

/** More messages than any mailbox has; a server that announces more is not believed. */
export const EXISTS_LIMIT = 20_000_000;

/**
 * Which UID each sequence number of the selected mailbox has, as far as the session was told (RFC 3501 §2.3.1.2). UIDs ascend
 * with sequence numbers; 0 stands for one that is not known.
 *
 * A gap at the front makes removing from either end cheap: servers expunge long runs as `EXPUNGE 1` again and again, or from
 * the top down.
 */
export class SequenceTable {
  #uids = new Uint32Array(0);
  #start = 0;
  #end = 0;

  get count(): number {
    return this.#end - this.#start;
  }

  /** EXISTS. False where the count fell, which only EXPUNGE may do: then no number can be trusted and all are forgotten. */
  resize(count: number): boolean {
    const before = this.count;
    if (count < before) {
      this.#uids = new Uint32Array(count);
      this.#start = 0;
      this.#end = count;
      return false;
    }
    if (this.#start + count > this.#uids.length) {
      const grown = new Uint32Array(before === 0 ? count : Math.ceil(count * 1.25) + 64);
      grown.set(this.#uids.subarray(this.#start, this.#end));
      this.#uids = grown;
      this.#start = 0;
    } else {
      this.#uids.fill(0, this.#end, this.#start + count);
    }
    this.#end = this.#start + count;
    return true;
  }

  clear(): void {
    this.resize(0);
  }

  uid(seq: number): Uid | undefined {
    if (seq < 1 || seq > this.count) return undefined;
    const uid = this.#uids[this.#start + seq - 1]!;
    return uid === 0 ? undefined : (uid as Uid);
  }

  /** Quirk: numbers above EXISTS are passed over (Yahoo). */
  learn(seq: number, uid: number): void {
    if (seq >= 1 && seq <= this.count) this.#uids[this.#start + seq - 1] = uid;
  }

  /** EXPUNGE: false where there is no such number. */
  expunge(seq: number): boolean {
    if (seq < 1 || seq > this.count) return false;
    const at = this.#start + seq - 1;
    if (seq * 2 < this.count) {
      this.#uids.copyWithin(this.#start + 1, this.#start, at);
      this.#start++;
    } else {
      this.#uids.copyWithin(at, at + 1, this.#end);
      this.#end--;
    }
    return true;
  }

  /**
   * VANISHED without EARLIER: takes those UIDs out. One that is not known by number must be among the unknown numbers
   * between its neighbours; which one does not matter, since one unknown is as good as another.
   */
  vanish(ranges: UidRanges): void {
    const uids = this.#uids.subarray(this.#start, this.#end);
    let kept = 0;
    let below = 0;
    let range = 0;
    for (let at = 0; at < uids.length;) {
      const uid = uids[at]!;
      if (uid !== 0) {
        while (range < ranges.length && ranges[range]![1] < uid) range++;
        if (range === ranges.length || ranges[range]![0] > uid) uids[kept++] = uid;
        below = uid;
        at++;
        continue;
      }
      let next = at;
      while (next < uids.length && uids[next] === 0) next++;
      const above = next < uids.length ? uids[next]! : MAX_UID + 1;
      const [gone, passed] = countBetween(ranges, range, below, above);
      range = passed;
      const left = Math.max(0, next - at - gone);
      uids.fill(0, kept, kept + left);
      kept += left;
      at = next;
    }
    this.#end = this.#start + kept;
  }
}

/** How many UIDs of the ranges from index `from` lie strictly between two, and the first range that reaches `above`. */
function countBetween(
  ranges: UidRanges,
  from: number,
  below: number,
  above: number,
): [count: number, next: number] {
  let count = 0;
  let index = from;
  for (; index < ranges.length; index++) {
    const [first, last] = ranges[index]!;
    if (first >= above) break;
    count += Math.max(0, Math.min(last, above - 1) - Math.max(first, below + 1) + 1);
    if (last >= above) break;
  }
  return [count, index];
}

import { baseSubject, isReplySubject } from '../subject.ts';
import { byDate } from './message.ts';
import type { ThreadedMessage } from './message.ts';

/** Milliseconds by which clocks disagree: an answer may be dated before what it answers. */
const CLOCK_SKEW = 24 * 3600_000;
/** Milliseconds after which the same subject is another matter: a year. */
const MAX_GAP = 366 * 24 * 3600_000;

/** Messages with one base subject, each list by date. */
interface SameSubject {
  /** Those that answer nothing by their subject. */
  readonly originals: ThreadedMessage[];
  /** Those that do, and none of whose ancestors is here. */
  readonly orphans: ThreadedMessage[];
}

export interface Ties {
  /** The original that an orphan seems to answer. */
  readonly answered: ThreadedMessage | undefined;
  /** Others that belong to the same thread by their subject. */
  readonly others: readonly ThreadedMessage[];
}

const NONE: Ties = { answered: undefined, others: [] };

/**
 * Which messages belong together by their base subject, RFC 5256 §3 REFERENCES (5), but more careful: two messages that
 * answer nothing ("Invoice", each month) never do. An orphan answers the latest original before it; where there is none, it
 * belongs with the orphans next to it. A tie is found by binary search when it is asked for, so there is nothing to undo.
 */
export class SubjectIndex {
  readonly #bySubject = new Map<string, SameSubject>();

  /** Also for one that is in it, where its being an orphan may have changed. */
  add(message: ThreadedMessage, orphan: boolean): void {
    const subject = subjectOf(message);
    if (subject === '') return;
    const same = this.#bySubject.get(subject) ?? { originals: [], orphans: [] };
    this.#bySubject.set(subject, same);
    if (!isReplySubject(message.subject)) insert(same.originals, message);
    else if (orphan) insert(same.orphans, message);
    else withdraw(same.orphans, message);
  }

  remove(message: ThreadedMessage): void {
    const subject = subjectOf(message);
    const same = this.#bySubject.get(subject);
    if (same === undefined) return;
    withdraw(same.originals, message);
    withdraw(same.orphans, message);
    if (same.originals.length + same.orphans.length === 0) this.#bySubject.delete(subject);
  }

  tiesOf(message: ThreadedMessage): Ties {
    const same = this.#bySubject.get(subjectOf(message));
    if (same === undefined) return NONE;
    if (holds(same.originals, message)) return { answered: undefined, others: orphansOf(message, same) };
    if (!holds(same.orphans, message)) return NONE;
    const answered = originalOf(message, same);
    return answered === undefined
      ? { answered, others: neighboursOf(message, same) }
      : { answered, others: [] };
  }
}

function subjectOf(message: ThreadedMessage): string {
  return baseSubject(message.subject).toLowerCase();
}

function originalOf(orphan: ThreadedMessage, { originals }: SameSubject): ThreadedMessage | undefined {
  const before = originals[firstAt(originals, orphan.date + CLOCK_SKEW + 1) - 1];
  return before !== undefined && orphan.date - before.date <= MAX_GAP ? before : undefined;
}

/** Those for which {@link originalOf} is this one. */
function orphansOf(original: ThreadedMessage, { originals, orphans }: SameSubject): ThreadedMessage[] {
  const next = originals[indexOf(originals, original) + 1];
  const from = firstAt(orphans, original.date - CLOCK_SKEW);
  const until = Math.min(original.date + MAX_GAP + 1, next === undefined ? Infinity : next.date - CLOCK_SKEW);
  return orphans.slice(from, Math.max(from, firstAt(orphans, until)));
}

/** The orphans before and after it that have no original either. */
function neighboursOf(orphan: ThreadedMessage, same: SameSubject): ThreadedMessage[] {
  const at = indexOf(same.orphans, orphan);
  return [same.orphans[at - 1], same.orphans[at + 1]].filter(
    (one) =>
      one !== undefined && Math.abs(one.date - orphan.date) <= MAX_GAP && originalOf(one, same) === undefined,
  ) as ThreadedMessage[];
}

/** The index of the first that is not before that date. */
function firstAt(list: readonly ThreadedMessage[], date: number): number {
  return search(list, (one) => one.date < date);
}

function indexOf(list: readonly ThreadedMessage[], message: ThreadedMessage): number {
  return search(list, (one) => byDate(one, message) < 0);
}

function search(list: readonly ThreadedMessage[], before: (one: ThreadedMessage) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function holds(list: readonly ThreadedMessage[], message: ThreadedMessage): boolean {
  return list[indexOf(list, message)]?.key === message.key;
}

function insert(list: ThreadedMessage[], message: ThreadedMessage): void {
  const at = indexOf(list, message);
  if (list[at]?.key !== message.key) list.splice(at, 0, message);
}

function withdraw(list: ThreadedMessage[], message: ThreadedMessage): void {
  if (holds(list, message)) list.splice(indexOf(list, message), 1);
}

import type { Mailbox } from '../account/mailbox.ts';
import { sequenceSet } from './format.ts';
import { fetchResponse } from './fetch-response.ts';
import { GrammarError } from './grammar-error.ts';
import type { Piece } from './output.ts';
import type { Scanner } from './scanner.ts';
import type { Selected } from './selected.ts';
import type { SequenceRange } from './sequence.ts';
import { lowerBound, resolved } from './sequence.ts';
import type { Session } from './session.ts';

/** The QRESYNC parameter of SELECT and EXAMINE (RFC 7162 §3.2.5). */
export interface ResyncParameter {
  readonly uidValidity: number;
  readonly modSeq: bigint;
  /** All UIDs when absent. */
  readonly knownUids: readonly SequenceRange[] | undefined;
  /** Message numbers and the UIDs the client knows them by. */
  readonly match: readonly (readonly [number: number, uid: number])[];
}

/** Reads `(uidvalidity modseq [known-uids] [(known-sequence-set known-uid-set)])` (RFC 7162 §7). */
export function readResyncParameter(scanner: Scanner): ResyncParameter {
  scanner.expect('(');
  const uidValidity = scanner.number();
  scanner.space();
  const modSeq = scanner.modSeq();
  if (uidValidity === 0 || modSeq === 0n)
    throw new GrammarError('Zero is neither a UIDVALIDITY nor a mod-sequence');
  let knownUids: SequenceRange[] | undefined;
  let match: Array<readonly [number, number]> = [];
  if (scanner.accept(' ') && scanner.peek() !== '(') {
    knownUids = finiteSet(scanner);
    if (scanner.peek() === ' ') scanner.space();
  }
  if (scanner.accept('(')) {
    const numbers = elements(finiteSet(scanner));
    scanner.space();
    const uids = elements(finiteSet(scanner));
    scanner.expect(')');
    if (numbers.length !== uids.length) throw new GrammarError('As many message numbers as UIDs are needed');
    match = numbers.map((number, index) => [number, uids[index]!]);
  }
  scanner.expect(')');
  return { uidValidity, modSeq, knownUids, match };
}

function finiteSet(scanner: Scanner): SequenceRange[] {
  const set = scanner.sequenceSet();
  if (set.flat().includes(Infinity)) throw new GrammarError('"*" says nothing here');
  return set;
}

/** More pairs than this help nobody. */
const MAX_MATCHED = 100_000;

function elements(set: readonly SequenceRange[]): number[] {
  const numbers: number[] = [];
  for (const [first, last] of resolved(set, 0)) {
    if (numbers.length + last - first >= MAX_MATCHED) throw new GrammarError('Too many message numbers');
    for (let number = first; number <= last; number++) numbers.push(number);
  }
  return numbers;
}

/** The UID up to which the client knows of every expunge, by what its message numbers tell (RFC 7162 §3.2.5.2). */
function knownUpTo(mailbox: Mailbox, match: ResyncParameter['match']): number {
  return match.findLast(([number, uid]) => mailbox.messages[number - 1]?.uid === uid)?.[1] ?? 0;
}

/**
 * `* VANISHED (EARLIER)` with the UIDs of a set that are gone since a modification sequence (RFC 7162 §3.2.6), or with
 * all that are not there when the log does not reach back so far. Nothing when there are none.
 */
export function* vanishedEarlier(
  session: Session,
  mailbox: Mailbox,
  asked: { readonly uids: readonly SequenceRange[]; readonly since: bigint; readonly above?: number },
): Generator<string, void> {
  const { uids, since, above = 0 } = asked;
  const ranges = resolved(uids, mailbox.uidNext - 1);
  const removed = mailbox.removedSince(since, session.host.profile.expungeLog);
  const gone = (removed ?? absentUids(mailbox, ranges))
    .filter((uid) => uid > above && ranges.some(([first, last]) => uid >= first && uid <= last))
    .sort((a, b) => a - b);
  if (gone.length > 0) yield `* VANISHED (EARLIER) ${sequenceSet(gone)}\r\n`;
}

function absentUids(mailbox: Mailbox, ranges: ReadonlyArray<readonly [number, number]>): number[] {
  const absent: number[] = [];
  for (const [first, last] of ranges) {
    let index = lowerBound(mailbox.messages, first);
    for (let uid = first; uid <= Math.min(last, mailbox.uidNext - 1); uid++) {
      if (mailbox.messages[index]?.uid === uid) index++;
      else absent.push(uid);
    }
  }
  return absent;
}

/** What SELECT adds for a client that resynchronises: expunges, then changed flags (RFC 7162 §3.2.5.1). */
export function* resynchronisation(
  session: Session,
  selected: Selected,
  parameter: ResyncParameter,
): Generator<Piece, void> {
  const { mailbox } = selected;
  if (parameter.uidValidity !== mailbox.uidValidity || mailbox.uidNext === 1) return;
  const uids = parameter.knownUids ?? [[1, mailbox.uidNext - 1]];
  const since = parameter.modSeq;
  yield* vanishedEarlier(session, mailbox, { uids, since, above: knownUpTo(mailbox, parameter.match) });
  for (const [number, message] of selected.resolve(uids, true)) {
    if (message.modSeq <= since) continue;
    yield* fetchResponse(session, number, message, [
      ...(session.enabled.has('UIDONLY') ? [] : [{ kind: 'uid' } as const]),
      { kind: 'flags' },
      { kind: 'modseq' },
    ]);
  }
}

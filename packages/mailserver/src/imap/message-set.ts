import { GrammarError } from './grammar-error.ts';
import type { Scanner } from './scanner.ts';
import type { MessageSet } from './sequence.ts';
import type { Session } from './session.ts';
import { has, selectedOf } from './session.ts';

/**
 * The messages a command names: a sequence set (RFC 3501 §9), of UIDs when `byUid`, or `$`, the result saved last
 * (RFC 5182 §2.1). A message number that does not exist is a GrammarError.
 */
export function readMessageSet(session: Session, scanner: Scanner, byUid: boolean): MessageSet {
  if (has(session, 'SEARCHRES') && scanner.accept('$')) return '$';
  const set = scanner.sequenceSet();
  if (!byUid && !selectedOf(session).covers(set)) throw new GrammarError('No such message number');
  return set;
}

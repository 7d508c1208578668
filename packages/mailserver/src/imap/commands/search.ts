import type { Message } from '../../account/mailbox.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import { withinLimit } from '../message-limit.ts';
import type { Scanner } from '../scanner.ts';
import type { SearchProgram } from '../search-key.ts';
import { readSearchProgram } from '../search-key.ts';
import type { ReturnOptions } from '../search-result.ts';
import { ALL_RESULTS, extendedResult, readReturnOptions, savedResult } from '../search-result.ts';
import type { Numbered } from '../selected.ts';
import type { Session } from '../session.ts';
import { selectedOf } from '../session.ts';

/**
 * SEARCH and UID SEARCH (RFC 3501 §6.4.4), with MODSEQ (RFC 7162 §3.1.5), result options (RFC 4731, RFC 9394) and
 * saved results (RFC 5182).
 */
export function* search(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  scanner.space();
  const options =
    readReturnOptions(session, scanner) ?? (session.enabled.has('IMAP4rev2') ? ALL_RESULTS : undefined);
  let program: SearchProgram;
  try {
    program = readSearchProgram(session, scanner);
  } catch (error) {
    // A search refused with NO leaves nothing saved; one that is no command changes nothing (RFC 5182 §2.1).
    if (options?.save === true && !(error instanceof GrammarError)) selected.saved = [];
    throw error;
  }
  const { matches, searches, usesModSeq } = program;
  if (usesModSeq) session.condstore = true;
  const searched: Numbered[] = [];
  for (const [index, message] of selected.messages.entries())
    if (!message.expunged && searches(message, index + 1)) searched.push([index + 1, message]);
  const { taken, code } = withinLimit(session, searched);
  const found = taken.filter(([number, message]) => matches(message, number));
  if (code !== undefined) found.reverse();
  yield* searchResponse(session, found, { options, usesModSeq, byUid });
  return ok('Searched', code);
}

/** The untagged response to a search, by whatever was asked for. */
export function* searchResponse(
  session: Session,
  found: readonly Numbered[],
  how: {
    readonly options: ReturnOptions | undefined;
    readonly usesModSeq: boolean;
    readonly byUid: boolean;
    readonly name?: 'SEARCH' | 'SORT';
  },
): Generator<string, void> {
  const { options, usesModSeq, byUid, name = 'SEARCH' } = how;
  if (options?.save === true) selectedOf(session).saved = savedResult(found, options);
  const numbers = found.map(([number, message]) => (byUid ? message.uid : number));
  if (options === undefined) {
    const modSeq = usesModSeq && found.length > 0 ? ` (MODSEQ ${highestModSeq(found)})` : '';
    yield `* ${name}${numbers.map((number) => ` ${number}`).join('')}${modSeq}\r\n`;
    return;
  }
  const items = extendedResult(numbers, options);
  // Nothing but SAVE was asked for: nothing is told (RFC 5182 §2.1).
  if (items === undefined) return;
  if (usesModSeq && found.length > 0) items.push(`MODSEQ ${highestModSeq(shown(found, options))}`);
  yield `* ${['ESEARCH', `(TAG "${session.tag}")`, ...(byUid ? ['UID'] : []), ...items].join(' ')}\r\n`;
}

/** With MIN and MAX alone, MODSEQ speaks of these messages only (RFC 4731 §3.2). */
function shown(
  found: readonly Numbered[],
  { min, max, all, count, partial }: ReturnOptions,
): readonly Numbered[] {
  if (all || count || partial !== undefined || !(min || max)) return found;
  return [...(min ? found.slice(0, 1) : []), ...(max ? found.slice(-1) : [])];
}

function highestModSeq(found: readonly Numbered[]): bigint {
  return found.reduce(
    (highest, [, { modSeq }]: readonly [number, Message]) => (modSeq > highest ? modSeq : highest),
    0n,
  );
}

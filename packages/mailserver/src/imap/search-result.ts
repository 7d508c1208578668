import type { Message } from '../account/mailbox.ts';
import { sequenceSet } from './format.ts';
import { GrammarError } from './grammar-error.ts';
import type { Scanner } from './scanner.ts';
import type { Numbered } from './selected.ts';
import type { Session } from './session.ts';
import { has } from './session.ts';

/** `first:last` of PARTIAL (RFC 9394 §3.1): both positive, or both negative and counted from the end. */
export interface PartialRange {
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** Result options of SEARCH (RFC 4731 §3.1). */
export interface ReturnOptions {
  readonly min: boolean;
  readonly max: boolean;
  readonly all: boolean;
  readonly count: boolean;
  readonly save: boolean;
  readonly partial: PartialRange | undefined;
}

/** What IMAP4rev2 answers when nothing else was asked for (RFC 9051 §6.4.4). */
export const ALL_RESULTS: ReturnOptions = {
  min: false,
  max: false,
  all: true,
  count: false,
  save: false,
  partial: undefined,
};

/** `RETURN (…) `, when it comes next and the profile has it; with nothing in it, ALL. */
export function readReturnOptions(session: Session, scanner: Scanner): ReturnOptions | undefined {
  if (!has(session, 'ESEARCH') || !scanner.accept('RETURN ')) return undefined;
  let partial: PartialRange | undefined;
  const names = new Set<string>();
  scanner.list(() => {
    const name = scanner.keyword();
    const known =
      ['MIN', 'MAX', 'ALL', 'COUNT'].includes(name) ||
      (name === 'SAVE' && has(session, 'SEARCHRES')) ||
      (name === 'PARTIAL' && has(session, 'PARTIAL'));
    if (!known) throw new GrammarError(`Unknown result option ${name}`);
    if (name === 'PARTIAL') {
      scanner.space();
      partial = readPartialRange(scanner);
    }
    if (names.has('PARTIAL') && (name === 'PARTIAL' || name === 'ALL'))
      throw new GrammarError('One PARTIAL or ALL only');
    if (names.has('ALL') && name === 'PARTIAL') throw new GrammarError('One PARTIAL or ALL only');
    names.add(name);
  });
  scanner.space();
  return {
    min: names.has('MIN'),
    max: names.has('MAX'),
    all: names.has('ALL') || names.size === 0,
    count: names.has('COUNT'),
    save: names.has('SAVE'),
    partial,
  };
}

/** partial-range (RFC 9394 §4). */
export function readPartialRange(scanner: Scanner): PartialRange {
  const negative = scanner.accept('-');
  const first = scanner.number();
  scanner.expect(negative ? ':-' : ':');
  const last = scanner.number();
  if (first === 0 || last === 0) throw new GrammarError('There is no result 0');
  const sign = negative ? '-' : '';
  return {
    text: `${sign}${first}:${sign}${last}`,
    first: negative ? -first : first,
    last: negative ? -last : last,
  };
}

/** The results of a range, in their order. */
export function inPartialRange<T>(results: readonly T[], { first, last }: PartialRange): T[] {
  const from = (position: number): number => (position > 0 ? position - 1 : results.length + position);
  const [a, b] = [from(first), from(last)];
  return results.slice(Math.max(0, Math.min(a, b)), Math.max(0, Math.max(a, b) + 1));
}

/** What of a result becomes `$`: all of it, or what MIN, MAX and PARTIAL show (RFC 5182 §2.4, RFC 9394 §3.2). */
export function savedResult(found: readonly Numbered[], options: ReturnOptions): Message[] {
  const { min, max, all, count, partial } = options;
  const messages = found.map(([, message]) => message);
  if (all || count || (!min && !max && partial === undefined)) return messages;
  const some = new Set<Message>(partial === undefined ? [] : inPartialRange(messages, partial));
  if (min) messages.slice(0, 1).forEach((message) => some.add(message));
  if (max) messages.slice(-1).forEach((message) => some.add(message));
  return messages.filter((message) => some.has(message));
}

/**
 * The items of an ESEARCH response (RFC 4731 §3.1): MIN, MAX and ALL only when something was found. `numbers` in the
 * order of the result. Undefined when SAVE was all that was asked for.
 */
export function extendedResult(numbers: readonly number[], options: ReturnOptions): string[] | undefined {
  const { min, max, all, count, save, partial } = options;
  if (save && !min && !max && !all && !count && partial === undefined) return undefined;
  const items: string[] = [];
  if (numbers.length > 0) {
    if (min) items.push(`MIN ${numbers[0]}`);
    if (max) items.push(`MAX ${numbers.at(-1)}`);
    if (all) items.push(`ALL ${sequenceSet(numbers)}`);
  }
  if (count) items.push(`COUNT ${numbers.length}`);
  if (partial !== undefined) {
    const part = inPartialRange(numbers, partial);
    items.push(`PARTIAL (${partial.text} ${part.length === 0 ? 'NIL' : sequenceSet(part)})`);
  }
  return items;
}

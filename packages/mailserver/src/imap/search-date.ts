import type { Message } from '../account/mailbox.ts';
import { headerValue } from '../message/header.ts';
import { monthIndex } from './format.ts';
import { GrammarError } from './grammar-error.ts';

const DAY = 86_400_000;

/** Days since 1970 of the internal date, in UTC. */
export function internalDay(message: Message): number {
  return Math.floor(message.internalDate / DAY);
}

/** When it was saved (RFC 8514 §4.3). */
export function savedDay(message: Message): number {
  return Math.floor(message.saveDate / DAY);
}

/** As the Date field has it, in its own zone; the internal date where there is none. */
export function sentDay(message: Message): number {
  const date = headerValue(message.content.structure().header, 'date') ?? '';
  const match = /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})/.exec(date);
  const month = monthIndex(match?.[2] ?? '');
  if (match === null || month < 0) return internalDay(message);
  return Date.UTC(Number(match[3]), month, Number(match[1])) / DAY;
}

/** Days since 1970 of a date such as 1-Feb-1994. */
export function readDay(text: string): number {
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  const month = monthIndex(match?.[2] ?? '');
  if (match === null || month < 0) throw new GrammarError('Expected a date such as 1-Feb-1994');
  return Date.UTC(Number(match[3]), month, Number(match[1])) / DAY;
}

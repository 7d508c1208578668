import type { Message } from '../account/mailbox.ts';
import { headerValue } from '../message/header.ts';
import { monthIndex } from './format.ts';

/**
 * Milliseconds since 1970 at which a message was sent, by its Date field; the internal date when that is missing or
 * cannot be read. A wrong zone counts as UTC, a wrong time as midnight (RFC 5256 §2.2).
 */
export function sentDate(message: Message): number {
  const date = headerValue(message.content.structure().header, 'date') ?? '';
  const match =
    /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})(?:\s+(\d\d):(\d\d)(?::(\d\d))?)?(?:\s+([+-]\d{4}))?/.exec(
      date,
    );
  const month = monthIndex(match?.[2] ?? '');
  if (match === null || month < 0) return message.internalDate;
  const [, day, , year, hour = '0', minute = '0', second = '0', zone = '+0000'] = match;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return local - (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

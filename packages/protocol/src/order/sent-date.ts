import { parseDate } from '../mime/date.ts';

const DAY = /^(?:\s*[A-Za-z]{3,9}\s*,)?\s*(\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4})\b/;

/**
 * The sent date (RFC 5256 §2.2) in milliseconds since 1970: the Date field in UTC; a wrong zone counts as UTC, a wrong time as
 * midnight. Where it says no day, `internalDate`.
 */
export function sentDate(field: string | null | undefined, internalDate: number): number {
  if (!field) return internalDate;
  const day = DAY.exec(field)?.[1];
  const midnight = day === undefined ? undefined : parseDate(`${day} 00:00:00`);
  return parseDate(field) ?? midnight ?? internalDate;
}

import { encodeText, SP } from '../../bytes/index.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const DATE_TIME =
  /^ *(\d{1,2})-([A-Za-z]{3})-(\d{4}) +(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([+-])(\d{2}):?(\d{2}))?/;

/**
 * `date-time` (RFC 3501 §9), e.g. `17-Jul-1996 02:44:25 -0700`, in milliseconds since 1970; undefined where it is none.
 * Quirk: `00-Jan-0000` (Domino) is none.
 */
export function readInternalDate(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, day, month, year, hour, minute, second = '0', sign, zoneHour = '0', zoneMinute = '0'] = match;
  const monthIndex = MONTHS.indexOf(month!.toLowerCase());
  if (monthIndex === -1 || Number(day) === 0 || Number(year) < 1000) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  return (
    Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second)) -
    offset * 60_000
  );
}

const MONTH_OF = new Map(MONTHS.map((name, index) => [monthKey(encodeText(name), 0), index]));

const NONE = -1000;
const DIGIT = new Int16Array(256).fill(NONE);
for (let digit = 0; digit <= 9; digit++) DIGIT[0x30 + digit] = digit;

/** Octets of a `date-time` written to the letter: `17-Jul-1996 02:44:25 -0700`. */
const LENGTH = 26;

/**
 * The `date-time` of octets [start, end), in place; undefined where it is not written to the letter, which leaves it to
 * `readInternalDate`.
 */
export function exactDateTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start !== LENGTH || !isPunctuated(bytes, start)) return undefined;
  const day = bytes[start] === SP ? DIGIT[bytes[start + 1]!]! : two(bytes, start);
  const month = MONTH_OF.get(monthKey(bytes, start + 3)) ?? NONE;
  const century = two(bytes, start + 7);
  const year = two(bytes, start + 9);
  const hour = two(bytes, start + 12);
  const minute = two(bytes, start + 15);
  const second = two(bytes, start + 18);
  const zoneHour = two(bytes, start + 22);
  const zoneMinute = two(bytes, start + 24);
  // A sign anywhere: something there is no digit.
  if ((day | month | century | year | hour | minute | second | zoneHour | zoneMinute) < 0) return undefined;
  if (day === 0 || century < 10) return undefined;
  const offset = zoneHour * 60 + zoneMinute;
  const minutes = hour * 60 + minute - (bytes[start + 21] === MINUS ? -offset : offset);
  return (daysSince1970(century * 100 + year, month, day) * 86_400 + minutes * 60 + second) * 1000;
}

/** Days of the Gregorian calendar from 1970-01-01 on; `month` from 0. */
function daysSince1970(year: number, month: number, day: number): number {
  // Years that begin in March have the odd day at their end, and months of 31, 30, 31, 30, 31 days in a row.
  const shifted = (month + 10) % 12;
  const years = month < 2 ? year - 1 : year;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leaps + Math.floor((shifted * 153 + 2) / 5) + day - 719_469;
}

function isPunctuated(bytes: Uint8Array, start: number): boolean {
  const sign = bytes[start + 21];
  return (
    bytes[start + 2] === MINUS &&
    bytes[start + 6] === MINUS &&
    bytes[start + 11] === SP &&
    bytes[start + 14] === COLON &&
    bytes[start + 17] === COLON &&
    bytes[start + 20] === SP &&
    (sign === MINUS || sign === PLUS)
  );
}

/** Three letters, whatever their case, as a number. */
function monthKey(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | 0x20) << 16) | ((bytes[at + 1]! | 0x20) << 8) | (bytes[at + 2]! | 0x20);
}

/** The number that two digits make; negative where one of them is none. */
function two(bytes: Uint8Array, at: number): number {
  return DIGIT[bytes[at]!]! * 10 + DIGIT[bytes[at + 1]!]!;
}

/** `date-time` in UTC, without quotes. */
export function formatInternalDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day}-${monthName(date.getUTCMonth())}-${String(date.getUTCFullYear()).padStart(4, '0')} ${time} +0000`;
}

/** `Jan` … `Dec` for 0 … 11. */
export function monthName(month: number): string {
  const name = MONTHS[month]!;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

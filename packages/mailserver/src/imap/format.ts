/**
 * Protocol text is kept as strings of one character per octet ("binary strings"), so that lengths are octets and
 * 8-bit data from messages passes unchanged.
 */

/** Quoted string or literal (RFC 3501 §4.3); NIL for null. 8-bit text, breaks and long text become literals. */
export function nstring(text: string | null | undefined): string {
  return text === null || text === undefined ? 'NIL' : string(text);
}

/** Quoted string or literal (RFC 3501 §4.3). */
export function string(text: string): string {
  if (text.length > 1000 || /[\0\r\n\x80-\xff]/.test(text)) return `{${text.length}}\r\n${text}`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Atom when the grammar allows it, else a string (astring, RFC 3501 §9). */
export function astring(text: string): string {
  return /^[!#$&'+\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/.test(text) ? text : string(text);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** INTERNALDATE (RFC 3501 §9 date-time) in UTC, from milliseconds since 1970. */
export function dateTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return (
    `${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
  );
}

/** Milliseconds since 1970 of a date-time, or undefined when it is none. */
export function parseDateTime(text: string): number | undefined {
  const match = /^ ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const month = monthIndex(match[2] ?? '');
  if (month < 0) return undefined;
  const [, day, , year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -60_000 : 60_000);
  return Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)) - zone;
}

/** Index 0–11 of an English month's three-letter name in any case, −1 if it is none. */
export function monthIndex(name: string): number {
  return MONTHS.findIndex((month) => month.toLowerCase() === name.toLowerCase());
}

/** Numbers in ascending order as a sequence set: `1:3,7`. */
export function sequenceSet(numbers: readonly number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < numbers.length;) {
    const first = numbers[i]!;
    let last = first;
    while (numbers[++i] === last + 1) last++;
    ranges.push(first === last ? String(first) : `${first}:${last}`);
  }
  return ranges.join(',');
}

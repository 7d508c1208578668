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

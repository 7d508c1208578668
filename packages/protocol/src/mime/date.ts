/** Dates: RFC 5322 §3.3 with its obsolete forms (§4.3), and those that programs write instead. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Minutes east of UTC. A military letter says nothing reliable (RFC 5322 §4.3), so it is not here. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  bst: 60,
  cet: 60,
  met: 60,
  mez: 60,
  west: 60,
  cest: 120,
  mest: 120,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  jst: 540,
  kst: 540,
  edt: -240,
  est: -300,
  cdt: -300,
  cst: -360,
  mdt: -360,
  mst: -420,
  pdt: -420,
  pst: -480,
};

/** Characters of a date that are looked at; the longest honest one has 60. */
const MAX_DATE = 500;

/**
 * Milliseconds since 1970-01-01T00:00Z, or undefined when it is no date. Weekday, seconds and zone may be missing (the zone
 * is then UTC), years may have two digits, month and day may change places with the year, ISO 8601 is read too.
 */
export function parseDate(raw: string): number | undefined {
  return parsePlain(raw) ?? parseAny(raw);
}

/** As nearly all are: a first look at a mailbox reads one for each message. */
const PLAIN =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)$/;

function parsePlain(raw: string): number | undefined {
  const found = PLAIN.exec(raw);
  if (found === null) return undefined;
  const [hour, minute, second] = [Number(found[4]), Number(found[5]), Number(found[6])];
  const zone = Number(found[8]) * 60 + Number(found[9]);
  if (hour > 24 || minute > 59 || second > 60 || zone >= 24 * 60) return undefined;
  const month = MONTHS.indexOf(found[2]!.toLowerCase());
  const time = { hour, minute, second };
  return moment(Number(found[3]), month, Number(found[1]), time, found[7] === '-' ? -zone : zone);
}

function parseAny(raw: string): number | undefined {
  const text = raw
    .slice(0, MAX_DATE)
    .replace(/\((?:[^()\\]|\\.)*\)/g, ' ')
    .trim();
  const iso = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ]+(\d\d?:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(.*))?$/.exec(text);
  if (iso) {
    const time = timeOf(iso[4] ?? '0:00');
    return time && moment(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]), time, zoneOf(iso[5] ?? ''));
  }
  const clock = /(\d{1,2})\s*[:.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:[.,]\d+)?(?:\s*([ap])\.?m\.?\b)?/i.exec(
    text,
  );
  const time = clock === null ? undefined : timeOf(clock[0]);
  if (clock === null || time === undefined) return undefined;
  const before = text.slice(0, clock.index);
  const after = text.slice(clock.index + clock[0].length);
  const date = dateOf(before, after);
  return date && moment(date.year, date.month, date.day, time, zoneOf(after));
}

interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function timeOf(text: string): Time | undefined {
  const found = /^(\d{1,2})\s*[:.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:[.,]\d+)?(?:\s*([ap]))?/i.exec(text);
  if (found === null) return undefined;
  let hour = Number(found[1]);
  const half = found[4]?.toLowerCase();
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  const minute = Number(found[2]);
  const second = Number(found[3] ?? 0);
  // 24:00 and leap seconds roll over by themselves.
  return hour <= 24 && minute < 60 && second <= 60 ? { hour, minute, second } : undefined;
}

/** The date stands before the time (`22 Nov 2026`, `Nov 22, 2026`), or its year after it (asctime). */
function dateOf(before: string, after: string) {
  const month = /(?:^|[^a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/i.exec(before);
  if (month === null) return undefined;
  const left = /(\d{1,4})\D*$/.exec(before.slice(0, month.index + 1))?.[1];
  const right = before.slice(month.index + month[0].length).match(/\d{1,4}/g) ?? [];
  const numbers = [...(left === undefined ? [] : [left]), ...right];
  if (numbers.length < 2) {
    const year = /(?:^|\s)(\d{4})(?!\d)/.exec(after)?.[1];
    if (year !== undefined) numbers.push(year);
  }
  const [first, second] = numbers;
  if (first === undefined || second === undefined) return undefined;
  const [day, year] = first.length > 2 ? [second, first] : [first, second];
  return { day: Number(day), month: MONTHS.indexOf(month[1]!.toLowerCase()), year: fullYear(year) };
}

/** RFC 5322 §4.3. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length >= 4) return year;
  return digits.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

function zoneOf(text: string): number {
  const offset = /(?:^|\s|[a-z])([+-])(\d{1,2}):?(\d{2})(?!\d)/i.exec(text);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    // Beyond a day it is a number, not a zone.
    if (minutes >= 24 * 60 || Number(offset[3]) > 59) return 0;
    return offset[1] === '-' ? -minutes : minutes;
  }
  const name = /[a-z]+/i.exec(text)?.[0].toLowerCase();
  return (name === undefined ? undefined : ZONES[name]) ?? 0;
}

function moment(year: number, month: number, day: number, time: Time, zone: number): number | undefined {
  if (month < 0 || month > 11 || day < 1 || day > 31 || year < 1900) return undefined;
  const local = Date.UTC(year, month, day, time.hour, time.minute, time.second);
  return local - zone * 60_000;
}

/** RFC 5322 §3.3. `timeZoneOffset`: minutes east of UTC. */
export function formatDate(milliseconds: number, timeZoneOffset: number): string {
  const offset = Math.trunc(timeZoneOffset);
  const local = new Date(milliseconds + offset * 60_000);
  const two = (number: number) => String(number).padStart(2, '0');
  const month = MONTHS[local.getUTCMonth()]!;
  const day = `${DAYS[local.getUTCDay()]!}, ${local.getUTCDate()} ${month[0]!.toUpperCase()}${month.slice(1)}`;
  const year = String(local.getUTCFullYear()).padStart(4, '0');
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':');
  const size = Math.abs(offset);
  return `${day} ${year} ${time} ${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** Dates, sizes and counts as a person reads them, in the language of the page. */

export interface Formats {
  /** Time today, weekday within the last six days, date this year, then with the year. */
  when(date: number, now: number): string;
  /** Weekday, date and time, unabridged. */
  whole(date: number): string;
  /** Date and time for a message's header. */
  dateTime(date: number, now: number): string;
  time(date: number): string;
  /** The time when it was today, otherwise with its date. */
  since(date: number, now: number): string;
  /** Short name of the month. */
  month(date: number): string;
  /** A span on one day or over several. */
  span(start: number, end: number | undefined, allDay: boolean): string;
  /** Decimal units, as mail programs count. */
  size(octets: number): string;
  number(value: number): string;
  list(items: readonly string[]): string;
}

const DAY = 86_400_000;

/** Midnight before `date`, in the time zone of this device. */
function dayOf(date: number): number {
  return new Date(date).setHours(0, 0, 0, 0);
}

export function formats(language: string, timeZone?: string): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...zone, ...options });
  const clock = dates({ hour: '2-digit', minute: '2-digit' });
  const weekday = dates({ weekday: 'short' });
  const day = dates({ day: 'numeric', month: 'short' });
  const dayAndYear = dates({ day: 'numeric', month: 'short', year: 'numeric' });
  const dayTime = dates({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const yearTime = dates({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const month = dates({ month: 'short' });
  const whole = dates({ dateStyle: 'full', timeStyle: 'short' });
  const wholeDay = dates({ dateStyle: 'full' });
  const numbers = new Intl.NumberFormat(language);
  const lists = new Intl.ListFormat(language, { style: 'long', type: 'conjunction' });
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const amounts = units.map((unit) =>
    [0, 1].map(
      (digits) =>
        new Intl.NumberFormat(language, {
          style: 'unit',
          unit,
          unitDisplay: unit === 'byte' ? 'long' : 'short',
          maximumFractionDigits: digits,
        }),
    ),
  );

  return {
    when(date, now) {
      const days = Math.round((dayOf(now) - dayOf(date)) / DAY);
      if (days === 0) return clock.format(date);
      if (days > 0 && days < 7) return weekday.format(date);
      const sameYear = new Date(date).getFullYear() === new Date(now).getFullYear();
      return (sameYear ? day : dayAndYear).format(date);
    },
    whole: (date) => whole.format(date),
    dateTime(date, now) {
      if (dayOf(now) === dayOf(date)) return clock.format(date);
      const sameYear = new Date(date).getFullYear() === new Date(now).getFullYear();
      return (sameYear ? dayTime : yearTime).format(date);
    },
    time: (date) => clock.format(date),
    since: (date, now) => (dayOf(now) === dayOf(date) ? clock : dayTime).format(date),
    month: (date) => month.format(date),
    span(start, end, allDay) {
      const style = allDay ? wholeDay : whole;
      // An all-day event's end is the first day that is not part of it (RFC 5545 §3.6.1).
      const last = end === undefined ? undefined : allDay ? end - DAY : end;
      return last === undefined || last <= start ? style.format(start) : style.formatRange(start, last);
    },
    size(octets) {
      let amount = Math.max(0, octets);
      let unit = 0;
      while (amount >= 1000 && unit < units.length - 1) {
        amount /= 1000;
        unit++;
      }
      // 999.7 would be rounded to 1,000 of the smaller unit.
      if (amount >= 999.5 && unit < units.length - 1) {
        amount /= 1000;
        unit++;
      }
      return amounts[unit]![amount < 9.95 && unit > 0 ? 1 : 0]!.format(amount);
    },
    number: (value) => numbers.format(value),
    list: (items) => lists.format(items),
  };
}

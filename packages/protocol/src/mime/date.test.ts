import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from './date.ts';

describe('parseDate', () => {
  it.each([
    ['Tue, 1 Jul 2003 10:52:37 +0200', '2003-07-01T08:52:37Z'],
    ['1 Jul 2003 10:52 GMT', '2003-07-01T10:52:00Z'],
    ['Thu, 13 Feb 1969 23:32:54 -0330', '1969-02-14T03:02:54Z'],
    ['Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)', '1969-02-14T03:02:00Z'],
    ['21 Nov 97 09:55:06 EST', '1997-11-21T14:55:06Z'],
    ['21 Nov 07 09:55:06 -0000', '2007-11-21T09:55:06Z'],
    ['21 Nov 107 09:55:06 Z', '2007-11-21T09:55:06Z'],
    ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z'],
    ['Tue Jul  1 10:52:37 2003', '2003-07-01T10:52:37Z'],
    ['Tue Jul  1 10:52:37 +0200 2003', '2003-07-01T08:52:37Z'],
    ['July 1, 2003 10:52 PM', '2003-07-01T22:52:00Z'],
    ['2003-07-01T10:52:37+02:00', '2003-07-01T08:52:37Z'],
    ['2003-07-01 10:52:37 +0200', '2003-07-01T08:52:37Z'],
    ['2003-07-01', '2003-07-01T00:00:00Z'],
    ['Tue, 01-Jul-2003 10:52:37 +0200', '2003-07-01T08:52:37Z'],
    ['Mon, 32 Jan 2003 10:00:00 +0000', undefined],
    ['Mon, 1 Foo 2003 10:00:00 +0000', undefined],
    ['00-Jan-0000 00:00:00 +0000', undefined],
    ['1 Jan 2003 10:60:00 +0000', undefined],
    ['1 Jan 2003 10:00:61 +0000', undefined],
    ['1 Jan 2003 25:00:00 +0000', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%s', (raw, expected) => {
    const found = parseDate(raw);
    expect(found === undefined ? undefined : new Date(found).toISOString().replace('.000', '')).toBe(
      expected,
    );
  });

  it('reads what formatDate writes, in every zone', () => {
    const moment = fc
      .integer({ min: Date.UTC(1971, 0), max: Date.UTC(2400, 0) })
      .map((at) => at - (at % 1000));
    fc.assert(
      fc.property(moment, fc.integer({ min: -840, max: 840 }), (at, zone) => {
        expect(parseDate(formatDate(at, zone))).toBe(at);
      }),
    );
  });

  it('reads a plain date as it reads any other', () => {
    const two = (number: number): string => String(number).padStart(2, '0');
    const plain = fc
      .record({
        week: fc.constantFrom('', 'Mon, ', 'Sun, ', 'Mar, '),
        day: fc.nat(33),
        month: fc.constantFrom('Jan', 'Feb', 'May', 'Dec', 'Foo'),
        year: fc.constantFrom(0, 1899, 1900, 1970, 2026, 9999),
        time: fc.tuple(fc.nat(26), fc.nat(61), fc.nat(62)),
        zone: fc.tuple(fc.constantFrom('+', '-'), fc.nat(25), fc.nat(61)),
      })
      .map(({ week, day, month, year, time, zone: [sign, hours, minutes] }) => {
        const date = `${week}${day} ${month} ${String(year).padStart(4, '0')}`;
        return `${date} ${time.map(two).join(':')} ${sign}${two(hours)}${two(minutes)}`;
      });
    fc.assert(
      fc.property(plain, (text) => {
        expect(parseDate(text)).toBe(parseDate(` ${text}`));
      }),
    );
  });

  it('writes RFC 5322', () => {
    expect(formatDate(Date.UTC(2003, 6, 1, 8, 52, 37), 120)).toBe('Tue, 1 Jul 2003 10:52:37 +0200');
    expect(formatDate(Date.UTC(2003, 6, 1, 8, 52, 37), -210)).toBe('Tue, 1 Jul 2003 05:22:37 -0330');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => void parseDate(text)));
    expect(parseDate('('.repeat(100_000))).toBeUndefined();
  });
});

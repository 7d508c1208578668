import { describe, expect, it } from 'vitest';
import { readInvitation } from './calendar.ts';

const calendar = (...event: string[]) =>
  ['BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');

const start = (line: string) => {
  const at = readInvitation(calendar(line))?.start;
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('times', () => {
  it('reads UTC', () => {
    expect(start('DTSTART:20260617T090000Z')).toBe('2026-06-17T09:00:00.000Z');
  });

  it('reads a zone, on both sides of a change of clocks', () => {
    expect(start('DTSTART;TZID=Europe/Berlin:20260617T090000')).toBe('2026-06-17T07:00:00.000Z');
    expect(start('DTSTART;TZID=Europe/Berlin:20260329T013000')).toBe('2026-03-29T00:30:00.000Z');
    expect(start('DTSTART;TZID=Europe/Berlin:20260329T033000')).toBe('2026-03-29T01:30:00.000Z');
    expect(start('DTSTART;TZID="America/New_York":20260101T200000')).toBe('2026-01-02T01:00:00.000Z');
  });

  it('says so when the zone is not known here', () => {
    const event = readInvitation(calendar('DTSTART;TZID=W. Europe Standard Time:20260617T090000'));
    expect(event?.zone).toBe('W. Europe Standard Time');
    expect(new Date(event!.start!).getHours()).toBe(9);
  });

  it('reads whole days as days of this device', () => {
    const event = readInvitation(calendar('DTSTART;VALUE=DATE:20260617', 'DTEND;VALUE=DATE:20260619'));
    expect(event?.allDay).toBe(true);
    expect(new Date(event!.start!).getDate()).toBe(17);
    expect(event!.end! - event!.start!).toBe(2 * 86_400_000);
  });

  it('reads a duration for an end', () => {
    const event = readInvitation(calendar('DTSTART:20260617T090000Z', 'DURATION:PT1H30M'));
    expect(event!.end! - event!.start!).toBe(90 * 60_000);
  });

  it('leaves out what is no time', () => {
    expect(start('DTSTART:soon')).toBeUndefined();
    expect(readInvitation(calendar('DTSTART:20260617T090000Z', 'DURATION:forever'))?.end).toBeUndefined();
  });
});

describe('text', () => {
  it('unfolds lines and undoes escapes', () => {
    const event = readInvitation(
      calendar('SUMMARY:Harbour\\, then', '  lunch\\; bring \\\\ maps\\nand pens'),
    );
    expect(event?.summary).toBe('Harbour, then lunch; bring \\ maps\nand pens');
  });

  it('reads the organiser, with a colon in a quoted name', () => {
    const event = readInvitation(
      calendar('ORGANIZER;CN="Hopper: Grace";ROLE=CHAIR:mailto:grace@example.org'),
    );
    expect(event?.organiser).toEqual({ name: 'Hopper: Grace', address: 'grace@example.org' });
  });

  it('does not take an alarm for the event', () => {
    const event = readInvitation(
      calendar(
        'BEGIN:VALARM',
        'DESCRIPTION:Ring',
        'END:VALARM',
        'DESCRIPTION:Talk',
        'ATTENDEE:mailto:a@b.example',
      ),
    );
    expect(event?.description).toBe('Talk');
    expect(event?.attendees).toBe(1);
  });

  it('knows a cancellation by method and by status', () => {
    expect(readInvitation(calendar('STATUS:CANCELLED'))?.method).toBe('cancel');
    expect(readInvitation(calendar('SUMMARY:x').replace('REQUEST', 'CANCEL'))?.method).toBe('cancel');
  });
});

it('finds no event where there is none', () => {
  expect(readInvitation('')).toBeUndefined();
  expect(readInvitation('BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR')).toBeUndefined();
});

it('is not slowed down by a line made to be read slowly', () => {
  const began = performance.now();
  readInvitation(calendar(`SUMMARY${';a=b,'.repeat(40_000)}`));
  expect(performance.now() - began).toBeLessThan(1000);
});

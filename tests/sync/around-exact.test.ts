/** Where somebody has scrolled to: the very messages that the server has there, whatever it can, and in how many round trips. */
import { profiles } from '@postern/mailserver';
import type { CapabilityName, Profile } from '@postern/mailserver';
import { afterEach, describe, expect, it } from 'vitest';
import { days, FarDesk } from './scrolled-to.ts';

const DAY = 24 * 3600_000;
/** Ending IDLE, or asking for news where there is none. */
const BEFORE = 1;

let far: FarDesk;

afterEach(() => far.desk.stop());

const without = (...names: readonly CapabilityName[]): Profile => ({
  name: `without ${names.join(' ')}`,
  capabilities: Object.fromEntries(['IMAP4rev2', ...names].map((name) => [name, false])),
});

/** Round trips that it takes more: by position, where part of the rows are here, and by date. */
const servers: readonly (readonly [string, Profile, byPosition: number, byDate: number])[] = [
  ['everything', profiles.full, 0, 0],
  ['no PARTIAL', without('PARTIAL'), 0, 0],
  ['no SEARCHRES', without('SEARCHRES'), 1, 0],
  ['neither ESEARCH nor SORT', without('ESEARCH', 'SORT', 'WITHIN'), 1, 1],
  ['no SORT', without('SORT'), 0, 0],
  ['nothing', profiles.rev1, 1, 1],
  ['what Dovecot has', profiles.dovecot, 0, 0],
  ['what Courier has', profiles.courier, 1, 0],
  ['what Yahoo has', profiles.yahoo, 1, 0],
  ['a limit', { name: 'limited', messageLimit: 400 }, 1, 2],
];

describe.each(servers)('rows by position, where the server has %s', (_, profile, more) => {
  it('are those that are there, in one round trip', async () => {
    // One a day.
    far = await FarDesk.open(profile, days(1500, 1));
    expect(await far.letters()).toEqual(days(1, 60));
    far.server.expunge('INBOX', ...days(400, 900).map((day) => `letter ${day}`));
    await far.desk.clock.pass(200_000);
    const { trips, came } = await far.scroll({ position: 700 });
    // Of those that are left the 701st: 501 letters are gone above it.
    expect(came).toEqual(days(1202 - 60, 1202 + 60));
    expect(trips).toBe(BEFORE + 1);
    const again = await far.scroll({ position: 720 });
    expect(again.came).toEqual(days(1202 + 61, 1202 + 80));
    expect(again.trips).toBe(BEFORE + 1 + more);
    const fetched = far.server.said.filter((line) => line.includes('ENVELOPE'));
    expect(fetched.every((line) => line.includes('FETCH $') || /FETCH 219:238 /.test(line))).toBe(true);
    expect(far.desk.bugs).toEqual([]);
  });
});

describe.each(servers)('rows by date, where the server has %s', (_, profile, __, more) => {
  it('are those before and after it, also where mail was filed out of order', async () => {
    // In the order of their dates, but for what was filed later: the newest of it first.
    const inOrder = days(1500, 700);
    const filedLater = days(699, 400).toReversed();
    far = await FarDesk.open(profile, [...inOrder, ...filedLater, ...days(60, 1)]);
    const date = far.desk.clock.now() - 600 * DAY + 60_000;
    const { trips, came } = await far.scroll({ date });
    const expected = days(600 - 39, 600 + 39);
    expect(expected.filter((day) => !came.includes(day))).toEqual([]);
    // Searched, and fetched.
    expect(trips).toBe(BEFORE + 2 + more);
    expect(came.length).toBeLessThan(125);
    expect(await far.scroll({ date })).toMatchObject({ came: [] });
    expect(far.desk.bugs).toEqual([]);
  });
});

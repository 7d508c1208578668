/** The first time that a device looks at a mailbox: its first rows, and all of its descriptors, beside Dovecot alone. */
import type { DovecotPlace } from '../../support/dovecot.ts';
import { figureOf } from '../figures.ts';
import type { Figure } from '../figures.ts';
import type { Browser } from './browser.ts';
import { openLine } from './line.ts';
import { owner } from './mail.ts';
import type { Measured } from './page.ts';
import { sendRaw } from './raw.ts';

const ROUND_TRIPS = [0, 100] as const;
/** Times that each is run; the least counts, for whatever else the machine does only adds. */
const TIMES = 3;
/** The first rows are to come in so many round trips after the socket is open. */
const AIM_TRIPS = 2;
/** SELECT, and everything at once. */
const RAW_TRIPS = 2;
/** All descriptors are to take less than so many times what Dovecot takes to send them. */
const AIM_TIMES = 3;

export const storeOf = (messages: number): string => `bench ${messages}`;

export async function firstFigures(
  place: DovecotPlace,
  browser: Browser,
  messages: number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const person = owner(messages);
  const app = await browser.open(place);
  await app.signIn(person);
  const direct = await openLine(() => Number(new URL(place.imap).port));
  const wanted = { store: storeOf(messages), anew: true, messages, compression: true, record: true };
  // Dovecot fills its cache of envelopes and structures when they are first asked for.
  const { commands } = await app.run(wanted);
  for (const roundTrip of ROUND_TRIPS) {
    const ours: Measured[] = [];
    const raw: Awaited<ReturnType<typeof sendRaw>>[] = [];
    const rawRows: number[] = [];
    direct.roundTrip = roundTrip;
    browser.line.roundTrip = roundTrip;
    const straight = roundTrip === 0 ? place.imap : `imap://127.0.0.1:${direct.port}`;
    for (let time = 0; time < TIMES; time++) {
      ours.push(await app.run(wanted));
      raw.push(await sendRaw(straight, person, commands));
      rawRows.push((await sendRaw(straight, person, commands.slice(0, 1))).milliseconds);
    }
    browser.line.roundTrip = 0;
    const least = (of: (each: Measured) => number): number => Math.min(...ours.map(of));
    const what = `first sync of ${messages} messages, ${roundTrip} ms`;
    console.log(`${what}: ${Math.round(least(({ whole }) => whole))} ms`);
    const figure = (id: string, unit: string, own: number, theirs: number, target?: number): Figure =>
      figureOf([`${what}: ${id}`, unit], own, ['Dovecot to a raw socket', theirs], target);
    const octets = raw[0]?.octets ?? 0;
    // With no way to go, answers come before all is asked.
    const isFar = roundTrip > 0;
    const firstRows = least((each) => each.firstRows);
    const whole = least((each) => each.whole);
    const aim = roundTrip === 0 ? 1 / AIM_TIMES : undefined;
    figures.push(figure('first rows', 'ms', firstRows, Math.min(...rawRows)));
    if (isFar) {
      const trips = least((each) => each.firstRowsTrips);
      figures.push(figureOf([`${what}: first rows`, 'round trips'], trips, ['our aim', AIM_TRIPS], 1));
    }
    const rawWhole = Math.min(...raw.map((each) => each.milliseconds));
    figures.push(figure('all descriptors', 'ms', whole, rawWhole, aim));
    if (isFar) {
      const trips = least((each) => each.trips);
      figures.push(figure('all descriptors', 'round trips', trips, RAW_TRIPS));
    }
    figures.push(
      figure('all descriptors', 'kB', least(({ down, up }) => down + up) / 1000, octets / 1000),
      figure('peak of the heap', 'MB', least(({ heap }) => heap) / 1e6, octets / 1e6),
    );
  }
  await direct.close();
  await app.close();
  return figures;
}

/** From an open socket to an INBOX that is up to date, after changes elsewhere, by each way there is. */
import type { Person } from '../../support/place.ts';
import type { DovecotPlace } from '../../support/dovecot.ts';
import { figureOf } from '../figures.ts';
import type { Figure } from '../figures.ts';
import type { Browser } from './browser.ts';
import { without } from './line.ts';
import { change, changesOf, fill } from './other.ts';
import type { Measured, Wanted } from './page.ts';
import type { Peer } from './peers.ts';

const WAYS = [
  { way: 'QRESYNC', change: undefined },
  { way: 'CONDSTORE', change: without('QRESYNC') },
  { way: 'plain', change: without('QRESYNC', 'CONDSTORE', 'HIGHESTMODSEQ') },
] as const;
const COUNTS = [0, 10, 1000] as const;
const ROUND_TRIPS = [0, 100] as const;
/** Times that each is run, ours and theirs; the quickest counts, for whatever else the machine does only adds. */
const TIMES = 3;

/** What QRESYNC is to do for ten changes: round trips, and octets both ways. */
const AIM = { changes: 10, trips: 1, octets: 2000 };

export async function catchingUpFigures(
  place: DovecotPlace,
  browser: Browser,
  person: Person,
  messages: number,
  store: string,
  peers: readonly Peer[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const wanted: Wanted = { store, anew: false, messages, compression: true, record: false };
  const others = new Map<string, { readonly octets: number; readonly trips: number; readonly ms: number }>();
  for (const peer of peers) {
    await peer.run(0);
    for (const count of COUNTS)
      for (const roundTrip of ROUND_TRIPS) {
        const theirs = await quickest(
          async () => {
            await fill(place.imap, person, messages);
            await peer.run(0);
            await change(place.imap, person, changesOf(count));
            return peer.run(roundTrip);
          },
          ({ ms }) => ms,
        );
        others.set(`${peer.name} ${count} ${roundTrip}`, theirs);
      }
  }
  for (const { way, change: spoil } of WAYS) {
    const app = await browser.open(place, spoil);
    await app.signIn(person);
    for (const count of COUNTS)
      for (const roundTrip of ROUND_TRIPS) {
        const ours = await quickest(
          async () => {
            await fill(place.imap, person, messages);
            await app.run(wanted);
            const changes = changesOf(count);
            await change(place.imap, person, changes);
            browser.line.roundTrip = roundTrip;
            const run = await app.run({ ...wanted, messages: messages - changes.removed });
            browser.line.roundTrip = 0;
            return run;
          },
          ({ whole }) => whole,
        );
        const what = `${count} changes in ${messages} messages, ${way}, ${roundTrip} ms`;
        const sum = `${ours.down} octets down, ${ours.up} up, ${ours.trips} round trips, ${Math.round(ours.whole)} ms`;
        console.log(`${what}: ${sum}`);
        // The first of them beside every way, the others beside the best.
        for (const { name } of way === 'QRESYNC' ? peers : peers.slice(0, 1)) {
          const theirs = others.get(`${name} ${count} ${roundTrip}`);
          if (theirs) figures.push(...compared(what, ours, name, theirs, roundTrip > 0));
        }
        // With no way to go the other connection gets in between, and answers come before all is asked.
        if (way === 'QRESYNC' && count === AIM.changes && roundTrip > 0) figures.push(...aimed(what, ours));
      }
    await app.close();
  }
  return figures;
}

async function quickest<T>(run: () => Promise<T>, took: (result: T) => number): Promise<T> {
  let best = await run();
  for (let time = 1; time < TIMES; time++) {
    const next = await run();
    if (took(next) < took(best)) best = next;
  }
  return best;
}

function compared(
  what: string,
  ours: Measured,
  peer: string,
  theirs: { readonly octets: number; readonly trips: number; readonly ms: number },
  isFar: boolean,
): Figure[] {
  const figure = (id: string, unit: string, own: number, other: number): Figure =>
    figureOf([`${what}: ${id}`, unit], own, [peer, other]);
  return [
    figure('octets', 'octets', ours.down + ours.up, theirs.octets),
    ...(isFar ? [figure('round trips', 'round trips', ours.trips, theirs.trips)] : []),
    figure('time', 'ms', ours.whole, theirs.ms),
  ];
}

function aimed(what: string, ours: Measured): Figure[] {
  const figure = (id: string, unit: string, own: number, aim: number): Figure =>
    figureOf([`${what}: ${id}`, unit], own, ['our aim', aim], 1);
  return [
    figure('octets', 'octets', ours.down + ours.up, AIM.octets),
    figure('round trips', 'round trips', ours.trips, AIM.trips),
  ];
}

/**
 * `pnpm bench uploads`: 1,000 messages into a mailbox of a real Dovecot, with MULTIAPPEND and LITERAL+ (RFC 3502, RFC 7888), beside
 * the same one by one, and beside mbsync, which pushes them from a Maildir. Round trips are counted on the line.
 */
import { appendAll, create, login, Session } from '@postern/protocol/imap';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { dial } from '../support/direct.ts';
import { systemClock } from '../support/relay.ts';
import { figureOf, report } from './figures.ts';
import type { Figure } from './figures.ts';
import { openLine } from './sync/line.ts';
import { benchLetter } from './sync/mail.ts';
import { openPusher } from './sync/peers.ts';

const MESSAGES = 1000;
const ROUND_TRIPS = [0, 100] as const;
/** One by one takes a round trip for each: with a long way to go, fewer are enough to tell. */
const MOST_ONE_BY_ONE = 100;

interface Measured {
  readonly ms: number;
  readonly trips: number;
  readonly octets: number;
}

const missing = dovecotMissing();
if (missing) {
  console.error(`Nothing can be measured: ${missing}.`);
  process.exitCode = 1;
} else await measure();

async function measure(): Promise<void> {
  const place = await startDovecot();
  const [person] = place.users;
  const line = await openLine(() => Number(new URL(place.imap).port));
  const letters = Array.from({ length: MESSAGES }, (_, n) => benchLetter(n));
  const messages = letters.map((letter) => ({ message: new TextEncoder().encode(letter) }));
  let mailboxes = 0;

  /** `alone`: as on a server without MULTIAPPEND; per so many messages, reckoned up to all of them. */
  const upload = async (count: number, alone: boolean): Promise<Measured> => {
    const session = new Session(await dial(`imap://127.0.0.1:${line.port}`), {
      clock: systemClock,
      onNews: () => undefined,
    });
    try {
      await session.ready;
      await session.run(login(person.user, person.password));
      const name = `uploads ${++mailboxes}`;
      await session.run(create(name));
      const capabilities = new Set(
        [...session.capabilities].filter((each) => !alone || each !== 'MULTIAPPEND'),
      );
      line.begin();
      const began = performance.now();
      await appendAll(
        { capabilities, run: (command) => session.run(command) },
        name,
        messages.slice(0, count),
      );
      const ms = performance.now() - began;
      const { flights, down, up } = line.traffic;
      const times = MESSAGES / count;
      return { ms: ms * times, trips: flights * times, octets: (down + up) * times };
    } finally {
      session.close();
    }
  };

  try {
    const figures: Figure[] = [];
    for (const roundTrip of ROUND_TRIPS) {
      line.roundTrip = roundTrip;
      const ours = await upload(MESSAGES, false);
      const others: [string, Measured][] = [
        ['one by one', await upload(roundTrip > 0 ? MOST_ONE_BY_ONE : MESSAGES, true)],
      ];
      const pusher = await openPusher(place.imap, person, letters);
      if (pusher) {
        others.push([pusher.name, await pusher.run(roundTrip)]);
        await pusher.close();
      }
      const what = `${MESSAGES} messages, ${roundTrip} ms`;
      for (const [peer, theirs] of others) {
        const figure = (id: string, unit: string, own: number, other: number): Figure =>
          figureOf([`${what}: ${id}`, unit], own, [peer, other]);
        figures.push(
          figure('time', 'ms', ours.ms, theirs.ms),
          figure('round trips', 'round trips', ours.trips, theirs.trips),
          figure('octets', 'kB', ours.octets / 1000, theirs.octets / 1000),
        );
      }
    }
    report('Uploading to Dovecot, with MULTIAPPEND and LITERAL+', figures, process.argv.slice(2));
  } finally {
    await line.close();
    await place.close();
  }
}

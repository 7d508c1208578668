import { type Profile, profiles } from '@postern/mailserver';
import { capability, select, Session } from '@postern/protocol/imap';
import { sortMessages, threadMessages } from '@postern/protocol/order';
import type { Clock } from '@postern/protocol/port';
import { describe, expect, it } from 'vitest';
import { disorder } from '../support/disorder.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

const NOW = Date.UTC(2026, 8, 4, 12);
const clock: Clock = { now: () => NOW, sleep: () => new Promise(() => undefined) };

interface Desk {
  readonly server: ServerWithoutSockets;
  readonly session: Session;
}

/** A session before a mailbox in disorder. */
async function deskBefore(profile: Profile, count: number, seed: number): Promise<Desk> {
  const server = new ServerWithoutSockets(profile, clock.now);
  for (const { message, internalDate } of disorder(count, seed)) {
    server.mailbox('Box').add({ content: new TextEncoder().encode(message), internalDate });
  }
  const session = new Session(server.connect(), { clock, onNews: () => undefined });
  await session.ready;
  await session.run(capability());
  await session.run(select('Box'));
  server.said.length = 0;
  return { server, session };
}

const both = (count: number, seed: number): Promise<readonly [Desk, Desk]> =>
  Promise.all([deskBefore(profiles.full, count, seed), deskBefore(profiles.rev1, count, seed)]);

const ALL = { key: 'ALL' } as const;

describe('sortMessages', () => {
  it.each(['ARRIVAL', 'DATE', 'SIZE', 'SUBJECT', 'FROM', 'TO', 'CC'] as const)(
    'by %s agrees with SORT',
    async (by) => {
      for (let seed = 1; seed <= 5; seed++) {
        const [has, lacks] = await both(150, seed);
        for (const reverse of [false, true]) {
          const asked = [{ by, reverse }];
          const sorted = await sortMessages(has.session, asked, ALL);
          expect((await sortMessages(lacks.session, asked, ALL)).all).toEqual(sorted.all);
        }
        expect(has.server.count(/UID SORT/)).toBe(2);
        expect(lacks.server.count(/UID SORT/)).toBe(0);
      }
    },
  );
});

describe('threadMessages', () => {
  it.each(['REFERENCES', 'ORDEREDSUBJECT'] as const)('by %s agrees with THREAD', async (algorithm) => {
    for (let seed = 1; seed <= 20; seed++) {
      const [has, lacks] = await both(120, seed);
      const threads = await threadMessages(has.session, algorithm, ALL);
      expect(await threadMessages(lacks.session, algorithm, ALL)).toEqual(threads);
      expect(lacks.server.count(/UID THREAD/)).toBe(0);
    }
  });
});

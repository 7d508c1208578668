import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { profiles } from '@postern/mailserver';
import type { Profile } from '@postern/mailserver';
import { Device } from '../support/device.ts';
import { ada, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { openGateway } from '../support/relay.ts';
import { History, kept } from './history.ts';

const without = (name: string, ...off: readonly ('QRESYNC' | 'CONDSTORE' | 'ESEARCH')[]): Profile => ({
  name,
  capabilities: Object.fromEntries(off.map((each) => [each, false])),
});

/** What is asked about the known messages, and what never is. */
interface Way {
  readonly profile: Profile;
  readonly asks: RegExp | undefined;
  readonly never: RegExp;
}

const qresync: Way = {
  profile: profiles.full,
  asks: /SELECT \S+ \(QRESYNC \(\d+ \d+ 1:\d+\)\)/,
  never: /UID FETCH \d+:\d+ \(UID FLAGS\)$/,
};
const condstore: Way = {
  profile: without('condstore', 'QRESYNC'),
  asks: /UID FETCH 1:\d+ \(UID FLAGS\) \(CHANGEDSINCE \d+\)$/,
  never: /UID FETCH \d+:\d+ \(UID FLAGS\)$|QRESYNC/,
};
const plain: Way = {
  profile: without('plain', 'QRESYNC', 'CONDSTORE'),
  asks: /UID FETCH 1:\d+ \(UID FLAGS\)$/,
  never: /CHANGEDSINCE|QRESYNC/,
};

describe('catching up after an absence', () => {
  let place: EmbeddedPlace | undefined;
  let gateway: Gateway | undefined;
  let device: Device | undefined;
  let lines: string[] = [];

  async function begin(profile: Profile, seed: number): Promise<{ device: Device; history: History }> {
    place = await startEmbedded({
      profile,
      onLine: (direction, line) => void (direction === 'C' && lines.push(line.replace(/^\S+ /, ''))),
    });
    gateway = await openGateway(place);
    const history = new History(place, seed);
    await history.arrive(60);
    device = await Device.open(gateway, ada);
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.caughtUp('inbox', 60);
    return { device, history };
  }

  async function away(mine: Device, meanwhile: () => Promise<void> | void): Promise<string[]> {
    await mine.stop();
    await meanwhile();
    lines = [];
    const before = (await mine.mailbox('inbox')).sync.at;
    // No two looks in one millisecond: the later one is told by its time.
    await eventually('a later time', () => Date.now() > before);
    mine.start();
    mine.wish({ mailbox: (await mine.mailbox('inbox')).key });
    await eventually('caught up', async () => (await mine.mailbox('inbox')).sync.at > before);
    return lines;
  }

  afterEach(async () => {
    await device?.stop();
    await gateway?.close();
    await place?.close();
  });

  describe.each([qresync, condstore, plain])('by $profile.name', ({ profile, asks, never }) => {
    it.each([1, 2, 3])(
      'has what the server has, whatever others did (seed %i)',
      async (seed) => {
        const { device: mine, history } = await begin(profile, seed);
        const asked: string[] = [];
        for (let round = 0; round < 8; round++) {
          asked.push(...(await away(mine, () => history.goOn())));
          expect(await kept(mine), `round ${round}`).toEqual(history.truth);
        }
        expect(asked.filter((line) => never.test(line))).toEqual([]);
        expect(asked.some((line) => asks!.test(line))).toBe(true);
      },
      60_000,
    );

    it('asks for no flags where nothing happened', async () => {
      const { device: mine, history } = await begin(profile, 4);
      const asked = await away(mine, () => undefined);
      expect(await kept(mine)).toEqual(history.truth);
      const about = asked.filter((line) => /UID FETCH \d+:\d+ \(UID FLAGS\)|UID SEARCH/.test(line));
      // The plain way cannot know, and asks whenever it comes back to the mailbox.
      expect(about.length > 0).toBe(profile === plain.profile);
    });

    it('removes much only after a second look, and then all of it', async () => {
      const { device: mine, history } = await begin(profile, 5);
      await away(mine, () => history.inbox.expunge(history.inbox.messages.slice(0, 50)));
      expect(history.truth).toHaveLength(10);
      expect(await kept(mine)).toEqual(history.truth);
    });
  });

  it('with a trimmed expunge log: all UIDs that are not there are said to have vanished, and no more goes', async () => {
    const { device: mine, history } = await begin({ name: 'trimmed', expungeLog: 1 }, 6);
    history.remove(9);
    await away(mine, () => history.remove(9));
    expect(await kept(mine)).toEqual(history.truth);
  });

  it('where the mod-sequences went down, as after a restored backup: compares all', async () => {
    const { device: mine, history } = await begin(profiles.full, 7);
    const asked = await away(mine, () => {
      history.touch(9);
      history.remove(3);
      history.inbox.highestModSeq = 2n;
      for (const message of history.inbox.messages) message.modSeq = 2n;
    });
    expect(await kept(mine)).toEqual(history.truth);
    expect(asked.some((line) => plain.asks!.test(line))).toBe(true);
  });

  it('where the server has no mod-sequences any more: compares all', async () => {
    const { device: mine, history } = await begin(profiles.full, 8);
    const from = history.inbox.messages.length;
    expect(from).toBe(60);
    await away(mine, () => {
      history.touch(9);
      history.remove(3);
      history.inbox.highestModSeq = 0n;
    });
    expect(await kept(mine)).toEqual(history.truth);
  });
});

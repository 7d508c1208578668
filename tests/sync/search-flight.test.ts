/** A search on the server: in how many round trips, and how often the server has to look at each message. */
import { profiles } from '@postern/mailserver';
import type { CapabilityName, Faults, Profile } from '@postern/mailserver';
import { afterEach, describe, expect, it } from 'vitest';
import { days, FarDesk } from './scrolled-to.ts';

let far: FarDesk;

afterEach(() => far.desk.stop());

const without = (...names: readonly CapabilityName[]): Profile => ({
  name: `without ${names.join(' ')}`,
  capabilities: Object.fromEntries(['IMAP4rev2', ...names].map((name) => [name, false])),
});

/** Of these letters the device has the newest sixty; there is a heron in each seventh. */
async function open(profile: Profile): Promise<void> {
  far = await FarDesk.open(profile, days(1500, 1), (day) => (day % 7 === 0 ? 'heron' : 'finch'));
  // The mailbox is selected then.
  await far.search('kingfisher');
}

const here = days(1, 8).map((week) => week * 7);
const newest = days(1, 108).map((week) => week * 7);

const commands = (name: RegExp): string[] => far.server.said.filter((line) => name.test(line));

describe.each([
  ['everything', profiles.full, 1],
  ['no SEARCHRES', without('SEARCHRES'), 2],
  ['no PARTIAL', without('PARTIAL'), 2],
  ['nothing', profiles.rev1, 2],
  ['what Dovecot has', profiles.dovecot, 2],
  ['what Yahoo has', profiles.yahoo, 2],
] as const)('a search, where the server has %s', (_, profile, trips) => {
  it('brings the newest of what it finds, and looks at each message once', async () => {
    await open(profile);
    expect(await far.search('heron')).toEqual({ trips, told: [here, newest] });
    expect(commands(/ENVELOPE/)).toHaveLength(1);
    const sets = commands(/SEARCH/).map((line) => /UID ([\d:*]+) TEXT/.exec(line)?.[1]);
    expect(sets).toEqual(trips === 1 ? ['1441:*', '1:1440'] : [undefined]);
    // They are here by now, as an island in what is not.
    const again = await far.search('heron');
    expect(again.told.at(-1)).toEqual(days(1, 208).map((week) => week * 7));
    expect(far.desk.bugs).toEqual([]);
  });

  it('is over when all was looked at, and nothing found', async () => {
    await open(profile);
    expect((await far.search('magpie')).told.at(-1)).toEqual([]);
    expect(commands(/ENVELOPE/).every((line) => line.includes('FETCH $'))).toBe(true);
  });
});

it('is asked step by step of a server that looks at so many messages at a time', async () => {
  await open({ name: 'limited', messageLimit: 400 });
  expect((await far.search('heron')).told).toEqual([here, newest]);
  expect(commands(/SAVE/)).toEqual([]);
});

type Refusal = NonNullable<ReturnType<NonNullable<Faults['refuse']>>>;

describe('a server that has PARTIAL and SEARCHRES, and', () => {
  const refuseAt = (command: string, turn: number, refusal: Refusal): void => {
    let turns = 0;
    far.server.faults.refuse = (name) => (name === command && ++turns === turn ? refusal : undefined);
  };

  it.each([
    ['does not keep what was found', 'UID FETCH', 1, { status: 'NO', code: 'NOTSAVED', text: 'too much' }],
    ['refuses what has $ in it', 'UID FETCH', 1, { status: 'BAD', text: 'what is $?' }],
    ['refuses a search that is to be kept', 'UID SEARCH', 2, { status: 'NO', text: 'no room' }],
    ['does not know such a search', 'UID SEARCH', 2, { status: 'BAD', text: 'SAVE?' }],
    ['refuses a search in a part', 'UID SEARCH', 1, { status: 'NO', text: 'all or nothing' }],
  ] as const)('%s, brings it all the same', async (_, command, turn, refusal) => {
    await open(profiles.full);
    refuseAt(command, turn, refusal);
    const { told } = await far.search('heron');
    expect(told.at(-1)).toEqual(newest);
    expect(far.desk.bugs).toEqual([]);
  });

  it('keeps nothing without a word, brings it all the same', async () => {
    await open(profiles.full);
    far.edit = (text) => text.replace('RETURN (SAVE PARTIAL', 'RETURN (PARTIAL');
    expect((await far.search('heron')).told).toEqual([here, newest]);
  });

  it('is cut off in the middle of it, brings it on the next connection', async () => {
    await open(profiles.full);
    far.server.when(/FETCH \$/, () => far.cut());
    expect((await far.search('heron')).told.at(-1)).toEqual(newest);
    expect(far.desk.bugs).toEqual([]);
  });
});

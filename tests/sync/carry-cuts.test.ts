import { afterEach, describe, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import type { Side } from './two-accounts.ts';
import { single, TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** A move or copy to another server, of another account or of the same, cut off at octets spread over all of them, and its worker killed at every commit: it happens once. */
let two: TwoAccounts;

afterEach(() => two.desk.stop());

/** Two letters that nothing but their subject tells apart from others, or not even a Message-ID. */
async function arrive(name: string, nameless: boolean): Promise<string[]> {
  const subjects = [`${name} a`, `${name} b`];
  const { home } = two.servers;
  if (!nameless) home.add('INBOX', ...subjects);
  else
    for (const subject of subjects) {
      const content = new TextEncoder().encode(`Subject: ${subject}\r\n\r\nNo Message-ID.\r\n`);
      home.mailbox('INBOX').add({ content });
    }
  // What broke before may still be rested from.
  const shown = async (): Promise<boolean> => {
    const there = new Set(await two.desk.subjects());
    return subjects.every((subject) => there.has(subject));
  };
  for (let passed = 0; passed < 300_000 && !(await shown()); passed += 61_000)
    await two.desk.clock.pass(61_000);
  return subjects;
}

/** Until it is done, however long the engine rests between tries. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 40 && (await two.desk.actions()).length > 0; tries++) {
    two.desk.engine.wake('network');
    await two.desk.clock.pass(1000);
  }
  expect(await two.desk.actions()).toEqual([]);
}

interface What {
  readonly remove: boolean;
  readonly nameless?: boolean;
}

async function once(name: string, { remove, nameless = false }: What, before: () => void): Promise<void> {
  const subjects = await arrive(name, nameless);
  before();
  await two.carry(subjects, { remove });
  // What is in doubt is looked for later.
  await two.desk.clock.pass(two.wires.other.cutAfter === undefined ? 1000 : 20_000);
  if (two.isDead) await two.rise();
  await settled();
  two.killAt(Infinity, false);
  for (const side of ['home', 'other'] as const) two.wires[side].cutAfter = undefined;
  for (const subject of subjects)
    expect(two.everywhere(subject), `${subject} (${name})`).toEqual(
      remove ? ['other Work'] : ['home INBOX', 'other Work'],
    );
}

const kinds: readonly What[] = [{ remove: true }, { remove: false }, { remove: true, nameless: true }];

describe.each([
  ['account', quiet({}, false), 23],
  ['account', quiet({}, true), 37],
  ['account', single, 61],
  ['account', profiles.full, 61],
  ['account', profiles.courier, 61],
  ['referral', quiet({}, false), 23],
  ['referral', single, 37],
  ['referral', profiles.full, 61],
] as const)('between servers (%s, profile $1.name)', (how, profile, step) => {
  it.each(kinds)(
    'cut on either connection (%o)',
    async (what) => {
      two = await TwoAccounts.open(profile, profile, 0, how);
      const octets = { home: 0, other: 0 };
      await once('uncut', what, () => {
        for (const side of ['home', 'other'] as const) octets[side] = two.wires[side].octets;
      });
      for (const side of ['home', 'other'] as const) octets[side] = two.wires[side].octets - octets[side];
      for (const side of ['home', 'other'] as Side[])
        for (let after = 1; after <= octets[side] + step; after += step)
          await once(`${side} cut after ${after}`, what, () => {
            two.wires[side].cutAfter = two.wires[side].octets + after;
          });
      expect(two.desk.bugs).toEqual([]);
    },
    120_000,
  );

  it.each(kinds)(
    'cut half way, and killed at every commit (%o)',
    async (what) => {
      two = await TwoAccounts.open(profile, profile, 0, how);
      let octets = 0;
      await once('uncut', what, () => (octets = two.wires.other.octets));
      const half = Math.floor((two.wires.other.octets - octets) * 0.6);
      for (const kept of [false, true]) {
        const before = two.deaths;
        for (let commits = 1; two.deaths === before + commits - 1; commits++)
          await once(`cut, killed at commit ${commits}${kept ? ', kept' : ''}`, what, () => {
            two.wires.other.cutAfter = two.wires.other.octets + half;
            two.killAt(commits, kept);
          });
        expect(two.deaths - before).toBeGreaterThanOrEqual(what.remove ? 3 : 2);
      }
    },
    60_000,
  );

  it.each(kinds)(
    'killed at every commit (%o)',
    async (what) => {
      two = await TwoAccounts.open(profile, profile, 0, how);
      for (const kept of [false, true]) {
        const before = two.deaths;
        for (let commits = 1; two.deaths === before + commits - 1; commits++)
          await once(`killed at commit ${commits}${kept ? ', kept' : ''}`, what, () =>
            two.killAt(commits, kept),
          );
        // Begun, copied, done.
        expect(two.deaths - before).toBeGreaterThanOrEqual(what.remove ? 3 : 2);
      }
    },
    60_000,
  );
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '@postern/mailserver';
import { TwoAccounts } from './two-accounts.ts';
import type { How } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** Moves and copies to another server, of another account or of the same, over a line that is slow: few round trips, whatever the other server can. */
const TRIP = 100;
let two: TwoAccounts;

afterEach(() => two.desk.stop());

const without = (...names: readonly string[]): Profile => {
  const { capabilities, ...rest } = quiet({}, false);
  return {
    ...rest,
    capabilities: { ...capabilities, ...Object.fromEntries(names.map((name) => [name, false])) },
  };
};

async function open(other: Profile, subjects: readonly string[], how: How): Promise<void> {
  two = await TwoAccounts.open(quiet({}, false), other, TRIP / 2, how);
  two.servers.home.add('INBOX', ...subjects);
  await two.desk.clock.pass(120_000);
  // The connection to the other server stands, as it does behind the first of several.
  await two.carry([subjects[0]!]);
  await two.desk.clock.pass(10_000);
  expect(two.servers.other.subjects('Work')).toEqual([subjects[0]]);
}

/** Round trips until nothing of it is left to be done. */
async function trips(remove: boolean, subjects: readonly string[]): Promise<number> {
  const { clock } = two.desk;
  const from = clock.now();
  await two.carry(subjects, { remove });
  while ((await two.desk.actions()).length > 0 && clock.now() - from < 100_000) await clock.pass(10);
  return Math.round((clock.now() - from) / TRIP);
}

describe.each([
  // One turn: STATUS, FETCH, APPEND, and for a move FETCH, STORE, EXPUNGE.
  ['MULTIAPPEND and LITERAL+', without(), 6, 12],
  ['MULTIAPPEND', without('LITERAL+'), 206, 212],
  ['LITERAL+', without('MULTIAPPEND'), 8, 14],
  ['neither', without('MULTIAPPEND', 'LITERAL+'), 208, 214],
] as const)('two hundred messages to a server with %s', (_, profile, copying, moving) => {
  const subjects = Array.from({ length: 201 }, (_, i) => `letter ${i}`);

  it.each(['account', 'referral'] as const)('are copied and moved in few round trips (%s)', async (how) => {
    await open(profile, subjects, how);
    const rest = subjects.slice(1);
    // Within an account each turn asks how the copies are marked, and not what another client has removed meanwhile.
    const wanted = how === 'account' ? [copying, moving] : [copying + 4, moving + 2];
    expect([await trips(false, rest), await trips(true, rest)]).toEqual(wanted);
    expect(two.servers.home.subjects('INBOX')).toEqual([]);
    expect(two.servers.other.subjects('Work')).toEqual([...subjects, ...rest]);
    expect(two.desk.bugs).toEqual([]);
  });
});

import type { Profile } from '@postern/mailserver';
import { Chance, seedFor } from './chance.ts';
import { chooseProfile } from './profiles.ts';
import { BREAKS, chooseHappening, FAULTS, OTHERS } from './steps.ts';
import type { Step } from './steps.ts';

/** Of which server a device has its account. */
export type Side = 'home' | 'second';

/** Another mail server, of histories that have one. */
export interface Second {
  /**
   * `account`: it is of another account that the devices are signed in to, with one device more that has it for its own, and is signed
   * in to the first; `referral`: the first server says that `AWAY` lives there (RFC 2193).
   */
  readonly how: 'account' | 'referral';
  readonly profile: Profile;
  readonly mailboxes: ReadonlyArray<readonly [string, number]>;
}

/** What a mailbox that lives on the second server is called on the first, and there. */
export const AWAY = 'Far';
export const AWAY_THERE = 'There';
export const SECOND_ADDRESS = 'second.example:143';

/** One history of eight has a second server; the others are what they were. */
export function chooseSecond(seed: number): Second | undefined {
  if (seed % 8 !== 2) return undefined;
  const chance = new Chance(seedFor(seed, 'second'));
  const how = chance.percent(50) ? 'account' : 'referral';
  const names = how === 'referral' ? ['INBOX', AWAY_THERE] : ['INBOX', 'Work', 'Trash'];
  const mailboxes = names.map((name) => [name, chance.between(0, 8)] as const);
  return { how, profile: chooseProfile(chance), mailboxes };
}

/** What the first server has to be able to say. */
export function referring(profile: Profile, second: Second | undefined): Profile {
  if (second?.how !== 'referral') return profile;
  return { ...profile, capabilities: { ...profile.capabilities, 'MAILBOX-REFERRALS': true } };
}

type Kind = Step['kind'];

const THERE: readonly Kind[] = [
  'deliver',
  'deliver',
  'other-flag',
  'other-move',
  'other-copy',
  'other-expunge',
  'other-expunge',
  'other-purge',
  'renumber',
  'quota',
  'refuse',
  'refuse',
];
/** After these a mailbox that was referred to is not where it was said to be: that is another history. */
const NAMES_THERE: readonly Kind[] = ['rename', 'delete', 'create'];
const ACTS: readonly Kind[] = ['look', 'flag', 'move', 'copy', 'expunge', 'upload', 'write-draft', 'retry'];
/** What carries a message from one server to the other, and is worth losing. */
const LOST = ['APPEND', 'APPEND', 'APPEND', 'UID FETCH', 'UID STORE', 'UID EXPUNGE', 'EXPUNGE', 'STATUS'];

/** The history with what happens between the two servers, at moments of its own. */
export function withSecond(
  seed: number,
  steps: readonly Step[],
  devices: number,
  second: Second | undefined,
): readonly Step[] {
  if (!second) return steps;
  const chance = new Chance(seedFor(seed, 'between'));
  const others = chance.percent(70);
  const faults = chance.percent(85);
  const all = [...steps];
  for (let times = chance.between(4, 16); times > 0; times--) {
    const some = between(chance, devices, second).filter(
      ({ kind }) => (others || !OTHERS.has(kind)) && (faults || !FAULTS.has(kind)),
    );
    all.splice(chance.below(all.length + 1), 0, ...some);
  }
  return all;
}

function between(chance: Chance, devices: number, { how }: Second): Step[] {
  // With two accounts there is one device more, which has the second for its own.
  const device = chance.below(how === 'account' ? devices + 1 : devices);
  const one = (kind: Kind): Step => {
    const happening = chooseHappening(chance, kind, 1);
    return { after: chance.below(3000), ...('device' in happening ? { ...happening, device } : happening) };
  };
  const percent = chance.below(100);
  if (percent < 35) return [one('carry')];
  if (percent < 50) {
    const loss = { command: chance.pick(LOST), how: chance.pick(BREAKS) };
    return [{ kind: 'lose-receipt', after: 0, device, loss }, one('carry')];
  }
  if (percent < 60) {
    const death = { commits: chance.between(1, 8), kept: chance.percent(50) };
    return [one('carry'), { kind: 'kill', after: 0, device, death }];
  }
  if (percent < 68) return [one('cut'), one('carry')];
  if (percent < 75 && how === 'account') return [{ ...one(chance.pick(ACTS)), device: devices } as Step];
  const kinds = how === 'account' ? [...THERE, ...NAMES_THERE] : THERE;
  const step: Step = { ...one(chance.pick(kinds)), at: 'second' };
  return chance.percent(40) ? [one('carry'), step] : [step];
}

import type { Profile } from '@postern/mailserver';
import { Chance, seedFor } from './chance.ts';
import { areWithFiles } from './draft.ts';
import { chooseProfile } from './profiles.ts';
import { chooseSecond, referring, withSecond } from './second.ts';
import type { Second } from './second.ts';
import { chooseSteps } from './schemes.ts';
import { chooseHappening, FAULTS, OTHERS } from './steps.ts';
import type { Step } from './steps.ts';

/** All that a run depends on: the same history runs the same, octet by octet. */
export interface History {
  readonly seed: number;
  readonly profile: Profile;
  readonly second: Second | undefined;
  /** Messages at the beginning, by mailbox. */
  readonly mailboxes: ReadonlyArray<readonly [string, number]>;
  /** One to three of ours. */
  readonly devices: number;
  /** Milliseconds that their stores take at most. */
  readonly slowness: number;
  /** The server may carry out what it was sent seconds after the connection is over. */
  readonly late: boolean;
  readonly steps: readonly Step[];
}

const NAMES = ['INBOX', 'Archive', 'Trash', 'Projects', 'Junk'];

/** How many messages a mailbox has: few, mostly. */
function chooseSize(chance: Chance): number {
  const percent = chance.below(100);
  if (percent < 15) return 0;
  if (percent < 80) return chance.between(1, 8);
  if (percent < 97) return chance.between(9, 40);
  return chance.between(41, 300);
}

export function chooseHistory(seed: number): History {
  const chance = new Chance(seedFor(seed, 'history'));
  const profile = chooseProfile(chance);
  const mailboxes = NAMES.slice(0, chance.between(1, 5)).map((name) => [name, chooseSize(chance)] as const);
  const few = chance.percent(30) ? 2 : 1;
  // Of no chance of its own: histories that are known stay what they were.
  const devices = seed % 16 === 11 ? 3 : few;
  const slowness = chance.pick([0, 0, 3, 30]);
  const others = chance.percent(70);
  const faults = chance.percent(85);
  const kinds = (kind: Step['kind']): boolean =>
    (others || !OTHERS.has(kind)) && (faults || !FAULTS.has(kind));
  const steps: Step[] = [];
  const most = chance.between(5, 40);
  while (steps.length < most) steps.push(...chooseSteps(chance, devices).filter(({ kind }) => kinds(kind)));
  const second = chooseSecond(seed);
  const alone = withDrafts(seed, withFullness(seed, steps, devices), devices);
  return {
    seed,
    profile: referring(profile, second),
    second,
    mailboxes,
    devices,
    slowness,
    late: seed % 8 === 5,
    steps: withSecond(seed, alone, devices, second),
  };
}

/** Where drafts have files they are written on more often, so that there is a version before. */
function withDrafts(seed: number, steps: readonly Step[], devices: number): readonly Step[] {
  if (!areWithFiles(seed)) return steps;
  const chance = new Chance(seedFor(seed, 'drafts'));
  const all = [...steps];
  for (let times = chance.between(2, 8); times > 0; times--) {
    const step = chooseHappening(chance, 'write-draft', devices);
    all.splice(chance.below(all.length + 1), 0, { after: chance.pick([0, 500, 5000, 20_000]), ...step });
  }
  return all;
}

/** In one history of eight a device runs out of room, at moments of its own. */
function withFullness(seed: number, steps: readonly Step[], devices: number): readonly Step[] {
  if (seed % 8 !== 5) return steps;
  const chance = new Chance(seedFor(seed, 'room'));
  const all = [...steps];
  for (let times = chance.between(2, 12); times > 0; times--)
    all.splice(chance.below(all.length + 1), 0, { after: 0, ...chooseHappening(chance, 'fill', devices) });
  return all;
}

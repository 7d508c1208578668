import type { Chance } from './chance.ts';
import { BREAKS, chooseHappening, chooseStep } from './steps.ts';
import type { Step } from './steps.ts';

type Kind = Step['kind'];

const ACTS: readonly Kind[] = [
  'flag',
  'flag',
  'move',
  'move',
  'move',
  'copy',
  'expunge',
  'expunge',
  'upload',
  'upload',
  'send',
  'send',
  'make-mailbox',
  'name-mailbox',
  'end-mailbox',
  'write-draft',
];
const OTHERS: readonly Kind[] = [
  'deliver',
  'other-flag',
  'other-move',
  'other-copy',
  'other-expunge',
  'other-purge',
  'renumber',
  'delete',
  'rename',
];
/** What carries an act out, by its kind. */
const COMMANDS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  flag: ['UID STORE'],
  move: ['UID MOVE', 'UID COPY', 'UID STORE', 'UID EXPUNGE', 'EXPUNGE'],
  expunge: ['UID STORE', 'UID EXPUNGE', 'EXPUNGE'],
  copy: ['UID COPY'],
  'make-mailbox': ['CREATE'],
  'name-mailbox': ['RENAME'],
  'end-mailbox': ['DELETE'],
  'write-draft': ['APPEND', 'UID REPLACE', 'UID EXPUNGE'],
  upload: ['APPEND'],
  import: ['APPEND'],
  send: ['DATA', 'DATA', 'APPEND'],
};

/** One step, or a few that belong together: chance alone would seldom have things meet that have to be able to. */
export function chooseSteps(chance: Chance, devices: number): Step[] {
  const percent = chance.below(100);
  if (percent < 12) return receiptLost(chance, devices);
  if (percent < 18) return away(chance, devices);
  if (percent < 26) return meeting(chance, devices);
  if (percent < 32) return killed(chance, devices);
  if (percent < 36) return marked(chance, devices);
  return [chooseStep(chance, devices)];
}

/** An act is carried out, or a part of it, and its device does not hear of that. */
function receiptLost(chance: Chance, devices: number): Step[] {
  const act = one(chance, chance.pick(ACTS), devices, chance.below(300));
  const loss = { command: chance.pick(COMMANDS[act.kind] ?? ['SELECT']), how: chance.pick(BREAKS) };
  return [{ kind: 'lose-receipt', after: 0, device: deviceOf(act), loss }, act];
}

/** Somebody works without a network, and others do too, elsewhere. */
function away(chance: Chance, devices: number): Step[] {
  const device = chance.below(devices);
  const acts = Array.from({ length: chance.between(2, 5) }, () => {
    const act = one(chance, chance.pick(ACTS), devices, chance.below(3000));
    return { ...act, device } as Step;
  });
  const others = Array.from({ length: chance.between(1, 4) }, () =>
    one(chance, chance.pick(OTHERS), devices, chance.below(3000)),
  );
  const offline = {
    kind: 'offline',
    after: chance.below(5000),
    device,
    how: chance.pick(BREAKS),
    milliseconds: chance.between(20_000, 100_000),
    wake: chance.percent(50),
  } as const;
  return [offline, ...shuffled(chance, [...acts, ...others])];
}

/** Two want something of the same message at the same time. */
function meeting(chance: Chance, devices: number): Step[] {
  const mailbox = chance.below(3);
  const message = chance.below(3);
  const pair = [chance.pick(ACTS), chance.pick(OTHERS)].map(
    (kind) => ({ ...one(chance, kind, devices, chance.below(100)), mailbox, message }) as Step,
  );
  return shuffled(chance, pair);
}

/** The worker dies in the middle of an act. */
function killed(chance: Chance, devices: number): Step[] {
  const act = one(chance, chance.pick(ACTS), devices, chance.below(300));
  const death = { commits: chance.between(1, 5), kept: chance.percent(50) };
  return [act, { kind: 'kill', after: 0, device: deviceOf(act), death }];
}

/** What one has marked \Deleted, and perhaps will not expunge, lies beside what another takes away. */
function marked(chance: Chance, devices: number): Step[] {
  const mailbox = chance.below(3);
  const mark = { kind: 'other-flag', mailbox, count: 1, flag: '\\Deleted', add: true } as const;
  const act = one(chance, chance.pick(['move', 'expunge']), devices, chance.below(3000));
  return [
    { ...mark, after: 0, message: chance.below(3) },
    { ...act, mailbox, message: chance.below(3) } as Step,
  ];
}

function one(chance: Chance, kind: Kind, devices: number, after: number): Step {
  return { after, ...chooseHappening(chance, kind, devices) };
}

function deviceOf(step: Step): number {
  return 'device' in step ? step.device : 0;
}

function shuffled<T>(chance: Chance, list: readonly T[]): T[] {
  const left = [...list];
  return Array.from({ length: left.length }, () => left.splice(chance.below(left.length), 1)[0]!);
}

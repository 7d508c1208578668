import type { Chance } from './chance.ts';
import type { Death, Fullness } from './mortal-store.ts';
import type { Cut, Loss } from './network.ts';
import type { Break } from './wire.ts';

/** What happens in a history. A `choice` picks among what there is when its time has come. */
export type Step = {
  /** Milliseconds after the step before. */
  readonly after: number;
  /** On the second server, of what others do and the server. */
  readonly at?: 'second';
} & Happening;

type Happening =
  // What a person does on a device of ours.
  | { kind: 'look'; device: number; mailbox: number }
  | { kind: 'open'; device: number; mailbox: number; message: number }
  | {
      kind: 'flag';
      device: number;
      mailbox: number;
      message: number;
      count: number;
      flag: string;
      add: boolean;
    }
  | { kind: 'move'; device: number; mailbox: number; message: number; count: number; to: number }
  | { kind: 'copy'; device: number; mailbox: number; message: number; count: number; to: number }
  /** To the other server, or `back` from there; `remove`: a move. */
  | {
      kind: 'carry';
      device: number;
      mailbox: number;
      message: number;
      count: number;
      to: number;
      remove: boolean;
      back: boolean;
    }
  | { kind: 'make-mailbox'; device: number; name: string }
  | { kind: 'name-mailbox'; device: number; mailbox: number; name: string }
  | { kind: 'end-mailbox'; device: number; mailbox: number }
  | { kind: 'subscribe'; device: number; mailbox: number; on: boolean }
  | { kind: 'expunge'; device: number; mailbox: number; message: number; count: number }
  | { kind: 'upload'; device: number; mailbox: number; words: number }
  | { kind: 'import'; device: number; mailbox: number; count: number; words: number; unmarked: boolean }
  | { kind: 'send'; device: number; words: number; later: number }
  | { kind: 'retry'; device: number }
  | { kind: 'withdraw'; device: number; choice: number }
  | { kind: 'discard'; device: number; choice: number }
  | { kind: 'write-draft'; device: number; words: number; editing: boolean }
  // What goes wrong.
  | { kind: 'cut'; device: number; cut: Cut }
  | { kind: 'lose-receipt'; device: number; loss: Loss }
  | { kind: 'slow'; device: number; chunks: number; milliseconds: number }
  | { kind: 'offline'; device: number; how: Break; milliseconds: number; wake: boolean }
  | { kind: 'kill'; device: number; death: Death }
  | { kind: 'restart'; device: number }
  | { kind: 'fill'; device: number; fullness: Fullness }
  | { kind: 'refuse'; command: string; times: number; status: 'NO' | 'BAD'; code: string }
  | { kind: 'refuse-submission'; step: 'MAIL' | 'RCPT' | 'DATA'; times: number; reply: string }
  // What other clients do, and the server.
  | { kind: 'deliver'; mailbox: number; count: number; words: number; unmarked: boolean }
  | { kind: 'other-flag'; mailbox: number; message: number; count: number; flag: string; add: boolean }
  | { kind: 'other-move' | 'other-copy'; mailbox: number; message: number; count: number; to: number }
  | { kind: 'other-expunge'; mailbox: number; message: number; count: number }
  | { kind: 'other-purge'; mailbox: number }
  | { kind: 'create'; name: string }
  | { kind: 'delete'; mailbox: number }
  | { kind: 'rename'; mailbox: number; name: string }
  | { kind: 'renumber'; mailbox: number }
  | { kind: 'quota'; messages: number | undefined };

export const FAULTS: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'cut',
  'lose-receipt',
  'slow',
  'offline',
  'kill',
  'restart',
  'fill',
  'refuse',
  'refuse-submission',
  'renumber',
  'quota',
]);

export const OTHERS: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'deliver',
  'other-flag',
  'other-move',
  'other-copy',
  'other-expunge',
  'other-purge',
  'create',
  'delete',
  'rename',
  'renumber',
]);

const FLAGS = ['\\Seen', '\\Flagged', '$Label1', '$Forwarded'];
/** \Deleted alone removes nothing: a bare EXPUNGE of ours must not take it for a wish. */
const OTHER_FLAGS = [...FLAGS, '\\Deleted', '\\Deleted'];

const REFUSED = [
  'SELECT',
  'STATUS',
  'LIST',
  'APPEND',
  'UID FETCH',
  'UID STORE',
  'UID MOVE',
  'UID COPY',
  'UID EXPUNGE',
  'EXPUNGE',
  'UID SEARCH',
  'ENABLE',
  'NOTIFY',
  'IDLE',
  'NOOP',
  'CREATE',
  'RENAME',
  'DELETE',
  'SUBSCRIBE',
  'UID REPLACE',
];

/** Those whose receipt is worth losing. */
const LOST = [
  'APPEND',
  'DATA',
  'UID MOVE',
  'UID COPY',
  'UID STORE',
  'UID EXPUNGE',
  'EXPUNGE',
  'UID FETCH',
  'SELECT',
  'CREATE',
  'RENAME',
  'DELETE',
  'UID REPLACE',
];

/** Weights of the kinds of steps. */
const WEIGHTS: Readonly<Record<Step['kind'], number>> = {
  look: 8,
  open: 4,
  flag: 14,
  move: 14,
  copy: 5,
  // Where there is a second server.
  carry: 0,
  'make-mailbox': 2,
  'name-mailbox': 1,
  'end-mailbox': 1,
  subscribe: 1,
  expunge: 5,
  upload: 6,
  import: 0,
  send: 7,
  retry: 2,
  withdraw: 2,
  discard: 1,
  'write-draft': 3,
  cut: 12,
  'lose-receipt': 6,
  slow: 4,
  offline: 5,
  kill: 8,
  restart: 2,
  // Put in between the others, of some histories.
  fill: 0,
  refuse: 5,
  'refuse-submission': 2,
  deliver: 10,
  'other-flag': 7,
  'other-move': 4,
  'other-copy': 2,
  'other-expunge': 5,
  'other-purge': 3,
  create: 1,
  delete: 1,
  rename: 1,
  renumber: 2,
  quota: 1,
};
const KINDS = (Object.keys(WEIGHTS) as Step['kind'][]).flatMap((kind) =>
  Array<Step['kind']>(WEIGHTS[kind]).fill(kind),
);

export const BREAKS: readonly Break[] = ['reset', 'reset', 'end', 'silence'];

export function chooseStep(chance: Chance, devices: number): Step {
  return { after: choosePause(chance), ...chooseHappening(chance, chance.pick(KINDS), devices) };
}

/** Often hardly any, so that things meet; now and then so long that all comes to rest. */
function choosePause(chance: Chance): number {
  const percent = chance.below(100);
  if (percent < 30) return 0;
  if (percent < 60) return chance.below(300);
  if (percent < 90) return chance.below(10_000);
  return chance.below(200_000);
}

/** One of the first few, often: so that people meet. */
function chooseOne(chance: Chance): number {
  return chance.percent(60) ? chance.below(3) : chance.choice();
}

/** Now and then too long to be kept ahead, or to be sent in one piece. */
function chooseLength(chance: Chance): number {
  if (chance.percent(2)) return chance.between(8000, 12_000);
  return chance.percent(5) ? chance.between(1000, 6000) : chance.between(3, 60);
}

export function chooseHappening(chance: Chance, kind: Step['kind'], devices: number): Happening {
  const device = chance.below(devices);
  const where = { mailbox: chooseOne(chance), message: chooseOne(chance) };
  const some = { ...where, count: chance.pick([1, 1, 1, 2, 3, 12]) };
  const words = chooseLength(chance);
  switch (kind) {
    case 'look':
      return { kind, device, mailbox: where.mailbox };
    case 'open':
      return { kind, device, ...where };
    case 'flag':
      return { kind, device, ...some, flag: chance.pick(FLAGS), add: chance.percent(60) };
    case 'move':
    case 'copy':
      return { kind, device, ...some, to: chooseOne(chance) };
    case 'carry':
      return {
        kind,
        device,
        ...some,
        to: chooseOne(chance),
        remove: chance.percent(60),
        back: chance.percent(40),
      };
    case 'expunge':
      return { kind, device, ...some };
    case 'make-mailbox':
      return { kind, device, name: `Made ${chance.below(100)}` };
    case 'name-mailbox':
      return { kind, device, mailbox: where.mailbox, name: `Named ${chance.below(100)}` };
    case 'end-mailbox':
      return { kind, device, mailbox: where.mailbox };
    case 'subscribe':
      return { kind, device, mailbox: where.mailbox, on: chance.percent(50) };
    case 'upload':
    case 'import': {
      // Several at once, of those whose length says so: one question to chance fewer.
      if (kind === 'upload' && words % 3 > 0) return { kind, device, mailbox: where.mailbox, words };
      const count = 1 + (words % 5);
      return { kind: 'import', device, mailbox: where.mailbox, count, words, unmarked: words % 7 === 0 };
    }
    case 'send':
      return { kind, device, words, later: chance.pick([0, 0, 5000]) };
    case 'retry':
    case 'restart':
      return { kind, device };
    case 'withdraw':
    case 'discard':
      return { kind, device, choice: chooseOne(chance) };
    case 'write-draft':
      return { kind, device, words, editing: chance.percent(50) };
    case 'lose-receipt':
      return { kind, device, loss: { command: chance.pick(LOST), how: chance.pick(BREAKS) } };
    case 'cut':
      return { kind, device, cut: chooseCut(chance) };
    case 'slow':
      return {
        kind,
        device,
        chunks: chance.between(1, 8),
        milliseconds: chance.pick([500, 5000, 40_000, 90_000]),
      };
    case 'offline':
      return {
        kind,
        device,
        how: chance.pick(BREAKS),
        milliseconds: chance.below(100_000),
        wake: chance.percent(50),
      };
    case 'fill':
      return { kind, device, fullness: chooseFullness(chance) };
    case 'kill':
      return { kind, device, death: { commits: chance.between(1, 12), kept: chance.percent(50) } };
    case 'refuse':
      return {
        kind,
        command: chance.pick(REFUSED),
        times: chance.between(1, 4),
        status: chance.percent(75) ? 'NO' : 'BAD',
        code: chance.pick(['', 'UNAVAILABLE', 'SERVERBUG', 'INUSE', 'NOPERM']),
      };
    case 'refuse-submission':
      return {
        kind,
        step: chance.pick(['MAIL', 'RCPT', 'DATA']),
        times: chance.between(1, 3),
        reply: chance.pick(['451 4.3.0 Later', '550 5.7.1 Never']),
      };
    case 'deliver':
      return {
        kind,
        mailbox: where.mailbox,
        count: chance.pick([1, 1, 3]),
        words,
        unmarked: chance.percent(8),
      };
    case 'other-flag':
      return { kind, ...some, flag: chance.pick(OTHER_FLAGS), add: chance.percent(60) };
    case 'other-move':
    case 'other-copy':
      return { kind, ...some, to: chooseOne(chance) };
    case 'other-expunge':
      return { kind, ...some };
    case 'create':
      return { kind, name: `New ${chance.below(100)}` };
    case 'delete':
    case 'renumber':
    case 'other-purge':
      return { kind, mailbox: where.mailbox };
    case 'rename':
      return { kind, mailbox: where.mailbox, name: `Renamed ${chance.below(100)}` };
    case 'quota':
      return { kind, messages: chance.percent(60) ? chance.between(0, 200) : undefined };
  }
}

/** Mostly for a moment, so that it is full between any two steps of one action; now and then for long. */
function chooseFullness(chance: Chance): Fullness {
  return { after: chance.below(15), commits: chance.pick([1, 1, 2, 5, 5, 10, 40, 200]) };
}

function chooseCut(chance: Chance): Cut {
  const direction = chance.pick(['up', 'down'] as const);
  const far = direction === 'up' ? [60, 400, 3000] : [100, 2000, 30_000];
  return {
    service: chance.pick(['any', 'any', 'imap', 'submission'] as const),
    direction,
    after: chance.below(chance.pick(far)),
    how: chance.pick(BREAKS),
  };
}

import { describe, expect, it } from 'vitest';
import type { ModSeq, Uid, UidValidity } from '../imap/types.ts';
import type { SyncState } from './model.ts';
import {
  FIRST_WINDOW,
  LAST_UID,
  MESSAGES_PER_CHUNK,
  nextChunk,
  nextWindow,
  planMailbox,
  SMALLEST_WINDOW,
} from './plan.ts';
import type { Asked } from './plan.ts';

const validity = 7 as UidValidity;
const never: SyncState = { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 };
const whole: SyncState = {
  uidValidity: validity,
  from: 1,
  uidNext: 101,
  highestModSeq: 50n,
  exists: 90,
  at: 1,
};
const server = (fields: {
  exists?: number;
  uidNext?: number | undefined;
  modSeq?: bigint;
  validity?: number;
}) => ({
  exists: fields.exists ?? 90,
  uidNext: ('uidNext' in fields ? fields.uidNext : 101) as Uid | undefined,
  uidValidity: (fields.validity ?? validity) as UidValidity,
  highestModSeq: fields.modSeq as ModSeq | undefined,
});
const local = (sync: SyncState, known: number, window = 200, highest = 0) => ({
  sync,
  known,
  highest,
  window,
});

const nothingAsked: Asked = {
  newAsked: false,
  flagsAsked: false,
  uidsAsked: true,
  newsLost: false,
  modSeqTrusted: true,
};

describe('planMailbox', () => {
  it.each([
    ['an empty mailbox, never looked at', local(never, 0), server({ exists: 0, uidNext: 1 }), false, []],
    [
      'a mailbox never looked at: the newest screenful first',
      local(never, 0),
      server({ exists: 5000, uidNext: 5001 }),
      false,
      [{ step: 'new', first: 5001 - FIRST_WINDOW }],
    ],
    [
      'one that a message was moved to, which somebody else took away',
      local({ ...never, uidValidity: validity }, 1),
      server({ exists: 0, uidNext: 1 }),
      false,
      [{ step: 'flags', first: 1, last: LAST_UID }],
    ],
    ['a small one', local(never, 0), server({ exists: 3, uidNext: 4 }), false, [{ step: 'new', first: 1 }]],
    [
      'a server that does not say UIDNEXT',
      local(whole, 90),
      server({ uidNext: undefined }),
      true,
      [{ step: 'new', first: 101 }],
    ],
    ['flags of what is known', local(whole, 90), server({}), false, [{ step: 'flags', first: 1, last: 100 }]],
    ['nothing, when flags were asked', local(whole, 90), server({}), true, []],
    [
      'nothing, when HIGHESTMODSEQ, EXISTS and UIDNEXT stand still',
      local(whole, 90),
      server({ modSeq: 50n }),
      false,
      [],
    ],
    [
      'what changed, where HIGHESTMODSEQ went up',
      local(whole, 90),
      server({ modSeq: 90060115205545359n }),
      false,
      [{ step: 'changes', first: 1, last: 100, since: 50n }],
    ],
    [
      'new before what changed',
      local(whole, 90),
      server({ modSeq: 51n, uidNext: 103, exists: 92 }),
      false,
      [
        { step: 'new', first: 101 },
        { step: 'changes', first: 1, last: 100, since: 50n },
      ],
    ],
    [
      'flags, where the server keeps no mod-sequences for this mailbox any more',
      local(whole, 90),
      server({}),
      false,
      [{ step: 'flags', first: 1, last: 100 }],
    ],
    [
      'flags, when HIGHESTMODSEQ went down',
      local(whole, 90),
      server({ modSeq: 49n }),
      false,
      [{ step: 'flags', first: 1, last: 100 }],
    ],
    [
      'new before flags before older',
      local({ ...whole, from: 61 }, 40),
      server({ uidNext: 110, exists: 100 }),
      false,
      [
        { step: 'new', first: 101 },
        { step: 'flags', first: 61, last: 100 },
        { step: 'older', first: 1, last: 60 },
      ],
    ],
    [
      'older mail in windows, newest first',
      local({ ...whole, from: 1000, uidNext: 1100 }, 80),
      server({ uidNext: 1100, exists: 500 }),
      true,
      [{ step: 'older', first: 800, last: 999 }],
    ],
    [
      'no older mail when all are known already',
      local({ ...whole, from: 1000, uidNext: 1100 }, 80),
      server({ uidNext: 1100, exists: 80 }),
      true,
      [],
    ],
    [
      'what was put there from here since the new mail was asked for is among the known',
      local(whole, 91, 200, 103),
      server({}),
      false,
      [{ step: 'flags', first: 1, last: 103 }],
    ],
    [
      'much new mail in windows, so that a connection that breaks has brought some',
      local(whole, 90),
      server({ uidNext: 5000, exists: 4000 }),
      true,
      [{ step: 'new', first: 101, last: 300 }],
    ],
    [
      'nothing is void where the server says no UIDVALIDITY this time',
      local(whole, 90),
      server({ validity: 0 }),
      true,
      [],
    ],
    [
      'RFC 4549 §4.1: another UIDVALIDITY voids everything, so nothing else is planned',
      local(whole, 90),
      server({ validity: 8, uidNext: 500 }),
      false,
      [{ step: 'reset' }],
    ],
  ] as const)('%s', (_, mine, theirs, flagsAsked, steps) => {
    expect(planMailbox(mine, theirs, { ...nothingAsked, flagsAsked })).toEqual(steps);
  });
});

describe('mod-sequences', () => {
  const plan = (asked: Partial<Asked>, modSeq = 50n, exists = 90) =>
    planMailbox(local(whole, 90), server({ modSeq, exists }), { ...nothingAsked, ...asked });

  it('that stand still say that no flag was touched, unless news came without a name', () => {
    expect(plan({})).toEqual([]);
    expect(plan({ newsLost: true })).toEqual([{ step: 'changes', first: 1, last: 100, since: 50n }]);
  });

  it('say nothing of what is gone: where the count disagrees, the UIDs are asked for', () => {
    expect(plan({ uidsAsked: false }, 50n, 89)).toEqual([{ step: 'uids', first: 1, last: 100 }]);
    expect(plan({ uidsAsked: false, flagsAsked: true }, 60n, 89)).toEqual([
      { step: 'uids', first: 1, last: 100 },
    ]);
  });

  it('that are not believed leave the plain way', () => {
    expect(plan({ modSeqTrusted: false })).toEqual([{ step: 'flags', first: 1, last: 100 }]);
    expect(plan({ modSeqTrusted: false, flagsAsked: true, uidsAsked: false })).toEqual([]);
  });
});

it('asks a server without UIDNEXT for new mail once', () => {
  const asked = { ...nothingAsked, newAsked: true, flagsAsked: true };
  expect(planMailbox(local(whole, 90), server({ uidNext: undefined }), asked)).toEqual([]);
  expect(planMailbox(local(never, 0), server({ uidNext: undefined, exists: 9 }), asked)).toEqual([]);
});

describe('nextWindow', () => {
  it('grows over gaps and settles at about a chunk of messages', () => {
    expect(nextWindow(200, 0)).toBe(1600);
    expect(nextWindow(400, MESSAGES_PER_CHUNK)).toBe(400);
    expect(nextWindow(4000, MESSAGES_PER_CHUNK * 10)).toBe(400);
    expect(nextWindow(60, 1000)).toBe(SMALLEST_WINDOW);
    expect(nextWindow(LAST_UID, 0)).toBe(LAST_UID);
  });

  it('reaches the bottom of any UID space in few windows', () => {
    let from = LAST_UID;
    let width = 200;
    let windows = 0;
    while (from > 1) {
      from = Math.max(1, from - width);
      width = nextWindow(width, 0);
      windows++;
    }
    expect(windows).toBeLessThan(12);
  });
});

describe('nextChunk', () => {
  it('grows where a window came quickly, and shrinks below one that took long, not once for each that was asked for with it', () => {
    expect(nextChunk(400, 400, 100)).toBe(800);
    expect(nextChunk(1600, 1600, 0)).toBe(1600);
    expect(nextChunk(800, 800, 400)).toBe(800);
    expect(nextChunk(800, 800, 700)).toBe(400);
    expect(nextChunk(400, 800, 700)).toBe(400);
    expect(nextChunk(400, 60, 700)).toBe(100);
  });
});

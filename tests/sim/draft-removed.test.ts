import { profiles } from '@postern/mailserver';
import { expect, it } from 'vitest';
import type { History } from './history.ts';
import { run } from './run.ts';
import type { Step } from './steps.ts';

/** As both sides count them: INBOX, Archive, Drafts, Junk, Sent, Trash. */
const DRAFTS = 2;
const SENT = 4;

const first = { mailbox: DRAFTS, message: 0, count: 1 };
const mark = { kind: 'flag', device: 0, ...first, flag: '$Label1', add: true } as const;
const removal = { kind: 'other-expunge', ...first } as const;

it.each<readonly [string, readonly Step[]]>([
  [
    'marked before',
    [
      { after: 1000, ...mark },
      { after: 1000, ...removal },
    ],
  ],
  [
    'shown still, and marked then',
    [
      { after: 1000, ...removal },
      { after: 0, ...mark },
    ],
  ],
])(
  'a version of a draft that another program removes is not an earlier one that was moved: %s',
  async (_, last) => {
    const steps: readonly Step[] = [
      { after: 0, kind: 'write-draft', device: 0, words: 39, editing: true },
      { after: 1000, kind: 'move', device: 0, ...first, to: SENT },
      { after: 1000, kind: 'write-draft', device: 0, words: 32, editing: false },
      ...last,
    ];
    expect((await run(historyOf(steps))).failure).toBeUndefined();
  },
);

/** The pace of its server has the removal fall in between. */
const between: History = {
  seed: 2116062,
  profile: {
    name: 'without MOVE and MULTIAPPEND',
    capabilities: {
      IMAP4rev2: false,
      UIDONLY: true,
      MOVE: false,
      ESEARCH: false,
      MULTIAPPEND: false,
      'SPECIAL-USE': false,
      'LIST-STATUS': false,
      PREVIEW: false,
      ID: false,
    },
    multiAccess: {
      delete: 'ghost',
      rename: 'disconnect',
      fetch: 'bye',
      store: 'none',
      storeSilent: 'ok',
      copy: 'ghost',
      reason: 'code',
    },
  },
  second: undefined,
  mailboxes: [['INBOX', 3]],
  devices: 2,
  slowness: 30,
  late: false,
  steps: [
    { after: 0, kind: 'move', device: 0, mailbox: 2, message: 1, count: 1, to: 1 },
    { after: 0, kind: 'write-draft', device: 0, words: 58, editing: true },
    { after: 7626, kind: 'look', device: 0, mailbox: 0 },
    { after: 0, kind: 'cut', device: 1, cut: { service: 'any', direction: 'up', after: 6, how: 'reset' } },
    { after: 5000, kind: 'write-draft', device: 0, words: 4, editing: false },
    {
      after: 129,
      kind: 'flag',
      device: 1,
      mailbox: 872092838,
      message: 0,
      count: 1,
      flag: '\\Flagged',
      add: true,
    },
    {
      after: 568,
      kind: 'flag',
      device: 0,
      mailbox: 1284648692,
      message: 1110420130,
      count: 2,
      flag: '$Label1',
      add: false,
    },
    { after: 0, kind: 'other-expunge', mailbox: 2, message: 1, count: 12 },
  ],
};

it('the last version of a draft, which another program removes, is not the one before, which its writer is about to remove', async () => {
  expect((await run(between)).failure).toBeUndefined();
});

function historyOf(steps: readonly Step[]): History {
  return {
    seed: 4,
    profile: profiles.minimal!,
    second: undefined,
    mailboxes: [['INBOX', 0]],
    devices: 1,
    slowness: 0,
    late: false,
    steps,
  };
}

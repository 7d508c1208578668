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

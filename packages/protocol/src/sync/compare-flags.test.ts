import { expect, it } from 'vitest';
import type { Command } from '../imap/index.ts';
import type { Uid } from '../imap/types.ts';
import { compareFlags } from './compare-flags.ts';
import type { Lane } from './lane.ts';
import { MemoryStore } from './memory-store.ts';
import type { Mailbox, MailboxKey, MessageKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { Truth } from './truth.ts';

async function knowing(uids: readonly number[], uidNext: number) {
  const truth = new Truth(new MemoryStore());
  await truth.store.allocate(20);
  const made = newMailbox(1 as MailboxKey);
  const mailbox: Mailbox = { ...made, sync: { ...made.sync, uidNext } };
  const messages = uids.map((uid) => ({
    row: { key: uid as MessageKey, uid: uid as Uid, flags: [], date: 0, size: 9 },
    descriptor: { messageId: `<${uid}@x>` } as never,
  }));
  await truth.commit([
    { kind: 'mailbox', mailbox },
    { kind: 'messages', mailbox: mailbox.key, messages },
  ]);
  return { truth, mailbox };
}

async function uidsIn(truth: Truth, { key }: Mailbox): Promise<number[]> {
  return [...(await truth.rows(key)).uids].filter((uid) => uid > 0);
}

/** A server that has so many messages, and tells of none of those that it is asked for. */
async function rowsAfter(exists: number, uids: readonly number[], last: number): Promise<number[]> {
  const { truth, mailbox } = await knowing(uids, last + 1);
  const run = async ({ name }: Command<unknown>): Promise<unknown> => ({
    value: name.includes('SEARCH') ? [] : undefined,
  });
  await compareFlags({ noticed: { exists }, run } as unknown as Lane, truth, mailbox, 1, last);
  return uidsIn(truth, mailbox);
}

it('takes out what is neither told nor found', async () => {
  expect(await rowsAfter(0, [1, 2], 2)).toEqual([]);
});

it('takes out nothing where there have to be messages, and none is told or found', async () => {
  expect(await rowsAfter(1, [1, 2], 2)).toEqual([1, 2]);
});

it('takes out the last that was known, where the only one that there is was put there since', async () => {
  expect(await rowsAfter(1, [1, 9], 2)).toEqual([9]);
});

it('keeps what was put there from here, of which this connection was not told before it was asked', async () => {
  const { truth, mailbox } = await knowing([1, 9], 2);
  const lane: { noticed: { exists: number }; seen?: Set<number>; run: unknown } = {
    noticed: { exists: 1 },
    run: async ({ name }: Command<unknown>): Promise<unknown> => {
      if (name.includes('FETCH')) lane.seen?.add(1);
      if (name === 'NOOP') lane.noticed.exists = 2;
      return { value: name.includes('SEARCH') ? [9] : undefined };
    },
  };
  await compareFlags(lane as unknown as Lane, truth, mailbox, 1, 9);
  expect(await uidsIn(truth, mailbox)).toEqual([1, 9]);
});

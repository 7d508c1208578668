import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { Truth } from './truth.ts';
import { voidMailbox } from './uid-validity.ts';

const key = 1 as MailboxKey;
const before: Mailbox = { ...newMailbox(key), name: 'Old', wireName: 'Old' };
const selected = { uidValidity: 7, exists: 3 } as Parameters<typeof voidMailbox>[2];

it('a mailbox that is voided keeps the name and the mode that it was given meanwhile', async () => {
  const truth = new Truth(new MemoryStore());
  await truth.commit([
    { kind: 'mailbox', mailbox: { ...before, name: 'New', wireName: 'New' } },
    { kind: 'mode', mailbox: key, mode: 'offline' },
  ]);
  await voidMailbox(truth, before, selected);
  expect(await truth.mailbox(key)).toMatchObject({
    name: 'New',
    wireName: 'New',
    mode: 'offline',
    messages: 3,
    sync: { uidValidity: 7, uidNext: 1 },
  });
});

it('a mailbox that has gone meanwhile does not come back by being voided', async () => {
  const truth = new Truth(new MemoryStore());
  await voidMailbox(truth, before, selected);
  expect(await truth.mailboxes()).toEqual([]);
});

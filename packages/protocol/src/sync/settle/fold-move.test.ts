import { expect, it } from 'vitest';
import type { Uid, UidValidity } from '../../imap/types.ts';
import type { MoveAction } from '../action.ts';
import { MemoryStore } from '../memory-store.ts';
import type { Mailbox, MailboxKey, MessageKey } from '../model.ts';
import { newMailbox } from '../new-mailbox.ts';
import { Truth } from '../truth.ts';
import { foldMove } from './fold-move.ts';

const from = newMailbox(1 as MailboxKey);
const target = newMailbox(2 as MailboxKey);
const to: Mailbox = { ...target, sync: { ...target.sync, uidValidity: 5 as UidValidity } };
const message = (key: number, uid: number) =>
  ({
    row: { key: key as MessageKey, uid: uid as Uid, flags: [], date: 0, size: 9 },
    descriptor: { messageId: '<a@x>' } as never,
  }) as const;

it('of two messages that are alike, the copy of the one is not taken for that of the other', async () => {
  const truth = new Truth(new MemoryStore());
  await truth.store.allocate(20);
  const [one, other] = [3 as MessageKey, 4 as MessageKey];
  const action = {
    id: '1',
    at: 0,
    state: { name: 'running' },
    kind: 'move',
    from: from.key,
    to: to.key,
    messages: [one, other],
    noted: { uidValidity: 5, uidNext: 12 },
  } as unknown as MoveAction;
  await truth.commit([
    { kind: 'mailbox', mailbox: from },
    { kind: 'mailbox', mailbox: to },
    { kind: 'messages', mailbox: from.key, messages: [message(one, 1), message(other, 2)] },
    { kind: 'messages', mailbox: to.key, messages: [message(9, 12)] },
    { kind: 'action', action },
  ]);
  // One came the first time, under a UID that nobody can tell; of the other there is a receipt, and it was fetched already.
  await foldMove(truth, action, from, to, new Map([[one, 0] as const, [other, 12 as never] as const]));
  const { keys, uids } = await truth.rows(to.key);
  expect(Object.fromEntries([...keys].map((key, i) => [key, uids[i]]))).toEqual({ [one]: 0, [other]: 12 });
  // Whoever comes next looks for it, whatever the counts say.
  expect((await truth.mailbox(to.key))!.sync.exists).toBe(-1);
});

it('the copy of one that is not known any more stays, as the message that it was fetched as', async () => {
  const truth = new Truth(new MemoryStore());
  await truth.store.allocate(20);
  const [gone, here] = [3 as MessageKey, 4 as MessageKey];
  const fields = { kind: 'move', from: from.key, to: to.key, messages: [gone, here] };
  const action = { id: '1', at: 0, state: { name: 'running' }, ...fields } as unknown as MoveAction;
  await truth.commit([
    { kind: 'mailbox', mailbox: from },
    { kind: 'mailbox', mailbox: to },
    { kind: 'messages', mailbox: from.key, messages: [message(here, 2)] },
    { kind: 'messages', mailbox: to.key, messages: [message(8, 11), message(9, 12)] },
    { kind: 'action', action },
  ]);
  await foldMove(
    truth,
    action,
    from,
    to,
    new Map([[gone, 11 as never] as const, [here, 12 as never] as const]),
  );
  const { keys, uids } = await truth.rows(to.key);
  expect(Object.fromEntries([...keys].map((key, i) => [key, uids[i]]))).toEqual({ 8: 11, [here]: 12 });
});

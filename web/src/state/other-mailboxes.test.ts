import 'fake-indexeddb/auto';
import type { FlagAction, MailboxKey, MessageKey, NewMessage } from '@postern/protocol/sync';
import { sampleDescriptor, sampleMailbox } from '@postern/protocol/sync/store-conformance';
import { expect, it } from 'vitest';
import { openStore } from '../store/index.ts';
import { mailboxesOf } from './other-mailboxes.ts';

const [inbox, work] = [1, 2] as MailboxKey[];
const account = {
  id: 'AAAAAAAAAAAA',
  user: 'ada',
  address: 'ada@postern.example',
  store: 'postern-AAAAAAAAAAAA',
};

it('tells the mailboxes of an account from its store, with what is pending there, and lets go of it', async () => {
  const store = await openStore(account.store);
  const key = (await store.allocate(3)) as number;
  const sync = { ...sampleMailbox(inbox!, 'INBOX').sync, at: 1, from: 1 };
  await store.commit([
    { kind: 'mailbox', mailbox: { ...sampleMailbox(inbox!, 'INBOX'), role: 'inbox', sync } },
    { kind: 'mailbox', mailbox: { ...sampleMailbox(work!, 'Work/Plans'), delimiter: '/' } },
    {
      kind: 'messages',
      mailbox: inbox!,
      messages: [0, 1, 2].map((n) => ({
        row: {
          key: (key + n) as MessageKey,
          uid: (7 + n) as NewMessage['row']['uid'],
          flags: [],
          date: 0,
          size: 1,
        },
        descriptor: sampleDescriptor('s'),
      })),
    },
  ]);
  const unread = async (): Promise<number | undefined> =>
    (await mailboxesOf(account)).find(({ view }) => view.role === 'inbox')?.view.unread;
  expect(await unread()).toBe(3);
  const action: FlagAction = {
    id: 'a',
    at: 0,
    state: { name: 'waiting' },
    attempts: 0,
    kind: 'flag',
    mailbox: inbox!,
    messages: [key as MessageKey],
    add: ['\\Seen'],
    remove: [],
  };
  await store.commit([{ kind: 'action', action }]);
  expect(await unread()).toBe(2);
  const [, other] = await mailboxesOf(account);
  expect([other?.view.path, other?.mailbox.name]).toEqual(['Work / Plans', 'Work/Plans']);
  store.close();
});

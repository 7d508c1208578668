import { afterEach, expect, it } from 'vitest';
import type { MessageKey } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

let desk: Desk;

afterEach(() => desk.stop());

it('what somebody had scrolled to, and another client removed before the rest had come, hides none of the rest', async () => {
  const server = new ScriptedServer();
  for (let i = 1; i <= 760; i++) server.add('INBOX', `letter ${i}`);
  desk = new Desk(server);
  await desk.look();
  await desk.stop();
  // As the store is when the connection broke behind the newest, and the rows of many places that were scrolled to.
  const scrolled = ({ uid }: { readonly uid: number }): boolean => uid > 100 && uid <= 700;
  const inbox = await desk.mailbox('INBOX');
  const older = (await desk.rows()).filter((row) => row.uid <= 700 && !scrolled(row));
  const sync = { ...inbox.sync, from: 701, at: 0, highestModSeq: 0n };
  const keys: MessageKey[] = older.map(({ key }) => key);
  await desk.store.commit([
    { kind: 'expunged', mailbox: inbox.key, keys },
    { kind: 'mailbox', mailbox: { ...inbox, sync } },
  ]);
  const box = server.mailboxes.get('INBOX')!;
  box.messages = box.messages.filter((message) => !scrolled(message));
  desk.start();
  await desk.clock.pass(30_000);
  const uids = (await desk.rows()).map(({ uid }): number => uid).toSorted((a, b) => a - b);
  expect(uids).toEqual(box.messages.map(({ uid }) => uid));
});

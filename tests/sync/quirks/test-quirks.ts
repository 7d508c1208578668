import { afterEach, describe, expect, it } from 'vitest';
import { partQuery } from '@postern/protocol/sync';
import { itemsOf } from '../../../packages/protocol/src/imap/quirks/roll.ts';
import { desk, draft, openDesk, sending, server, subjects, upload } from '../scripted-desk.ts';
import type { Setting } from '../scripted-desk.ts';
import type { ScriptedMessage } from '../scripted-server.ts';

/**
 * `it`s for what `server` does in the course of days that no RFC has it do, each by the name of its item in the roll
 * (`packages/protocol/src/imap/quirks/roll.ts`): the mail is all there, once, and what a person did is done.
 */
export function testQuirks(name: string, tests: Readonly<Record<string, () => Promise<void>>>): void {
  describe(name, () => {
    describe('in the course of days', () => {
      afterEach(() => desk.stop());
      for (const [quirk, test] of Object.entries(tests)) it(quirk, test);
    });
    it('has a test for every item that needs an engine, and for no other', () => {
      expect(Object.keys(tests).toSorted()).toEqual(itemsOf(name, 'engine').toSorted());
    });
  });
}

/** A desk with three letters in INBOX, if the setting says nothing else. */
export const openInbox = (setting: Setting = {}): void => openDesk({ messages: 3, ...setting });

export const inbox = (): ScriptedMessage[] => server.mailboxes.get('INBOX')!.messages;

/** The mail on screen is the mail on the server. */
export async function agrees(name = 'INBOX'): Promise<void> {
  expect((await desk.subjects(name)).toSorted()).toEqual(subjects(name).toSorted());
}

export async function uploadTo(name: string, id: string): Promise<void> {
  await upload((await desk.mailbox(name)).key, id);
  await desk.clock.pass(10_000);
}

/** Files what was submitted already. */
export async function file(id: string, name = 'Sent'): Promise<void> {
  await desk.act(sending(id, (await desk.mailbox(name)).key, 'file'), draft(id));
  await desk.clock.pass(10_000);
}

/** A server that has filed the copy of what was submitted, with this in it. */
export const filed = (fields: Partial<ScriptedMessage>): ScriptedMessage =>
  server.add('Sent', 'filed', fields);

export async function flag(uid: number, add = '\\Flagged'): Promise<void> {
  const { key: mailbox } = await desk.mailbox('INBOX');
  const row = (await desk.rows()).find((each) => each.uid === uid);
  await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: [add], remove: [] });
  await desk.clock.pass(10_000);
}

export async function move(uid: number, to: string): Promise<void> {
  const { key: from } = await desk.mailbox('INBOX');
  const { key } = await desk.mailbox(to);
  const row = (await desk.rows()).find((each) => each.uid === uid);
  await desk.act({ kind: 'move', from, to: key, messages: [row!.key] });
  await desk.clock.pass(10_000);
}

export async function reconnect(): Promise<void> {
  server.dropAll();
  await desk.clock.pass(10_000);
}

/** Opens a message; its text, or undefined. */
export async function read(uid: number): Promise<string | undefined> {
  const { key: mailbox } = await desk.mailbox('INBOX');
  const row = (await desk.rows()).find((each) => each.uid === uid);
  desk.wish({ mailbox, messages: [row!.key] });
  await desk.clock.pass(10_000);
  const part = await desk.store.read(partQuery(row!.key, '1'));
  return part && new TextDecoder().decode(part.bytes);
}

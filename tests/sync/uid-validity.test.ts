import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** RFC 4549 §4.1: what becomes of what is known, and of what is wanted, when a mailbox is numbered anew. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

async function open(messages: number, ...names: string[]): Promise<number> {
  server = new ScriptedServer(...(names.length > 0 ? names : ['INBOX']));
  for (let i = 1; i <= messages; i++) server.add('INBOX', `letter ${i}`);
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  return (await desk.look()).key;
}

/** Other messages, under another UIDVALIDITY. */
function replace(mailbox: string, ...subjects: string[]): void {
  server.mailboxes.set(mailbox, { uidValidity: 8, uidNext: 1, messages: [] });
  for (const subject of subjects) server.add(mailbox, subject, { messageId: `<${subject}@new.example>` });
  server.dropAll();
}

const retry = async (): Promise<void> => {
  for (const action of await desk.actions())
    await desk.store.commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } } }]);
  await desk.clock.pass(5000);
};

describe('what is wanted of messages whose UIDs are void', () => {
  it.each(['flag', 'expunge', 'move'])(
    '%s: is shown as failed, however often it is tried again',
    async (kind) => {
      const mailbox = await open(3, 'INBOX', 'Archive');
      const { key: to } = await desk.mailbox('Archive');
      const messages = (await desk.rows()).map(({ key }) => key);
      replace('INBOX', 'another');
      await desk.act({ kind, mailbox, from: mailbox, to, messages, add: ['\\Flagged'], remove: [] });
      await desk.clock.pass(5000);
      const failed = [{ messages, state: { name: 'failed', reason: 'uidvalidity' } }];
      expect(await desk.actions()).toMatchObject(failed);
      await retry();
      expect(await desk.actions()).toMatchObject(failed);
      expect(server.mailboxes.get('INBOX')!.messages).toMatchObject([{ subject: 'another', flags: [] }]);
    },
  );

  it('is done to the others that it was wanted of', async () => {
    const inbox = await open(2, 'INBOX', 'Archive');
    const { key: to } = await desk.mailbox('Archive');
    const [first, second] = await desk.rows();
    server.add('Archive', 'letter of old');
    await desk.act({ kind: 'move', from: inbox, to, messages: [first!.key] });
    await desk.clock.pass(5000);
    server.script = ({ name, tag }) =>
      name === 'UID STORE' ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined;
    const messages = [first!.key, second!.key];
    await desk.act({ kind: 'flag', mailbox: inbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(1000);
    replace('Archive', 'another');
    server.script = () => undefined;
    await desk.clock.pass(120_000);
    expect(server.mailboxes.get('INBOX')!.messages).toMatchObject([{ flags: ['\\Flagged'] }]);
    const failed = { messages: [first!.key], state: { name: 'failed', reason: 'uidvalidity' } };
    expect(await desk.actions()).toMatchObject([failed]);
  });
});

it('what is wanted of messages in a mailbox that is not there any more is shown as failed', async () => {
  const inbox = await open(1, 'INBOX', 'Archive');
  const { key: to } = await desk.mailbox('Archive');
  const [row] = await desk.rows();
  await desk.act({ kind: 'move', from: inbox, to, messages: [row!.key] });
  await desk.clock.pass(5000);
  server.script = ({ name, tag }) => (name === 'UID STORE' ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined);
  await desk.act({ kind: 'flag', mailbox: inbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(1000);
  server.mailboxes.delete('Archive');
  server.dropAll();
  await desk.clock.pass(20 * 60_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
  await retry();
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

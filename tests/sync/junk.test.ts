import { afterEach, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

let desk: Desk;

afterEach(() => desk.stop());

/** $Junk is a hint: a server that keeps no keywords must not make marking junk fail. */
it.each([
  ['keeps keywords', '\\*', ['$Junk']],
  ['keeps this one', '$junk', ['$Junk']],
  ['keeps none', '\\Draft', []],
])('a keyword that is a hint is stored where the mailbox %s', async (_, kept, flags) => {
  const server = new ScriptedServer('INBOX');
  server.add('INBOX', 'letter');
  server.edit = (text) => text.replace('\\Draft \\*)', `${kept})`);
  server.script = ({ name, args, tag }) =>
    name === 'UID STORE' && args.includes('$Junk') && flags.length === 0 ? `${tag} NO no\r\n` : undefined;
  desk = new Desk(server);
  const { key: mailbox } = await desk.look();
  const messages = (await desk.rows()).map(({ key }) => key);
  await desk.act({ kind: 'flag', mailbox, messages, add: ['$Junk'], remove: [], hint: true });
  await desk.clock.pass(5000);
  expect(await desk.actions()).toEqual([]);
  expect(server.mailboxes.get('INBOX')!.messages[0]!.flags).toEqual(flags);
  expect((await desk.rows())[0]!.flags).toEqual(flags);
});

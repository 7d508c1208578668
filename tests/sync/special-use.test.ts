/** What a mailbox that Postern makes is for, so that other programs know it, by servers that have other ways to be told (RFC 6154 §5.4). */
import { afterEach, expect, it } from 'vitest';
import type { MailboxKey } from '@postern/protocol/sync';
import { desk, openDesk, server } from './scripted-desk.ts';

afterEach(() => desk.stop());

const BASIC = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS';

async function makeArchive(capabilities: string, refused = ''): Promise<string[]> {
  openDesk({ capabilities: `${BASIC} ${capabilities}` });
  server.script = ({ name, tag, args }) => {
    if (name === 'CREATE' && args.includes('USE')) return `${tag} NO [USEATTR] none\r\n`;
    return name === 'SETMETADATA' ? `${tag} ${refused || 'OK'} said\r\n` : undefined;
  };
  await desk.look();
  const mailbox = (await desk.store.allocate(1)) as number as MailboxKey;
  const fields = { mailbox, name: 'Archive', delimiter: '/', role: 'archive', mode: undefined };
  await desk.act({ kind: 'create-mailbox', ...fields });
  await desk.clock.pass(20_000);
  expect(desk.bugs).toEqual([]);
  expect(await desk.actions()).toEqual([]);
  expect(await desk.mailbox('Archive')).toMatchObject({ role: 'archive' });
  return server.commands
    .filter(({ name }) => name === 'CREATE' || name === 'SETMETADATA')
    .map(({ name, args }) => `${name} ${args}`);
}

const SAID = 'SETMETADATA "Archive" (/private/specialuse {8+}\r\n\\Archive)';

it.each<[string, string, string, string[]]>([
  ['annotations', 'METADATA', '', ['CREATE "Archive"', SAID]],
  ['annotations, and refuses this one', 'METADATA', 'NO', ['CREATE "Archive"', SAID]],
  ['annotations, and does not understand', 'METADATA', 'BAD', ['CREATE "Archive"', SAID]],
  ['those of the server alone', 'METADATA-SERVER', '', ['CREATE "Archive"']],
  ['no way', '', '', ['CREATE "Archive"']],
  [
    'CREATE for a use, and none for this one',
    'CREATE-SPECIAL-USE METADATA',
    '',
    ['CREATE "Archive" (USE (\\Archive))', 'CREATE "Archive"', SAID],
  ],
])('the server has %s', async (_, capabilities, refused, said) => {
  expect(await makeArchive(capabilities, refused)).toEqual(said);
});

it('of a mailbox without a use nothing is said', async () => {
  openDesk({ capabilities: `${BASIC} METADATA` });
  await desk.look();
  const mailbox = (await desk.store.allocate(1)) as number as MailboxKey;
  await desk.act({
    kind: 'create-mailbox',
    mailbox,
    name: 'Garden',
    delimiter: '/',
    role: undefined,
    mode: undefined,
  });
  await desk.clock.pass(20_000);
  expect(server.named('CREATE')).toHaveLength(1);
  expect(server.named('SETMETADATA')).toEqual([]);
});

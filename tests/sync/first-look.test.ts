/** The first minutes of a device: what it asks for first, and in how many round trips the newest mail is there. */
import { afterEach, describe, expect, it } from 'vitest';
import { mailboxesQuery } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

let desk: Desk | undefined;

afterEach(async () => {
  await desk?.stop();
  desk = undefined;
});

async function begin(script: Script = () => undefined): Promise<{ server: ScriptedServer; desk: Desk }> {
  const server = new ScriptedServer('INBOX', 'Archive');
  for (let i = 1; i <= 100; i++) server.add('INBOX', `letter ${i}`);
  server.script = script;
  desk = new Desk(server);
  await desk.clock.pass(5000);
  return { server, desk };
}

const INBOX_ELSEWHERE: Script = ({ name, tag }) =>
  name === 'LIST' ? `* LIST () "/" "Inbox"\r\n* LIST () "/" "Archive"\r\n${tag} OK done\r\n` : undefined;

describe('a device that has nothing yet', () => {
  it("asks for INBOX's newest before it asks which mailboxes there are", async () => {
    const { server } = await begin();
    const names = server.commands.filter(({ connection }) => connection === 1).map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['SELECT', 'UID FETCH']);
    expect(server.commands.find(({ name }) => name === 'UID FETCH')?.args).toMatch(/^41:/);
    expect(names).toContain('LIST');
  });

  it('has one INBOX, however LIST spells it, and keeps what it has of it', async () => {
    const { server, desk: mine } = await begin(INBOX_ELSEWHERE);
    const inboxes = (await mine.store.read(mailboxesQuery())).filter(({ role }) => role === 'inbox');
    expect(inboxes.map(({ wireName, name }) => [name, wireName])).toEqual([['INBOX', 'Inbox']]);
    const fetched = server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'));
    expect(fetched.filter(({ args }) => args.startsWith('41:'))).toHaveLength(1);
  });

  it('goes on to the others where INBOX is refused', async () => {
    const { server, desk: mine } = await begin(({ name, args, tag }) =>
      name === 'SELECT' && args.includes('INBOX') ? `${tag} NO [UNAVAILABLE] not now\r\n` : undefined,
    );
    expect(server.named('LIST').length).toBeGreaterThan(0);
    expect((await mine.mailbox('Archive')).sync.at).toBeGreaterThan(0);
  });
});

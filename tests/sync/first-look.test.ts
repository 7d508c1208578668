/** The first minutes of a device: what it asks for first, and in how many round trips the newest mail is there. */
import { afterEach, describe, expect, it } from 'vitest';
import { encodeText } from '@postern/protocol/bytes';
import { ConnectionLost } from '@postern/protocol/error';
import { mailboxesQuery, mailboxForRole } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import { sampleMailbox } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

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

  it('has all of INBOX where every LIST breaks the connection, also one that went with the newest', async () => {
    const server = new ScriptedServer('INBOX', 'Archive');
    for (let i = 1; i <= 1500; i++) server.add('INBOX', `letter ${i}`);
    server.script = ({ name }) => (name === 'LIST' ? 'lose' : undefined);
    desk = new Desk(server);
    await desk.clock.pass(1);
    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
    await desk.clock.pass(60_000);
    expect(await desk.rows()).toHaveLength(1500);
    expect((await desk.mailbox('INBOX')).sync.from).toBe(1);
    // It is not asked beside anything again.
    const lists = server.commands.flatMap(({ name }, i) => (name === 'LIST' ? [i] : []));
    const last = server.commands.findIndex(({ name, args }) => name === 'UID FETCH' && args.startsWith('1:'));
    expect(lists.filter((at) => at < last)).toHaveLength(1);
    server.script = () => undefined;
    await desk.clock.pass(1_000_000);
    expect((await desk.mailbox('Archive')).sync.at).toBeGreaterThan(0);
  });

  it('asks for the list on another network at once, where it broke every connection of the last', async () => {
    const { server, desk: mine } = await begin(({ name }) => (name === 'LIST' ? 'lose' : undefined));
    await mine.clock.pass(60_000);
    const before = server.named('LIST').length;
    server.script = () => undefined;
    await mine.clock.pass(60_000);
    expect(server.named('LIST')).toHaveLength(before);
    mine.engine.wake('network');
    await mine.clock.pass(5000);
    expect(server.named('LIST')).toHaveLength(before + 1);
    expect((await mine.mailbox('Archive')).sync.at).toBeGreaterThan(0);
  });

  it.each([true, false])('knows what is subscribed to; the list told: %s', async (told) => {
    const clock = { now: () => Date.now() };
    const profile = { name: 'extended', capabilities: { 'MAILBOX-REFERRALS': false, IMAP4rev2: false } };
    const server = new ServerWithoutSockets(profile, () => clock.now());
    for (const name of ['Archive', 'Sent']) server.mailbox(name);
    const other = server.other();
    for (const [, name] of other.run('LSUB "" "*"').matchAll(/\* LSUB .* "?([^"\r\n ]+)"?\r/g))
      other.run(`UNSUBSCRIBE ${name}`);
    if (told) other.run('SUBSCRIBE Archive');
    desk = new Desk(new ScriptedServer(), { connect: () => Promise.resolve(server.connect()) });
    clock.now = () => desk!.clock.now();
    await desk.clock.pass(5000);
    expect((await desk.mailbox('Archive')).subscribed).toBe(told);
    expect((await desk.mailbox('Sent')).subscribed).toBe(false);
    expect((await desk.mailbox('Archive')).attributes).not.toContain('\\Subscribed');
    // Said of none, it may be that the server does not say it there.
    expect(server.count(/ LSUB /)).toBe(told ? 0 : 1);
  });

  it('goes on to the others where INBOX is refused', async () => {
    const { server, desk: mine } = await begin(({ name, args, tag }) =>
      name === 'SELECT' && args.includes('INBOX') ? `${tag} NO [UNAVAILABLE] not now\r\n` : undefined,
    );
    expect(server.named('LIST').length).toBeGreaterThan(0);
    expect((await mine.mailbox('Archive')).sync.at).toBeGreaterThan(0);
  });
});

/** The server's archive has a name of its own, and the person archived before this device could know. */
const ARCHIVES: Script = ({ name, tag }) =>
  name === 'LIST'
    ? `* LIST () "/" INBOX\r\n* LIST (\\Archive) "/" Archives\r\n${tag} OK done\r\n`
    : undefined;

describe('a mailbox that stands here for a use', () => {
  it('is the one that the server has for it, whatever its name; no other is made', async () => {
    const server = new ScriptedServer('INBOX', 'Archives');
    server.script = ARCHIVES;
    let online = false;
    desk = new Desk(server, {
      connect: () =>
        online ? Promise.resolve(server.connect()) : Promise.reject(new ConnectionLost('offline')),
    });
    const [inboxKey, key] = [1, 2] as MailboxKey[];
    const inbox = { ...sampleMailbox(inboxKey!, 'INBOX'), role: 'inbox' as const };
    const archive = mailboxForRole('archive', [inbox], key!)!;
    await desk.store.commit([
      { kind: 'mailbox', mailbox: inbox },
      { kind: 'mailbox', mailbox: archive },
    ]);
    const bytes = encodeText('Message-ID: <1@example.org>\r\nSubject: one\r\n\r\nOne.\r\n');
    const flags = ['\\Seen'];
    await desk.act({ kind: 'upload', mailbox: key, messageId: '<1@example.org>', flags, date: 0 }, bytes);
    online = true;
    desk.engine.wake('network');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect([...server.mailboxes.keys()]).toEqual(['INBOX', 'Archives']);
    expect(server.mailboxes.get('Archives')?.messages).toHaveLength(1);
    const shown = (await desk.store.read(mailboxesQuery())).filter(({ role }) => role === 'archive');
    expect(shown.map((mailbox) => [mailbox.key, mailbox.name])).toEqual([[key, 'Archives']]);
  });
});

/** What becomes of a server whose mod-sequences are not true: another way to catch up, and no mail lost by it. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, open, server } from './scripted-desk.ts';
import type { Script } from './scripted-server.ts';

afterEach(() => desk.stop());

describe('a server whose mod-sequences cannot be believed', () => {
  let modSeq = 0;

  /** It knows the words of QRESYNC; to a SELECT that asks what became of the known messages it adds `more`. */
  async function look(messages: number, more: string, script: Script = () => undefined): Promise<void> {
    open(messages, (command) =>
      command.name === 'ENABLE' ? `* ENABLED QRESYNC\r\n${command.tag} OK done\r\n` : script(command),
    );
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS ENABLE CONDSTORE QRESYNC';
    server.edit = (text) => {
      if (!text.includes('[UIDNEXT')) return text;
      const resync = server.commands.at(-1)?.args.includes('QRESYNC');
      return `${text}* OK [HIGHESTMODSEQ ${modSeq}] ok\r\n${resync ? more : ''}`;
    };
    modSeq = 50;
    await desk.look();
    await desk.clock.pass(5000);
    expect(await desk.rows()).toHaveLength(messages);
  }

  async function lookAgain(): Promise<void> {
    server.commands.length = 0;
    server.dropAll();
    await desk.clock.pass(40_000);
    expect(server.named('SELECT').some(({ args }) => / \(QRESYNC \(7 50 1:\d+\)\)$/.test(args))).toBe(true);
  }

  it('says that most of the mail vanished: it is looked for before it is removed', async () => {
    await look(60, '* VANISHED (EARLIER) 1:60\r\n');
    const before = await desk.rows();
    modSeq = 51;
    await lookAgain();
    expect(await desk.rows()).toEqual(before);
    expect(server.named('UID FETCH').some(({ args }) => args === '1:60 (UID FLAGS)')).toBe(true);
  });

  it('goes back in its own history: what it says has vanished since is not believed', async () => {
    await look(60, '* VANISHED (EARLIER) 3:9\r\n');
    const before = await desk.rows();
    modSeq = 40;
    await lookAgain();
    expect(await desk.rows()).toEqual(before);
  });

  it('refuses to resynchronise: the mailbox is opened without, and what changed is asked for', async () => {
    await look(9, '', ({ args, tag }) => (/\(QRESYNC/.test(args) ? `${tag} BAD what\r\n` : undefined));
    const box = server.mailboxes.get('INBOX')!;
    box.messages[4]!.flags = ['\\Flagged'];
    box.messages.splice(0, 1);
    modSeq = 51;
    await lookAgain();
    const rows = await desk.rows();
    expect(rows.map(({ uid }) => uid).toSorted()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.find(({ uid }) => uid === 5)?.flags).toEqual(['\\Flagged']);
  });

  it('refuses to say what changed: all is compared', async () => {
    await look(9, '', ({ args, tag }) =>
      /\(QRESYNC|CHANGEDSINCE/.test(args) ? `${tag} BAD what\r\n` : undefined,
    );
    const box = server.mailboxes.get('INBOX')!;
    box.messages[4]!.flags = ['\\Flagged'];
    box.messages.splice(0, 1);
    modSeq = 51;
    await lookAgain();
    expect(await desk.rows()).toHaveLength(8);
    expect((await desk.rows()).find(({ uid }) => uid === 5)?.flags).toEqual(['\\Flagged']);
  });
});

it('asks in one flight for the latest news and which messages there are, where mod-sequences tell of flags alone', async () => {
  let modSeq = 50;
  let [asked, waits] = [false, ''];
  open(9, ({ name, args, tag }) => {
    asked ||= args.includes('CHANGEDSINCE');
    if (!asked) return undefined;
    if (name === 'NOOP') {
      waits = `${tag} OK heard\r\n`;
      return '';
    }
    if (name !== 'UID SEARCH' || waits === '') return undefined;
    return `${waits}* SEARCH 2 3 4 5 6 7 8 9\r\n${tag} OK done\r\n`;
  });
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS CONDSTORE';
  server.edit = (text) => (text.includes('[UIDNEXT') ? `${text}* OK [HIGHESTMODSEQ ${modSeq}] ok\r\n` : text);
  await desk.look();
  await desk.clock.pass(5000);
  server.mailboxes.get('INBOX')!.messages.splice(0, 1);
  modSeq = 51;
  server.dropAll();
  await desk.clock.pass(20_000);
  expect((await desk.rows()).map(({ uid }) => uid).toSorted()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

import { afterEach, describe, expect, it } from 'vitest';
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import type { Uid } from '@postern/protocol/imap';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import { profiles } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { deskBefore } from './desk-before.ts';
import { startDoomed } from './dying.ts';
import { ScriptedServer } from './scripted-server.ts';

/** Copies: made once, whatever is lost on the way, and a message of their own from the moment the person asks. */
let desk: Desk;
let server: ScriptedServer;
let from: MailboxKey;
let to: MailboxKey;

afterEach(() => desk.stop());

async function open(messages: number, capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS'): Promise<void> {
  server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities = capabilities;
  for (let i = 1; i <= messages; i++) server.add('INBOX', `letter ${i}`);
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  from = (await desk.look()).key;
  to = (await desk.mailbox('Archive')).key;
}

const subjects = (mailbox: string): string[] =>
  server.mailboxes.get(mailbox)!.messages.map(({ subject }) => subject);

async function copyAll(): Promise<MessageKey[]> {
  const messages = (await desk.rows()).map(({ key }) => key);
  const first = await desk.store.allocate(messages.length);
  const copies = messages.map((_, i) => (first + i) as MessageKey);
  await desk.act({ kind: 'copy', from, to, messages, copies });
  return copies;
}

/** Copies as the server would, and says so or not. */
function copyNow(count = Infinity): number[] {
  const inbox = server.mailboxes.get('INBOX')!.messages.slice(0, count);
  return inbox.map(({ subject, text, messageId }) => server.add('Archive', subject, { text, messageId }).uid);
}

describe('a copy', () => {
  it('is a message of its own, under its own key, with the text that is here', async () => {
    await open(2);
    const [, second] = await desk.rows();
    desk.wish({ mailbox: from, messages: [second!.key] });
    await desk.clock.pass(1000);
    server.script = ({ name, tag }) =>
      name === 'UID COPY' ? `${tag} OK [COPYUID 7 1:2 ${copyNow().join(':')}] done\r\n` : undefined;
    const asked = server.commands.length;
    const copies = await copyAll();
    await desk.clock.pass(2000);
    expect(await desk.actions()).toEqual([]);
    expect((await desk.rows('Archive')).map(({ key, uid }) => [key, uid])).toEqual([
      [copies[0], 1],
      [copies[1], 2],
    ]);
    await desk.look('Archive');
    const fetched = server.commands.slice(asked).filter(({ args }) => args.includes('BODY.PEEK[1]'));
    expect(fetched).toEqual([]);
    const text = await desk.store.read(partQuery(copies[1]!, '1'));
    expect(Buffer.from(text?.bytes ?? []).toString()).toBe('text of letter 2');
    await desk.look('Archive');
    expect(await desk.subjects('Archive')).toEqual(['letter 1', 'letter 2']);
    expect(subjects('INBOX')).toEqual(['letter 1', 'letter 2']);
  });

  it('takes what is done to it before it is made', async () => {
    await open(1);
    const [copy] = await copyAll();
    await desk.act({ kind: 'flag', mailbox: to, messages: [copy], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toEqual([]);
    expect(server.mailboxes.get('Archive')!.messages[0]!.flags).toEqual(['\\Flagged']);
    expect(server.mailboxes.get('INBOX')!.messages[0]!.flags).toEqual([]);
  });

  it('is waited for by what is done to it', async () => {
    await open(1);
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [INUSE] later\r\n` : undefined);
    const [copy] = await copyAll();
    await desk.act({ kind: 'flag', mailbox: to, messages: [copy], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(3000);
    expect((await desk.actions()).map(({ state }) => state.name)).toEqual(['running', 'waiting']);
  });

  it.each(['IMAP4rev1 IDLE LITERAL+ UIDPLUS', 'IMAP4rev1 IDLE LITERAL+'])(
    'whose receipt was lost is found, not made again (%s)',
    async (capabilities) => {
      await open(3, capabilities);
      let lose = true;
      server.script = ({ name }) => {
        if (name !== 'UID COPY' || !lose) return undefined;
        lose = false;
        copyNow();
        return 'drop';
      };
      const copies = await copyAll();
      await desk.clock.pass(60_000);
      expect(subjects('Archive')).toEqual(['letter 1', 'letter 2', 'letter 3']);
      expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(copies);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('of which half was made before the connection was lost is made whole, once', async () => {
    await open(3);
    let lose = true;
    server.script = ({ name }) => {
      if (name !== 'UID COPY' || !lose) return undefined;
      lose = false;
      copyNow(2);
      return 'drop';
    };
    const copies = await copyAll();
    await desk.clock.pass(60_000);
    expect(subjects('Archive')).toEqual(['letter 1', 'letter 2', 'letter 3']);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(copies);
  });

  it('of a message that is there already is another one', async () => {
    await open(1, 'IMAP4rev1 IDLE LITERAL+');
    copyNow();
    await copyAll();
    await desk.clock.pass(5000);
    await copyAll();
    await desk.clock.pass(5000);
    await desk.look('Archive');
    expect(subjects('Archive')).toHaveLength(3);
    expect(await desk.subjects('Archive')).toEqual(['letter 1', 'letter 1', 'letter 1']);
  });

  it('within its mailbox is not taken for made because the original is there', async () => {
    await open(2, 'IMAP4rev1 IDLE LITERAL+');
    to = from;
    let busy = true;
    server.script = ({ name, tag }) => {
      if (name === 'STATUS') return `${tag} NO not here\r\n`;
      if (name !== 'UID COPY' || !busy) return undefined;
      busy = false;
      return 'drop';
    };
    await copyAll();
    await desk.clock.pass(60_000);
    expect(subjects('INBOX')).toEqual(['letter 1', 'letter 2', 'letter 1', 'letter 2']);
    expect(await desk.actions()).toEqual([]);
  });

  it('into a mailbox that does not say where it ends is not taken for made because of one that was there before', async () => {
    await open(1, 'IMAP4rev1 IDLE LITERAL+');
    copyNow();
    await desk.look('Archive');
    await desk.look();
    let busy = true;
    server.script = ({ name, args, tag }) => {
      if (name === 'STATUS' && args.includes('Archive') && busy)
        return `${tag} BAD [UNAVAILABLE] not now\r\n`;
      if (name !== 'UID COPY' || !busy) return undefined;
      busy = false;
      return 'drop';
    };
    await copyAll();
    await desk.clock.pass(600_000);
    expect(subjects('Archive')).toEqual(['letter 1', 'letter 1']);
    expect(await desk.actions()).toEqual([]);
  });

  it('into a mailbox that was just renamed is not taken for made because of one that was there before', async () => {
    await open(1, 'IMAP4rev1 IDLE LITERAL+');
    server.mailboxes.get('Archive')!.uidValidity = 70;
    copyNow();
    await desk.look('Archive');
    await desk.look();
    const archive = server.mailboxes.get('Archive')!;
    server.mailboxes.delete('Archive');
    server.mailboxes.set('Kept', archive);
    server.script = ({ name, args, tag }) =>
      args.includes('Archive') && ['STATUS', 'UID COPY', 'SELECT', 'EXAMINE'].includes(name)
        ? `${tag} NO [NEWNAME Archive Kept] renamed\r\n`
        : undefined;
    await copyAll();
    await desk.clock.pass(600_000);
    expect(subjects('Kept')).toEqual(['letter 1', 'letter 1']);
    expect(await desk.actions()).toEqual([]);
  });

  it('into a mailbox that was deleted meanwhile is made once in the one that is made for it', async () => {
    server = new ScriptedServer('INBOX', 'Archive');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    server.add('INBOX', 'letter', { messageId: '' });
    desk = new Desk(server);
    await desk.look('Archive');
    from = (await desk.look()).key;
    to = (await desk.mailbox('Archive')).key;
    server.mailboxes.delete('Archive');
    server.script = ({ name, tag }) => {
      if (name !== 'CREATE') return undefined;
      server.mailboxes.set('Archive', { uidValidity: 70, uidNext: 1, messages: [] });
      return `${tag} OK made\r\n`;
    };
    await copyAll();
    await desk.clock.pass(600_000);
    expect(subjects('Archive')).toEqual(['letter']);
    expect(await desk.actions()).toEqual([]);
  });

  it('that the other connection has fetched already shows once, and keeps what is wanted of it', async () => {
    await open(1);
    const [row] = await desk.rows();
    const descriptor = (await desk.store.read(descriptorsQuery([row!.key]))).get(row!.key)!;
    await desk.look('Archive');
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      const [uid] = copyNow();
      void (async () => {
        const key = await desk.store.allocate(1);
        const fetched = { row: { ...row!, key, uid: uid as Uid }, descriptor };
        await desk.store.commit([{ kind: 'messages', mailbox: to, messages: [fetched] }]);
        await desk.act({ kind: 'flag', mailbox: to, messages: [key], add: ['\\Answered'], remove: [] });
      })();
      return `${tag} OK [COPYUID 7 1 ${uid}] done\r\n`;
    };
    const [copy] = await copyAll();
    await desk.clock.pass(20_000);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual([copy]);
    expect(await desk.actions()).toEqual([]);
    expect(server.mailboxes.get('Archive')!.messages[0]!.flags).toEqual(['\\Answered']);
  });

  it('goes on without the messages that somebody else has removed (RFC 2180 §4.4)', async () => {
    await open(2);
    let refused = false;
    let told = false;
    server.script = ({ name, tag }) => {
      if (name === 'UID COPY' && !refused) {
        refused = true;
        server.mailboxes.get('INBOX')!.messages.shift();
        return `${tag} NO some of them are gone\r\n`;
      }
      if (name !== 'NOOP' || !refused || told) return undefined;
      told = true;
      return `* 1 EXPUNGE\r\n${tag} OK\r\n`;
    };
    const copies = await copyAll();
    await desk.clock.pass(10_000);
    expect(subjects('Archive')).toEqual(['letter 2']);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual([copies[1]]);
    expect(await desk.actions()).toEqual([]);
  });

  it('that is refused is shown as failed, and not in the target', async () => {
    await open(1);
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [OVERQUOTA] full\r\n` : undefined);
    await copyAll();
    await desk.clock.pass(5000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'quota' } }]);
    expect(await desk.rows('Archive')).toEqual([]);
  });
});

it.each([true, false])(
  'a copy that was made, and is taken away by somebody else, is not made again by a worker that comes after (kept: %s)',
  async (kept) => {
    const { desk: mine, server: there } = deskBefore(profiles.full, (fresh) => {
      fresh.add('INBOX', 'letter');
      fresh.mailbox('Archive');
    });
    desk = mine;
    from = (await desk.look()).key;
    to = (await desk.mailbox('Archive')).key;
    let [known, died] = [0, true];
    const onBug = (error: unknown): number => desk.bugs.push(error);
    for (let commit = 1; died; commit++) {
      const [copy] = await copyAll();
      await desk.stop();
      const store = startDoomed(desk, there, commit, kept, { onBug });
      await desk.clock.pass(30_000);
      died = store.isDead;
      if (!died) break;
      desk.start({ connect: async () => there.connect(), onBug });
      // It hears of it before the action is looked at, which may be under way on the server.
      await desk.clock.pass(3000);
      const isKnown = (await desk.rows('Archive')).some(({ key }) => key === copy);
      if (isKnown) known++;
      there.expunge('Archive', ...there.subjects('Archive'));
      await desk.clock.pass(60_000);
      expect(await desk.actions(), `commit ${commit}`).toEqual([]);
      expect(there.subjects('Archive'), `commit ${commit}`).toEqual(isKnown ? [] : ['letter']);
      expect(await desk.subjects('Archive'), `commit ${commit}`).toEqual(there.subjects('Archive'));
      there.expunge('Archive', ...there.subjects('Archive'));
      await desk.clock.pass(60_000);
    }
    expect(known).toBeGreaterThan(0);
    expect(desk.bugs).toEqual([]);
  },
);

import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { partQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { fetchLine, ScriptedServer } from './scripted-server.ts';
import type { ScriptedMessage } from './scripted-server.ts';

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

it.each(['move', 'copy'])(
  'a %s has no UIDs of before for what came first, when the other connection finds the target numbered anew meanwhile',
  async (kind) => {
    const inbox = await open(2, 'INBOX', 'Archive');
    const archive = server.mailboxes.get('Archive')!;
    archive.uidNext = 10;
    server.add('Archive', 'letter of old');
    const { key: to } = await desk.look('Archive');
    const background = server.named('IDLE').at(-1)!.connection;
    server.edit = (text) => {
      const { name, tag, args } = server.commands.at(-1)!;
      if (name !== 'UID COPY') return text;
      const code = `COPYUID ${archive.uidValidity} ${args.split(' ')[0]} ${archive.uidNext - 1}`;
      return text.replace(`${tag} OK`, `${tag} OK [${code}]`);
    };
    let copies = 0;
    server.script = ({ name, tag, connection }) => {
      if (copies > 2 && connection === background) return 'drop';
      if (name !== 'UID COPY') return undefined;
      copies++;
      if (copies === 1) return `${tag} NO [MESSAGELIMIT 1] one at a time\r\n`;
      if (copies !== 3) return undefined;
      archive.messages.forEach((message, i) => (message.uid = i + 1));
      Object.assign(archive, { uidValidity: 8, uidNext: 3 });
      server.add('Archive', 'newcomer');
      return `${tag} NO throttled for 5000 milliseconds\r\n`;
    };
    const messages = (await desk.rows()).map(({ key }) => key);
    const first: number = await desk.store.allocate(2);
    const action = kind === 'copy' ? { copies: [first, first + 1] } : {};
    await desk.act({ kind, from: inbox, to, messages, ...action });
    await desk.clock.pass(120_000);
    expect(copies).toBe(4);
    expect(await desk.actions()).toEqual([]);
    expect((await desk.rows('Archive')).map(({ uid }) => uid).toSorted()).toEqual([1, 2, 3, 4]);
    const subjects = ['letter 1', 'letter 2', 'letter of old', 'newcomer'];
    expect((await desk.subjects('Archive')).toSorted()).toEqual(subjects);
    expect(desk.bugs).toEqual([]);
  },
);

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

/** The same mailbox from a backup: the same messages under other UIDs, in another order of UIDs than they had. */
function restore(
  mailbox: string,
  edit: (messages: ScriptedMessage[]) => ScriptedMessage[] = (all) => all,
): void {
  const { messages } = server.mailboxes.get(mailbox)!;
  const kept = edit(messages.map((message) => ({ ...message, flags: [...message.flags] })));
  const numbered = kept.map((message, i) => ({ ...message, uid: 3 * i + 2 }));
  server.mailboxes.set(mailbox, { uidValidity: 9, uidNext: 3 * kept.length + 2, messages: numbered });
  server.dropAll();
}

/** What is in the store, by UID, in the words of `there`. */
const here = async (name = 'INBOX'): Promise<string[]> => {
  const rows = await desk.rows(name);
  const subjects = await desk.subjects(name);
  return rows.map(({ uid, flags }, i) => `${uid} ${subjects[i]} ${flags.toSorted().join(' ')}`).toSorted();
};
const there = (name = 'INBOX'): string[] =>
  server.mailboxes
    .get(name)!
    .messages.map(({ uid, subject, flags }) => `${uid} ${subject} ${flags.toSorted().join(' ')}`)
    .toSorted();

const keys = async (): Promise<Map<string, number>> => {
  const rows = await desk.rows();
  return new Map((await desk.subjects()).map((subject, i) => [subject, rows[i]!.key]));
};

describe('mail that is the same under another UIDVALIDITY', () => {
  it('keeps its keys and texts, and what is wanted of it is done', async () => {
    const mailbox = await open(30);
    await desk.clock.pass(5000);
    const before = await keys();
    const messages = [before.get('letter 3')!, before.get('letter 7')!];
    server.commands.length = 0;
    await desk.stop();
    restore('INBOX', (all) => all.slice(2).toReversed());
    server.add('INBOX', 'new');
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    desk.start();
    await desk.look();
    await desk.clock.pass(10_000);
    expect(await desk.actions()).toEqual([]);
    expect(await here()).toEqual(there());
    expect(there().filter((line) => line.includes('Flagged'))).toHaveLength(2);
    const after = await keys();
    expect(after.size).toBe(29);
    for (const [subject, key] of after) if (subject !== 'new') expect(key).toBe(before.get(subject));
    // Not even its descriptors are fetched again.
    const asked = server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'));
    expect(asked.map(({ args }) => args.split(' ')[0])).toEqual(['84:*']);
    for (const key of before.values())
      expect((await desk.store.read(partQuery(key as MessageKey, '1'))) !== undefined).toBe(
        after.has(`letter ${[...before.values()].indexOf(key) + 1}`),
      );
  });

  it('is fetched anew where something speaks against it, and what was wanted of it is shown as failed', async () => {
    const mailbox = await open(30);
    const before = await keys();
    await desk.stop();
    restore('INBOX', (all) => all.with(0, { ...all[0]!, text: 'another text under the same Message-ID' }));
    await desk.act({
      kind: 'flag',
      mailbox,
      messages: [before.get('letter 3')!],
      add: ['\\Flagged'],
      remove: [],
    });
    desk.start();
    await desk.look();
    await desk.clock.pass(10_000);
    expect(await here()).toEqual(there());
    expect([...(await keys()).values()].some((key) => [...before.values()].includes(key))).toBe(false);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'uidvalidity' } }]);
    expect(there().join()).not.toContain('Flagged');
  });

  it('is linked in part: what is not there any more goes, and what was wanted of it is shown as failed', async () => {
    const mailbox = await open(25);
    const before = await keys();
    const messages = [before.get('letter 1')!, before.get('letter 25')!];
    await desk.stop();
    restore('INBOX', (all) => all.slice(3));
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    desk.start();
    await desk.look();
    await desk.clock.pass(10_000);
    expect(await here()).toEqual(there());
    expect(await desk.actions()).toMatchObject([
      { messages: [messages[0]], state: { reason: 'uidvalidity' } },
    ]);
    expect(server.mailboxes.get('INBOX')!.messages.at(-1)!.flags).toEqual(['\\Flagged']);
  });

  it('leaves messages that are there twice to be fetched: nobody knows which is which', async () => {
    await open(25);
    const before = await keys();
    await desk.stop();
    restore('INBOX', (all) => [...all, all[4]!]);
    desk.start();
    await desk.look();
    await desk.clock.pass(10_000);
    expect(await here()).toEqual(there());
    const after = await keys();
    expect(after.get('letter 4')).toBe(before.get('letter 4'));
    expect(after.get('letter 5')).not.toBe(before.get('letter 5'));
  });

  it('is linked although the connection breaks in the middle, without beginning from the start', async () => {
    await open(700);
    await desk.clock.pass(60_000);
    const before = await keys();
    await desk.stop();
    restore('INBOX');
    const ranges: string[] = [];
    let breaks = 2;
    server.script = ({ name, args }) => {
      if (name !== 'UID FETCH' || !args.includes('(MESSAGE-ID)')) return undefined;
      ranges.push(args.split(' ')[0]!);
      return ranges.length % 2 === 0 && breaks-- > 0 ? 'drop' : undefined;
    };
    desk.start();
    await desk.look();
    await desk.clock.pass(60_000);
    expect(await here()).toEqual(there());
    expect(await keys()).toEqual(before);
    expect(breaks).toBe(0);
    // Each range that broke is asked for once more, and none that was answered.
    expect(ranges.length - new Set(ranges).size).toBe(2);
  });

  it.each(['before the commit', 'after the commit'])(
    'is linked although the worker is killed %s',
    async (when) => {
      const mailbox = await open(30);
      const before = await keys();
      await desk.stop();
      restore('INBOX');
      const messages = [before.get('letter 3')!];
      await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
      let killed = false;
      server.script = ({ name, args }) => {
        const last =
          when === 'before the commit' ? args.includes('(MESSAGE-ID)') : args.includes('(UID FLAGS)');
        if (name !== 'UID FETCH' || killed || !last) return undefined;
        killed = true;
        void desk.engine.stop();
        return 'drop';
      };
      desk.start();
      await desk.look();
      await desk.clock.pass(10_000);
      expect(killed).toBe(true);
      desk.start();
      await desk.look();
      await desk.clock.pass(10_000);
      expect(await keys()).toEqual(before);
      expect(await here()).toEqual(there());
      expect(there().filter((line) => line.includes('Flagged'))).toHaveLength(1);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('is linked where messages were moved to it whose UIDs the server never said', async () => {
    const from = await open(3, 'INBOX', 'Archive');
    const { key: to } = await desk.mailbox('Archive');
    const messages = (await desk.rows()).map(({ key }) => key);
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    server.dropAll();
    await desk.clock.pass(1000);
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('Archive') ? `${tag} NO [INUSE] later\r\n` : undefined;
    await desk.act({ kind: 'move', from, to, messages });
    await desk.clock.pass(5000);
    expect((await desk.rows('Archive')).map(({ uid }) => uid)).toEqual([0, 0, 0]);
    restore('Archive');
    server.script = () => undefined;
    await desk.clock.pass(120_000);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(messages);
    expect(await here('Archive')).toEqual(there('Archive'));
  });
});

it.each([
  ['another UIDVALIDITY', 9],
  ['the same UIDVALIDITY (Proton Bridge)', 7],
])('news that comes while a mailbox is linked under %s touches no other message', async (_, uidValidity) => {
  server = new ScriptedServer('INBOX');
  for (let i = 1; i <= 30; i++) server.add('INBOX', `letter ${i}`, { text: 'x'.repeat(i) });
  server.mailboxes.get('INBOX')!.messages.splice(0, 5);
  desk = new Desk(server);
  await desk.look();
  const before = await keys();
  restore('INBOX', (all) => all.toReversed());
  const box = server.mailboxes.get('INBOX')!;
  for (const [i, message] of box.messages.entries()) message.uid = i + 1;
  Object.assign(box, { uidNext: 26, uidValidity });
  server.script = ({ name, args, tag }) => {
    if (name !== 'UID FETCH' || !args.includes('(MESSAGE-ID)')) return undefined;
    server.script = () => undefined;
    const lines = box.messages.map((message, i) => fetchLine(i + 1, message, args)).join('');
    box.messages.splice(9, 1);
    return `${lines}* 10 EXPUNGE\r\n${tag} OK done\r\n`;
  };
  await desk.clock.pass(30_000);
  expect(await here()).toEqual(there());
  before.delete('letter 21');
  expect(await keys()).toEqual(before);
});

it('a connection that has the mailbox of before selected selects it again, and what it hears meanwhile is not believed', async () => {
  const mailbox = await open(25);
  const before = await keys();
  const messages = [before.get('letter 1')!];
  await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(1000);
  const { dropAll } = server;
  server.dropAll = () => undefined;
  restore('INBOX', (all) => all.toReversed());
  server.dropAll = dropAll;
  const acting = server.named('UID STORE')[0]!.connection;
  let idle = server.named('IDLE').at(-1)!.tag;
  let looked = 0;
  server.script = ({ name, args, connection, tag }) => {
    if (name === 'IDLE' && connection !== acting && looked === 0) idle = tag;
    if (name === 'UID FETCH' && args.includes('(MESSAGE-ID)')) looked++;
    return name === 'UID STORE' && connection === acting ? 'drop' : undefined;
  };
  server.edit = (text) =>
    looked > 0 && text.startsWith(`${idle} OK`) ? `* 2 EXPUNGE\r\n* 24 EXISTS\r\n${text}` : text;
  await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Answered'], remove: [] });
  await desk.clock.pass(30_000);
  expect(await here()).toEqual(there());
  expect(await keys()).toEqual(before);
  expect(looked).toBe(1);
  expect(await desk.actions()).toEqual([]);
});

import { mailboxesQuery } from '@postern/protocol/sync';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A mailbox that another client renames, on a server that does not say so. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

/** Letters of different sizes, so that they can be told from others. */
async function open(): Promise<number[]> {
  server = new ScriptedServer('INBOX', 'Projects', 'Other');
  server.mailboxes.get('Projects')!.uidValidity = 70;
  for (let i = 1; i <= 3; i++) server.add('Projects', `letter ${i}`, { text: 'x'.repeat(i) });
  desk = new Desk(server);
  await desk.look('Projects');
  await desk.look();
  return (await desk.rows('Projects')).map(({ key }) => key);
}

function rename(from: string, to: string): void {
  server.mailboxes.set(to, server.mailboxes.get(from)!);
  server.mailboxes.delete(from);
}

const again = async (): Promise<void> => {
  server.dropAll();
  await desk.clock.pass(20_000);
};

it('keeps its key and its mail, and what is wanted of it is done', async () => {
  const keys = await open();
  const { key: mailbox } = await desk.mailbox('Projects');
  rename('Projects', 'Done');
  server.commands.length = 0;
  await again();
  expect((await desk.mailbox('Done')).key).toBe(mailbox);
  expect((await desk.rows('Done')).map(({ key }) => key)).toEqual(keys);
  await desk.act({ kind: 'flag', mailbox, messages: [keys[0]], add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(5000);
  expect(server.mailboxes.get('Done')!.messages[0]!.flags).toEqual(['\\Flagged']);
  const fetched = server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'));
  expect(fetched.filter(({ selected }) => selected === 'Done')).toEqual([]);
});

describe.each(['UID FETCH', 'STATUS'])('one of which the server will not say %s for now', (refused) => {
  let refusals = 0;

  /** Its mail, and its numbers, are not to be had that many times. */
  const refuse = (times: number): void => {
    refusals = 0;
    server.script = ({ name, args, tag, selected }) =>
      name === refused && (selected === 'Done' || args.startsWith('"Done"')) && ++refusals <= times
        ? `${tag} NO [SERVERBUG] not now\r\n`
        : undefined;
  };

  it('is asked about again: it is neither lost meanwhile, nor made anew', async () => {
    const keys = await open();
    const { key: mailbox } = await desk.mailbox('Projects');
    rename('Projects', 'Done');
    refuse(3);
    await again();
    const text = new TextEncoder().encode('Message-ID: <new@x>\r\nSubject: new\r\n\r\nnew\r\n');
    await desk.act({ kind: 'upload', mailbox, messageId: '<new@x>', flags: ['\\Seen'], date: 0 }, text);
    await desk.clock.pass(300_000);
    expect(refusals).toBeGreaterThan(3);
    expect([...server.mailboxes.keys()].toSorted()).toEqual(['Done', 'INBOX', 'Other']);
    expect((await desk.mailbox('Done')).key).toBe(mailbox);
    expect((await desk.rows('Done')).map(({ key }) => key).slice(0, 3)).toEqual(keys);
    expect(await desk.subjects('Done')).toEqual(['letter 1', 'letter 2', 'letter 3', 'new']);
    expect(await desk.actions()).toEqual([]);
  });

  it('is another one in the end, where it never says', async () => {
    await open();
    rename('Projects', 'Done');
    refuse(Number.POSITIVE_INFINITY);
    await again();
    await desk.clock.pass(1_800_000);
    const names = (await desk.store.read(mailboxesQuery())).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Done', 'INBOX', 'Other']);
  });
});

it('is where a move that had begun goes on, and copies nothing twice', async () => {
  server = new ScriptedServer('INBOX', 'Projects');
  server.mailboxes.get('Projects')!.uidValidity = 70;
  server.add('INBOX', 'letter');
  desk = new Desk(server);
  const { key: from } = await desk.look();
  const { key: to } = await desk.mailbox('Projects');
  const [row] = await desk.rows();
  server.script = ({ name }) => {
    if (name !== 'UID COPY') return undefined;
    const { messageId, text } = server.mailboxes.get('INBOX')!.messages[0]!;
    server.add('Projects', 'letter', { messageId, text });
    rename('Projects', 'Done');
    server.script = () => undefined;
    return 'drop';
  };
  await desk.act({ kind: 'move', from, to, messages: [row!.key] });
  await desk.clock.pass(600_000);
  expect([...server.mailboxes].map(([name, { messages }]) => [name, messages.length])).toEqual([
    ['INBOX', 0],
    ['Done', 1],
  ]);
  expect(await desk.actions()).toEqual([]);
  expect((await desk.rows('Done')).map(({ key }) => key)).toEqual([row!.key]);
});

it('is where a message is put that was to go there, and is not made anew under the name it had', async () => {
  await open();
  const { key: mailbox } = await desk.mailbox('Projects');
  rename('Projects', 'Done');
  const bytes = new TextEncoder().encode('Subject: new\r\nMessage-ID: <new@postern.example>\r\n\r\n');
  await desk.act(
    { kind: 'upload', mailbox, messageId: '<new@postern.example>', flags: ['\\Seen'], date: 0 },
    bytes,
  );
  await desk.clock.pass(60_000);
  expect([...server.mailboxes.keys()]).toEqual(['INBOX', 'Other', 'Done']);
  expect(server.mailboxes.get('Done')!.messages).toHaveLength(4);
  expect(await desk.actions()).toEqual([]);
});

it.each(['move', 'copy'] as const)(
  'is looked for where the target of a %s is gone, and no message is taken for one of it',
  async (kind) => {
    server = new ScriptedServer('INBOX', 'Projects', 'Other');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    server.mailboxes.get('Other')!.uidValidity = 70;
    for (let i = 1; i <= 3; i++) server.add('Other', `other ${i}`);
    for (let i = 1; i <= 3; i++) server.add('INBOX', `letter ${i}`);
    desk = new Desk(server);
    await desk.look('Other');
    await desk.look('Projects');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Projects');
    const messages = (await desk.rows()).map(({ key }) => key);
    const first = await desk.store.allocate(3);
    server.mailboxes.delete('Projects');
    rename('Other', 'Renamed');
    await desk.act({
      kind,
      from,
      to,
      messages,
      ...(kind === 'copy' ? { copies: [first, first + 1, first + 2] } : {}),
    });
    await desk.clock.pass(600_000);
    const letters = ['letter 1', 'letter 2', 'letter 3'];
    const subjects = [...server.mailboxes].map(([name, box]) => [
      name,
      box.messages.map(({ subject }) => subject),
    ]);
    expect(Object.fromEntries(subjects)).toEqual({
      INBOX: kind === 'copy' ? letters : [],
      Projects: letters,
      Renamed: ['other 1', 'other 2', 'other 3'],
    });
    expect(await desk.actions()).toEqual([]);
  },
);

describe('a new mailbox', () => {
  it('of the same UIDVALIDITY with other mail is another one', async () => {
    const keys = await open();
    server.mailboxes.delete('Projects');
    server.mailboxes.set('New', { uidValidity: 70, uidNext: 1, messages: [] });
    for (let i = 1; i <= 3; i++) server.add('New', `another ${i}`, { text: 'y'.repeat(10 * i) });
    await again();
    expect(await desk.subjects('New')).toEqual(['another 1', 'another 2', 'another 3']);
    expect((await desk.rows('New')).some(({ key }) => keys.includes(key))).toBe(false);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });

  // All that is known of the one that is gone may have left it before it was renamed. But no more than its UIDVALIDITY would tell, and
  // whoever waits to delete it would delete somebody else's.
  it('of the same UIDVALIDITY with none of its mail is another one, and is not deleted in its place', async () => {
    const messages = await open();
    const { key: mailbox } = await desk.mailbox('Projects');
    server.mailboxes.delete('Projects');
    server.mailboxes.set('New', { uidValidity: 70, uidNext: 4, messages: [] });
    for (let i = 1; i <= 3; i++) server.add('New', `another ${i}`);
    // The list is asked for before it is the turn of the last one.
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args === '"Projects"' ? `${tag} NO [INUSE] later\r\n` : undefined;
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.act({ kind: 'delete-mailbox', mailbox });
    await again();
    server.script = () => undefined;
    await desk.clock.pass(300_000);
    expect(await desk.subjects('New')).toEqual(['another 1', 'another 2', 'another 3']);
    expect([...server.mailboxes.keys()]).toEqual(['INBOX', 'Other', 'New']);
    expect(await desk.actions()).toMatchObject([{ kind: 'flag', state: { reason: 'no-mailbox' } }]);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });

  it('is nobody that is known where two would fit', async () => {
    const keys = await open();
    const box = server.mailboxes.get('Projects')!;
    rename('Projects', 'One');
    server.mailboxes.set('Two', { ...box, messages: [...box.messages] });
    await again();
    expect(await desk.subjects('One')).toEqual(await desk.subjects('Two'));
    const there = [...(await desk.rows('One')), ...(await desk.rows('Two'))];
    expect(there.filter(({ key }) => keys.includes(key))).toEqual([]);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });
});

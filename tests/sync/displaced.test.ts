/**
 * A mailbox that another client renames, and gives its name to a new one, on a server that has no ids for them: by its name it would be
 * taken for the new one, and all that was here of it thrown away.
 */
import { mailboxesQuery } from '@postern/protocol/sync';
import type { Draft } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

/** Letters of different sizes, so that they can be told from others. */
async function open(): Promise<number[]> {
  server = new ScriptedServer('INBOX', 'Work', 'Other');
  server.mailboxes.get('Work')!.uidValidity = 70;
  server.mailboxes.get('Other')!.uidValidity = 71;
  for (const name of ['Work', 'Other'])
    for (let i = 1; i <= 3; i++) server.add(name, `${name} ${i}`, { text: name.repeat(i) });
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  await desk.look('Other');
  await desk.look('Work');
  await desk.look();
  server.commands.length = 0;
  return keysOf('Work');
}

const keysOf = async (name: string): Promise<number[]> => (await desk.rows(name)).map(({ key }) => key);

function rename(from: string, to: string): void {
  server.mailboxes.set(to, server.mailboxes.get(from)!);
  server.mailboxes.delete(from);
}

function make(name: string, uidValidity: number, ...subjects: readonly string[]): void {
  server.mailboxes.set(name, { uidValidity, uidNext: 1, messages: [] });
  for (const subject of subjects) server.add(name, subject, { text: 'y'.repeat(99) });
}

/** The device is away meanwhile. */
async function elsewhere(happens: () => void): Promise<void> {
  await desk.stop();
  happens();
  server.commands.length = 0;
  desk.start();
}

const names = async (): Promise<string[]> =>
  (await desk.store.read(mailboxesQuery())).map(({ name }) => name).toSorted();

/** The server and the device agree, and nothing went on and on. */
async function settled(after = 1_000_000): Promise<void> {
  await desk.clock.pass(after);
  expect(desk.bugs).toEqual([]);
  expect(server.commands.length).toBeLessThan(1000);
  expect(await names()).toEqual([...server.mailboxes.keys()].toSorted());
  for (const [name, { messages }] of server.mailboxes)
    expect(await desk.subjects(name), name).toEqual(messages.map(({ subject }) => subject));
}

describe('a mailbox whose name another one was made under', () => {
  it('keeps its key, its mail and its mode, and what is wanted of it is done', async () => {
    const keys = await open();
    const { key: mailbox } = await desk.mailbox('Work');
    await desk.store.commit([{ kind: 'mode', mailbox, mode: 'offline' }]);
    await elsewhere(() => {
      rename('Work', 'Done');
      make('Work', 80, 'new');
    });
    await desk.act({ kind: 'flag', mailbox, messages: [keys[1]], add: ['\\Flagged'], remove: [] });
    await settled();
    expect(await desk.mailbox('Done')).toMatchObject({ key: mailbox, mode: 'offline' });
    expect(await keysOf('Done')).toEqual(keys);
    expect(await desk.mailbox('Work')).toMatchObject({ mode: 'disconnected' });
    expect(server.mailboxes.get('Done')!.messages[1]!.flags).toEqual(['\\Flagged']);
    expect(await desk.actions()).toEqual([]);
    const described = server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'));
    expect(described.filter(({ selected }) => selected === 'Done')).toEqual([]);
  });

  it('keeps them while it is on screen', async () => {
    const keys = await open();
    const { key } = await desk.look('Work');
    rename('Work', 'Done');
    make('Work', 80, 'new');
    server.dropAll();
    await settled();
    expect(await desk.mailbox('Done')).toMatchObject({ key });
    expect(await keysOf('Done')).toEqual(keys);
  });

  it('keeps them where another that was renamed has its name', async () => {
    const keys = await open();
    const others = await keysOf('Other');
    await elsewhere(() => {
      rename('Work', 'Done');
      rename('Other', 'Work');
    });
    await settled();
    expect(await keysOf('Done')).toEqual(keys);
    expect(await keysOf('Work')).toEqual(others);
  });

  describe.each([
    ['the numbers of the new name', 'STATUS', '"Done"'],
    ['the numbers of the old name', 'STATUS', '"Work"'],
    ['its mail', 'UID FETCH', ''],
  ])('keeps them where the server will not say %s for now', (_, refused, mailbox) => {
    let refusals: number;

    async function refuse(): Promise<void> {
      refusals = 0;
      await elsewhere(() => {
        rename('Work', 'Done');
        make('Work', 80, 'new');
        server.script = ({ name, args, tag, selected }) =>
          name === refused &&
          (mailbox === '' ? selected === 'Done' : args.startsWith(mailbox)) &&
          ++refusals <= 4
            ? `${tag} NO [INUSE] not now\r\n`
            : undefined;
      });
    }

    it('and nothing waits', async () => {
      const keys = await open();
      await refuse();
      await settled();
      expect(refusals).toBeGreaterThan(4);
      expect(await keysOf('Done')).toEqual(keys);
    });

    it('and something is to be put there', async () => {
      const keys = await open();
      const { key } = await desk.mailbox('Work');
      const bytes = new TextEncoder().encode('Message-ID: <new@x>\r\nSubject: upload\r\n\r\nnew\r\n');
      const upload = { kind: 'upload', mailbox: key, messageId: '<new@x>', flags: ['\\Seen'], date: 0 };
      await refuse();
      await desk.act(upload, bytes);
      await settled();
      expect(refusals).toBeGreaterThan(4);
      expect((await keysOf('Done')).slice(0, 3)).toEqual(keys);
      expect(await desk.subjects('Done')).toEqual(['Work 1', 'Work 2', 'Work 3', 'upload']);
      expect(await desk.actions()).toEqual([]);
    });
  });

  it('is the new one in the end, where the server never says', async () => {
    const keys = await open();
    await elsewhere(() => {
      rename('Work', 'Done');
      make('Work', 80, 'new');
      server.script = ({ name, args, tag }) =>
        name === 'STATUS' && args.startsWith('"Done" (UIDVALIDITY UIDNEXT)')
          ? `${tag} NO [INUSE] not now\r\n`
          : undefined;
    });
    await settled();
    const there = [...(await keysOf('Done')), ...(await keysOf('Work'))];
    expect(there.filter((key) => keys.includes(key))).toEqual([]);
  });
});

describe('a new mailbox of the UIDVALIDITY of one that is known', () => {
  function copy(name: string): void {
    const work = server.mailboxes.get('Work')!;
    server.mailboxes.set(name, { ...work, messages: [...work.messages] });
  }

  it.each([
    ['and of its mail, is another one where that has its name still', () => copy('Done')],
    [
      'whose name is another’s is another one, where it has other mail',
      () => {
        make('Work', 80, 'new');
        make('Done', 70, 'one', 'two', 'three');
      },
    ],
    [
      'is nobody that is known, where two would fit',
      () => {
        copy('Done');
        copy('Over');
        make('Work', 80, 'new');
      },
    ],
  ])('%s', async (_, happens) => {
    const keys = await open();
    const { key } = await desk.mailbox('Work');
    await elsewhere(happens);
    await settled();
    expect((await desk.mailbox('Work')).key).toBe(key);
    expect((await keysOf('Done')).filter((each) => keys.includes(each))).toEqual([]);
  });
});

describe('a draft that is saved again after its mailbox was renamed, and another made under its name', () => {
  const subjects = (name: string): string[] =>
    server.mailboxes.get(name)!.messages.map(({ subject }) => subject);

  async function save(version: number): Promise<void> {
    const draft: Draft = { ...sampleDraft('d', version), subject: `version ${version}`, editing: true };
    await desk.store.commit([{ kind: 'draft', draft }]);
    const from = { name: 'Ada', address: 'ada@postern.example' };
    const { key: mailbox } = await desk.mailbox('Drafts');
    await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
  }

  /** The result: how many commands it takes. */
  async function play(script: Script, capabilities: string): Promise<number> {
    server = new ScriptedServer('INBOX', 'Drafts');
    server.capabilities = `IMAP4rev1 IDLE LITERAL+ ${capabilities}`;
    server.mailboxes.get('Drafts')!.uidValidity = 70;
    desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
    await desk.look('Drafts');
    await save(1);
    await desk.clock.pass(5000);
    expect(subjects('Drafts')).toEqual(['version 1']);
    await save(2);
    await elsewhere(() => {
      rename('Drafts', 'Old');
      make('Drafts', 80, 'theirs');
      server.script = script;
    });
    await desk.clock.pass(20_000);
    const taken = server.commands.length;
    await settled(100_000);
    expect(subjects('Drafts')).toEqual(['theirs']);
    expect(subjects('Old')).toEqual(['version 2']);
    expect(await desk.actions()).toEqual([]);
    return taken;
  }

  it.each(['UIDPLUS', ''])(
    'leaves no version behind, wherever the connection is lost (%s)',
    async (capabilities) => {
      const commands = await play(() => undefined, capabilities);
      for (let i = 1; i <= commands; i++) {
        for (const lost of ['drop', 'lose'] as const) {
          await desk.stop();
          let said = 0;
          await play(() => (++said === i ? lost : undefined), capabilities);
        }
      }
    },
  );
});

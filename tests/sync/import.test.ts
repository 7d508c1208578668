import { afterEach, describe, expect, it } from 'vitest';
import { outgoingQuery } from '@postern/protocol/sync';
import type { ImportAction, MailboxKey } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { literalsIn, ScriptedServer } from './scripted-server.ts';
import type { Script } from './scripted-server.ts';

/** Messages from files: each is there once; one that is refused is named and keeps no other out. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

async function open(script: Script = () => undefined, capabilities = 'MULTIAPPEND'): Promise<void> {
  server = new ScriptedServer('INBOX', 'Archive');
  server.capabilities = `IMAP4rev1 IDLE LITERAL+ UIDPLUS ${capabilities}`;
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  await desk.look();
  server.commands.length = 0;
  server.script = script;
}

const subjects = (): string[] => server.mailboxes.get('Archive')!.messages.map(({ subject }) => subject);
const letter = (
  subject: string,
  marked: boolean,
  same = `<${subject}@postern.example>`,
  last = '',
): Uint8Array =>
  new TextEncoder().encode(
    `Subject: ${subject}\r\n${marked ? `Message-ID: ${same}\r\n` : ''}\r\ntext\r\n${last}`,
  );

async function bring(
  names: readonly string[],
  marked = true,
  size = 0,
  same?: string,
  last = '',
  id = '100000',
): Promise<string> {
  const { key: mailbox } = await desk.mailbox('Archive');
  const files: ImportAction['files'] = names.map((name) => ({
    name: `${name}.eml`,
    outgoing: `${id}/${name}`,
    octets: size || letter(name, marked, same, last).length,
    ...(last === '\0' && { nul: true }),
    messageId: same ?? (marked ? `<${name}@postern.example>` : ''),
    date: 1_700_000_000_000,
    state: 'waiting',
  }));
  for (const name of names) {
    const outgoing = { id: `${id}/${name}`, bytes: letter(name, marked, same, last) };
    await desk.store.commit([{ kind: 'outgoing', outgoing }]);
  }
  const at = desk.clock.now();
  const state = { name: 'waiting' } as const;
  const action: ImportAction = { id, at, state, kind: 'import', mailbox: mailbox as MailboxKey, files };
  await desk.store.commit([{ kind: 'action', action }]);
  return id;
}

describe('messages from files', () => {
  it('go in one command, with their date, and their octets are kept no longer', async () => {
    await open();
    const id = await bring(['a', 'b', 'c']);
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects()).toEqual(['a', 'b', 'c']);
    const [command] = server.named('APPEND');
    expect(server.named('APPEND')).toHaveLength(1);
    expect(command!.args.split('"14-Nov-2023 22:13:20 +0000"')).toHaveLength(4);
    expect(await desk.store.read(outgoingQuery(`${id}/a`))).toBeUndefined();
  });

  it('go one by one where the server takes one at a time', async () => {
    await open(undefined, '');
    await bring(['a', 'b', 'c']);
    await desk.clock.pass(5000);
    expect(subjects()).toEqual(['a', 'b', 'c']);
    expect(server.named('APPEND')).toHaveLength(3);
    expect(await desk.actions()).toEqual([]);
  });

  it.each(['MULTIAPPEND', ''])(
    'but for the one that is refused, which is named (%s)',
    async (capabilities) => {
      const refuse: Script = ({ name, args, tag }) =>
        name === 'APPEND' && literalsIn(args).some((text) => text.includes('Subject: b\r'))
          ? `${tag} NO [CANNOT] not that one\r\n`
          : undefined;
      await open(refuse, capabilities);
      const id = await bring(['a', 'b', 'c']);
      await desk.clock.pass(5000);
      expect(subjects()).toEqual(['a', 'c']);
      const [failed] = await desk.actions();
      expect(failed).toMatchObject({
        state: { name: 'failed', reason: 'refused', words: 'not that one' },
        files: [{ name: 'b.eml', state: { reason: 'refused' } }],
      });
      expect(await desk.store.read(outgoingQuery(`${id}/b`))).toBeDefined();
      expect(await desk.store.read(outgoingQuery(`${id}/a`))).toBeUndefined();
      server.script = () => undefined;
      await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
      await desk.clock.pass(5000);
      expect(subjects()).toEqual(['a', 'c', 'b']);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it.each([
    ['APPENDLIMIT=30 MULTIAPPEND', undefined],
    ['APPENDLIMIT MULTIAPPEND', '* STATUS "Archive" (APPENDLIMIT 30)\r\n'],
  ])('that are too large are not even begun (%s)', async (capabilities, status) => {
    await open(
      ({ name, args, tag }) =>
        name === 'STATUS' && args.includes('(APPENDLIMIT)') && status ? `${status}${tag} OK\r\n` : undefined,
      capabilities,
    );
    await bring(['a', 'b']);
    await desk.clock.pass(5000);
    expect(server.named('APPEND')).toEqual([]);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'too-large' } }]);
  });

  it('make the mailbox, once, where it is gone', async () => {
    await open(undefined, '');
    server.mailboxes.delete('Archive');
    await bring(['a', 'b', 'c']);
    await desk.clock.pass(5000);
    expect(subjects()).toEqual(['a', 'b', 'c']);
    expect(server.named('CREATE')).toHaveLength(1);
  });

  it('are all there although they have one Message-ID, and only one of them arrived at first', async () => {
    let lose = true;
    await open(({ name }) => {
      if (name !== 'APPEND' || !lose) return undefined;
      lose = false;
      return 'lose';
    }, '');
    await bring(['a', 'b'], true, 0, '<same@postern.example>');
    await desk.clock.pass(60_000);
    expect(subjects().toSorted()).toEqual(['a', 'b']);
    expect(await desk.actions()).toEqual([]);
  });

  it('are not taken for another with the same Message-ID, where one was refused and nobody heard of it', async () => {
    let appends = 0;
    await open(({ name }) => {
      if (name !== 'APPEND') return undefined;
      appends++;
      return appends === 2 ? '' : appends === 3 ? 'lose' : undefined;
    }, '');
    await bring(['first', 'a', 'longer'], true, 0, '<same@postern.example>');
    await desk.clock.pass(60_000);
    expect(subjects().toSorted()).toEqual(['a', 'first', 'longer']);
    expect(await desk.actions()).toEqual([]);
  });

  it('are there once where the server refuses them together, and has put some of them there all the same', async () => {
    let appends = 0;
    await open(({ name, args, tag }) => {
      if (name !== 'APPEND' || appends++ > 0) return undefined;
      const text = literalsIn(args)[0]!;
      server.add('Archive', 'a', { messageId: '<a@postern.example>', text, whole: true });
      return `${tag} NO [OVERQUOTA] full\r\n`;
    });
    await bring(['a', 'b']);
    await desk.clock.pass(60_000);
    expect(subjects()).toEqual(['a', 'b']);
    expect(await desk.actions()).toEqual([]);
  });

  it.each([
    ['MULTIAPPEND', true],
    ['MULTIAPPEND', false],
    ['', true],
    ['', false],
  ])(
    'are not put there again where another program has moved them on, before the person says so (%s, with Message-ID: %s)',
    async (capabilities, marked) => {
      let lost = 0;
      await open(({ name, args }) => {
        if (name !== 'APPEND' || lost > 0) return undefined;
        for (const text of literalsIn(args)) {
          const subject = /^Subject: (.*)\r$/m.exec(text)![1]!;
          const messageId = marked ? `<${subject}@postern.example>` : '';
          server.add('Archive', subject, {
            text,
            messageId,
            whole: true,
            date: '14-Nov-2023 22:13:20 +0000',
          });
        }
        const archive = server.mailboxes.get('Archive')!;
        const at = archive.messages.findIndex(({ subject }) => subject === 'a');
        const [{ uid: __, ...kept } = { uid: 0, subject: '' }] = archive.messages.splice(at, 1);
        server.add('INBOX', kept.subject, kept);
        lost++;
        return 'drop';
      }, capabilities);
      await bring(['a', 'b'], marked);
      await desk.clock.pass(60_000);
      expect(subjects()).toEqual(['b']);
      const [asking] = await desk.actions();
      expect(asking).toMatchObject({
        state: { name: 'failed', reason: 'perhaps-there' },
        files: [{ name: 'a.eml', state: { reason: 'perhaps-there', words: 'INBOX' } }],
      });
      await desk.store.commit([{ kind: 'action', action: { ...asking!, state: { name: 'waiting' } } }]);
      await desk.clock.pass(5000);
      expect(subjects()).toEqual(['b', 'a']);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it.each([
    ['MULTIAPPEND', true],
    ['MULTIAPPEND', false],
    ['', true],
    ['', false],
  ])(
    'are there once, whichever command is lost (%s, with Message-ID: %s)',
    async (capabilities, marked) => {
      for (const how of ['drop', 'lose'] as const) {
        for (let lost = 0; ; lost++) {
          await open(undefined, capabilities);
          server.add('Archive', 'a', { messageId: marked ? '<a@postern.example>' : '', text: 'earlier' });
          let commands = 0;
          server.script = ({ name }) => {
            if (name === 'IDLE') return undefined;
            return commands++ === lost ? how : undefined;
          };
          await bring(['a', 'b', 'c'], marked);
          await desk.clock.pass(60_000);
          const what = `${how} ${lost}: ${server.commands.map(({ name }) => name).join(' ')}`;
          expect(subjects().toSorted(), what).toEqual(['a', 'a', 'b', 'c']);
          expect(await desk.actions(), what).toEqual([]);
          if (commands <= lost) break;
          await desk.stop();
        }
      }
    },
    60_000,
  );
});

describe('a message from a file that holds NUL', () => {
  /** What each literal was said to be. */
  async function marks(capabilities: string): Promise<readonly string[]> {
    await open(undefined, capabilities);
    await bring(['a'], true, 0, undefined, '\0');
    await bring(['b'], true, 0, undefined, '', '200000');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    return server.named('APPEND').map(({ args }) => /~?\{\d+\+?\}/.exec(args)![0].replace(/\d+/, 'n'));
  }

  it('goes as what it is where the server has BINARY, and no other does', async () => {
    expect(await marks('BINARY')).toEqual(['~{n+}', '{n+}']);
    expect(await marks('BINARY MULTIAPPEND')).toEqual(['~{n+}', '{n+}']);
  });

  it('goes as any other where the server has no BINARY', async () => {
    expect(await marks('MOVE')).toEqual(['{n+}', '{n+}']);
  });
});

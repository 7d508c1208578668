import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from '@postern/protocol/error';
import type { Uid } from '@postern/protocol/imap';
import { descriptorsQuery, KNOW_AGAIN_SETTING } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Script, ScriptedMessage } from './scripted-server.ts';

/** Actions against a server that misbehaves: none is lost, none happens twice, none keeps the others waiting. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

function open(messages: number, script: Script = () => undefined, ...names: string[]): void {
  server = new ScriptedServer(...names);
  for (let i = 1; i <= messages; i++) server.add('INBOX', `letter ${i}`);
  server.script = script;
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
}

const subjects = (mailbox: string): string[] =>
  server.mailboxes.get(mailbox)!.messages.map(({ subject }) => subject);

const draft = (subject: string): Uint8Array =>
  new TextEncoder().encode(`Subject: ${subject}\r\nMessage-ID: <${subject}@postern.example>\r\n\r\ntext\r\n`);

const upload = (mailbox: number, subject: string) =>
  desk.act(
    { kind: 'upload', mailbox, messageId: `<${subject}@postern.example>`, flags: ['\\Draft'], date: 0 },
    draft(subject),
  );

describe('a bug of ours', () => {
  it('is reported; sync goes on, and the action it was in waits without blocking the next', async () => {
    open(2);
    const { key: mailbox } = await desk.look();
    const [first, second] = await desk.rows();
    await desk.act({ kind: 'flag', mailbox, messages: [first!.key], add: ['not a flag'], remove: [] });
    await desk.act({ kind: 'flag', mailbox, messages: [second!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(desk.bugs.length).toBeGreaterThan(0);
    expect(desk.bugs.length).toBeLessThan(6);
    expect(server.mailboxes.get('INBOX')!.messages[1]!.flags).toContain('\\Flagged');
    expect(await desk.actions()).toHaveLength(1);
  });
});

describe('an action that breaks every connection', () => {
  it('does not block the others', async () => {
    open(2, ({ name, args }) => (name === 'UID STORE' && args.startsWith('1 ') ? 'drop' : undefined));
    const { key: mailbox } = await desk.look();
    const [first, second] = await desk.rows();
    await desk.act({ kind: 'flag', mailbox, messages: [first!.key], add: ['\\Flagged'], remove: [] });
    await desk.act({ kind: 'flag', mailbox, messages: [second!.key], add: ['\\Flagged'], remove: [] });
    // That the action says it is running is no reason to hurry.
    await desk.clock.pass(400);
    expect(server.named('UID STORE')).toHaveLength(1);
    await desk.clock.pass(20_000);
    expect(server.mailboxes.get('INBOX')!.messages[1]!.flags).toContain('\\Flagged');
    expect(await desk.actions()).toMatchObject([{ state: { name: 'running' } }]);
  });

  it('nor does mail whose submission cannot be reached', async () => {
    open(1);
    desk.submission = () => {
      throw new ConnectionLost('no submission');
    };
    const { key: mailbox } = await desk.look();
    const [row] = await desk.rows();
    await desk.act(
      {
        kind: 'send',
        messageId: '<s@postern.example>',
        subject: 's',
        from: 'ada@postern.example',
        recipients: ['grace@postern.example'],
        sent: mailbox,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      },
      draft('s'),
    );
    await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(server.mailboxes.get('INBOX')!.messages[0]!.flags).toContain('\\Flagged');
  });
});

describe('an upload', () => {
  it('whose receipt is lost is not repeated because SEARCH is refused', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    server.script = ({ name, tag, args }) => {
      if (name === 'UID SEARCH' && args.includes('HEADER')) return `${tag} NO [UNAVAILABLE] not now\r\n`;
      if (name !== 'APPEND') return undefined;
      server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
      return 'drop';
    };
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect(subjects('Drafts')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
  });

  it('whose receipt is lost is not repeated because the mailbox cannot be looked into', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    await desk.look();
    const { key } = await desk.mailbox('Drafts');
    server.script = ({ name, args, tag }) => {
      if (name === 'SELECT' && args.includes('Drafts')) return `${tag} NO [NOPERM] not allowed\r\n`;
      if (name !== 'APPEND') return undefined;
      server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
      return 'drop';
    };
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect(subjects('Drafts')).toEqual(['once']);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed' } }]);
  });

  it.each(['expunge', 'move'])(
    'whose receipt is lost is not repeated because of what follows: %s',
    async (kind) => {
      open(0, undefined, 'INBOX', 'Drafts');
      server.add('Drafts', 'older');
      const { key } = await desk.look('Drafts');
      const { key: to } = await desk.mailbox('INBOX');
      let acting = 0;
      server.script = ({ name, tag, connection }) => {
        if (name === 'NOOP' && acting > 0 && connection > acting) return `${tag} NO [UNAVAILABLE] later\r\n`;
        if (name !== 'APPEND') return undefined;
        acting = connection;
        server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
        return 'drop';
      };
      await upload(key, 'once');
      await desk.clock.pass(2000);
      const rows = await desk.rows('Drafts');
      expect(await desk.subjects('Drafts')).toEqual(['older', 'once']);
      await desk.act({ kind, mailbox: key, from: key, to, messages: [rows[1]!.key] });
      await desk.clock.pass(20_000);
      expect(subjects('Drafts')).toEqual(['older', 'once']);
      server.script = () => undefined;
      await desk.clock.pass(600_000);
      expect([subjects('Drafts'), subjects('INBOX')]).toEqual([['older'], kind === 'move' ? ['once'] : []]);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('whose receipt is lost is not repeated because its mailbox has another name by now', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    const { key } = await desk.look('Drafts');
    server.mailboxes.get('Drafts')!.uidValidity = 70;
    server.dropAll();
    await desk.look('Drafts');
    server.script = ({ name }) => {
      if (name !== 'APPEND') return undefined;
      server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
      server.mailboxes.set('Begun', server.mailboxes.get('Drafts')!);
      server.mailboxes.delete('Drafts');
      server.script = () => undefined;
      return 'drop';
    };
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect([...server.mailboxes.keys()]).toEqual(['INBOX', 'Other', 'Begun']);
    expect(subjects('Begun')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
  });

  it('creates the mailbox although subscribing to it is refused', async () => {
    open(0, ({ name, tag }) => (name === 'SUBSCRIBE' ? `${tag} NO no\r\n` : undefined), 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    server.mailboxes.delete('Drafts');
    await upload(key, 'made');
    await desk.clock.pass(5000);
    expect(subjects('Drafts')).toEqual(['made']);
  });
});

describe('an action that is taken back', () => {
  it('in the moment in which it begins does not happen', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    const commit = desk.store.commit.bind(desk.store);
    desk.store.commit = async (changes) => {
      for (const change of changes)
        if (change.kind === 'action' && change.action.state.name === 'running')
          await commit([{ kind: 'action-removed', id: change.action.id, onlyIfWaiting: true }]);
      return commit(changes);
    };
    await upload(key, 'never');
    await desk.clock.pass(20_000);
    expect(subjects('Drafts')).toEqual([]);
    expect(await desk.actions()).toEqual([]);
  });

  it('while the server refuses it does not come back', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    server.script = ({ name, tag }) => {
      if (name !== 'APPEND') return undefined;
      void desk.actions().then(([action]) => desk.store.commit([{ kind: 'action-removed', id: action!.id }]));
      return `${tag} NO [NOPERM] not allowed\r\n`;
    };
    await upload(key, 'never');
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toEqual([]);
  });
});

describe('a sent message', () => {
  it('of which nobody knows stays uncertain although Sent cannot be looked into', async () => {
    open(0, undefined, 'INBOX', 'Sent');
    const { key: sent } = await desk.look('Sent');
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('Sent') ? `${tag} NO [INUSE] in use\r\n` : undefined;
    await desk.act(
      {
        state: { name: 'running' },
        kind: 'send',
        messageId: '<s@postern.example>',
        subject: 's',
        from: 'ada@postern.example',
        recipients: ['grace@postern.example'],
        sent,
        answers: undefined,
        notBefore: 0,
        step: 'submit',
      },
      draft('s'),
    );
    await desk.clock.pass(5000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'uncertain' } }]);
  });
});

describe('a message that only one connection was told of', () => {
  it('is flagged all the same: the other connection asks for its news first', async () => {
    open(1);
    const { key: mailbox } = await desk.look();
    const flag = async (at: number) => {
      const messages = [(await desk.rows())[at]!.key];
      await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
      await desk.clock.pass(2000);
    };
    // From here on the connection of the actions has the mailbox selected, with one message.
    await flag(0);
    const { connection } = server.named('UID STORE')[0]!;
    let told = false;
    server.script = (command) => {
      if (command.connection !== connection) return undefined;
      if (command.name === 'NOOP') told = true;
      return command.name === 'UID STORE' && !told ? `${command.tag} OK nothing stored\r\n` : undefined;
    };
    server.add('INBOX', 'new');
    await desk.clock.pass(2000);
    await flag(1);
    await flag(1);
    const [first, second] = server.mailboxes.get('INBOX')!.messages;
    expect([first!.flags, second!.flags]).toEqual([['\\Flagged'], ['\\Flagged']]);
    // Once is enough.
    expect(server.named('NOOP').filter((command) => command.connection === connection)).toHaveLength(1);
  });
});

describe('a move without MOVE', () => {
  it('that is refused after COPY and tried again by the person is finished, not copied twice', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    let refuse = true;
    server.script = ({ name, tag }) =>
      name === 'UID STORE' && refuse ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    const id = await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(5000);
    const [failed] = await desk.actions();
    expect(failed).toMatchObject({ id, state: { name: 'failed' } });
    refuse = false;
    await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
    await desk.clock.pass(5000);
    expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['letter 1']]);
    expect(await desk.actions()).toEqual([]);
    expect(await desk.subjects('Archive')).toEqual(['letter 1']);
  });

  it('whose copy somebody moved on before the original could be removed is finished, not copied again', async () => {
    open(1, undefined, 'INBOX', 'Archive', 'Trash');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    let refuse = true;
    server.script = ({ name, tag }) =>
      name === 'UID STORE' && refuse ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined;
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(2000);
    expect(subjects('Archive')).toEqual(['letter 1']);
    server.mailboxes
      .get('Trash')!
      .messages.push({ ...server.mailboxes.get('Archive')!.messages.pop()!, uid: 1 });
    server.mailboxes.get('Trash')!.uidNext = 2;
    refuse = false;
    await desk.clock.pass(60_000);
    expect(['INBOX', 'Archive', 'Trash'].map(subjects)).toEqual([[], [], ['letter 1']]);
    expect(await desk.actions()).toEqual([]);
  });

  it('that looks at its messages again does not overlay what the other connection hears meanwhile', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    let lose = true;
    const seen: string[] = [];
    server.script = ({ name, tag }) => {
      if (name === 'UID STORE' && lose) return 'drop';
      if (name !== 'EXPUNGE') return undefined;
      // As the other connection would, which hears of it by itself.
      const flags = ['\\Deleted'];
      void desk.store.commit([{ kind: 'flags', mailbox: from, rows: [{ key: row!.key, flags }] }]);
      desk.store.watch(async () => seen.push((await desk.rows())[0]!.flags.join()));
      return `${tag} NO [NOPERM] not allowed\r\n`;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(100);
    lose = false;
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed' } }]);
    await upload(to, 'the next');
    await desk.clock.pass(5000);
    expect(subjects('Archive')).toContain('the next');
    expect(new Set(seen)).toEqual(new Set(['\\Deleted']));
  });

  it('into a mailbox that is deleted before its UID is known keeps no later action waiting for ever', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    server.script = ({ name, args, tag }) => {
      if (name === 'EXPUNGE') server.mailboxes.delete('Archive');
      return name === 'SELECT' && args.includes('Archive') ? `${tag} NO [NONEXISTENT] gone\r\n` : undefined;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.act({ kind: 'expunge', mailbox: to, messages: [row!.key] });
    await desk.clock.pass(600_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
  });

  it('whose copy the other connection fetched already keeps what else is wanted of either', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    const { key: from } = await desk.look();
    const { key: to } = await desk.look('Archive');
    const [row] = await desk.rows();
    const descriptor = (await desk.store.read(descriptorsQuery([row!.key]))).get(row!.key)!;
    const flag = (mailbox: number, key: number, add: string) =>
      desk.act({ kind: 'flag', mailbox, messages: [key], add: [add], remove: [] });
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      const { uid, messageId } = server.add('Archive', 'letter 1', { messageId: descriptor.messageId });
      void (async () => {
        const key = await desk.store.allocate(1);
        const fetched = { row: { ...row!, key, uid: uid as Uid }, descriptor: { ...descriptor, messageId } };
        await desk.store.commit([{ kind: 'messages', mailbox: to, messages: [fetched] }]);
        await flag(to, key, '\\Answered');
      })();
      return `${tag} OK [COPYUID 7 1 ${uid}] copied\r\n`;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await flag(from, row!.key, '\\Flagged');
    await desk.clock.pass(10_000);
    expect(server.mailboxes.get('Archive')!.messages[0]!.flags.toSorted()).toEqual([
      '\\Answered',
      '\\Flagged',
    ]);
    expect(await desk.subjects('Archive')).toEqual(['letter 1']);
    expect(await desk.actions()).toEqual([]);
  });

  it('whose copy came without COPYUID before it was settled shows once, and what else is wanted of it is done', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    const { key: from } = await desk.look();
    const { key: to } = await desk.look('Archive');
    const [row] = await desk.rows();
    const descriptor = (await desk.store.read(descriptorsQuery([row!.key]))).get(row!.key)!;
    const shown: number[] = [];
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      const { uid } = server.add('Archive', 'letter 1', { messageId: descriptor.messageId });
      void (async () => {
        const key = await desk.store.allocate(1);
        await desk.store.commit([
          {
            kind: 'messages',
            mailbox: to,
            messages: [{ row: { ...row!, key, uid: uid as Uid }, descriptor }],
          },
        ]);
        desk.store.watch(async () => shown.push((await desk.rows('Archive')).length));
      })();
      return `${tag} OK copied\r\n`;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.act({ kind: 'flag', mailbox: to, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(10_000);
    expect(server.mailboxes.get('Archive')!.messages).toMatchObject([{ flags: ['\\Flagged'] }]);
    expect(await desk.rows('Archive')).toMatchObject([{ key: row!.key, uid: 1 }]);
    expect(Math.max(...shown)).toBe(1);
    expect(await desk.actions()).toEqual([]);
  });

  it('whose copy came with another just like it is the newest of them, and what else is wanted of it is done', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    const [{ subject, messageId, text }] = server.mailboxes.get('INBOX')!.messages as [ScriptedMessage];
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      for (let i = 0; i < 2; i++) server.add('Archive', subject, { messageId, text });
      return `${tag} OK copied\r\n`;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.act({ kind: 'flag', mailbox: to, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(server.mailboxes.get('Archive')!.messages).toMatchObject([
      { flags: [] },
      { flags: ['\\Flagged'] },
    ]);
    const rows = await desk.rows('Archive');
    expect(rows.toSorted((a, b) => a.uid - b.uid)).toMatchObject([{ uid: 1 }, { uid: 2, key: row!.key }]);
    expect(await desk.actions()).toEqual([]);
  });

  it.each([
    [undefined, 'INBOX'],
    [false, 'INBOX'],
    [undefined, 'Archive'],
    [false, 'Archive'],
  ])(
    'is known again without COPYUID unless the person wants that not: %s, with %s on screen',
    async (value, screen) => {
      open(1, undefined, 'INBOX', 'Archive');
      const { key: from } = await desk.look();
      const { key: to } = await desk.mailbox('Archive');
      await desk.look('Archive');
      await desk.look(screen);
      await desk.store.commit([{ kind: 'setting', name: KNOW_AGAIN_SETTING, value }]);
      const [row] = await desk.rows();
      await desk.act({ kind: 'move', from, to, messages: [row!.key] });
      await desk.clock.pass(60_000);
      expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['letter 1']]);
      expect(await desk.subjects('Archive')).toEqual(['letter 1']);
      expect((await desk.rows('Archive'))[0]!.key === row!.key).toBe(value === undefined);
      expect(await desk.actions()).toEqual([]);
    },
  );

  it('never takes another message without Message-ID for the copy', async () => {
    open(0, undefined, 'INBOX', 'Archive');
    const same = { text: 'same length', messageId: '' };
    server.add('INBOX', 'ours', same);
    server.add('Archive', 'theirs', same);
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    server.script = ({ name, tag }) => {
      if (name === 'STATUS') return `${tag} NO not now\r\n`;
      return name === 'UID COPY' ? 'drop' : undefined;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(100);
    server.script = () => undefined;
    await desk.clock.pass(60_000);
    expect(subjects('Archive').toSorted()).toEqual(['ours', 'theirs']);
    expect(subjects('INBOX')).toEqual([]);
  });

  it('that was given up after a lost connection hides no later removal', async () => {
    open(2, undefined, 'INBOX', 'Archive');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    let copied = false;
    server.script = ({ name, args, tag }) => {
      if (name === 'UID COPY') {
        copied = true;
        return 'drop';
      }
      return copied && name === 'SELECT' && args.includes('Archive') ? `${tag} BAD no\r\n` : undefined;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(5000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed' } }]);
    server.mailboxes.get('INBOX')!.messages.shift();
    server.dropAll();
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(['letter 2']);
  });

  it('that its person takes back when the connection is lost before it began hides no later removal', async () => {
    open(2, undefined, 'INBOX', 'Archive');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    const id = await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    server.script = ({ name, args }) => (name === 'STATUS' && args.includes('Archive') ? 'drop' : undefined);
    await desk.clock.pass(100);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'waiting' } }]);
    await desk.store.commit([{ kind: 'action-removed', id, onlyIfWaiting: true }]);
    server.script = () => undefined;
    await desk.clock.pass(5000);
    server.mailboxes.get('INBOX')!.messages.shift();
    server.dropAll();
    await desk.clock.pass(5000);
    expect([await desk.actions(), await desk.subjects()]).toEqual([[], ['letter 2']]);
  });

  it('whose message is removed by somebody else is shown as gone, and the row goes', async () => {
    open(2, undefined, 'INBOX', 'Archive');
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    server.script = ({ name }) => (name === 'UID COPY' ? 'drop' : undefined);
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.clock.pass(100);
    server.mailboxes.get('INBOX')!.messages.shift();
    server.script = () => undefined;
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'gone' } }]);
    expect(await desk.subjects()).toEqual(['letter 2']);
  });
});

describe('an engine that is stopped while it carries out an action', () => {
  it('opens no further connection: the next engine may be at work by then', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    let connections = 0;
    const unwatch = desk.store.watch(async () => {
      const [action] = await desk.actions();
      if (action?.state.name !== 'running') return;
      // Begun, and nothing sent yet: what follows would need another connection.
      unwatch();
      connections = server.connections;
      void desk.engine.stop();
    });
    await upload(key, 'later');
    await desk.clock.pass(60_000);
    expect(connections).toBeGreaterThan(0);
    expect(server.connections).toBe(connections);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'running' } }]);
  });
});

describe('\\Recent', () => {
  it('is no part of the truth, whatever else changes with it', async () => {
    open(1);
    await desk.look();
    server.mailboxes.get('INBOX')!.messages[0]!.flags = ['\\Seen', '\\Recent'];
    await desk.stop();
    desk.start();
    await desk.look();
    expect((await desk.rows())[0]!.flags).toEqual(['\\Seen']);
  });
});

describe('VANISHED that comes with the answer to something else (RFC 7162 §3.2.10)', () => {
  it.each(['OK stored', 'NO [UNAVAILABLE] later'])('counts, also where that is %s', async (answer) => {
    const qresync: Script = ({ name, tag }) =>
      name === 'ENABLE' ? `* ENABLED QRESYNC\r\n${tag} OK done\r\n` : undefined;
    open(3, qresync);
    server.capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS ENABLE CONDSTORE QRESYNC';
    const { key: mailbox } = await desk.look();
    const [first] = await desk.rows();
    server.script = (command) => {
      if (command.name !== 'UID STORE') return qresync(command);
      server.mailboxes.get('INBOX')!.messages.splice(1, 1);
      server.script = qresync;
      return `* VANISHED 2\r\n${command.tag} ${answer}\r\n`;
    };
    await desk.act({ kind: 'flag', mailbox, messages: [first!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(200);
    expect(await desk.subjects()).toEqual(['letter 1', 'letter 3']);
  });
});

/** Actions against a server that misbehaves: none is lost, none happens twice, none keeps the others waiting. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from '@postern/protocol/error';
import { desk, draft, open, openDesk, sending, server, subjects, upload } from './scripted-desk.ts';
import type { Script } from './scripted-server.ts';

afterEach(() => desk.stop());

describe('a bug of ours', () => {
  it('is reported; sync goes on, and the action it was in waits without blocking the next', async () => {
    openDesk({ messages: 2, onBug: (error) => desk.bugs.push(error) });
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
    await desk.act(sending('s', mailbox), draft('s'));
    await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(server.mailboxes.get('INBOX')!.messages[0]!.flags).toContain('\\Flagged');
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
          await commit([{ kind: 'action-removed', id: change.action.id, onlyIn: 'waiting' }]);
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
    await desk.act({ ...sending('s', sent), state: { name: 'running' } }, draft('s'));
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

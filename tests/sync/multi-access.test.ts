import { afterEach, describe, expect, it } from 'vitest';
import type { MultiAccess } from '@postern/mailserver';
import { partQuery } from '@postern/protocol/sync';
import type { MailboxKey, MessageKey } from '@postern/protocol/sync';
import type { Desk } from './desk.ts';
import { deskBefore } from './desk-before.ts';
import { quiet } from './without-sockets.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

/**
 * RFC 2180: what a server may do when a mailbox, or messages in it, go while we use them. Whatever it chooses: what is cached
 * stays readable, each action ends done or failed in words, nothing is lost or doubled, and the server is not asked in a hurry.
 */
let desk: Desk;
let server: ServerWithoutSockets;

afterEach(() => desk.stop());

/** A device that has been up to date for a while; another mailbox than Work is on screen. */
async function open(multiAccess: MultiAccess, basic = false, bare = false): Promise<void> {
  const profile = quiet({ ...multiAccess, reason: bare ? 'words' : 'code' }, basic);
  ({ desk, server } = deskBefore(profile, (there) => {
    there.add('INBOX', 'at home');
    there.add('Work', 'one', 'two', 'three', 'four', 'five', 'six');
  }));
  await desk.look();
  await desk.clock.pass(20_000);
  expect(await desk.subjects('Work')).toHaveLength(6);
}

async function keyOf(mailbox: string, subject: string): Promise<MessageKey> {
  const at = (await desk.subjects(mailbox)).indexOf(subject);
  return (await desk.rows(mailbox))[at]!.key;
}

/** The connection that actions go by has Work selected, and nobody has told it of what happens there from now on. */
async function select(): Promise<MailboxKey> {
  const { key: mailbox } = await desk.mailbox('Work');
  const messages = [await keyOf('Work', 'six')];
  await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Answered'], remove: [] });
  await desk.clock.pass(100);
  expect(await desk.actions()).toEqual([]);
  return mailbox;
}

/** Everything has come to rest: device and server agree, nothing is pending, and there was no rush. */
async function settled(commands = 60): Promise<void> {
  const before = server.said.length;
  const connections = server.connections;
  await desk.clock.pass(180_000);
  expect(await desk.actions()).toEqual([]);
  expect(desk.bugs).toEqual([]);
  for (const name of ['INBOX', 'Work', 'Archive'])
    if (server.account.find(name))
      expect((await desk.subjects(name)).toSorted(), name).toEqual(server.subjects(name).toSorted());
  expect(server.said.length - before).toBeLessThan(commands);
  expect(server.connections - connections).toBeLessThan(4);
  expect(desk.status.connection).toBe('online');
}

/** The person has seen what failed: the mailbox was gone. */
async function dismiss(): Promise<void> {
  for (const { id, state } of await desk.actions()) {
    expect(state).toMatchObject({ name: 'failed', reason: 'no-mailbox' });
    await desk.store.commit([{ kind: 'action-removed', id }]);
  }
}

/** Words of a note, about a message, that its text is not coming. */
function unavailable(key: MessageKey): string[] {
  return desk.notes.flatMap((note) =>
    note.note === 'unavailable' && note.message === key ? [note.reason] : [],
  );
}

describe.each([
  ['a server with all extensions', false, false],
  ['a server without extensions', true, false],
  ['a server that says no reason', false, true],
  ['a server without extensions that says no reason', true, true],
])('expunged by another client, %s:', (_server, basic, bare) => {
  const reading: readonly (readonly [string, MultiAccess, 'text' | 'gone'])[] = [
    ['§4.1.1 the text is given all the same', { fetch: 'ghost' }, 'text'],
    ['§4.1.2 NO, and nothing of it', { fetch: 'no' }, 'gone'],
    ['§4.1.3 empty data', { fetch: 'nil' }, 'gone'],
    ['a BYE', { fetch: 'bye' }, 'gone'],
  ];

  it.each(reading)('reading it: %s', async (_, multiAccess, outcome) => {
    await open(multiAccess, basic, bare);
    const [gone, there] = [await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    server.when(/UID FETCH 2 .*BODY/, () => server.expunge('Work', 'two'));
    desk.wish({ mailbox: (await desk.mailbox('INBOX')).key, messages: [gone, there] });
    await desk.clock.pass(1000);
    expect(server.subjects('Work')).not.toContain('two');
    const part = await desk.store.read(partQuery(gone, '1'));
    if (outcome === 'gone') expect([part, unavailable(gone)]).toEqual([undefined, ['gone']]);
    else {
      // It may be told right behind the text that the message is gone; then it is gone here as well.
      if (part) expect(new TextDecoder().decode(part.bytes)).toContain('Text of two.');
      else expect(await desk.subjects('Work')).not.toContain('two');
      expect(unavailable(gone)).toEqual([]);
    }
    expect((await desk.store.read(partQuery(there, '1')))?.bytes.length).toBeGreaterThan(0);
    await settled();
  });

  const storing: readonly (readonly [string, MultiAccess])[] = [
    ['§4.2.1 .SILENT is OK, done for the others', { storeSilent: 'ok' }],
    ['§4.2.3 NO, done for the others', { storeSilent: 'no', store: 'others' }],
    ['§4.2.4 NO, done for none', { storeSilent: 'no', store: 'none' }],
  ];

  it.each(storing)('flagging it with others: %s', async (_, multiAccess) => {
    await open(multiAccess, basic, bare);
    const mailbox = await select();
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    server.when(/UID STORE/, () => server.expunge('Work', 'two'));
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: ['\\Seen'] });
    await desk.clock.pass(10_000);
    expect(server.subjects('Work')).not.toContain('two');
    for (const subject of ['one', 'three'])
      expect([...server.find('Work', subject).flags]).toContain('\\Flagged');
    expect([...server.find('Work', 'four').flags]).not.toContain('\\Flagged');
    await settled();
  });

  it.each(storing)('flagging nothing but it (§4.2.2): %s', async (_, multiAccess) => {
    await open(multiAccess, basic, bare);
    const mailbox = await select();
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two')];
    server.when(/UID STORE/, () => server.expunge('Work', 'one', 'two'));
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(10_000);
    await settled();
  });

  const copying: readonly (readonly [string, MultiAccess, readonly string[]])[] = [
    ['§4.4.1 COPY is refused', { copy: 'refuse' }, ['one', 'three']],
    ['§4.4.2 COPY copies it', { copy: 'ghost' }, ['one', 'two', 'three']],
    ['COPY copies the others', { copy: 'others' }, ['one', 'three']],
  ];

  it.each(copying)('moving it with others: %s', async (_, multiAccess, arrived) => {
    await open(multiAccess, basic, bare);
    const from = await select();
    const { key: to } = await desk.mailbox('Archive');
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    server.when(/UID (?:COPY|MOVE)/, () => server.expunge('Work', 'two'));
    await desk.act({ kind: 'move', from, to, messages });
    await desk.clock.pass(30_000);
    await settled();
    expect(server.subjects('Work')).toEqual(['four', 'five', 'six']);
    const others = server.subjects('Archive').filter((subject) => subject !== 'two');
    expect(others.toSorted()).toEqual(['one', 'three']);
    // MOVE need not do as COPY does; nothing is twice.
    expect(arrived).toEqual(expect.arrayContaining(server.subjects('Archive')));
    expect(new Set(server.subjects('Archive')).size).toBe(server.subjects('Archive').length);
  });

  it.each(copying)('copying it with others: %s', async (_, multiAccess, arrived) => {
    await open(multiAccess, basic, bare);
    const from = await select();
    const { key: to } = await desk.mailbox('Archive');
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    const first = await desk.store.allocate(3);
    const copies = messages.map((_key, i) => (first + i) as MessageKey);
    server.when(/UID COPY/, () => server.expunge('Work', 'two'));
    await desk.act({ kind: 'copy', from, to, messages, copies });
    await desk.clock.pass(30_000);
    await settled();
    expect(server.subjects('Archive').toSorted()).toEqual(arrived.toSorted());
    expect(server.subjects('Work')).toEqual(['one', 'three', 'four', 'five', 'six']);
  });

  it.each(storing)('removing it with others for ever: %s', async (_, multiAccess) => {
    await open(multiAccess, basic, bare);
    const mailbox = await select();
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two')];
    server.when(/UID STORE/, () => server.expunge('Work', 'two'));
    await desk.act({ kind: 'expunge', mailbox, messages });
    await desk.clock.pass(10_000);
    await settled();
    expect(server.subjects('Work')).toEqual(['three', 'four', 'five', 'six']);
  });

  it.each(storing)('what was moved is marked for removal: %s', async (_, multiAccess) => {
    await open(multiAccess, basic, bare);
    const from = await select();
    const { key: to } = await desk.mailbox('Archive');
    const messages = [await keyOf('Work', 'one'), await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    // Where there is no MOVE: it was copied, and somebody else was quicker to remove it.
    server.when(/UID (?:STORE|MOVE)/, () => server.expunge('Work', 'two'));
    await desk.act({ kind: 'move', from, to, messages });
    await desk.clock.pass(30_000);
    await settled();
    expect(server.subjects('Work')).toEqual(['four', 'five', 'six']);
    expect(server.subjects('Archive').filter((subject) => subject !== 'two')).toEqual(['one', 'three']);
  });

  it('searching for it (§4.3): it is not found, the others are', async () => {
    await open({}, basic, bare);
    const mailbox = await select();
    const [gone, there] = [await keyOf('Work', 'two'), await keyOf('Work', 'three')];
    server.expunge('Work', 'two');
    desk.wish({ mailbox: mailbox, search: { id: 's', mailbox, text: 'Text of' } });
    await desk.clock.pass(5000);
    const found = desk.notes.flatMap((note) => (note.note === 'found' ? note.keys : []));
    expect(found).toContain(there);
    expect(found).not.toContain(gone);
    await settled();
  });
});

describe.each(['ghost', 'no', 'nil', 'bye'] as const)(
  'new mail that goes before it was seen, FETCH: %s',
  (fetch) => {
    it('leaves no trace, and the rest comes', async () => {
      await open({ fetch });
      const { key: mailbox } = await desk.mailbox('Work');
      desk.wish({ mailbox });
      await desk.clock.pass(5000);
      server.when(/UID FETCH .*ENVELOPE/, () => server.expunge('Work', 'eight'));
      server.add('Work', 'seven', 'eight', 'nine');
      await desk.clock.pass(120_000);
      expect(server.subjects('Work')).not.toContain('eight');
      await settled();
    });
  },
);

describe('§4.1.4 EXPUNGE is refused while others look', () => {
  it.each([false, true])(
    'what is removed stays until they leave, and goes then; without extensions: %s',
    async (basic) => {
      await open({ expunge: 'refuse' }, basic);
      const mailbox = await select();
      const messages = [await keyOf('Work', 'one')];
      const other = server.other();
      other.run('SELECT Work');
      await desk.act({ kind: 'expunge', mailbox, messages });
      const before = server.said.length;
      await desk.clock.pass(120_000);
      expect(server.subjects('Work')).toContain('one');
      expect(await desk.actions()).toMatchObject([{ state: { name: 'running' } }]);
      expect(server.said.length - before).toBeLessThan(120);
      other.end();
      await desk.clock.pass(300_000);
      expect(server.subjects('Work')).not.toContain('one');
      await settled();
    },
  );

  it.each([false, true])(
    'what is moved is there once all the while; without extensions: %s',
    async (basic) => {
      await open({ expunge: 'refuse' }, basic);
      const from = await select();
      const { key: to } = await desk.mailbox('Archive');
      const other = server.other();
      other.run('SELECT Work');
      await desk.act({ kind: 'move', from, to, messages: [await keyOf('Work', 'one')] });
      await desk.clock.pass(120_000);
      expect(server.subjects('Archive').filter((subject) => subject === 'one').length).toBeLessThan(2);
      other.end();
      await desk.clock.pass(300_000);
      await settled();
      expect(server.subjects('Archive')).toEqual(['one']);
      expect(server.subjects('Work')).not.toContain('one');
    },
  );
});

describe('a mailbox that another client deletes while it is on screen', () => {
  async function deleted(multiAccess: MultiAccess): Promise<MailboxKey> {
    await open(multiAccess);
    const { key: mailbox } = await desk.mailbox('Work');
    desk.wish({ mailbox, messages: [await keyOf('Work', 'one')] });
    await desk.clock.pass(5000);
    return mailbox;
  }
  const names = async (): Promise<string[]> => {
    const { mailboxesQuery } = await import('@postern/protocol/sync');
    return (await desk.store.read(mailboxesQuery())).map(({ name }) => name);
  };

  it('§3.1 refused: nothing happens', async () => {
    await deleted({ delete: 'refuse' });
    const other = server.other();
    expect(other.run('DELETE Work')).toContain('NO [INUSE]');
    await settled();
    expect(await names()).toContain('Work');
  });

  it.each([
    ['§3.2 ghosted: it is read and flagged until it is left', { delete: 'ghost' }],
    ['§3.3 disconnected', { delete: 'disconnect' }],
  ] as const)('%s, and then it is gone without a storm', async (_, multiAccess) => {
    const mailbox = await deleted(multiAccess);
    const key = await keyOf('Work', 'two');
    expect(server.other().run('DELETE Work')).toContain('OK');
    if (multiAccess.delete === 'ghost') {
      await desk.act({ kind: 'flag', mailbox, messages: [key], add: ['\\Flagged'], remove: [] });
      await desk.clock.pass(1000);
      expect(await desk.subjects('Work')).toContain('two');
    }
    const before = server.said.length;
    // A ghost is there as long as somebody looks.
    if (multiAccess.delete === 'ghost') desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
    await desk.clock.pass(2 * 60_000);
    // A connection that had not selected it cannot any more: that is said, and stands until the person has seen it.
    await dismiss();
    await desk.clock.pass(20 * 60_000);
    expect(await names()).not.toContain('Work');
    expect(server.said.length - before).toBeLessThan(300);
    expect(server.connections).toBeLessThan(8);
    expect(desk.status.connection).toBe('online');
    expect(desk.bugs).toEqual([]);
  });

  it.each(['ghost', 'disconnect'] as const)(
    '%s: what was to be put there waits, and is put there',
    async (how) => {
      const mailbox = await deleted({ delete: how });
      server.other().run('DELETE Work');
      const bytes = new TextEncoder().encode('Subject: filed\r\nMessage-ID: <filed@x>\r\n\r\ntext\r\n');
      const upload = { kind: 'upload', mailbox, messageId: '<filed@x>', flags: [], date: desk.clock.now() };
      await desk.act(upload, bytes);
      await desk.clock.pass(5 * 60_000);
      // The name of a ghost is free when nobody looks at it any more.
      desk.wish({ mailbox: (await desk.mailbox('INBOX')).key });
      await desk.clock.pass(10 * 60_000);
      expect(server.subjects('Work')).toEqual(['filed']);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

describe('a mailbox that another client renames while it is on screen', () => {
  const open_ = async (multiAccess: MultiAccess): Promise<MailboxKey> => {
    await open(multiAccess);
    const { key: mailbox } = await desk.mailbox('Work');
    desk.wish({ mailbox, messages: [await keyOf('Work', 'one')] });
    await desk.clock.pass(5000);
    return mailbox;
  };

  it('§3.1 refused: nothing happens', async () => {
    await open_({ rename: 'refuse' });
    expect(server.other().run('RENAME Work Arbeit')).toContain('NO [INUSE]');
    await settled();
  });

  it.each(['rename', 'newname', 'disconnect'] as const)(
    '%s: its mail is there under the new name',
    async (how) => {
      const before = await open_({ rename: how });
      const keys = (await desk.rows('Work')).map(({ key }) => key);
      const two = await keyOf('Work', 'two');
      expect(server.other().run('RENAME Work Arbeit')).toContain('OK');
      await desk.act({ kind: 'flag', mailbox: before, messages: [two], add: ['\\Flagged'], remove: [] });
      await desk.clock.pass(20 * 60_000);
      const { key } = await desk.mailbox('Arbeit');
      // What could not be done under the old name is shown, and the old name with it, until the person has seen it.
      await dismiss();
      await desk.clock.pass(20 * 60_000);
      await expect(desk.mailbox('Work')).rejects.toThrow('no mailbox');
      expect(await desk.subjects('Arbeit')).toEqual(server.subjects('Arbeit'));
      // By the hint the cached mail is known again, and what was wanted of it is done.
      if (how === 'newname') {
        expect(key).toBe(before);
        expect((await desk.rows('Arbeit')).map((row) => row.key)).toEqual(keys);
        expect([...server.find('Arbeit', 'two').flags]).toContain('\\Flagged');
      }
      expect(server.connections).toBeLessThan(8);
      expect(desk.status.connection).toBe('online');
      expect(desk.bugs).toEqual([]);
    },
  );

  it('newname: what is to be put there goes to the new name', async () => {
    const mailbox = await open_({ rename: 'newname' });
    server.other().run('RENAME Work Arbeit');
    const bytes = new TextEncoder().encode('Subject: filed\r\nMessage-ID: <filed@x>\r\n\r\ntext\r\n');
    const upload = { kind: 'upload', mailbox, messageId: '<filed@x>', flags: [], date: desk.clock.now() };
    await desk.act(upload, bytes);
    await desk.clock.pass(20 * 60_000);
    expect(server.subjects('Arbeit')).toContain('filed');
    expect(server.account.find('Work')).toBeUndefined();
    expect(await desk.actions()).toEqual([]);
  });
});

describe('a mailbox of ours that others use', () => {
  it.each([
    ['delete', { kind: 'delete-mailbox' }, { delete: 'refuse' }],
    ['rename', { kind: 'rename-mailbox', name: 'Arbeit' }, { rename: 'refuse' }],
  ] as const)('§3.1 to %s it waits without a rush until they leave', async (_, action, multiAccess) => {
    await open(multiAccess);
    const { key: mailbox } = await desk.mailbox('Work');
    const other = server.other();
    other.run('SELECT Work');
    await desk.act({ ...action, mailbox });
    const before = server.said.length;
    await desk.clock.pass(60_000);
    expect(server.account.find('Work')).toBeDefined();
    expect(await desk.actions()).toHaveLength(1);
    expect(server.said.length - before).toBeLessThan(60);
    other.end();
    await desk.clock.pass(6 * 60_000);
    expect(server.account.find('Work')).toBeUndefined();
    expect(await desk.actions()).toEqual([]);
  });

  it.each([
    ['DELETE', 'they leave', { kind: 'delete-mailbox' }],
    ['RENAME', 'they leave', { kind: 'rename-mailbox', name: 'Arbeit' }],
    ['DELETE', 'they did it', { kind: 'delete-mailbox' }],
    ['RENAME', 'they did it', { kind: 'rename-mailbox', name: 'Arbeit' }],
  ] as const)(
    '§3.1 %s refused in words alone is told, and done when %s and it is tried again',
    async (what, how, action) => {
      await open({});
      const { key: mailbox } = await desk.mailbox('Work');
      server.faults.refuse = (said) => (said === what ? { status: 'NO', text: 'It is in use' } : undefined);
      const id = await desk.act({ ...action, mailbox });
      await desk.clock.pass(60_000);
      expect((await desk.actions())[0]?.state).toMatchObject({ name: 'failed', reason: 'refused' });
      expect(server.account.find('Work')).toBeDefined();
      server.faults.refuse = undefined;
      if (how === 'they did it') server.other().run(what === 'DELETE' ? 'DELETE Work' : 'RENAME Work Arbeit');
      const said = server.count(new RegExp(` ${what} `));
      await desk.store.commit([{ kind: 'action-state', id, state: { name: 'waiting' }, onlyIn: 'failed' }]);
      desk.engine.wake('action');
      await desk.clock.pass(60_000);
      expect(server.account.find('Work')).toBeUndefined();
      expect(server.account.find('Arbeit') !== undefined).toBe(what === 'RENAME');
      expect(server.count(new RegExp(` ${what} `)) - said).toBe(how === 'they leave' ? 1 : 0);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

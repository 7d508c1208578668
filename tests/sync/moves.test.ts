/** A move without MOVE: COPY and EXPUNGE, and between them anything may happen. The message is in one place in the end. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Uid } from '@postern/protocol/imap';
import { descriptorsQuery, KNOW_AGAIN_SETTING } from '@postern/protocol/sync';
import { desk, open, server, subjects, upload } from './scripted-desk.ts';
import type { ScriptedMessage } from './scripted-server.ts';

afterEach(() => desk.stop());

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

  it('that is finished later has the copy marked as the original was meanwhile, and leaves its other flags', async () => {
    open(1, undefined, 'INBOX', 'Archive');
    server.mailboxes.get('INBOX')!.messages[0]!.flags = ['\\Seen', '$Label1'];
    const { key: from } = await desk.look();
    const { key: to } = await desk.mailbox('Archive');
    const [row] = await desk.rows();
    server.script = ({ name, tag }) => {
      if (name === 'UID COPY')
        queueMicrotask(() => {
          server.mailboxes.get('Archive')!.messages[0]!.flags = ['\\Seen', '$Other'];
        });
      return name === 'UID EXPUNGE' ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    };
    server.edit = (text) => {
      const { name, tag } = server.commands.at(-1)!;
      return name === 'UID COPY' ? text.replace(`${tag} OK`, `${tag} OK [COPYUID 7 1 1]`) : text;
    };
    await desk.act({ kind: 'move', from, to, messages: [row!.key] });
    await desk.look('Archive');
    await desk.look();
    const [failed] = await desk.actions();
    expect(failed).toMatchObject({ state: { name: 'failed' } });
    server.script = () => undefined;
    await desk.act({
      kind: 'flag',
      mailbox: from,
      messages: [row!.key],
      add: ['\\Flagged'],
      remove: ['\\Seen'],
    });
    await desk.clock.pass(5000);
    await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
    await desk.clock.pass(5000);
    expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['letter 1']]);
    expect(server.mailboxes.get('Archive')!.messages[0]!.flags.toSorted()).toEqual(['$Other', '\\Flagged']);
    expect((await desk.rows('Archive')).map(({ flags }) => flags.toSorted())).toEqual([
      ['$Other', '\\Flagged'],
    ]);
    expect(await desk.actions()).toEqual([]);
    expect(desk.bugs).toEqual([]);
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

  it.each([
    ['flag', { add: ['\\Flagged'], remove: [] }],
    ['move', {}],
    ['copy', {}],
    ['expunge', {}],
    [
      'carry',
      {
        to: { account: 'b', name: 'Archive', wireName: 'Archive', delimiter: '/', role: undefined },
        remove: true,
      },
    ],
  ])(
    'into a mailbox that goes while it is selected keeps no later %s waiting for ever',
    async (kind, fields) => {
      open(1, undefined, 'INBOX', 'Archive');
      // Without IDLE it listens nowhere else meanwhile.
      server.capabilities = 'IMAP4rev1 LITERAL+';
      const { key: inbox } = await desk.look();
      const { key: archive } = await desk.mailbox('Archive');
      const [row] = await desk.rows();
      const messages = [row!.key];
      // Only the connection that acts gets there in time.
      let acting = 0;
      server.script = ({ name, args, tag, connection }) => {
        if (name === 'UID COPY') acting = connection;
        if (name !== 'SELECT' || !args.includes('Archive')) return undefined;
        if (connection !== acting) return `${tag} NO [INUSE] later\r\n`;
        queueMicrotask(() => server.mailboxes.delete('Archive'));
        return undefined;
      };
      await desk.act({ kind: 'move', from: inbox, to: archive, messages });
      const there =
        kind === 'flag' || kind === 'expunge' ? { mailbox: archive } : { from: archive, to: inbox };
      const copies = kind === 'copy' ? { copies: [await desk.store.allocate(1)] } : {};
      await desk.act({ kind, messages, ...there, ...copies, ...fields });
      await desk.clock.pass(600_000);
      expect(await desk.actions()).toMatchObject([{ kind, state: { name: 'failed', reason: 'no-mailbox' } }]);
      server.commands.length = 0;
      await desk.clock.pass(600_000);
      expect(server.named('LIST').length).toBeLessThan(3);
    },
  );

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
    await desk.clock.pass(15_000);
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
    await desk.store.commit([{ kind: 'action-removed', id, onlyIn: 'waiting' }]);
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

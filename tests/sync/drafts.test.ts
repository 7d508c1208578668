/** Drafts on the server: the newest version is there once, and no version is lost before the next is certainly there. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, drafts, open, save, server, subjects, version, write, beginAnew } from './draft-desk.ts';

afterEach(() => desk.stop());

describe('a draft', () => {
  it('is put into the Drafts mailbox, Bcc and all, and is a message there', async () => {
    await open();
    await write('one');
    await save();
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(await drafts()).toEqual([]);
    expect(await desk.subjects('Drafts')).toEqual(['one']);
    const [message] = server.mailboxes.get('Drafts')!.messages;
    expect(message!.text).toContain('Bcc: linus@example.org');
    expect(server.named('APPEND')[0]!.args).toContain('(\\Draft \\Seen)');
  });

  it('travels once, however often it was saved without a network', async () => {
    await open();
    server.script = () => 'drop';
    server.dropAll();
    await desk.clock.pass(1000);
    for (const subject of ['one', 'two', 'three']) await write(subject);
    await save();
    await desk.clock.pass(5000);
    await write('four');
    server.script = () => undefined;
    await desk.clock.pass(120_000);
    expect(subjects()).toEqual(['four']);
    expect(server.named('APPEND').filter(({ args }) => args.includes('four'))).toHaveLength(1);
  });

  it('that is being written stays, and its next version takes the place of the one before', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    const [kept] = await drafts();
    expect(kept).toMatchObject({ subject: 'one', copy: { uid: 1, uidValidity: 7 } });
    const messages = (await desk.rows('Drafts')).map(({ key }) => key);
    const { key: mailbox } = await desk.mailbox('Drafts');
    await desk.act({ kind: 'flag', mailbox, messages, add: ['$Label1'], remove: [] });
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(5000);
    const put = server.named('APPEND').at(-1)!;
    expect(put.args).toContain('(\\Draft \\Seen $Label1)');
    await write('three', { editing: false });
    await save();
    await desk.clock.pass(5000);
    expect(subjects()).toEqual(['three']);
    expect(await drafts()).toEqual([]);
    expect(await desk.subjects('Drafts')).toEqual(['three']);
  });

  it('stays here while the mailbox that has it waits to be deleted', async () => {
    await open();
    const { key: mailbox } = await desk.mailbox('Drafts');
    server.script = ({ name, tag }) =>
      name === 'APPEND' && server.named('APPEND').length < 2
        ? `${tag} NO [UNAVAILABLE] not now\r\n`
        : undefined;
    await write('one');
    await save();
    await desk.clock.pass(1000);
    await desk.act({ kind: 'delete-mailbox', mailbox });
    await write('two');
    await desk.clock.pass(600_000);
    expect(server.mailboxes.has('Drafts')).toBe(false);
    expect(await drafts()).toMatchObject([{ subject: 'two' }]);
  });

  it('that changes while it is saved is saved again', async () => {
    await open();
    await write('one');
    server.script = ({ name }) => {
      if (name === 'APPEND' && version === 1) void write('two');
      return undefined;
    };
    beginAnew();
    await write('one');
    await save();
    await desk.clock.pass(10_000);
    expect(subjects()).toEqual(['two']);
    expect(await drafts()).toEqual([]);
    expect(await desk.actions()).toEqual([]);
  });

  it('that the server said to have is not saved again where its mailbox cannot be found any more', async () => {
    await open();
    server.script = ({ name, tag }) => {
      const mailbox = server.mailboxes.get('Drafts')!;
      if (name === 'APPEND') {
        server.add('Drafts', 'one');
        return `${tag} OK [APPENDUID 7 1] there\r\n`;
      }
      if (mailbox.messages.length === 0) return undefined;
      server.mailboxes.delete('Drafts');
      server.mailboxes.set('Kept', { ...mailbox, uidValidity: 99 });
      server.script = () => undefined;
      return 'drop';
    };
    await write('one');
    await save();
    await desk.clock.pass(120_000);
    expect(server.mailboxes.get('Kept')?.messages.map(({ subject }) => subject)).toEqual(['one']);
    expect(server.mailboxes.has('Drafts')).toBe(false);
    expect(server.named('APPEND')).toHaveLength(1);
    expect(await drafts()).toEqual([]);
    expect(await desk.actions()).toEqual([]);
  });

  it('that is discarded while it is saved leaves nothing', async () => {
    await open(({ name }) => {
      if (name === 'APPEND') void desk.store.commit([{ kind: 'draft-removed', id: 'd' }]);
      return undefined;
    });
    await write('one');
    await save();
    await desk.clock.pass(10_000);
    expect(subjects()).toEqual([]);
    expect(await desk.actions()).toEqual([]);
  });

  it.each([
    ['written on', { text: 'more' }, false],
    ['written on, in a composer that is open', { text: 'more', editing: true }, true],
    ['opened', { editing: true }, true],
  ])('that is %s in the moment in which its version is done stays', async (_, change, stays) => {
    await open();
    await write('one');
    const { commit } = desk.store;
    desk.store.commit = async (changes) => {
      const done = changes.some(({ kind }) => kind === 'draft-removed');
      if (done) {
        desk.store.commit = commit;
        const [draft] = await drafts();
        const changed = draft!.changed + ('text' in change ? 1 : 0);
        await commit.call(desk.store, [{ kind: 'draft', draft: { ...draft!, changed, ...change } }]);
      }
      return commit.call(desk.store, changes);
    };
    await save();
    await desk.clock.pass(60_000);
    const { messages } = server.mailboxes.get('Drafts')!;
    expect(messages.map(({ text }) => text.includes('more'))).toEqual(['text' in change]);
    expect(await drafts()).toMatchObject(stays ? [{ ...change, copy: { uid: messages[0]!.uid } }] : []);
    expect(await desk.actions()).toEqual([]);
  });

  it('is not taken for an older message of which the server says that it is the one put there: that stays', async () => {
    await open();
    server.add('Drafts', 'a letter');
    await desk.clock.pass(5000);
    server.edit = (text) => {
      const tag = server.named('APPEND').at(-1)?.tag;
      return tag === undefined ? text : text.replace(`${tag} OK `, `${tag} OK [APPENDUID 7 1] `);
    };
    for (const subject of ['one', 'two', 'three']) {
      await write(subject, { editing: true });
      await save();
      await desk.clock.pass(60_000);
      expect(subjects()).toEqual(['a letter', subject]);
    }
    expect(await desk.actions()).toEqual([]);
  });

  it('whose version somebody else has replaced stays beside theirs', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    const { messages } = server.mailboxes.get('Drafts')!;
    const [{ messageId } = { messageId: '' }] = messages;
    messages.shift();
    server.add('Drafts', 'theirs', { messageId });
    await write('two');
    await save();
    await desk.clock.pass(5000);
    expect(subjects()).toEqual(['theirs', 'two']);
  });

  it('stays here when not all of it can be said in a message', async () => {
    await open();
    await write('one', { to: 'Gra' });
    await save();
    await desk.clock.pass(5000);
    expect(await drafts()).toMatchObject([{ to: 'Gra', copy: { uid: 1 } }]);
    expect(await desk.actions()).toEqual([]);
  });

  it('that is saved again while the version before cannot be removed is there once', async () => {
    await open();
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    let again: Promise<void> | undefined;
    server.script = ({ name, tag }) => {
      if (name !== 'UID STORE' || again) return undefined;
      again = write('three', { editing: true }).then(() => save());
      return `${tag} NO not now\r\n`;
    };
    await write('two', { editing: true });
    await save();
    await desk.clock.pass(60_000);
    await again;
    await desk.clock.pass(60_000);
    expect(subjects()).toEqual(['three']);
    expect(await desk.actions()).toEqual([]);
  });

  it('is replaced in one step where the server can', async () => {
    await open(undefined, 'UIDPLUS REPLACE');
    await write('one', { editing: true });
    await save();
    await desk.clock.pass(5000);
    server.script = ({ name, args, tag }) => {
      if (name !== 'UID REPLACE') return undefined;
      server.mailboxes.get('Drafts')!.messages.shift();
      server.add('Drafts', /^Subject: (.*)$/m.exec(args)![1]!.trim(), {
        messageId: /^Message-ID: (.*)$/m.exec(args)![1]!.trim(),
      });
      return `* OK [APPENDUID 7 2] new\r\n* 1 EXPUNGE\r\n${tag} OK replaced\r\n`;
    };
    await write('two');
    await save();
    await desk.clock.pass(5000);
    expect(server.named('APPEND')).toHaveLength(1);
    expect(server.named('UID STORE')).toEqual([]);
    expect(subjects()).toEqual(['two']);
    expect(await desk.subjects('Drafts')).toEqual(['two']);
  });

  it('is saved where it belongs while nobody may look where the version before is', async () => {
    await open();
    await write('one', { editing: true });
    await save('INBOX');
    await desk.clock.pass(5000);
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('INBOX') ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    server.dropAll();
    await write('two');
    await save();
    await desk.clock.pass(60_000);
    expect([subjects('INBOX'), subjects()]).toEqual([['one'], ['two']]);
    expect(await desk.actions()).toEqual([]);
  });

  it.each([
    ['UIDPLUS', 'Drafts'],
    ['', 'Drafts'],
    ['UIDPLUS', 'INBOX'],
    ['', 'INBOX'],
  ])(
    'is there once, and never not at all, whichever command is lost (%s), also where the version before is in %s',
    async (capabilities, earlier) => {
      for (const how of ['drop', 'lose'] as const) {
        for (let lost = 0; ; lost++) {
          await open(undefined, capabilities);
          await write('one', { editing: true });
          await save(earlier);
          await desk.clock.pass(5000);
          const all = (): string[] => [...subjects('INBOX'), ...subjects()];
          expect(subjects(earlier)).toEqual(['one']);
          let commands = 0;
          let least = Infinity;
          server.script = ({ name }) => {
            least = Math.min(least, all().length);
            if (name === 'IDLE') return undefined;
            return commands++ === lost ? how : undefined;
          };
          await write('two');
          await save();
          await desk.clock.pass(60_000);
          const what = `${how} ${lost}: ${server.commands.map(({ name }) => name).join(' ')}`;
          expect([subjects('INBOX'), subjects()], what).toEqual([[], ['two']]);
          expect(await drafts(), what).toEqual([]);
          expect(await desk.actions(), what).toEqual([]);
          expect(least, what).toBeGreaterThan(0);
          if (commands <= lost) break;
          await desk.stop();
        }
      }
    },
    60_000,
  );
});

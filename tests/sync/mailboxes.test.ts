/** Actions on mailboxes themselves: each happens once, what depends on it waits, and no cached mail is lost by a new name. */
import { afterEach, describe, expect, it } from 'vitest';
import { create, moveTo, names, openWith, rename } from './on-mailboxes.ts';
import { desk, server, subjects } from './scripted-desk.ts';

afterEach(() => desk.stop());

describe('a new mailbox', () => {
  it('takes mail before the server knows of it, and keeps its key', async () => {
    await openWith();
    const key = await create('Projects');
    await moveTo(key);
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Projects')).toEqual(['letter']);
    expect([...server.subscribed]).toEqual(['Projects']);
    expect(await desk.mailbox('Projects')).toMatchObject({ key, subscribed: true, delimiter: '/' });
    expect((await desk.rows('Projects')).map(({ mailbox }) => mailbox)).toEqual([key]);
  });

  it('keeps the messages that are moved into it, and what is done to them later', async () => {
    await openWith();
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      const { subject, text, messageId } = server.mailboxes.get('INBOX')!.messages[0]!;
      const { uid } = server.add('Projects', subject, { text, messageId });
      return `${tag} OK [COPYUID 7 1 ${uid}] done\r\n`;
    };
    const mailbox = await create('Projects');
    const [row] = await desk.rows();
    await moveTo(mailbox);
    await desk.clock.pass(2000);
    await desk.look('Projects');
    const messages = [row!.key];
    expect((await desk.rows('Projects')).map(({ key }) => key)).toEqual(messages);
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toEqual([]);
    expect(server.mailboxes.get('Projects')!.messages[0]!.flags).toEqual(['\\Flagged']);
  });

  it('holds back what goes into it as long as the server asks for patience', async () => {
    await openWith();
    server.script = ({ name, tag }) => (name === 'CREATE' ? `${tag} NO [INUSE] later\r\n` : undefined);
    await moveTo(await create('Projects'));
    await desk.clock.pass(20_000);
    expect((await desk.actions()).map(({ state }) => state.name)).toEqual(['running', 'waiting']);
    server.script = () => undefined;
    await desk.clock.pass(300_000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Projects')).toEqual(['letter']);
  });

  it('whose receipt was lost is not made twice', async () => {
    await openWith();
    server.script = ({ name }) => {
      if (name !== 'CREATE') return undefined;
      server.mailboxes.set('Projects', { uidValidity: 9, uidNext: 1, messages: [] });
      return 'drop';
    };
    const key = await create('Projects');
    await desk.clock.pass(60_000);
    expect(server.named('CREATE')).toHaveLength(1);
    expect(await desk.actions()).toEqual([]);
    expect((await desk.mailbox('Projects')).key).toBe(key);
  });

  it('that somebody else has made meanwhile is that one', async () => {
    await openWith();
    server.mailboxes.set('Projects', { uidValidity: 9, uidNext: 1, messages: [] });
    server.script = ({ name, tag }) =>
      name === 'CREATE' ? `${tag} NO [ALREADYEXISTS] it is\r\n` : undefined;
    const key = await create('Projects');
    await moveTo(key);
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Projects')).toEqual(['letter']);
    expect((await desk.mailbox('Projects')).key).toBe(key);
  });

  it('that is known here under another key is that one, for whatever is wanted of it', async () => {
    await openWith('Projects');
    server.script = ({ name, tag }) =>
      name === 'CREATE' ? `${tag} NO [ALREADYEXISTS] it is\r\n` : undefined;
    const { key: known } = await desk.mailbox('Projects');
    const key = await create('Projects');
    await moveTo(key);
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect((await desk.rows('Projects')).map(({ mailbox }) => mailbox)).toEqual([known]);
  });

  it('that is refused takes nothing along: what was to go into it fails, and stays where it is', async () => {
    await openWith();
    server.script = ({ name, tag }) => (name === 'CREATE' ? `${tag} NO [NOPERM] not here\r\n` : undefined);
    await moveTo(await create('Projects'));
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { name: 'failed', reason: 'forbidden', words: 'not here' },
      { name: 'failed', reason: 'no-mailbox' },
    ]);
    expect(subjects('INBOX')).toEqual(['letter']);
    expect(await desk.subjects()).toEqual(['letter']);
  });

  it('is made for its use, and without where the server makes none for that', async () => {
    await openWith();
    server.capabilities += ' CREATE-SPECIAL-USE';
    server.dropAll();
    server.script = ({ name, tag, args }) =>
      name === 'CREATE' && args.includes('USE') ? `${tag} NO [USEATTR] none\r\n` : undefined;
    await create('Archive', { role: 'archive' });
    await desk.clock.pass(20_000);
    expect(server.named('CREATE').map(({ args }) => args)).toEqual([
      '"Archive" (USE (\\Archive))',
      '"Archive"',
    ]);
    expect(await desk.mailbox('Archive')).toMatchObject({ role: 'archive' });
  });
});

describe('another name', () => {
  it('keeps the key and the cached mail, of those below it too, and takes subscriptions along', async () => {
    await openWith('Projects', 'Projects/Lighthouse');
    server.add('Projects/Lighthouse', 'lamp');
    server.subscribed.add('Projects/Lighthouse');
    await desk.stop();
    desk.start();
    await desk.look('Projects/Lighthouse');
    const before = await desk.rows('Projects/Lighthouse');
    const { key } = await desk.mailbox('Projects');
    server.commands.length = 0;
    await rename('Projects', 'Werke');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(names()).toEqual(['INBOX', 'Werke', 'Werke/Lighthouse']);
    expect((await desk.mailbox('Werke')).key).toBe(key);
    expect(await desk.rows('Werke/Lighthouse')).toEqual(before);
    expect([...server.subscribed]).toEqual(['Werke/Lighthouse']);
    await desk.stop();
    desk.start();
    await desk.clock.pass(5000);
    expect(await desk.rows('Werke/Lighthouse')).toEqual(before);
    expect(server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'))).toEqual([]);
  });

  it.each(['the check', 'LIST'] as const)(
    'is given once although the receipt was lost; %s tells of it',
    async (which) => {
      await openWith('Projects', 'Projects/Lighthouse');
      server.add('Projects/Lighthouse', 'lamp');
      await desk.look('Projects/Lighthouse');
      const before = await desk.rows('Projects/Lighthouse');
      let hush = which === 'LIST';
      server.script = ({ name, args, tag }) => {
        // Whoever asks for one mailbox is not answered yet; who asks for all is.
        if (name === 'LIST' && hush && !args.includes('*')) return `${tag} NO [UNAVAILABLE] not now\r\n`;
        if (name !== 'RENAME') return undefined;
        for (const below of ['', '/Lighthouse']) {
          server.mailboxes.set(`Werke${below}`, server.mailboxes.get(`Projects${below}`)!);
          server.mailboxes.delete(`Projects${below}`);
        }
        if (which === 'LIST') server.dropAll();
        return 'drop';
      };
      await rename('Projects', 'Werke');
      await desk.clock.pass(120_000);
      hush = false;
      await desk.clock.pass(300_000);
      expect(server.named('RENAME')).toHaveLength(1);
      expect(await desk.actions()).toEqual([]);
      expect(await desk.rows('Werke/Lighthouse')).toEqual(before);
    },
  );

  it('that did not arrive is given again', async () => {
    await openWith('Projects');
    let lose = true;
    server.script = ({ name }) => (name === 'RENAME' && lose ? ((lose = false), 'drop') : undefined);
    await rename('Projects', 'Werke');
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX', 'Werke']);
    expect(await desk.actions()).toEqual([]);
  });

  it('that is taken is refused, and so is one for INBOX', async () => {
    await openWith('Projects', 'Werke');
    await rename('Projects', 'Werke');
    await rename('INBOX', 'Old');
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { name: 'failed', reason: 'exists' },
      { name: 'failed', reason: 'refused' },
    ]);
    expect(names()).toEqual(['INBOX', 'Projects', 'Werke']);
  });

  it('is that of what is filed there afterwards', async () => {
    await openWith('Projects');
    await rename('Projects', 'Werke');
    await moveTo((await desk.mailbox('Projects')).key);
    await create('Projects');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Werke')).toEqual(['letter']);
    expect(subjects('Projects')).toEqual([]);
  });
});

it('a subscription is known at once, there and here', async () => {
  await openWith('Projects');
  const { key: mailbox } = await desk.mailbox('Projects');
  await desk.act({ kind: 'subscribe', mailbox, on: true });
  await desk.clock.pass(2000);
  expect([...server.subscribed]).toEqual(['Projects']);
  expect((await desk.mailbox('Projects')).subscribed).toBe(true);
  await desk.act({ kind: 'subscribe', mailbox, on: false });
  await desk.clock.pass(2000);
  expect([...server.subscribed]).toEqual([]);
  expect((await desk.mailbox('Projects')).subscribed).toBe(false);
});

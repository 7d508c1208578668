/** Whatever a server says, the engine must come to rest: so many commands in so much time, and no more. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, open, server } from './scripted-desk.ts';
import { statusOf } from './scripted-server.ts';

afterEach(() => desk.stop());

/** Commands in ten quiet minutes with INBOX on screen. */
async function inTenMinutes(): Promise<number> {
  const before = server.commands.length;
  await desk.clock.pass(600_000);
  return server.commands.length - before;
}

describe('the engine rests', () => {
  it('with a server that has nothing wrong', async () => {
    open(3);
    await desk.look();
    expect(await desk.subjects()).toHaveLength(3);
    expect(await inTenMinutes()).toBeLessThan(60);
  });

  it('where SELECT says no UIDNEXT', async () => {
    open(3);
    server.edit = (text) => text.replace(/\* OK \[UIDNEXT.*\r\n/, '').replace(/UIDNEXT \d+ /, '');
    await desk.look();
    expect(await desk.subjects()).toHaveLength(3);
    expect(await inTenMinutes()).toBeLessThan(60);
    server.add('INBOX', 'new');
    await desk.clock.pass(2000);
    expect(await desk.subjects()).toContain('new');
  });

  it('where FETCH gives OK and nothing', async () => {
    open(3, ({ name, tag }) => (name === 'UID FETCH' ? `${tag} OK done\r\n` : undefined));
    await desk.look();
    expect(await inTenMinutes()).toBeLessThan(100);
  });

  it.each([
    ['one less, and one more', '* 2 EXISTS\r\n* 3 EXISTS\r\n'],
    ['two less, and one more', '* 1 EXISTS\r\n* 2 EXISTS\r\n'],
    ['none, and one', '* 0 EXISTS\r\n* 1 EXISTS\r\n'],
    ['one gone, and one come', '* 3 EXPUNGE\r\n* 3 EXISTS\r\n'],
    ['two gone, and one come', '* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n* 2 EXISTS\r\n'],
  ])('where every answer tells of messages: %s', async (_, news) => {
    open(3);
    await desk.look();
    server.edit = (text) => text.replace(/^\S+ OK done/m, (end) => news + end);
    // Each of them is news, and some of it is looked for each time.
    expect(await inTenMinutes()).toBeLessThan(600);
  });

  it.each(['LIST', 'STATUS', 'IDLE', 'NOOP', 'UID FETCH', 'UID SEARCH', 'SELECT', 'LSUB'])(
    'where %s is refused',
    async (refused) => {
      open(3, ({ name, tag }) => (name === refused ? `${tag} BAD no\r\n` : undefined), 'INBOX', 'Other');
      await desk.clock.pass(2000);
      const inbox = await desk.mailbox('INBOX').catch(() => undefined);
      if (inbox) desk.wish({ mailbox: inbox.key });
      await desk.clock.pass(2000);
      const { connections } = server;
      expect(await inTenMinutes()).toBeLessThan(250);
      expect(server.connections - connections).toBeLessThan(3);
      server.add('INBOX', 'new');
      await desk.clock.pass(60_000);
      const useless = ['UID FETCH', 'SELECT'].includes(refused);
      expect((await desk.subjects()).length).toBe(useless ? 0 : 4);
    },
  );

  it('where every command is refused', async () => {
    open(3, ({ tag }) => `${tag} NO [SERVERBUG] not today\r\n`);
    expect(await inTenMinutes()).toBeLessThan(250);
  });

  it.each(['LIST', 'STATUS', 'IDLE', 'UID FETCH', 'SELECT'])(
    'where %s ends the connection',
    async (deadly) => {
      open(3, ({ name }) => (name === deadly ? 'drop' : undefined), 'INBOX', 'Other');
      await desk.clock.pass(1000);
      const inbox = await desk.mailbox('INBOX').catch(() => undefined);
      if (inbox) desk.wish({ mailbox: inbox.key });
      await desk.clock.pass(1000);
      const { connections } = server;
      await inTenMinutes();
      expect(server.connections - connections).toBeLessThan(60);
    },
  );

  it('after a connection that broke, before the next: neither its end nor a wish shortens that', async () => {
    open(3, ({ name }) => (name === 'LIST' ? 'drop' : undefined));
    await desk.clock.pass(200);
    desk.wish({});
    await desk.clock.pass(200);
    expect(server.connections).toBe(1);
    await desk.clock.pass(200);
    expect(server.connections).toBe(2);
    desk.engine.wake('network');
    await desk.clock.pass(0);
    expect(server.connections).toBe(3);
  });

  it('where STATUS never agrees with what was found', async () => {
    open(
      3,
      ({ name, tag, args }) =>
        name === 'STATUS' && args.includes('Other')
          ? `${statusOf('Other', { uidValidity: 7, uidNext: 99, messages: [] })}${tag} OK done\r\n`
          : undefined,
      'INBOX',
      'Other',
    );
    await desk.look();
    await inTenMinutes();
    const selects = server.named('SELECT').length;
    await inTenMinutes();
    expect(server.named('SELECT').length - selects).toBeLessThan(4);
  });

  it('where an action ends the connection every time', async () => {
    open(3, ({ name }) => (name === 'UID STORE' ? 'drop' : undefined));
    const { key } = await desk.look();
    const [row] = await desk.rows();
    await desk.act({ kind: 'flag', mailbox: key, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    const { connections } = server;
    await inTenMinutes();
    expect(server.connections - connections).toBeLessThan(60);
    expect(server.named('UID STORE').length).toBeLessThan(30);
  });
});

/** What is put on the server by APPEND is there once, whatever becomes of the receipt. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, open, server, subjects, upload } from './scripted-desk.ts';

afterEach(() => desk.stop());

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

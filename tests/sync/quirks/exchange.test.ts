import { expect } from 'vitest';
import { desk, notes, server, subjects } from '../scripted-desk.ts';
import { fetchLine, inSet } from '../scripted-server.ts';
import { agrees, file, filed, flag, inbox, openInbox, read, testQuirks } from './test-quirks.ts';

testQuirks('Exchange', {
  async 'BAD with a wait in milliseconds, when asked too often'() {
    openInbox();
    await desk.look();
    let until = desk.clock.now() + 20_000;
    server.script = ({ name, tag }) =>
      name === 'UID STORE' && desk.clock.now() < until
        ? `${tag} BAD Request is throttled. Suggested Backoff Time: 15000 milliseconds\r\n`
        : undefined;
    const before = desk.clock.now();
    await flag(2);
    expect(server.named('UID STORE')).toHaveLength(1);
    await desk.clock.pass(30_000);
    // It was asked when the wait was over, and not before.
    expect(server.named('UID STORE')).toHaveLength(3);
    expect(inbox()[1]!.flags).toEqual(['\\Flagged']);
    // Longer waits are sat out by the action, which stays.
    until = desk.clock.now() + 400_000;
    server.script = ({ name, tag }) =>
      name === 'UID STORE' && desk.clock.now() < until
        ? `${tag} BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n`
        : undefined;
    await flag(3);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'running' } }]);
    await desk.clock.pass(800_000);
    expect(inbox()[2]!.flags).toEqual(['\\Flagged']);
    expect(desk.clock.now()).toBeGreaterThan(before);
    await agrees();
  },

  async 'User is authenticated but not connected'() {
    openInbox();
    await desk.look();
    const forlorn = new Set([1, 2]);
    server.script = ({ tag, connection }) =>
      forlorn.has(connection) ? `${tag} BAD User is authenticated but not connected.\r\n` : undefined;
    server.add('INBOX', 'new');
    await flag(2);
    await desk.clock.pass(30_000);
    expect(inbox()[1]!.flags).toEqual(['\\Flagged']);
    expect(await desk.actions()).toEqual([]);
    expect(server.connections).toBeLessThan(8);
    await agrees();
  },

  async 'a message that cannot be had: OK, and no data'() {
    openInbox({
      messages: 40,
      script: ({ name, args, tag, selected: box }) => {
        if (name !== 'UID FETCH' || box === undefined) return undefined;
        const set = args.split(' ')[0]!;
        const lines = inbox().map((message, i) =>
          inSet(set, message.uid, server.mailboxes.get(box)) &&
          !(args.includes('PEEK[1]') && message.uid === 2)
            ? fetchLine(i + 1, message, args)
            : '',
        );
        return `${lines.join('')}${tag} OK FETCH completed\r\n`;
      },
    });
    await desk.look();
    expect(await read(2)).toBeUndefined();
    expect(notes('unavailable')).toHaveLength(1);
    expect(await read(3)).toBe('text of letter 3');
    await agrees();
  },

  async 'LSUB refused with BAD'() {
    openInbox({
      names: ['INBOX', 'Sent'],
      script: ({ name, tag }) => (name === 'LSUB' ? `${tag} BAD not in IMAP4rev2\r\n` : undefined),
    });
    await desk.look();
    expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
    await agrees();
  },

  async 'another Message-ID on what was submitted'() {
    openInbox({ names: ['INBOX', 'Sent'] });
    await desk.look('Sent');
    filed({ messageId: '<AM0PR01@eurprd01.example>' });
    server.script = ({ name, args, tag }) => {
      if (!args.includes('X-Microsoft-Original-Message-ID')) return undefined;
      if (name === 'UID SEARCH') return `* SEARCH 1\r\n${tag} OK done\r\n`;
      const header = 'X-Microsoft-Original-Message-ID: <mail@postern.example>\r\n\r\n';
      const item = 'BODY[HEADER.FIELDS (X-MICROSOFT-ORIGINAL-MESSAGE-ID)]';
      return `* 1 FETCH (UID 1 ${item} {${header.length}}\r\n${header})\r\n${tag} OK done\r\n`;
    };
    await file('mail');
    expect(subjects('Sent')).toEqual(['filed']);
    expect(await desk.actions()).toEqual([]);
    // A server whose SEARCH finds everything is not believed.
    await file('other');
    expect(subjects('Sent')).toEqual(['filed', 'other']);
  },
});

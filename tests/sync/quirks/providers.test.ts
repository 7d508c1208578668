import { expect } from 'vitest';
import { desk, server, subjects } from '../scripted-desk.ts';
import { fetchLine, inSet } from '../scripted-server.ts';
import {
  agrees,
  file,
  flag,
  inbox,
  move,
  openInbox,
  read,
  reconnect,
  testQuirks,
  uploadTo,
} from './test-quirks.ts';

testQuirks('Yahoo', {
  async 'messages from the highest UID down'() {
    openInbox({
      messages: 40,
      script: ({ name, args, tag, selected: box }) => {
        if (name !== 'UID FETCH' || box === undefined) return undefined;
        const set = args.split(' ')[0]!;
        const lines = inbox().map((message, i) =>
          inSet(set, message.uid, server.mailboxes.get(box)) ? fetchLine(i + 1, message, args) : '',
        );
        return `${lines.toReversed().join('')}${tag} OK done\r\n`;
      },
    });
    await desk.look();
    await agrees();
    server.add('INBOX', 'new');
    await desk.clock.pass(3000);
    await agrees();
    expect(await read(17)).toBe('text of letter 17');
  },

  async 'command lines of 1000 octets at most'() {
    let longest = 0;
    openInbox({
      messages: 0,
      names: ['INBOX', 'Archive'],
      script: ({ tag, name, args }) => {
        longest = Math.max(longest, ...`${tag} ${name} ${args}`.split('\r\n').map(({ length }) => length));
        return undefined;
      },
    });
    server.mailboxes.get('INBOX')!.uidNext = 4_000_000_000;
    // Every other one is gone, so that no two of them are neighbours.
    for (let i = 0; i < 300; i++, server.mailboxes.get('INBOX')!.uidNext++)
      server.add('INBOX', `letter ${i}`);
    const { key: from } = await desk.look();
    await desk.clock.pass(30_000);
    const rows = await desk.rows();
    const messages = rows.slice(0, 250).map(({ key }) => key);
    desk.wish({ mailbox: from, previews: rows.map(({ key }) => key) });
    await desk.act({ kind: 'flag', mailbox: from, messages, add: ['\\Seen'], remove: [] });
    await desk.clock.pass(20_000);
    const { key: to } = await desk.mailbox('Archive');
    await desk.act({ kind: 'move', from, to, messages });
    await desk.clock.pass(20_000);
    expect(subjects('Archive')).toHaveLength(250);
    expect(longest).toBeGreaterThan(500);
    expect(longest).toBeLessThanOrEqual(1000);
    await agrees();
  },

  async 'IDLE that works and is not listed'() {
    openInbox({ capabilities: 'IMAP4rev1 UIDPLUS' });
    await desk.look();
    server.add('INBOX', 'new');
    await desk.clock.pass(20_000);
    expect(server.named('IDLE')).toEqual([]);
    await agrees();
  },
});

testQuirks('iCloud', {
  async 'SEARCH HEADER refused now and then'() {
    openInbox({ names: ['INBOX', 'Drafts'] });
    await desk.look('Drafts');
    let lost = false;
    server.script = ({ name, args, tag }) => {
      if (name === 'UID SEARCH' && args.includes('HEADER')) return `${tag} NO [UNAVAILABLE] Try later\r\n`;
      if (name !== 'APPEND' || lost) return undefined;
      lost = true;
      server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
      return 'drop';
    };
    await uploadTo('Drafts', 'once');
    expect(subjects('Drafts')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
  },

  async 'items asked for and left out'() {
    let left = 0;
    openInbox({
      messages: 20,
      edit: (text) => {
        if (!text.includes(' FETCH (UID ') || ++left % 4 !== 0) return text;
        return text.replace(
          / (?:ENVELOPE \(.*\)\) NIL NIL NIL "[^"]*"\)|BODYSTRUCTURE \(.*\)(?= BODY)|RFC822.SIZE \d+)/,
          '',
        );
      },
    });
    await desk.look();
    await desk.clock.pass(20_000);
    await agrees();
  },
});

testQuirks('Coremail', {
  async 'SELECT refused until ID was said'() {
    const introduced = new Set<number>();
    openInbox({
      capabilities: 'IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS XAPPLEPUSHSERVICE UIDPLUS IDLE',
      names: ['INBOX', 'Archive'],
      script: ({ name, tag, connection }) => {
        if (name === 'ID') {
          introduced.add(connection);
          return `* ID ("name" "Coremail Imap")\r\n${tag} OK ID completed\r\n`;
        }
        return name === 'SELECT' && !introduced.has(connection)
          ? `${tag} NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n`
          : undefined;
      },
    });
    await desk.look();
    await agrees();
    await flag(2);
    expect(inbox()[1]!.flags).toEqual(['\\Flagged']);
    expect(server.named('ID').map(({ args }) => args)).toEqual(['("name" "Postern")', '("name" "Postern")']);
  },

  async 'files the copy in Sent itself'() {
    openInbox({ names: ['INBOX', 'Sent Messages'], capabilities: 'IMAP4rev1 ID' });
    await desk.look('Sent Messages');
    server.add('Sent Messages', 'filed', { messageId: '<mail@postern.example>' });
    await file('mail', 'Sent Messages');
    expect(subjects('Sent Messages')).toEqual(['filed']);
    expect(await desk.actions()).toEqual([]);
  },
});

testQuirks('Proton Bridge', {
  async 'UIDs used again after a rebuild'() {
    openInbox({ messages: 6 });
    await desk.look();
    const box = server.mailboxes.get('INBOX')!;
    // Two are gone, and the rest are numbered from 1 again: 2 is what 4 was.
    box.messages = box.messages
      .slice(2)
      .map((message, i) => ({ ...message, uid: i + 1, text: 'x'.repeat(i) }));
    box.uidNext = 5;
    await reconnect();
    await desk.clock.pass(10_000);
    await agrees();
    for (const row of await desk.rows()) expect(row.uid).toBeLessThan(5);
    // A UIDNEXT that is only late is no rebuild.
    const keys = (await desk.rows()).map(({ key }) => key);
    server.edit = (text) => text.replace(/\[UIDNEXT 5\]/, '[UIDNEXT 3]');
    await reconnect();
    expect((await desk.rows()).map(({ key }) => key)).toEqual(keys);
  },

  async 'LIST RETURN (SPECIAL-USE) gives BAD'() {
    openInbox({
      capabilities: 'IMAP4rev1 IDLE UIDPLUS LIST-EXTENDED SPECIAL-USE',
      names: ['INBOX', 'Sent'],
      script: ({ name, args, tag }) =>
        name === 'LIST' && args.includes('RETURN') ? `${tag} BAD [Error offset=27]: bad LIST\r\n` : undefined,
    });
    await desk.look();
    expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
    await agrees();
  },
});

testQuirks('strato', {
  async 'extended LIST answered with nothing'() {
    openInbox({
      capabilities: 'IMAP4rev1 IDLE UIDPLUS LIST-EXTENDED SPECIAL-USE',
      names: ['INBOX', 'Sent'],
      script: ({ name, args, tag }) =>
        name === 'LIST' && args.includes('RETURN') ? `${tag} OK done\r\n` : undefined,
    });
    await desk.look();
    expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
    await agrees();
  },
});

testQuirks('Purelymail', {
  async 'HIGHESTMODSEQ 0 of an empty mailbox'() {
    let modSeq = 0;
    openInbox({
      messages: 0,
      capabilities: 'IMAP4rev1 IDLE UIDPLUS CONDSTORE',
      edit: (text) => text.replace(/\* OK \[UIDNEXT/, `* OK [HIGHESTMODSEQ ${modSeq}] m\r\n$&`),
    });
    await desk.look();
    await agrees();
    server.add('INBOX', 'first');
    modSeq = 3;
    await reconnect();
    await agrees();
    inbox().pop();
    modSeq = 0;
    await reconnect();
    await agrees();
  },
});

testQuirks('seznam', {
  async 'UIDNEXT without UIDPLUS'() {
    openInbox({ capabilities: 'IMAP4rev1 IDLE', names: ['INBOX', 'Archive', 'Drafts'] });
    await desk.look();
    await uploadTo('Drafts', 'mine');
    expect(subjects('Drafts')).toEqual(['mine']);
    await move(2, 'Archive');
    expect(subjects('INBOX')).toEqual(['letter 1', 'letter 3']);
    await desk.clock.pass(60_000);
    await agrees();
    await agrees('Archive');
    for (const { uid } of await desk.rows('Archive')) expect(uid).toBe(1);
    expect(await desk.actions()).toEqual([]);
  },
});

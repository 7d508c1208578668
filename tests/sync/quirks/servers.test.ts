import { expect } from 'vitest';
import { rowsQuery } from '@postern/protocol/sync';
import { desk, notes, server, subjects } from '../scripted-desk.ts';
import { selected } from '../scripted-server.ts';
import { agrees, flag, inbox, move, openInbox, reconnect, testQuirks, uploadTo } from './test-quirks.ts';

testQuirks('any server', {
  async 'UIDNEXT missing'() {
    openInbox({ edit: (text) => text.replace(/\* OK \[UIDNEXT.*\r\n/, '').replace(/ UIDNEXT \d+/, '') });
    await desk.look();
    await agrees();
    server.add('INBOX', 'new');
    await desk.clock.pass(3000);
    await reconnect();
    await agrees();
  },

  async 'HIGHESTMODSEQ going down'() {
    let modSeq = 90;
    openInbox({
      capabilities: 'IMAP4rev1 IDLE UIDPLUS CONDSTORE',
      edit: (text) => text.replace(/\* OK \[UIDNEXT/, `* OK [HIGHESTMODSEQ ${modSeq}] m\r\n$&`),
    });
    await desk.look();
    modSeq = 40;
    inbox()[1]!.flags.push('\\Seen');
    await reconnect();
    expect((await desk.rows()).find(({ uid }) => uid === 2)!.flags).toEqual(['\\Seen']);
    await agrees();
  },
});

testQuirks('Zimbra', {
  async 'READ-ONLY that is not so'() {
    openInbox({ edit: (text) => text.replace(/^(\S+) OK done/, '$1 OK [READ-ONLY] done') });
    await desk.look();
    await flag(2);
    expect(inbox()[1]!.flags).toEqual(['\\Flagged']);
    expect(await desk.actions()).toEqual([]);
  },
});

testQuirks('Dovecot', {
  async 'attributes that disappear with LIST RETURN'() {
    openInbox({
      capabilities: 'IMAP4rev1 IDLE UIDPLUS LIST-EXTENDED SPECIAL-USE',
      script: ({ name, args, tag }) => {
        if (name !== 'LIST') return undefined;
        const asked = args.includes('SPECIAL-USE');
        const use = asked ? '\\Sent' : '\\HasNoChildren';
        return `* LIST () "/" INBOX\r\n* LIST (${use}) "/" Odd\r\n* LIST (\\Noselect) "/" Lists\r\n${tag} OK done\r\n`;
      },
      names: ['INBOX', 'Odd'],
    });
    await desk.look();
    expect(await desk.mailbox('Odd')).toMatchObject({ role: 'sent' });
    expect(server.commands.filter(({ args }) => args.includes('Lists'))).toEqual([]);
    await agrees();
  },
});

testQuirks('Cyrus', {
  async 'a long VANISHED once its log was trimmed'() {
    openInbox({ messages: 5 });
    await desk.look();
    const ranges = Array.from({ length: 20_000 }, (_, i) => `${10 + i * 3}:${11 + i * 3}`).join(',');
    server.script = ({ name, tag }) => {
      if (name !== 'NOOP') return undefined;
      inbox().splice(1, 1);
      server.script = () => undefined;
      return `* VANISHED (EARLIER) 2,${ranges},70000:4294967295\r\n* 4 EXISTS\r\n${tag} OK done\r\n`;
    };
    await reconnect();
    await desk.clock.pass(60_000);
    expect(inbox()).toHaveLength(4);
    await agrees();
  },
});

testQuirks('Courier', {
  async 'another UIDVALIDITY under EXAMINE'() {
    openInbox({
      names: ['INBOX', 'Other'],
      script: ({ name, tag }) =>
        name === 'EXAMINE'
          ? `${selected({ ...server.mailboxes.get('INBOX')!, uidValidity: 99 })}${tag} OK done\r\n`
          : undefined,
      // As if STATUS looked at it as EXAMINE does.
      edit: (text) => text.replace(/(STATUS .*UIDVALIDITY) \d+/, '$1 99'),
    });
    await desk.look();
    const keys = (await desk.rows()).map(({ key }) => key);
    await desk.look('Other');
    await desk.clock.pass(300_000);
    await desk.look();
    expect((await desk.rows()).map(({ key }) => key)).toEqual(keys);
    expect(server.named('EXAMINE')).toEqual([]);
    await agrees();
  },

  async 'what was appended shows after NOOP'() {
    openInbox({ names: ['INBOX', 'Drafts'], capabilities: 'IMAP4rev1 IDLE' });
    await desk.look('Drafts');
    const blind = new Set<number>();
    let lost = false;
    server.script = ({ name, tag, connection, selected: box }) => {
      if (name === 'NOOP' || name === 'SELECT') blind.delete(connection);
      const looks = name === 'UID FETCH' || name === 'UID SEARCH';
      if (looks && box === 'Drafts' && blind.has(connection))
        return `${name === 'UID SEARCH' ? '* SEARCH\r\n' : ''}${tag} OK done\r\n`;
      if (name !== 'APPEND') return undefined;
      // Whoever has the mailbox selected does not see it before a NOOP.
      for (let each = 1; each <= server.connections; each++) blind.add(each);
      if (lost) return undefined;
      lost = true;
      const drafts = server.mailboxes.get('Drafts')!;
      const uid = drafts.uidNext++;
      // Nor is anybody told of it.
      drafts.messages.push({
        uid,
        flags: [],
        subject: 'once',
        text: '',
        messageId: '<once@postern.example>',
      });
      return 'drop';
    };
    await uploadTo('Drafts', 'once');
    await desk.clock.pass(60_000);
    expect(subjects('Drafts')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
    await agrees('Drafts');
  },

  async 'no CONDSTORE, LITERAL- or SPECIAL-USE'() {
    openInbox({
      names: ['INBOX', 'Drafts', 'Trash'],
      capabilities: 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE',
    });
    await desk.look();
    expect(await desk.mailbox('Trash')).toMatchObject({ role: 'trash' });
    await uploadTo('Drafts', 'mine');
    expect(subjects('Drafts')).toEqual(['mine']);
    expect(server.named('APPEND')[0]!.args).toMatch(/\{\d+\}\r\n/);
    for (const { args } of server.commands) expect(args).not.toMatch(/CONDSTORE|CHANGEDSINCE|SPECIAL-USE/);
    await agrees();
  },

  async 'everything below INBOX.'() {
    openInbox({
      names: ['INBOX', 'INBOX.Sent', 'INBOX.Drafts', 'INBOX.Lists', 'INBOX.Lists.Sent'],
      capabilities: 'IMAP4rev1 UIDPLUS NAMESPACE IDLE',
      script: ({ name, tag }) =>
        name === 'NAMESPACE' ? `* NAMESPACE (("INBOX." ".")) NIL NIL\r\n${tag} OK done\r\n` : undefined,
      edit: (text) => text.replace(/^\* LIST \(\) "\/"/, '* LIST () "."'),
    });
    await desk.look();
    expect(await desk.mailbox('INBOX.Sent')).toMatchObject({ role: 'sent' });
    expect(await desk.mailbox('INBOX.Lists.Sent')).toMatchObject({ role: undefined });
    await uploadTo('INBOX.Drafts', 'mine');
    expect(subjects('INBOX.Drafts')).toEqual(['mine']);
    await agrees();
  },
});

testQuirks('hMailServer', {
  async 'no UIDPLUS'() {
    openInbox({
      capabilities: 'IMAP4 IMAP4rev1 CHILDREN IDLE QUOTA SORT ACL NAMESPACE',
      names: ['INBOX', 'Archive'],
    });
    const { key: mailbox } = await desk.look();
    inbox()[2]!.flags.push('\\Deleted');
    const [row] = await desk.rows();
    await desk.act({ kind: 'expunge', mailbox, messages: [row!.key] });
    await desk.clock.pass(10_000);
    // Another client has marked one for removal: that is not ours to carry out.
    expect(subjects('INBOX')).toContain('letter 3');
    for (const message of inbox()) message.flags = [];
    await move(2, 'Archive');
    expect(subjects('Archive')).toEqual(['letter 2']);
    expect(subjects('INBOX')).not.toContain('letter 2');
  },

  async 'SEARCH refused for its charset'() {
    openInbox({
      script: ({ name, args, tag }) => {
        if (name !== 'UID SEARCH' || !args.includes('TEXT')) return undefined;
        return args.includes('CHARSET')
          ? `${tag} NO [BADCHARSET (US-ASCII)] The specified charset is not supported.\r\n`
          : `* SEARCH 2\r\n${tag} OK done\r\n`;
      },
    });
    const { key: mailbox } = await desk.look();
    desk.wish({ mailbox, search: { id: 'ü', mailbox, text: 'Grüße' } });
    await desk.clock.pass(5000);
    // What this device finds by itself stays.
    expect(notes('found')).toEqual([{ note: 'found', id: 'ü', keys: [] }]);
    desk.wish({ mailbox, search: { id: 'a', mailbox, text: 'letter' } });
    await desk.clock.pass(5000);
    expect(notes('found').at(-1)).toMatchObject({ id: 'a', keys: [expect.any(Number)] });
    expect((await desk.store.read(rowsQuery(mailbox))).length).toBe(3);
    await agrees();
  },
});

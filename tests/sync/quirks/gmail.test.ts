import { expect } from 'vitest';
import { desk, server, subjects } from '../scripted-desk.ts';
import { agrees, file, filed, flag, inbox, move, openInbox, testQuirks, uploadTo } from './test-quirks.ts';

testQuirks('Gmail', {
  async 'SEARCH that is stale until NOOP'() {
    openInbox({ names: ['INBOX', 'Drafts'] });
    await desk.look('Drafts');
    let fresh = false;
    let lost = false;
    server.script = ({ name, tag }) => {
      if (name === 'NOOP') fresh = true;
      if (name === 'SELECT') fresh = false;
      if (name === 'UID SEARCH' && !fresh) return `* SEARCH\r\n${tag} OK done\r\n`;
      if (name !== 'APPEND' || lost) return undefined;
      lost = true;
      server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
      return 'drop';
    };
    await uploadTo('Drafts', 'once');
    expect(subjects('Drafts')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
  },

  async 'files the copy in Sent itself'() {
    openInbox({ names: ['INBOX', 'Sent'] });
    await desk.look('Sent');
    filed({ messageId: '<mail@postern.example>' });
    await file('mail');
    expect(subjects('Sent')).toEqual(['filed']);
    expect(await desk.actions()).toEqual([]);
    await file('other');
    expect(subjects('Sent')).toEqual(['filed', 'other']);
  },

  async 'labels instead of copies: what is moved out of All Mail stays in it'() {
    openInbox({ names: ['INBOX', 'Work'], capabilities: 'IMAP4rev1 IDLE UIDPLUS MOVE' });
    await desk.look();
    server.script = ({ name, tag }) => {
      if (name !== 'UID MOVE') return undefined;
      server.add('Work', 'letter 2', { messageId: inbox()[1]!.messageId });
      return `* OK [COPYUID 7 2 1] moved\r\n${tag} OK done\r\n`;
    };
    await move(2, 'Work');
    await desk.clock.pass(60_000);
    await agrees('Work');
    await desk.look('INBOX');
    await desk.clock.pass(60_000);
    await agrees();
  },

  async 'FETCH in spite of .SILENT'() {
    openInbox();
    await desk.look();
    server.script = ({ name, args, tag }) => {
      if (name !== 'UID STORE') return undefined;
      expect(args).toContain('.SILENT');
      inbox()[1]!.flags.push('\\Flagged', '$Label1');
      return `* 2 FETCH (FLAGS (\\Flagged $Label1) UID 2)\r\n* 2 FETCH (FLAGS (\\Flagged $Label1))\r\n${tag} OK done\r\n`;
    };
    await flag(2);
    expect((await desk.rows()).find(({ uid }) => uid === 2)!.flags.toSorted()).toEqual([
      '$Label1',
      '\\Flagged',
    ]);
    expect(await desk.actions()).toEqual([]);
    await agrees();
  },
});

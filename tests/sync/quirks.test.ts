/**
 * What real servers do in the course of days that no RFC has them do, each in a test of its name in the roll
 * (`packages/protocol/src/imap/quirks/roll.ts`): the mail is all there, once, and what a person did is done.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { partQuery, rowsQuery } from '@postern/protocol/sync';
import type { EngineNote } from '@postern/protocol/sync';
import { itemsOf, ROLL } from '../../packages/protocol/src/imap/quirks/roll.ts';
import { Desk } from './desk.ts';
import { fetchLine, inSet, ScriptedServer, selected } from './scripted-server.ts';
import type { Script, ScriptedMessage } from './scripted-server.ts';

let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

interface Setting {
  /** Messages in INBOX. */
  readonly messages?: number;
  readonly capabilities?: string;
  readonly names?: readonly string[];
  readonly script?: Script;
  readonly edit?: (text: string) => string;
}

function open({ messages = 3, capabilities, names = ['INBOX'], script, edit }: Setting = {}): void {
  server = new ScriptedServer(...names);
  if (capabilities !== undefined) server.capabilities = capabilities;
  for (let i = 1; i <= messages; i++) server.add('INBOX', `letter ${i}`);
  if (script) server.script = script;
  if (edit) server.edit = edit;
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
}

const inbox = (): ScriptedMessage[] => server.mailboxes.get('INBOX')!.messages;
const subjectsOf = (name: string): string[] =>
  server.mailboxes.get(name)!.messages.map(({ subject }) => subject);
const notes = <N extends EngineNote['note']>(name: N) =>
  desk.notes.filter((note): note is Extract<EngineNote, { note: N }> => note.note === name);

/** The mail on screen is the mail on the server, and nothing of ours broke. */
async function agrees(name = 'INBOX'): Promise<void> {
  expect((await desk.subjects(name)).toSorted()).toEqual(subjectsOf(name).toSorted());
  expect(desk.bugs).toEqual([]);
}

const draft = (id: string): Uint8Array =>
  new TextEncoder().encode(`Subject: ${id}\r\nMessage-ID: <${id}@postern.example>\r\n\r\ntext\r\n`);

async function upload(name: string, id: string): Promise<void> {
  const { key: mailbox } = await desk.mailbox(name);
  const messageId = `<${id}@postern.example>`;
  await desk.act({ kind: 'upload', mailbox, messageId, flags: ['\\Draft'], date: 0 }, draft(id));
  await desk.clock.pass(10_000);
}

/** Files what was submitted already. */
async function file(id: string, name = 'Sent'): Promise<void> {
  const { key: sent } = await desk.mailbox(name);
  await desk.act(
    {
      kind: 'send',
      messageId: `<${id}@postern.example>`,
      subject: id,
      from: 'ada@postern.example',
      recipients: ['grace@postern.example'],
      sent,
      answers: undefined,
      notBefore: 0,
      step: 'file',
    },
    draft(id),
  );
  await desk.clock.pass(10_000);
}

async function flag(uid: number, add = '\\Flagged'): Promise<void> {
  const { key: mailbox } = await desk.mailbox('INBOX');
  const row = (await desk.rows()).find((each) => each.uid === uid);
  await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: [add], remove: [] });
  await desk.clock.pass(10_000);
}

async function move(uid: number, to: string): Promise<void> {
  const { key: from } = await desk.mailbox('INBOX');
  const { key } = await desk.mailbox(to);
  const row = (await desk.rows()).find((each) => each.uid === uid);
  await desk.act({ kind: 'move', from, to: key, messages: [row!.key] });
  await desk.clock.pass(10_000);
}

async function reconnect(): Promise<void> {
  server.dropAll();
  await desk.clock.pass(10_000);
}

/** Opens a message; its text, or undefined. */
async function read(uid: number): Promise<string | undefined> {
  const { key: mailbox } = await desk.mailbox('INBOX');
  const row = (await desk.rows()).find((each) => each.uid === uid);
  desk.wish({ mailbox, messages: [row!.key] });
  await desk.clock.pass(10_000);
  const part = await desk.store.read(partQuery(row!.key, '1'));
  return part && new TextDecoder().decode(part.bytes);
}

/** A server that has filed the copy of what was submitted, with this in it. */
const filed = (fields: Partial<ScriptedMessage>): ScriptedMessage => server.add('Sent', 'filed', fields);

const tests: Record<string, Record<string, () => Promise<void>>> = {
  'any server': {
    async 'UIDNEXT missing'() {
      open({ edit: (text) => text.replace(/\* OK \[UIDNEXT.*\r\n/, '').replace(/ UIDNEXT \d+/, '') });
      await desk.look();
      await agrees();
      server.add('INBOX', 'new');
      await desk.clock.pass(3000);
      await reconnect();
      await agrees();
    },

    async 'HIGHESTMODSEQ going down'() {
      let modSeq = 90;
      open({
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
  },

  Gmail: {
    async 'SEARCH that is stale until NOOP'() {
      open({ names: ['INBOX', 'Drafts'] });
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
      await upload('Drafts', 'once');
      expect(subjectsOf('Drafts')).toEqual(['once']);
      expect(await desk.actions()).toEqual([]);
    },

    async 'files the copy in Sent itself'() {
      open({ names: ['INBOX', 'Sent'] });
      await desk.look('Sent');
      filed({ messageId: '<mail@postern.example>' });
      await file('mail');
      expect(subjectsOf('Sent')).toEqual(['filed']);
      expect(await desk.actions()).toEqual([]);
      await file('other');
      expect(subjectsOf('Sent')).toEqual(['filed', 'other']);
    },

    async 'labels instead of copies: what is moved out of All Mail stays in it'() {
      open({ names: ['INBOX', 'Work'], capabilities: 'IMAP4rev1 IDLE UIDPLUS MOVE' });
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
      open();
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
  },

  Exchange: {
    async 'BAD with a wait in milliseconds, when asked too often'() {
      open();
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
      open();
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
      open({
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
      open({
        names: ['INBOX', 'Sent'],
        script: ({ name, tag }) => (name === 'LSUB' ? `${tag} BAD not in IMAP4rev2\r\n` : undefined),
      });
      await desk.look();
      expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
      await agrees();
    },

    async 'another Message-ID on what was submitted'() {
      open({ names: ['INBOX', 'Sent'] });
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
      expect(subjectsOf('Sent')).toEqual(['filed']);
      expect(await desk.actions()).toEqual([]);
      // A server whose SEARCH finds everything is not believed.
      await file('other');
      expect(subjectsOf('Sent')).toEqual(['filed', 'other']);
    },
  },

  Yahoo: {
    async 'messages from the highest UID down'() {
      open({
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
      open({
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
      expect(subjectsOf('Archive')).toHaveLength(250);
      expect(longest).toBeGreaterThan(500);
      expect(longest).toBeLessThanOrEqual(1000);
      await agrees();
    },

    async 'IDLE that works and is not listed'() {
      open({ capabilities: 'IMAP4rev1 UIDPLUS' });
      await desk.look();
      server.add('INBOX', 'new');
      await desk.clock.pass(20_000);
      expect(server.named('IDLE')).toEqual([]);
      await agrees();
    },
  },

  iCloud: {
    async 'SEARCH HEADER refused now and then'() {
      open({ names: ['INBOX', 'Drafts'] });
      await desk.look('Drafts');
      let lost = false;
      server.script = ({ name, args, tag }) => {
        if (name === 'UID SEARCH' && args.includes('HEADER')) return `${tag} NO [UNAVAILABLE] Try later\r\n`;
        if (name !== 'APPEND' || lost) return undefined;
        lost = true;
        server.add('Drafts', 'once', { messageId: '<once@postern.example>' });
        return 'drop';
      };
      await upload('Drafts', 'once');
      expect(subjectsOf('Drafts')).toEqual(['once']);
      expect(await desk.actions()).toEqual([]);
    },

    async 'items asked for and left out'() {
      let left = 0;
      open({
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
  },

  Coremail: {
    async 'SELECT refused until ID was said'() {
      const introduced = new Set<number>();
      open({
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
      expect(server.named('ID').map(({ args }) => args)).toEqual([
        '("name" "Postern")',
        '("name" "Postern")',
      ]);
    },

    async 'files the copy in Sent itself'() {
      open({ names: ['INBOX', 'Sent Messages'], capabilities: 'IMAP4rev1 ID' });
      await desk.look('Sent Messages');
      server.add('Sent Messages', 'filed', { messageId: '<mail@postern.example>' });
      await file('mail', 'Sent Messages');
      expect(subjectsOf('Sent Messages')).toEqual(['filed']);
      expect(await desk.actions()).toEqual([]);
    },
  },

  'Proton Bridge': {
    async 'UIDs used again after a rebuild'() {
      open({ messages: 6 });
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
      open({
        capabilities: 'IMAP4rev1 IDLE UIDPLUS LIST-EXTENDED SPECIAL-USE',
        names: ['INBOX', 'Sent'],
        script: ({ name, args, tag }) =>
          name === 'LIST' && args.includes('RETURN')
            ? `${tag} BAD [Error offset=27]: bad LIST\r\n`
            : undefined,
      });
      await desk.look();
      expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
      await agrees();
    },
  },

  Zimbra: {
    async 'READ-ONLY that is not so'() {
      open({ edit: (text) => text.replace(/^(\S+) OK done/, '$1 OK [READ-ONLY] done') });
      await desk.look();
      await flag(2);
      expect(inbox()[1]!.flags).toEqual(['\\Flagged']);
      expect(await desk.actions()).toEqual([]);
    },
  },

  strato: {
    async 'extended LIST answered with nothing'() {
      open({
        capabilities: 'IMAP4rev1 IDLE UIDPLUS LIST-EXTENDED SPECIAL-USE',
        names: ['INBOX', 'Sent'],
        script: ({ name, args, tag }) =>
          name === 'LIST' && args.includes('RETURN') ? `${tag} OK done\r\n` : undefined,
      });
      await desk.look();
      expect(await desk.mailbox('Sent')).toMatchObject({ role: 'sent' });
      await agrees();
    },
  },

  Purelymail: {
    async 'HIGHESTMODSEQ 0 of an empty mailbox'() {
      let modSeq = 0;
      open({
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
  },

  seznam: {
    async 'UIDNEXT without UIDPLUS'() {
      open({ capabilities: 'IMAP4rev1 IDLE', names: ['INBOX', 'Archive', 'Drafts'] });
      await desk.look();
      await upload('Drafts', 'mine');
      expect(subjectsOf('Drafts')).toEqual(['mine']);
      await move(2, 'Archive');
      expect(subjectsOf('INBOX')).toEqual(['letter 1', 'letter 3']);
      await desk.clock.pass(60_000);
      await agrees();
      await agrees('Archive');
      for (const { uid } of await desk.rows('Archive')) expect(uid).toBe(1);
      expect(await desk.actions()).toEqual([]);
    },
  },

  Dovecot: {
    async 'attributes that disappear with LIST RETURN'() {
      open({
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
  },

  Cyrus: {
    async 'a long VANISHED once its log was trimmed'() {
      open({ messages: 5 });
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
  },

  Courier: {
    async 'another UIDVALIDITY under EXAMINE'() {
      open({
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
      open({ names: ['INBOX', 'Drafts'], capabilities: 'IMAP4rev1 IDLE' });
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
      await upload('Drafts', 'once');
      await desk.clock.pass(60_000);
      expect(subjectsOf('Drafts')).toEqual(['once']);
      expect(await desk.actions()).toEqual([]);
      await agrees('Drafts');
    },

    async 'no CONDSTORE, LITERAL- or SPECIAL-USE'() {
      open({
        names: ['INBOX', 'Drafts', 'Trash'],
        capabilities: 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE',
      });
      await desk.look();
      expect(await desk.mailbox('Trash')).toMatchObject({ role: 'trash' });
      await upload('Drafts', 'mine');
      expect(subjectsOf('Drafts')).toEqual(['mine']);
      expect(server.named('APPEND')[0]!.args).toMatch(/\{\d+\}\r\n/);
      for (const { args } of server.commands) expect(args).not.toMatch(/CONDSTORE|CHANGEDSINCE|SPECIAL-USE/);
      await agrees();
    },

    async 'everything below INBOX.'() {
      open({
        names: ['INBOX', 'INBOX.Sent', 'INBOX.Drafts', 'INBOX.Lists', 'INBOX.Lists.Sent'],
        capabilities: 'IMAP4rev1 UIDPLUS NAMESPACE IDLE',
        script: ({ name, tag }) =>
          name === 'NAMESPACE' ? `* NAMESPACE (("INBOX." ".")) NIL NIL\r\n${tag} OK done\r\n` : undefined,
        edit: (text) => text.replace(/^\* LIST \(\) "\/"/, '* LIST () "."'),
      });
      await desk.look();
      expect(await desk.mailbox('INBOX.Sent')).toMatchObject({ role: 'sent' });
      expect(await desk.mailbox('INBOX.Lists.Sent')).toMatchObject({ role: undefined });
      await upload('INBOX.Drafts', 'mine');
      expect(subjectsOf('INBOX.Drafts')).toEqual(['mine']);
      await agrees();
    },
  },

  hMailServer: {
    async 'no UIDPLUS'() {
      open({
        capabilities: 'IMAP4 IMAP4rev1 CHILDREN IDLE QUOTA SORT ACL NAMESPACE',
        names: ['INBOX', 'Archive'],
      });
      const { key: mailbox } = await desk.look();
      inbox()[2]!.flags.push('\\Deleted');
      const [row] = await desk.rows();
      await desk.act({ kind: 'expunge', mailbox, messages: [row!.key] });
      await desk.clock.pass(10_000);
      // Another client has marked one for removal: that is not ours to carry out.
      expect(subjectsOf('INBOX')).toContain('letter 3');
      for (const message of inbox()) message.flags = [];
      await move(2, 'Archive');
      expect(subjectsOf('Archive')).toEqual(['letter 2']);
      expect(subjectsOf('INBOX')).not.toContain('letter 2');
    },

    async 'SEARCH refused for its charset'() {
      open({
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
  },
};

for (const [name, each] of Object.entries(tests)) {
  describe(name, () => {
    for (const [quirk, test] of Object.entries(each)) it(quirk, test);
  });
}

describe('the roll', () => {
  it('has a test here for every item that needs an engine, and for no other', () => {
    open({ messages: 0 });
    for (const name of Object.keys({ ...ROLL, ...tests }))
      expect([name, ...Object.keys(tests[name] ?? {}).toSorted()]).toEqual([
        name,
        ...itemsOf(name, 'engine').toSorted(),
      ]);
  });

  it('is held to by a table of octets for every other server', () => {
    open({ messages: 0 });
    const folder = join(import.meta.dirname, '../../packages/protocol/src/imap/quirks');
    const text = readdirSync(folder)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) =>
        readFileSync(join(folder, file), 'utf8').replace('testQuirks(server', "testQuirks('any server'"),
      )
      .join('\n');
    for (const name of Object.keys(ROLL)) {
      if (itemsOf(name, 'wire', 'session').length === 0) continue;
      const constant = text.includes(`const server = '${name}'`);
      expect([name, constant || text.includes(`testQuirks('${name}', `)]).toEqual([name, true]);
    }
  });

  it('has them all', () => {
    open({ messages: 0 });
    expect(Object.keys(ROLL).flatMap((name) => itemsOf(name, 'wire', 'session', 'engine'))).toHaveLength(111);
  });
});

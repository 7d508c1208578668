import { afterEach, describe, expect, it } from 'vitest';
import { draftsQuery } from '@postern/protocol/sync';
import type { Draft, ImportAction } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** What was put into a mailbox, and whose receipt was lost, is not put there again because the mailbox has another name now. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

const messageId = '<new@postern.example>';
const bytes = new TextEncoder().encode(`Subject: new\r\nMessage-ID: ${messageId}\r\n\r\ntext\r\n`);
const from = { name: 'Ada', address: 'ada@postern.example' };

async function open(): Promise<void> {
  server = new ScriptedServer('INBOX', 'Projects', 'Other');
  server.capabilities = 'IMAP4rev1 IDLE LITERAL+';
  server.add('Other', 'new', { messageId });
  for (let i = 1; i <= 3; i++) server.add('INBOX', `letter ${i}`);
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  await desk.look('Projects');
  await desk.look();
}

/** Has the receipt of the first such command lost, and something else happen before anybody looks. */
function losing(command: string, happens: () => void): void {
  server.script = ({ name }) => {
    if (name !== command) return undefined;
    server.script = () => undefined;
    queueMicrotask(happens);
    return 'lose';
  };
}

/** With another UIDVALIDITY than before, too. */
function rename(uidValidity = 7): void {
  server.mailboxes.set('Done', { ...server.mailboxes.get('Projects')!, uidValidity });
  server.mailboxes.delete('Projects');
}

async function settled(): Promise<Record<string, number>> {
  await desk.clock.pass(600_000);
  expect(await desk.actions()).toEqual([]);
  expect(desk.bugs).toEqual([]);
  return Object.fromEntries([...server.mailboxes].map(([name, { messages }]) => [name, messages.length]));
}

const DRAFT: Draft = {
  id: 'd',
  changed: 1,
  to: 'grace@example.org',
  cc: '',
  bcc: '',
  subject: 'new',
  text: 'text',
  inReplyTo: '',
  references: [],
  answers: undefined,
  attachments: [],
};

/** Ways of putting a message into Projects that the server does not have yet. */
const puts = {
  upload: async (mailbox: number) => {
    await desk.act({ kind: 'upload', mailbox, messageId, flags: ['\\Seen'], date: 0 }, bytes);
  },
  import: async (mailbox: number) => {
    const outgoing = '000001/0';
    await desk.store.commit([{ kind: 'outgoing', outgoing: { id: outgoing, bytes } }]);
    const octets = bytes.length;
    const file = { name: 'new.eml', outgoing, octets, messageId, date: 0, state: 'waiting' };
    await desk.act({ kind: 'import', mailbox, files: [file as ImportAction['files'][number]] });
  },
  'save-draft': async (mailbox: number) => {
    await desk.store.commit([{ kind: 'draft', draft: DRAFT }]);
    await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
  },
};

describe.each(['upload', 'import', 'save-draft'] as const)('%s', (kind) => {
  it('is found where the mailbox was numbered anew, too', async () => {
    await open();
    losing('APPEND', () => rename(71));
    await puts[kind]((await desk.mailbox('Projects')).key);
    expect(await settled()).toEqual({ INBOX: 3, Other: 1, Done: 1 });
  });

  it('is put there again where the mailbox is gone with it', async () => {
    await open();
    losing('APPEND', () => {
      server.mailboxes.delete('Projects');
      server.mailboxes.set('New', { uidValidity: 90, uidNext: 1, messages: [] });
    });
    await puts[kind]((await desk.mailbox('Projects')).key);
    expect(await settled()).toEqual({ INBOX: 3, Other: 1, Projects: 1, New: 0 });
  });
});

describe.each(['copy', 'move'] as const)('a %s', (kind) => {
  const act = async (): Promise<void> => {
    const { key: source } = await desk.mailbox('INBOX');
    const { key: to } = await desk.mailbox('Projects');
    const messages = (await desk.rows()).slice(0, 2).map(({ key }) => key);
    const first: number = await desk.store.allocate(2);
    const copies = kind === 'copy' ? { copies: [first, first + 1] } : {};
    await desk.act({ kind, from: source, to, messages, ...copies });
  };
  const left = kind === 'copy' ? 3 : 1;

  it('is found where the mailbox was numbered anew, too', async () => {
    await open();
    losing('UID COPY', () => rename(71));
    await act();
    expect(await settled()).toEqual({ INBOX: left, Other: 1, Done: 2 });
  });

  it('is not taken for made where older copies are in the mailbox, and it was renamed before', async () => {
    await open();
    for (const { subject, text, messageId } of server.mailboxes.get('INBOX')!.messages.slice(0, 2))
      server.add('Projects', subject, { text, messageId });
    rename();
    await act();
    expect(await settled()).toEqual({ INBOX: left, Other: 1, Done: 4 });
  });

  it('is not taken for made where somebody has put one of the messages into a new mailbox', async () => {
    await open();
    losing('UID COPY', () => {
      const [one] = server.mailboxes.get('INBOX')!.messages;
      server.mailboxes.delete('Projects');
      server.mailboxes.set('New', { uidValidity: 90, uidNext: 2, messages: [{ ...one!, uid: 1 }] });
    });
    await act();
    expect(await settled()).toEqual({ INBOX: left, Other: 1, New: 1, Projects: 2 });
  });
});

describe('a version of a draft takes the place of the one before under the new name', () => {
  /** A second version is put there, and something happens then. */
  async function writtenOn(happens: () => void): Promise<void> {
    await open();
    const { key: mailbox } = await desk.mailbox('Projects');
    await desk.store.commit([{ kind: 'draft', draft: { ...DRAFT, editing: true } }]);
    const save = { kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 };
    await desk.act(save);
    await desk.clock.pass(60_000);
    const [draft] = await desk.store.read(draftsQuery());
    await desk.store.commit([{ kind: 'draft', draft: { ...draft!, changed: 2, text: 'more' } }]);
    happens();
    await desk.act(save);
    expect(await settled()).toEqual({ INBOX: 3, Other: 1, Done: 1 });
    expect(server.mailboxes.get('Done')!.messages[0]!.text).toContain('more');
  }

  it('where it was numbered anew, too', () => writtenOn(() => losing('APPEND', () => rename(71))));

  it('where it was renamed when the older one was about to go', () =>
    writtenOn(() => {
      losing('UID STORE', () => rename());
      const { script } = server;
      server.script = (command) => {
        const { name, tag } = command;
        if (name === 'APPEND') server.edit = (text) => text.replace(`${tag} OK`, `${tag} OK [APPENDUID 7 2]`);
        return script(command);
      };
    }));
});

it('is not put there again while a mailbox that may be the one does not open', async () => {
  await open();
  losing('APPEND', () => {
    rename(71);
    server.script = ({ name, tag, args }) =>
      name === 'SELECT' && args.includes('Done') ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined;
  });
  await puts.upload((await desk.mailbox('Projects')).key);
  await desk.clock.pass(600_000);
  expect(await desk.actions()).toHaveLength(1);
  server.script = () => undefined;
  expect(await settled()).toEqual({ INBOX: 3, Other: 1, Done: 1 });
});

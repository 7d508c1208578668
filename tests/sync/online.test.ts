/** Mailboxes of which nothing is kept but what is on screen (RFC 1733), and what may not be lost or doubled for that. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from '@postern/protocol/error';
import { BARE_SETTING, descriptorsQuery, keptQuery, partQuery, settingQuery } from '@postern/protocol/sync';
import type { MailboxKey, MailboxMode, MessageKey } from '@postern/protocol/sync';
import { sampleDraft, sampleMailbox } from '../../packages/protocol/src/sync/store-conformance/samples.ts';
import { desk, open, openDesk, server, subjects } from './scripted-desk.ts';

afterEach(() => desk.stop());

const setMode = async (name: string, mode: MailboxMode): Promise<MailboxKey> => {
  const { key } = await desk.mailbox(name);
  await desk.store.commit([{ kind: 'mode', mailbox: key, mode }]);
  await desk.clock.pass(5000);
  return key;
};

/** INBOX with letters, and others; all of INBOX is here, and Other is on screen. */
async function begin(messages: number, ...names: string[]): Promise<MessageKey[]> {
  open(messages, undefined, 'INBOX', 'Other', ...names);
  await desk.look();
  await desk.clock.pass(60_000);
  const keys = (await desk.rows()).map(({ key }) => key);
  await desk.look('Other');
  return keys;
}

const offline = async (): Promise<void> => {
  await desk.stop();
  desk.start({ connect: () => Promise.reject(new ConnectionLost('no network')) });
};

const online = async (): Promise<void> => {
  await desk.stop();
  desk.start({
    connect: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return server.connect();
    },
  });
};

const NOTHING = ['?', '?', '?', '?'];
const LETTERS = ['letter 1', 'letter 2', 'letter 3', 'letter 4'];

describe('a mailbox that is online', () => {
  it('keeps sender, subject and first words as long as it is on screen, and the rows; and fetches them again when they are looked at', async () => {
    const keys = await begin(4);
    await setMode('INBOX', 'online');
    expect(await desk.subjects()).toEqual(NOTHING);
    expect((await desk.store.read(keptQuery((await desk.mailbox('INBOX')).key))).texts).toEqual(
      new Uint32Array(4),
    );
    expect((await desk.rows()).map(({ key, uid }) => [key, uid])).toEqual(keys.map((key, i) => [key, i + 1]));
    expect(await desk.mailbox('INBOX')).toMatchObject({ messages: 4, unseen: 4 });
    const { key: mailbox } = await desk.mailbox('INBOX');
    desk.wish({ mailbox, previews: keys.slice(2) });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(['?', '?', 'letter 3', 'letter 4']);
    const [, , third] = keys;
    desk.wish({ mailbox, messages: [third!] });
    await desk.clock.pass(5000);
    expect(await desk.store.read(partQuery(third!, '1'))).toBeDefined();
    await desk.look('Other');
    expect(await desk.subjects()).toEqual(NOTHING);
    expect(await desk.store.read(partQuery(third!, '1'))).toBe(undefined);
  });

  it('lets go of new mail that nobody looks at, and still counts it', async () => {
    await begin(4);
    await setMode('INBOX', 'online');
    server.add('INBOX', 'letter 5');
    await desk.clock.pass(130_000);
    expect(await desk.mailbox('INBOX')).toMatchObject({ messages: 5, unseen: 5 });
    expect(await desk.subjects()).toEqual([...NOTHING, '?']);
  });

  it('keeps what a search has found as long as it is on screen', async () => {
    const [first] = await begin(4);
    const mailbox = await setMode('INBOX', 'online');
    const { key: other } = await desk.mailbox('Other');
    desk.wish({ mailbox: other, search: { id: 's', mailbox, text: 'letter' }, previews: [first!] });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(['letter 1', '?', '?', '?']);
    await desk.look('Other');
    expect(await desk.subjects()).toEqual(NOTHING);
  });

  it('keeps what is open, wherever it is, and what a draft answers', async () => {
    const [first, second, third] = await begin(4);
    const { key: mailbox } = await desk.mailbox('Other');
    desk.wish({ mailbox, messages: [first!] });
    const draft = { ...sampleDraft('d1'), answers: { key: second!, flag: '\\Answered' as const } };
    await desk.store.commit([{ kind: 'draft', draft }]);
    await setMode('INBOX', 'online');
    expect(await desk.subjects()).toEqual(['letter 1', 'letter 2', '?', '?']);
    desk.wish({ mailbox });
    await desk.store.commit([{ kind: 'draft-removed', id: 'd1' }]);
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(NOTHING);
    desk.wish({ mailbox, messages: [third!] });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(['?', '?', 'letter 3', '?']);
    desk.wish({ mailbox });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(NOTHING);
  });

  it('lets go without a network, too, and of what was left when the engine was gone', async () => {
    const keys = await begin(4);
    await desk.stop();
    const { key: mailbox } = await desk.mailbox('INBOX');
    await desk.store.commit([{ kind: 'mode', mailbox, mode: 'online' }]);
    await offline();
    // Tabs say what they show when a new engine says hello: what is on a screen stays.
    await desk.clock.pass(500);
    desk.wish({ mailbox });
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(LETTERS);
    await desk.stop();
    await offline();
    await desk.clock.pass(5000);
    expect(await desk.subjects()).toEqual(NOTHING);
    expect((await desk.rows()).map(({ key }) => key)).toEqual(keys);
    expect(desk.bugs).toEqual([]);
  });

  it('has all of it again when the person wants it here, though the engine is gone in between', async () => {
    const keys = await begin(4);
    await setMode('INBOX', 'online');
    await offline();
    await setMode('INBOX', 'disconnected');
    expect(await desk.subjects()).toEqual(NOTHING);
    await online();
    desk.wish({ mailbox: (await desk.mailbox('Other')).key });
    await desk.clock.pass(10_000);
    expect(await desk.subjects()).toEqual(LETTERS);
    expect((await desk.rows()).map(({ key }) => key)).toEqual(keys);
    expect(await desk.store.read(settingQuery(BARE_SETTING))).toBe(undefined);
    const asked = server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE')).length;
    await desk.clock.pass(130_000);
    expect(server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE'))).toHaveLength(asked);
  });

  it('keeps the list of Drafts, by which versions are told apart', async () => {
    await begin(1, 'Drafts');
    server.add('Drafts', 'a draft');
    await desk.look('Drafts');
    await desk.look('Other');
    const { key, role } = await desk.mailbox('Drafts');
    expect(role).toBe('drafts');
    await desk.store.commit([{ kind: 'mode', mailbox: key, mode: 'online' }]);
    await desk.clock.pass(5000);
    expect(await desk.subjects('Drafts')).toEqual(['a draft']);
  });
});

describe('older mail of a mailbox that is online', () => {
  const described = (): number =>
    server.named('UID FETCH').filter(({ args }) => args.includes('ENVELOPE')).length;

  it('is not fetched before somebody scrolls there, and is when the person wants all of it here', async () => {
    open(0, undefined, 'INBOX', 'Other', 'Archive');
    for (let i = 1; i <= 1000; i++) server.add('Archive', `letter ${i}`);
    const mailbox = (await desk.store.allocate(1)) as number as MailboxKey;
    const sync = { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 } as const;
    const known = { ...sampleMailbox(mailbox, 'Archive'), mode: 'online', sync } as const;
    await desk.store.commit([{ kind: 'mailbox', mailbox: known }]);
    const rows = async (): Promise<number> => (await desk.rows('Archive')).length;
    desk.wish({ mailbox });
    await desk.clock.pass(130_000);
    const first = await rows();
    expect(first).toBeGreaterThan(50);
    expect(first).toBeLessThan(500);
    expect(await desk.mailbox('Archive')).toMatchObject({ messages: 1000, unseen: 1000 });
    const asked = described();
    await desk.clock.pass(130_000);
    expect([await rows(), described()]).toEqual([first, asked]);
    desk.wish({ mailbox, around: { position: first } });
    await desk.clock.pass(5000);
    const second = await rows();
    expect(second).toBeGreaterThan(first + 40);
    expect(second).toBeLessThan(first + 500);
    await desk.look('Other');
    await desk.clock.pass(130_000);
    expect(await rows()).toBe(second);
    expect(new Set(await desk.subjects('Archive'))).toEqual(new Set(['?']));
    await setMode('Archive', 'disconnected');
    await desk.clock.pass(60_000);
    expect(await rows()).toBe(1000);
    expect(new Set(await desk.subjects('Archive')).size).toBe(1000);
    expect(desk.bugs).toEqual([]);
  });
});

describe('actions on what is not kept', () => {
  it('a move that waits keeps what it names, arrives once, and leaves nothing here', async () => {
    const keys = await begin(4, 'Archive');
    await setMode('INBOX', 'online');
    await setMode('Archive', 'online');
    await offline();
    const { key: from } = await desk.mailbox('INBOX');
    const { key: to } = await desk.mailbox('Archive');
    const messages = keys.slice(0, 3);
    await desk.act({ kind: 'move', from, to, messages });
    await desk.clock.pass(5000);
    for (let died = 0; died < 2; died++) {
      await online();
      server.script = ({ name }) => (name === 'UID COPY' && died === 0 ? 'lose' : undefined);
      await desk.clock.pass(1200);
      if (died === 0) await offline();
    }
    await desk.clock.pass(130_000);
    expect([subjects('INBOX'), subjects('Archive')]).toEqual([['letter 4'], LETTERS.slice(0, 3)]);
    expect(await desk.actions()).toEqual([]);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(messages);
    expect((await desk.store.read(descriptorsQuery(keys))).size).toBe(0);
  });

  it.each(['move', 'copy'] as const)(
    'a %s whose receipt is lost is not done twice, though nothing of it was here when it was wanted',
    async (kind) => {
      const messages = await begin(4, 'Archive');
      await setMode('INBOX', 'online');
      const { key: from } = await desk.mailbox('INBOX');
      const { key: to } = await desk.mailbox('Archive');
      expect(await desk.subjects()).toEqual(NOTHING);
      let losses = 1;
      server.script = ({ name }) => (name === 'UID COPY' && losses-- > 0 ? 'lose' : undefined);
      const copies = messages.map((key) => (key + 100) as MessageKey);
      await desk.store.allocate(200);
      await desk.act({ kind, from, to, messages, copies });
      await desk.clock.pass(130_000);
      expect(losses).toBeLessThan(1);
      expect(subjects('Archive')).toEqual(LETTERS);
      expect(subjects('INBOX')).toEqual(kind === 'move' ? [] : LETTERS);
      expect(await desk.actions()).toEqual([]);
      expect(desk.bugs).toEqual([]);
    },
  );

  describe('what is moved into it is known again where the server says no UIDs', () => {
    /** All of INBOX is wanted in Archive, which is online, and flagged there. */
    async function wanted(messages: number): Promise<MessageKey[]> {
      openDesk({ messages, names: ['INBOX', 'Other', 'Archive'], capabilities: 'IMAP4rev1 IDLE LITERAL+' });
      for (const name of ['Archive', 'INBOX', 'Other']) await desk.look(name);
      await setMode('Archive', 'online');
      const { key: from } = await desk.mailbox('INBOX');
      const { key: to } = await desk.mailbox('Archive');
      const keys = (await desk.rows()).map(({ key }) => key);
      await desk.act({ kind: 'move', from, to, messages: keys });
      await desk.act({ kind: 'flag', mailbox: to, messages: keys, add: ['\\Flagged'], remove: [] });
      return keys;
    }

    const flagged = (): string[] =>
      server.mailboxes.get('Archive')!.messages.flatMap(({ flags, subject }) => (flags[0] ? [subject] : []));

    it('and what else is wanted of it is done', async () => {
      const keys = await wanted(4);
      await desk.clock.pass(130_000);
      expect(await desk.actions()).toEqual([]);
      expect(flagged()).toEqual(LETTERS);
      expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(keys);
      await desk.clock.pass(5000);
      expect(await desk.subjects('Archive')).toEqual(NOTHING);
    });

    it('though it was heard of there before the move was done', async () => {
      const keys = await wanted(1);
      let refuses = true;
      server.script = ({ name, tag }) =>
        name === 'UID STORE' && refuses ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined;
      await desk.clock.pass(130_000);
      expect(await desk.rows('Archive')).toHaveLength(1);
      refuses = false;
      await desk.clock.pass(600_000);
      expect(await desk.actions()).toEqual([]);
      expect([subjects('INBOX'), flagged()]).toEqual([[], ['letter 1']]);
      expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual(keys);
      expect(await desk.subjects('Archive')).toEqual(['?']);
    });

    it('though another of the same came with it', async () => {
      const keys = await wanted(1);
      server.script = ({ name }) => {
        const [original] = server.mailboxes.get('INBOX')!.messages;
        if (name === 'UID COPY' && original) server.add('Archive', 'letter 1', { ...original, uid: 1 });
        if (name === 'UID COPY') server.mailboxes.get('Archive')!.uidNext = 2;
        return undefined;
      };
      await desk.clock.pass(600_000);
      expect(await desk.actions()).toEqual([]);
      expect([subjects('INBOX'), flagged()]).toEqual([[], ['letter 1']]);
      expect((await desk.rows('Archive')).map(({ key }) => key)).toContain(keys[0]);
      expect(await desk.rows('Archive')).toHaveLength(2);
      expect(await desk.subjects('Archive')).toEqual(['?', '?']);
    });
  });

  it('what an action names keeps its key when the mailbox is numbered anew, and of the others nothing is left behind', async () => {
    const keys = await begin(30);
    const mailbox = await setMode('INBOX', 'online');
    server.script = ({ name, tag }) =>
      name === 'UID STORE' ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined;
    const messages = keys.slice(0, 25);
    desk.wish({ mailbox, previews: messages });
    await desk.clock.pass(5000);
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(1000);
    await desk.look('Other');
    expect((await desk.store.read(descriptorsQuery(keys))).size).toBe(25);
    const box = server.mailboxes.get('INBOX')!;
    server.mailboxes.set('INBOX', {
      uidValidity: 8,
      uidNext: 131,
      messages: box.messages.map((message) => ({ ...message, uid: message.uid + 100 })),
    });
    server.script = () => undefined;
    server.dropAll();
    await desk.clock.pass(130_000);
    expect(await desk.actions()).toEqual([]);
    expect(server.mailboxes.get('INBOX')!.messages.filter(({ flags }) => flags.length > 0)).toHaveLength(25);
    const rows = await desk.rows();
    expect(rows).toHaveLength(30);
    expect(messages.every((key) => rows.some((row) => row.key === key))).toBe(true);
    expect((await desk.store.read(descriptorsQuery(rows.map(({ key }) => key)))).size).toBe(0);
    expect(desk.bugs).toEqual([]);
  });
});

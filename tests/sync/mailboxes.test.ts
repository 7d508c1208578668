import { afterEach, describe, expect, it } from 'vitest';
import { encodeText } from '@postern/protocol/bytes';
import { mailboxesQuery } from '@postern/protocol/sync';
import type { MailboxKey } from '@postern/protocol/sync';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** Actions on mailboxes themselves: each happens once, what depends on it waits, and no cached mail is lost by a new name. */
let desk: Desk;
let server: ScriptedServer;

afterEach(() => desk.stop());

async function open(...names: string[]): Promise<void> {
  server = new ScriptedServer('INBOX', ...names);
  server.add('INBOX', 'letter');
  desk = new Desk(server, { onBug: (error) => desk.bugs.push(error) });
  await desk.look();
}

const names = (): string[] => [...server.mailboxes.keys()];
const subjects = (mailbox: string): string[] =>
  server.mailboxes.get(mailbox)!.messages.map(({ subject }) => subject);

async function create(name: string, more: Record<string, unknown> = {}): Promise<MailboxKey> {
  const mailbox = (await desk.store.allocate(1)) as number as MailboxKey;
  await desk.act({ kind: 'create-mailbox', mailbox, name, delimiter: '/', role: undefined, ...more });
  return mailbox;
}

async function moveTo(to: MailboxKey): Promise<void> {
  const { key: from } = await desk.mailbox('INBOX');
  const [row] = await desk.rows();
  await desk.act({ kind: 'move', from, to, messages: [row!.key] });
}

const rename = async (from: string, name: string): Promise<string> =>
  desk.act({ kind: 'rename-mailbox', mailbox: (await desk.mailbox(from)).key, name });
const remove = async (name: string): Promise<string> =>
  desk.act({ kind: 'delete-mailbox', mailbox: (await desk.mailbox(name)).key });

describe('a new mailbox', () => {
  it('takes mail before the server knows of it, and keeps its key', async () => {
    await open();
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
    await open();
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
    await open();
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
    await open();
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
    await open();
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
    await open('Projects');
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
    await open();
    server.script = ({ name, tag }) => (name === 'CREATE' ? `${tag} NO [NOPERM] not here\r\n` : undefined);
    await moveTo(await create('Projects'));
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { name: 'failed', reason: 'refused', words: 'not here' },
      { name: 'failed', reason: 'no-mailbox' },
    ]);
    expect(subjects('INBOX')).toEqual(['letter']);
    expect(await desk.subjects()).toEqual(['letter']);
  });

  it('is made for its use, and without where the server makes none for that', async () => {
    await open();
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
    await open('Projects', 'Projects/Lighthouse');
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
      await open('Projects', 'Projects/Lighthouse');
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
    await open('Projects');
    let lose = true;
    server.script = ({ name }) => (name === 'RENAME' && lose ? ((lose = false), 'drop') : undefined);
    await rename('Projects', 'Werke');
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX', 'Werke']);
    expect(await desk.actions()).toEqual([]);
  });

  it('that is taken is refused, and so is one for INBOX', async () => {
    await open('Projects', 'Werke');
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
    await open('Projects');
    await rename('Projects', 'Werke');
    await moveTo((await desk.mailbox('Projects')).key);
    await create('Projects');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Werke')).toEqual(['letter']);
    expect(subjects('Projects')).toEqual([]);
  });
});

describe('deleting a mailbox', () => {
  it('takes its mail along, here and there', async () => {
    await open('Projects');
    server.subscribed.add('Projects');
    server.add('Projects', 'lamp');
    const { key } = await desk.look('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(names()).toEqual(['INBOX']);
    expect([...server.subscribed]).toEqual([]);
    expect(await desk.actions()).toEqual([]);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
    expect(key).toBeGreaterThan(0);
  });

  it.each([
    ['DELETE', []],
    ['UNSUBSCRIBE', []],
    ['a new one', ['Projects']],
  ])('ends its subscription when the receipt was lost of %s', async (lost, subscribed) => {
    await open('Projects');
    server.subscribed.add('Projects');
    await desk.look();
    server.script = ({ name }) => {
      if (name !== (lost === 'UNSUBSCRIBE' ? lost : 'DELETE')) return undefined;
      server.script = () => undefined;
      server.mailboxes.delete('Projects');
      if (lost === 'a new one')
        server.mailboxes.set('Projects', { uidValidity: 8, uidNext: 1, messages: [] });
      return 'drop';
    };
    await remove('Projects');
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toEqual([]);
    expect([...server.subscribed]).toEqual(subscribed);
  });

  it('waits for mail that is to leave it first', async () => {
    await open('Projects');
    server.add('Projects', 'lamp');
    const { key: from } = await desk.look('Projects');
    const [row] = await desk.rows('Projects');
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [INUSE] later\r\n` : undefined);
    await desk.act({ kind: 'move', from, to: (await desk.mailbox('INBOX')).key, messages: [row!.key] });
    await remove('Projects');
    await desk.clock.pass(3000);
    expect(names()).toEqual(['INBOX', 'Projects']);
    server.script = () => undefined;
    await desk.clock.pass(300_000);
    expect(names()).toEqual(['INBOX']);
    expect(subjects('INBOX')).toEqual(['letter', 'lamp']);
  });

  it('is not done when mail that was to leave it first could not', async () => {
    await open('Projects');
    server.add('Projects', 'lamp');
    const { key: from } = await desk.look('Projects');
    const [row] = await desk.rows('Projects');
    server.script = ({ name, tag }) => (name === 'UID COPY' ? `${tag} NO [OVERQUOTA] full\r\n` : undefined);
    await desk.act({ kind: 'move', from, to: (await desk.mailbox('INBOX')).key, messages: [row!.key] });
    await remove('Projects');
    await desk.clock.pass(5000);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([
      { reason: 'quota' },
      { reason: 'depends' },
    ]);
    expect(subjects('Projects')).toEqual(['lamp']);
  });

  it('leaves the name where mailboxes are below it', async () => {
    await open('Projects', 'Projects/Lighthouse');
    server.add('Projects', 'lamp');
    await desk.look('Projects');
    server.edit = (text) =>
      text.replaceAll(
        '* LIST () "/" "Projects/Lighthouse"',
        server.mailboxes.has('Projects')
          ? '$&'
          : '* LIST (\\Noselect) "/" "Projects"\r\n* LIST () "/" "Projects/Lighthouse"',
      );
    const { key } = await desk.mailbox('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(await desk.mailbox('Projects')).toMatchObject({ key, attributes: ['\\Noselect'] });
    expect(await desk.rows('Projects')).toEqual([]);
    expect((await desk.mailbox('Projects/Lighthouse')).key).toBeGreaterThan(0);
  });

  it.each([' UNSELECT', ''])(
    'that is selected is left first, with nothing expunged (capability:%s)',
    async (capability) => {
      await open('Projects');
      server.capabilities += capability;
      server.dropAll();
      await desk.clock.pass(5000);
      server.add('Projects', 'plan', { flags: ['\\Deleted'] });
      const { key: mailbox } = await desk.look('Projects');
      const [row] = await desk.rows('Projects');
      await desk.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
      server.script = ({ name, tag }) => (name === 'UNSELECT' ? `${tag} OK left\r\n` : undefined);
      await remove('Projects');
      await desk.clock.pass(1000);
      expect(names()).toEqual(['INBOX']);
      const last = server.commands.filter(
        ({ connection }) => connection === server.named('DELETE')[0]!.connection,
      );
      const before = last[last.indexOf(server.named('DELETE')[0]!) - 1]!;
      expect(before.name).toBe(capability === '' ? 'SELECT' : 'UNSELECT');
      expect(server.named('CLOSE')).toEqual([]);
    },
  );

  it('that somebody else has deleted is done', async () => {
    await open('Projects');
    await desk.look('Projects');
    server.mailboxes.delete('Projects');
    await remove('Projects');
    await desk.clock.pass(5000);
    expect(await desk.actions()).toEqual([]);
  });

  it('whose receipt was lost does not take what was made anew since', async () => {
    await open('Projects');
    await desk.look('INBOX');
    server.script = ({ name }) => {
      if (name !== 'DELETE') return undefined;
      server.mailboxes.set('Projects', { uidValidity: 8, uidNext: 1, messages: [] });
      server.add('Projects', 'theirs');
      return 'drop';
    };
    await remove('Projects');
    await desk.clock.pass(60_000);
    expect(subjects('Projects')).toEqual(['theirs']);
    expect(await desk.actions()).toEqual([]);
    expect(server.named('DELETE')).toHaveLength(1);
  });

  it('is tried again when it is in use, and refused for INBOX', async () => {
    await open('Projects');
    let refusals = 2;
    server.script = ({ name, tag }) =>
      name === 'DELETE' && refusals-- > 0 ? `${tag} NO [INUSE] in use\r\n` : undefined;
    await remove('Projects');
    await remove('INBOX');
    await desk.clock.pass(60_000);
    expect(names()).toEqual(['INBOX']);
    expect((await desk.actions()).map(({ state }) => state)).toMatchObject([{ reason: 'refused' }]);
  });
});

it('what waits for a mailbox whose new name is known as another one is shown, and does not wait for ever', async () => {
  await open('Projects', 'Werke');
  server.add('Projects', 'lamp');
  const { key: mailbox } = await desk.look('Projects');
  const messages = (await desk.rows('Projects')).map(({ key }) => key);
  server.mailboxes.delete('Projects');
  server.script = ({ name, args, tag }) =>
    (name === 'SELECT' || name === 'STATUS') && args.includes('Projects')
      ? `${tag} NO [NEWNAME Projects Werke] renamed\r\n`
      : undefined;
  server.dropAll();
  await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
  await desk.clock.pass(900_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it('a mailbox without mail whose new name is known as another one is not waited for, either', async () => {
  await open('Level', 'Werke');
  server.edit = (text) => text.replace('LIST () "/" "Level"', 'LIST (\\Noselect) "/" "Level"');
  server.dropAll();
  await desk.clock.pass(20_000);
  const { key: mailbox, attributes } = await desk.mailbox('Level');
  expect(attributes).toEqual(['\\Noselect']);
  server.mailboxes.delete('Level');
  server.script = ({ name, args, tag }) =>
    (name === 'SUBSCRIBE' || name === 'STATUS') && args.includes('Level')
      ? `${tag} NO [NEWNAME Level Werke] renamed\r\n`
      : undefined;
  await desk.act({ kind: 'subscribe', mailbox, on: true });
  await desk.clock.pass(1_800_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it('a mailbox that is renamed while the server lists its mailboxes keeps its key', async () => {
  await open('Projects', 'a/b');
  server.mailboxes.get('Projects')!.uidValidity = 70;
  const { key } = await desk.look('Projects');
  // NOTIFY tells so in the middle of the answer; a level above others is listed alike.
  server.mailboxes.set('Werke', server.mailboxes.get('Projects')!);
  server.mailboxes.delete('Projects');
  const told = ['Projects', 'a'].map((name) => `* LIST (\\NonExistent) "/" "${name}"\r\n`).join('');
  server.edit = (text) => (text.includes('LIST () "/" "Werke"') ? text + told : text);
  server.dropAll();
  await desk.clock.pass(20_000);
  expect((await desk.mailbox('Werke')).key).toBe(key);
  await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  expect((await desk.mailbox('a')).attributes).toEqual(['\\NonExistent']);
});

describe('beside mailboxes on other servers (RFC 2193 §5.1)', () => {
  /** RLIST tells of one there, too; what happens while it is answered. */
  const refers = (meanwhile: () => string): void => {
    server.capabilities += ' MAILBOX-REFERRALS';
    server.script = ({ name, tag }) => {
      if (name === 'RLSUB') return `${tag} OK none\r\n`;
      if (name !== 'RLIST') return undefined;
      const told = meanwhile();
      const all = [...server.mailboxes.keys(), 'Far'].map((each) => `* LIST () "/" "${each}"\r\n`);
      return `${all.join('')}${told}${tag} OK listed\r\n`;
    };
    server.dropAll();
  };
  const remote = async (): Promise<string[]> =>
    (await desk.store.read(mailboxesQuery()))
      .filter(({ attributes }) => attributes.includes('\\Remote'))
      .map(({ name }) => name);

  it('one that somebody makes while they are listed is one of this server', async () => {
    await open();
    refers(() => {
      server.mailboxes.set('New', { uidValidity: 7, uidNext: 1, messages: [] });
      return '';
    });
    await desk.clock.pass(20_000);
    expect((await desk.mailbox('New')).attributes).toEqual([]);
    expect(await remote()).toEqual(['Far']);
    // Where nothing is new, nothing is asked again.
    const { length } = server.named('LIST');
    server.dropAll();
    await desk.clock.pass(20_000);
    expect(server.named('LIST')).toHaveLength(length + 1);
    expect(await remote()).toEqual(['Far']);
  });

  it('one that is renamed while they are listed keeps its key', async () => {
    await open('Projects');
    const { key } = await desk.look('Projects');
    server.mailboxes.get('Projects')!.uidValidity = 70;
    server.dropAll();
    await desk.clock.pass(20_000);
    refers(() => {
      const projects = server.mailboxes.get('Projects');
      if (!projects) return '';
      server.mailboxes.delete('Projects');
      server.mailboxes.set('Werke', projects);
      return '* LIST (\\NonExistent) "/" "Projects"\r\n';
    });
    await desk.clock.pass(20_000);
    expect((await desk.mailbox('Werke')).key).toBe(key);
    expect(await remote()).toEqual(['Far']);
  });

  it('one that goes while they are listed is gone', async () => {
    await open('Projects');
    refers(() => '');
    await desk.clock.pass(20_000);
    refers(() => {
      server.mailboxes.delete('Projects');
      return '* LIST (\\NonExistent) "/" "Projects"\r\n';
    });
    await desk.clock.pass(20_000);
    await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
  });
});

it('a mailbox that another client deletes goes as soon as nothing waits for it any more', async () => {
  await open('Projects');
  const { key: mailbox } = await desk.look('Projects');
  server.script = ({ name, tag }) => (name === 'APPEND' ? `${tag} NO [UNAVAILABLE] later\r\n` : undefined);
  const bytes = encodeText('Message-ID: <1@example.org>\r\n\r\nOne.\r\n');
  const flags = ['\\Seen'];
  const id = await desk.act({ kind: 'upload', mailbox, messageId: '<1@example.org>', flags, date: 0 }, bytes);
  await desk.clock.pass(1000);
  server.mailboxes.delete('Projects');
  server.dropAll();
  await desk.clock.pass(20_000);
  expect((await desk.mailbox('Projects')).key).toBe(mailbox);
  await desk.store.commit([{ kind: 'action-removed', id }]);
  await desk.clock.pass(20_000);
  await expect(desk.mailbox('Projects')).rejects.toThrow('no mailbox');
});

it('a subscription is known at once, there and here', async () => {
  await open('Projects');
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

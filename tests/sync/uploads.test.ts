/** What is put on the server by APPEND is there once, whatever becomes of the receipt. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, draft, open, sending, server, subjects, upload } from './scripted-desk.ts';
import { literalsIn } from './scripted-server.ts';

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

  it.each([
    ['expunge', false],
    ['expunge', true],
    ['move', false],
    ['move', true],
  ] as const)(
    'whose receipt is lost is not repeated because of what follows: %s (numbered anew meanwhile: %s)',
    async (kind, isNumberedAnew) => {
      open(0, undefined, 'INBOX', 'Drafts');
      server.add('Drafts', 'older');
      const { key } = await desk.look('Drafts');
      const { key: to } = await desk.mailbox('INBOX');
      let acting = 0;
      let refuses = true;
      server.script = ({ name, tag, connection }) => {
        if (name === 'NOOP' && refuses && acting > 0 && connection > acting)
          return `${tag} NO [UNAVAILABLE] later\r\n`;
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
      if (isNumberedAnew) server.mailboxes.get('Drafts')!.uidValidity = 70;
      if (isNumberedAnew) server.dropAll();
      await desk.clock.pass(20_000);
      expect(subjects('Drafts')).toEqual(['older', 'once']);
      refuses = false;
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

/** As another program moves the last message of a mailbox on. */
function moveOn(from: string, to: string): void {
  const { uid: _, ...kept } = server.mailboxes.get(from)!.messages.pop()!;
  server.add(to, kept.subject, kept);
}

/** The next APPEND does what `then` does, and its receipt is lost; those after it are as usual. */
function loseAppend(then: (text: string) => void): void {
  server.script = ({ name, args }) => {
    if (name !== 'APPEND') return undefined;
    server.script = () => undefined;
    then(literalsIn(args)[0]!);
    return 'drop';
  };
}

const arrive = (mailbox: string, text: string): void => {
  const subject = /^Subject: (.*)\r$/m.exec(text)![1]!;
  server.add(mailbox, subject, { text, messageId: `<${subject}@postern.example>`, whole: true });
};

async function tryAgain(): Promise<void> {
  for (const { id, state } of await desk.actions())
    await desk.store.commit([
      {
        kind: 'action-state',
        id,
        state: { name: 'waiting' },
        onlyIn: state.name === 'failed' ? 'failed' : 'uncertain',
      },
    ]);
  await desk.clock.pass(10_000);
}

const perhapsThere = { name: 'uncertain', reason: 'perhaps-there', words: 'Other' };

describe('what has arrived, its receipt lost, and was moved on by another program', () => {
  it('is not put there again before the person says so', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    server.add('Other', 'older');
    const { key } = await desk.look('Drafts');
    loseAppend((text) => {
      arrive('Drafts', text);
      moveOn('Drafts', 'Other');
    });
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect([subjects('Drafts'), subjects('Other')]).toEqual([[], ['older', 'once']]);
    expect(await desk.actions()).toMatchObject([{ state: perhapsThere }]);
    await tryAgain();
    expect([subjects('Drafts'), subjects('Other')]).toEqual([['once'], ['older', 'once']]);
    expect(await desk.actions()).toEqual([]);
  });

  it('is not put there again where the mailbox went, too', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    const { key } = await desk.look('Drafts');
    loseAppend((text) => {
      arrive('Drafts', text);
      moveOn('Drafts', 'Other');
      server.mailboxes.delete('Drafts');
    });
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect([...server.mailboxes.keys(), ...subjects('Other')]).toEqual(['INBOX', 'Other', 'once']);
    expect(await desk.actions()).toMatchObject([{ state: perhapsThere }]);
  });

  it('is known in a mailbox that was made for it', async () => {
    open(0, undefined, 'INBOX', 'Drafts');
    const { key } = await desk.look('Drafts');
    loseAppend((text) => {
      arrive('Drafts', text);
      server.mailboxes.set('Other', { uidValidity: 9, uidNext: 1, messages: [] });
      moveOn('Drafts', 'Other');
    });
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect([subjects('Drafts'), subjects('Other')]).toEqual([[], ['once']]);
    expect(await desk.actions()).toMatchObject([{ state: perhapsThere }]);
  });

  it('and is the copy of what was sent, is filed already', async () => {
    open(0, undefined, 'INBOX', 'Sent', 'Other');
    const { key } = await desk.look('Sent');
    loseAppend((text) => {
      arrive('Sent', text);
      moveOn('Sent', 'Other');
    });
    await desk.act(sending('once', key, 'file'), draft('once'));
    await desk.clock.pass(60_000);
    expect([subjects('Sent'), subjects('Other')]).toEqual([[], ['once']]);
    expect(await desk.actions()).toEqual([]);
  });
});

describe('what has not arrived, its receipt lost', () => {
  it('is put there although its like has long been elsewhere, and something else was moved on', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    arrive('Other', new TextDecoder().decode(draft('once')));
    await desk.look('Other');
    const { key } = await desk.look('Drafts');
    loseAppend(() => {
      server.add('Drafts', 'another');
      moveOn('Drafts', 'INBOX');
    });
    await upload(key, 'once');
    await desk.clock.pass(60_000);
    expect([subjects('Drafts'), subjects('Other')]).toEqual([['once'], ['once']]);
    expect(await desk.actions()).toEqual([]);
  });

  it('is looked for nowhere else where nothing has left', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    await desk.look('Other');
    const { key } = await desk.look('Drafts');
    server.commands.length = 0;
    loseAppend(() => void server.add('Drafts', 'another'));
    await upload(key, 'once');
    await desk.clock.pass(10_000);
    expect(subjects('Drafts')).toEqual(['another', 'once']);
    expect(server.named('SELECT').filter(({ args }) => args.includes('Other'))).toEqual([]);
  });

  it('and is the copy of what was sent, is filed although it has come back from its readers', async () => {
    open(0, undefined, 'INBOX', 'Sent');
    const { key } = await desk.look('Sent');
    loseAppend(() => {
      server.add('Sent', 'another');
      moveOn('Sent', 'INBOX');
      arrive('INBOX', `Received: from a list\r\n${new TextDecoder().decode(draft('once'))}`);
    });
    await desk.act(sending('once', key, 'file'), draft('once'));
    await desk.clock.pass(60_000);
    expect(subjects('Sent')).toEqual(['once']);
    expect(await desk.actions()).toEqual([]);
  });
});

describe('a file that is put into two mailboxes on purpose', () => {
  it('is in both, whichever receipts are lost', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    const { key } = await desk.look('Drafts');
    const { key: other } = await desk.mailbox('Other');
    let appends = 0;
    server.script = ({ name }) => {
      if (name !== 'APPEND') return undefined;
      appends++;
      return appends === 1 || appends === 3 ? 'lose' : appends === 2 ? 'drop' : undefined;
    };
    await upload(other, 'twice');
    await upload(key, 'twice');
    await upload(key, 'twice');
    await desk.clock.pass(120_000);
    expect([subjects('Drafts'), subjects('Other')]).toEqual([['twice', 'twice'], ['twice']]);
    expect(await desk.actions()).toEqual([]);
  });

  it('is not given up for the other one: the person is asked where nobody can tell', async () => {
    open(0, undefined, 'INBOX', 'Drafts', 'Other');
    const { key } = await desk.look('Drafts');
    const { key: other } = await desk.mailbox('Other');
    server.script = ({ name, args }) => {
      if (name !== 'APPEND' || args.includes('Other')) return undefined;
      server.script = () => undefined;
      server.add('Drafts', 'another');
      moveOn('Drafts', 'INBOX');
      return 'drop';
    };
    await upload(other, 'twice');
    await upload(key, 'twice');
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toMatchObject([{ state: perhapsThere }]);
    await tryAgain();
    expect([subjects('Drafts'), subjects('Other')]).toEqual([['twice'], ['twice']]);
    expect(await desk.actions()).toEqual([]);
  });
});

it('an upload that failed, and was there, is not put there again when the person has moved it on here', async () => {
  open(0, undefined, 'INBOX', 'Drafts', 'Other');
  const { key } = await desk.look('Drafts');
  const { key: to } = await desk.mailbox('Other');
  let acting = 0;
  server.script = ({ name, args, tag, connection }) => {
    if (name === 'SELECT' && args.includes('Drafts') && acting > 0 && connection > acting)
      return `${tag} NO [NOPERM] not allowed\r\n`;
    if (name !== 'APPEND') return undefined;
    acting = connection;
    arrive('Drafts', literalsIn(args)[0]!);
    return 'drop';
  };
  await upload(key, 'once');
  await desk.clock.pass(60_000);
  expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'forbidden' } }]);
  server.script = () => undefined;
  const [row] = await desk.rows('Drafts');
  await desk.act({ kind: 'move', from: key, to, messages: [row!.key] });
  await desk.clock.pass(10_000);
  expect([subjects('Drafts'), subjects('Other')]).toEqual([[], ['once']]);
  await tryAgain();
  expect([subjects('Drafts'), subjects('Other')]).toEqual([[], ['once']]);
  expect(await desk.actions()).toMatchObject([{ state: perhapsThere }]);
});

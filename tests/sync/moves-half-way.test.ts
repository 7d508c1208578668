/** Moves of which the server says too little, too much, or only half; and what somebody else does in between. */
import { afterEach, describe, expect, it } from 'vitest';
import { startDoomed } from './dying.ts';
import { desk, open, openDesk, server, subjects } from './scripted-desk.ts';
import type { ScriptedCommand } from './scripted-server.ts';

afterEach(() => desk.stop());

const MOVE = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS MOVE';

/** All letters of INBOX are wanted in Archive. */
async function moveAll(): Promise<number[]> {
  await desk.look('Archive');
  const { key: from } = await desk.look();
  const { key: to } = await desk.mailbox('Archive');
  const messages = (await desk.rows()).map(({ key }) => key);
  await desk.act({ kind: 'move', from, to, messages });
  return messages;
}

/** The server moves the first of INBOX that is left. */
function moveFirst(): string {
  const [first] = server.mailboxes.get('INBOX')!.messages.splice(0, 1);
  const { subject, text, messageId } = first!;
  const { uid } = server.add('Archive', subject, { text, messageId });
  return `* OK [COPYUID 7 ${first!.uid} ${uid}] moved\r\n* 1 EXPUNGE\r\n`;
}

async function retry(): Promise<void> {
  const [failed] = await desk.actions();
  await desk.store.commit([{ kind: 'action', action: { ...failed!, state: { name: 'waiting' } } }]);
  await desk.clock.pass(15_000);
}

describe('a move of several', () => {
  it('that the server stops half way has what else is wanted done to those that went', async () => {
    openDesk({ messages: 3, names: ['INBOX', 'Archive'], capabilities: MOVE });
    server.script = ({ name, tag }) => {
      if (name !== 'UID MOVE') return undefined;
      const isFirst = server.mailboxes.get('Archive')!.messages.length === 0;
      return `${isFirst ? moveFirst() : ''}${tag} NO [OVERQUOTA] full\r\n`;
    };
    const messages = await moveAll();
    const { key: mailbox } = await desk.mailbox('Archive');
    await desk.act({ kind: 'flag', mailbox, messages, add: ['\\Flagged'], remove: [] });
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'quota' } }]);
    expect(server.mailboxes.get('Archive')!.messages).toMatchObject([
      { subject: 'letter 1', flags: ['\\Flagged'] },
    ]);
    expect((await desk.rows('Archive')).map(({ key }) => key)).toEqual([messages[0]]);
  });

  it('that the server calls done when some are where they were is done again, and told of in the end', async () => {
    openDesk({ messages: 2, names: ['INBOX', 'Archive'], capabilities: MOVE });
    let lies = 1;
    server.script = ({ name, tag }) => {
      if (name !== 'UID MOVE') return undefined;
      return `${lies-- > 0 && server.mailboxes.get('Archive')!.messages.length > 0 ? '' : moveFirst()}${tag} OK done\r\n`;
    };
    await moveAll();
    await desk.clock.pass(60_000);
    expect(await desk.actions()).toEqual([]);
    expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['letter 1', 'letter 2']]);
    server.script = ({ name, tag }) => (name === 'UID MOVE' ? `${tag} OK done\r\n` : undefined);
    server.add('INBOX', 'letter 3');
    await moveAll();
    await desk.clock.pass(300_000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'not-removed' } }]);
    expect(subjects('INBOX')).toEqual(['letter 3']);
  });

  it.each(['UID COPY', 'UID EXPUNGE'])(
    'just alike, in two mailboxes, has them both there when the receipt of %s was lost',
    async (command) => {
      open(0, undefined, 'INBOX', 'Junk', 'Archive');
      for (const name of ['INBOX', 'Junk']) server.add(name, 'the same', { messageId: '<same@x>' });
      await desk.look('Archive');
      await desk.look('Junk');
      const { key: from } = await desk.look();
      const { key: to } = await desk.mailbox('Archive');
      const messages = [...(await desk.rows()), ...(await desk.rows('Junk'))].map(({ key }) => key);
      let lose = true;
      server.script = ({ name }) => {
        if (name !== command || !lose) return undefined;
        lose = false;
        return 'lose';
      };
      await desk.act({ kind: 'move', from, to, messages });
      await desk.clock.pass(60_000);
      expect(['INBOX', 'Junk', 'Archive'].map(subjects)).toEqual([[], [], ['the same', 'the same']]);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

describe('a message that goes by another hand, the worker killed at every commit of its move', () => {
  const first = (mailbox: string) => server.mailboxes.get(mailbox)!.messages.shift();

  /** Nothing but the news of the other mailbox brings anybody there; `between`: while the worker is dead. */
  async function killedAtEveryCommit(kept: boolean, before: () => void, between: () => void): Promise<void> {
    openDesk({ names: ['INBOX', 'Archive'], capabilities: MOVE });
    server.script = ({ name, tag }) =>
      name === 'UID MOVE'
        ? `${subjects('INBOX').length > 0 ? moveFirst() : ''}${tag} OK done\r\n`
        : undefined;
    for (let commit = 1, died = true; died; commit++) {
      server.add('INBOX', `letter ${commit}`);
      await moveAll();
      await desk.stop();
      before();
      const store = startDoomed(desk, server, commit, kept);
      await desk.clock.pass(60_000);
      died = store.isDead;
      if (!died) await desk.stop();
      between();
      desk.start();
      await desk.clock.pass(60_000);
      // Where it is known to have gone by itself, its person is told.
      for (const { id, state } of await desk.actions()) {
        expect(state, `commit ${commit}`).toMatchObject({ name: 'failed', reason: 'gone' });
        await desk.store.commit([{ kind: 'action-removed', id }]);
      }
      expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], []]);
      expect([await desk.subjects('INBOX'), await desk.subjects('Archive')], `commit ${commit}`).toEqual([
        [],
        [],
      ]);
      if (!died) expect(commit).toBeGreaterThan(3);
    }
  }

  it.each([true, false])('before it is moved (kept: %s)', (kept) =>
    killedAtEveryCommit(
      kept,
      () => void first('INBOX'),
      () => undefined,
    ),
  );

  it.each([true, false])('where it is then (kept: %s)', (kept) =>
    killedAtEveryCommit(
      kept,
      () => undefined,
      () => void (first('INBOX') ?? first('Archive')),
    ),
  );
});

describe('a COPYUID', () => {
  it.each(['1:2 1:2', '1:2 3,3', '1:2 3'])(
    'that cannot be (%s) has nothing done to another message',
    async (uids) => {
      openDesk({ messages: 2, names: ['INBOX', 'Archive'], capabilities: MOVE });
      for (const name of ['old 1', 'old 2']) server.add('Archive', name);
      server.script = ({ name, tag }) => {
        if (name !== 'UID MOVE') return undefined;
        moveFirst();
        moveFirst();
        return `* OK [COPYUID 7 ${uids}] moved\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n${tag} OK done\r\n`;
      };
      const [, second] = await moveAll();
      const { key: mailbox } = await desk.mailbox('Archive');
      await desk.act({ kind: 'expunge', mailbox, messages: [second] });
      await desk.clock.pass(60_000);
      expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['old 1', 'old 2', 'letter 1']]);
      expect((await desk.subjects('Archive')).toSorted()).toEqual(['letter 1', 'old 1', 'old 2']);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

describe('a move without MOVE whose original could not be removed', () => {
  const halfMoved = async (messages = 1): Promise<void> => {
    open(messages, undefined, 'INBOX', 'Archive', 'Trash');
    server.script = ({ name, tag }: ScriptedCommand) =>
      name === 'UID EXPUNGE' ? `${tag} NO [NOPERM] not allowed\r\n` : undefined;
    await moveAll();
    await desk.clock.pass(5000);
    expect(await desk.actions()).toMatchObject([{ state: { name: 'failed' } }]);
    expect(subjects('Archive')).toEqual(subjects('INBOX'));
    server.script = () => undefined;
  };
  const everywhere = (): string[][] => [...server.mailboxes.keys()].map(subjects);

  it.each([
    ['removed', () => server.mailboxes.get('Archive')!.messages.pop()],
    ['deleted with its mailbox', () => server.mailboxes.delete('Archive')],
    [
      'deleted with its mailbox, which was made anew',
      () => server.mailboxes.set('Archive', { uidValidity: 8, uidNext: 1, messages: [] }),
    ],
  ])('does not remove the last one when the copy was %s', async (_, happens) => {
    await halfMoved();
    happens();
    await retry();
    await desk.clock.pass(60_000);
    expect(everywhere().flat()).toEqual(['letter 1']);
    expect(subjects('Archive')).toEqual(['letter 1']);
    expect(await desk.actions()).toEqual([]);
  });

  it.each([1, 25])('is finished when the copies are elsewhere by now (%i)', async (messages) => {
    await halfMoved(messages);
    const letters = subjects('Archive');
    for (const { subject, text, messageId } of server.mailboxes.get('Archive')!.messages.splice(0))
      server.add('Trash', subject, { text, messageId });
    await retry();
    expect(['INBOX', 'Archive', 'Trash'].map(subjects)).toEqual([[], [], letters]);
    expect(await desk.actions()).toEqual([]);
  });
});

describe('a move without MOVE of what the session was not told of yet', () => {
  it.each(['IMAP4rev1 IDLE LITERAL+', 'IMAP4rev1 IDLE LITERAL+ UIDPLUS'])(
    'removes nothing that COPY passed over (%s)',
    async (capabilities) => {
      openDesk({ messages: 2, names: ['INBOX', 'Archive'], capabilities });
      const inbox = server.mailboxes.get('INBOX')!;
      let hidden: (typeof inbox.messages)[number] | undefined;
      server.script = ({ name, tag }) => {
        // What it was not told of, it tells with the answer to COPY.
        if (name === 'UID STORE' && hidden) {
          inbox.messages.push(hidden);
          hidden = undefined;
        }
        return name === 'UID MOVE' ? `${tag} BAD unknown\r\n` : undefined;
      };
      server.edit = (text) => {
        const { name, tag } = server.commands.at(-1) ?? {};
        const copied = capabilities.includes('UIDPLUS') ? ' [COPYUID 7 1 1]' : '';
        return name === 'UID COPY' && server.named('UID COPY').length === 1
          ? text.replace(`${tag} OK`, `${tag} OK${copied}`)
          : text;
      };
      await desk.look('Archive');
      const { key: from } = await desk.look();
      const { key: to } = await desk.mailbox('Archive');
      const messages = (await desk.rows()).map(({ key }) => key);
      hidden = inbox.messages.pop();
      await desk.act({ kind: 'move', from, to, messages });
      await desk.clock.pass(60_000);
      expect([subjects('INBOX'), subjects('Archive')]).toEqual([[], ['letter 1', 'letter 2']]);
      expect(await desk.actions()).toEqual([]);
    },
  );
});

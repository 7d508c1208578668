import { afterEach, expect, it } from 'vitest';
import type { Uid, UidValidity } from '@postern/protocol/imap';
import { descriptorsQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { desk, openDesk, server, subjects } from './scripted-desk.ts';

/** What arrives somewhere is one row, whoever hears of it first: who removed "the double" would remove the only one. */
afterEach(() => desk.stop());

it.each(['copy', 'move'] as const)(
  'what the first look into a mailbox has fetched when the receipt of its %s comes is no other message',
  async (kind) => {
    let isCopied = false;
    openDesk({ messages: 1, names: ['INBOX', 'Archive'] });
    // Never looked into: no UID of it means anything yet.
    server.script = ({ name, args, tag }) =>
      name === 'SELECT' && args.includes('Archive') && !isCopied
        ? `${tag} NO [INUSE] not now\r\n`
        : undefined;
    const { key: from } = await desk.look();
    const archive = await desk.mailbox('Archive');
    expect(archive.sync.uidValidity).toBe(0);
    const [row] = await desk.rows();
    const descriptor = (await desk.store.read(descriptorsQuery([row!.key]))).get(row!.key)!;
    /** As the other connection takes it in. */
    const fetchFirst = async (uid: Uid): Promise<void> => {
      const key = await desk.store.allocate(1);
      const sync = { ...archive.sync, uidValidity: 7 as UidValidity };
      await desk.store.commit([
        { kind: 'mailbox', mailbox: { ...archive, sync } },
        { kind: 'messages', mailbox: archive.key, messages: [{ row: { ...row!, key, uid }, descriptor }] },
      ]);
    };
    server.script = ({ name, tag }) => {
      if (name !== 'UID COPY') return undefined;
      isCopied = true;
      const { text, messageId } = server.mailboxes.get('INBOX')!.messages[0]!;
      const { uid } = server.add('Archive', 'letter 1', { text, messageId });
      void fetchFirst(uid as Uid);
      return `${tag} OK [COPYUID 7 1 ${uid}] done\r\n`;
    };
    const commit = desk.store.commit.bind(desk.store);
    const shown: number[] = [];
    desk.store.commit = async (changes) => {
      await commit(changes);
      shown.push((await desk.rows('Archive')).length);
    };
    const copy = (await desk.store.allocate(1)) as MessageKey;
    const action = { kind, from, to: archive.key, messages: [row!.key] };
    await desk.act(kind === 'copy' ? { ...action, copies: [copy] } : action);
    await desk.clock.pass(20_000);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Archive')).toEqual(['letter 1']);
    expect((await desk.rows('Archive')).map(({ key, uid }) => [key, uid])).toEqual([
      [kind === 'copy' ? copy : row!.key, 1],
    ]);
    expect(Math.max(...shown)).toBe(1);
  },
);

it('what is copied with its double is copied once, and has what is wanted of either copy', async () => {
  openDesk({ names: ['INBOX', 'Archive', 'Work'] });
  server.add('Archive', 'letter 1');
  await desk.look('Archive');
  const { key: from } = await desk.mailbox('Archive');
  const { key: to } = await desk.mailbox('INBOX');
  const { key: later } = await desk.mailbox('Work');
  const [told] = await desk.rows('Archive');
  const descriptor = (await desk.store.read(descriptorsQuery([told!.key]))).get(told!.key)!;
  const [awaited, ...copies] = Array.from({ length: 5 }, (_, i) => i + 1000) as MessageKey[];
  await desk.store.allocate(2000);
  desk.engine.wish('screen', { messages: [], parts: [], downloads: [] });
  await desk.clock.pass(1000);
  const row = { ...told!, key: awaited!, uid: 0 as const };
  await desk.store.commit([{ kind: 'messages', mailbox: from, messages: [{ row, descriptor }] }]);
  const messages = [awaited!, told!.key];
  await desk.act({ kind: 'copy', from, to, messages, copies: copies.slice(0, 2) });
  for (const [i, flag] of ['\\Answered', '\\Flagged'].entries())
    await desk.act({ kind: 'flag', mailbox: to, messages: [copies[i]], add: [flag], remove: [] });
  await desk.act({
    kind: 'copy',
    from: to,
    to: later,
    messages: copies.slice(0, 2),
    copies: copies.slice(2),
  });
  desk.engine.wake('action');
  await desk.clock.pass(60_000);
  expect(await desk.actions()).toEqual([]);
  expect(server.mailboxes.get('INBOX')!.messages.map(({ flags }) => flags)).toEqual([
    ['\\Answered', '\\Flagged'],
  ]);
  expect(subjects('Work')).toEqual(['letter 1']);
  expect((await desk.rows('Archive')).map(({ key, uid }) => [key, uid])).toEqual([[awaited, 1]]);
});

/** Messages that go from server to server, through the real gateway, where a mailbox lives on another one (RFC 2193). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageKey } from '@postern/protocol/sync';
import { ada, grace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import {
  account,
  closeAll,
  device,
  here,
  messages,
  open,
  say,
  show,
  startBoth,
  startHere,
  subjects,
  textOf,
  there,
} from './two-servers.ts';

beforeEach(startBoth);
afterEach(closeAll);

describe('messages between servers', () => {
  const big = 'a line of a large letter\r\n'.repeat(60_000);

  beforeEach(async () => {
    for (const i of [1, 2, 3]) await here.deliver(ada, 'INBOX', say(`letter ${i}`), ['\\Seen', 'work']);
    await here.deliver(ada, 'INBOX', say('large', big), ['\\Flagged']);
    await open([there.imap]);
    await show('inbox');
    await device.caughtUp('inbox', 4);
  });

  it('are moved there whole, with flags and dates, and back', async () => {
    const before = messages(here, 'INBOX').map(({ content, flags, internalDate }) => ({
      content: textOf(content),
      flags: [...flags].filter((flag) => flag !== '\\Recent').toSorted(),
      date: Math.floor(internalDate / 1000),
    }));
    const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
    const keys = (await device.rows('inbox')).map(({ key }) => key);
    await device.act({ kind: 'move', from, to, messages: keys });
    await device.settled();
    expect(messages(here, 'INBOX')).toEqual([]);
    expect(
      messages(there, 'Work/Größe').map(({ content, flags, internalDate }) => ({
        content: textOf(content),
        flags: [...flags].filter((flag) => flag !== '\\Recent').toSorted(),
        date: Math.floor(internalDate / 1000),
      })),
    ).toEqual(before);
    // The same rows, under the UIDs that they have there: nothing is fetched again.
    await eventually('the UIDs', async () => {
      const rows = await device.rows('Shared');
      return rows.length === 4 && rows.every(({ uid }) => uid > 0);
    });
    const rows = await device.rows('Shared');
    expect(rows.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(rows.map(({ uid }) => uid).toSorted()).toEqual([1, 2, 3, 4]);
    await device.act({ kind: 'move', from: to, to: from, messages: keys.slice(0, 2) });
    await device.settled();
    expect(subjects(here, 'INBOX')).toEqual(['letter 1', 'letter 2']);
    expect(subjects(there, 'Work/Größe')).toEqual(['letter 3', 'large']);
  }, 30_000);

  it('are copied there, and are two messages from then on', async () => {
    const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
    const keys = (await device.rows('inbox')).map(({ key }) => key);
    const first = await device.store.allocate(keys.length);
    const copies = keys.map((_, i) => (first + i) as MessageKey);
    await device.act({ kind: 'copy', from, to, messages: keys, copies });
    await device.settled();
    expect(subjects(here, 'INBOX')).toEqual(['letter 1', 'letter 2', 'letter 3', 'large']);
    expect(subjects(there, 'Work/Größe')).toEqual(subjects(here, 'INBOX'));
    await eventually('the copies', async () => {
      const rows = await device.rows('Shared');
      return rows.length === 4 && rows.every(({ key, uid }) => uid > 0 && copies.includes(key));
    });
  });

  it('are moved by the server that has both mailboxes', async () => {
    account(there).create('Other');
    here.server.referrals.mailboxes.set('Second', [{ origin: there.imap, name: 'Other' }]);
    await there.deliver(ada, 'Work/Größe', say('stays there'));
    await device.stop();
    device.start();
    await show('Shared');
    await device.caughtUp('Shared', 1);
    const [from, to] = [(await device.mailbox('Shared')).key, (await device.mailbox('Second')).key];
    const [row] = await device.rows('Shared');
    await device.act({ kind: 'move', from, to, messages: [row!.key] });
    await device.settled();
    expect(subjects(there, 'Work/Größe')).toEqual([]);
    expect(subjects(there, 'Other')).toEqual(['stays there']);
  });

  it('arrive once, wherever the connection breaks', async () => {
    const { key: away } = await device.mailbox('Shared');
    const { key: home } = await device.mailbox('inbox');
    const { key } = await device.find('inbox', 'letter 2');
    let [from, to] = [home, away];
    for (let cut = 40; cut < 2400; cut += 90) {
      device.wire.cutAfter = cut;
      await device.act({ kind: 'move', from, to, messages: [key] });
      await eventually(`settled, cut after ${cut}`, async () => {
        device.engine.wake('network');
        return (await device.actions()).length === 0;
      });
      device.wire.cutAfter = undefined;
      const copies = [...subjects(here, 'INBOX'), ...subjects(there, 'Work/Größe')];
      expect(copies.toSorted(), `cut after ${cut}`).toEqual(['large', 'letter 1', 'letter 2', 'letter 3']);
      expect(subjects(there, 'Work/Größe'), `cut after ${cut}`).toEqual(to === away ? ['letter 2'] : []);
      [from, to] = [to, from];
    }
  }, 60_000);

  it('are copied there, once, and stay here, wherever the connection breaks', async () => {
    const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
    const { key } = await device.find('inbox', 'letter 2');
    const wanted: string[] = [];
    for (let cut = 60; cut < 2400; cut += 180) {
      device.wire.cutAfter = cut;
      const copy = await device.store.allocate(1);
      await device.act({ kind: 'copy', from, to, messages: [key], copies: [copy] });
      await eventually(`settled, cut after ${cut}`, async () => {
        device.engine.wake('network');
        return (await device.actions()).length === 0;
      });
      device.wire.cutAfter = undefined;
      wanted.push('letter 2');
      expect(subjects(there, 'Work/Größe'), `cut after ${cut}`).toEqual(wanted);
    }
    expect(subjects(here, 'INBOX')).toHaveLength(4);
    // Of copies that are alike in all but their UIDs nobody can tell which is which after a lost receipt.
    expect(await device.rows('Shared')).toHaveLength(wanted.length);
  }, 60_000);

  it('stay where they are, and the action says why, when the other server has no room', async () => {
    account(there).quota = { messages: messages(there, 'Work/Größe').length + 1 };
    const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
    const keys = (await device.rows('inbox')).map(({ key }) => key);
    await device.act({ kind: 'move', from, to, messages: keys });
    await eventually('failed', async () => (await device.actions())[0]?.state.name === 'failed');
    expect(subjects(here, 'INBOX').length + subjects(there, 'Work/Größe').length).toBe(4);
    expect((await device.actions())[0]?.state).toMatchObject({ reason: 'quota' });
    // With room, trying again finishes it: nothing is twice.
    account(there).quota = {};
    const [action] = await device.actions();
    await device.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
    await device.settled();
    expect(subjects(there, 'Work/Größe').toSorted()).toEqual(['large', 'letter 1', 'letter 2', 'letter 3']);
    expect(subjects(here, 'INBOX')).toEqual([]);
  });

  it('are put there by APPEND, once', async () => {
    const { key: mailbox } = await device.mailbox('Shared');
    const messageId = '<filed@postern.example>';
    const bytes = new TextEncoder().encode(
      letter({ from: ada.address, to: grace.address, subject: 'filed', messageId }),
    );
    await device.act({ kind: 'upload', mailbox, messageId, flags: ['\\Seen'], date: Date.now() }, bytes);
    await device.settled();
    expect(subjects(there, 'Work/Größe')).toEqual(['filed']);
  });
});

it('one that another client removes while it is on its way, which is all the server says, keeps no other back', async () => {
  let armed = true;
  await startHere({
    profile: { name: 'words', multiAccess: { fetch: 'no', reason: 'words' } },
    onLine: (direction, line) => {
      if (!armed || direction !== 'C' || !/UID FETCH 1:3 .*BODY\.PEEK\[\]/.test(line)) return;
      armed = false;
      const box = account(here).get('INBOX');
      box.expunge(box.messages.slice(0, 1));
    },
  });
  for (const i of [1, 2, 3]) await here.deliver(ada, 'INBOX', say(`letter ${i}`));
  await open([there.imap]);
  await show('inbox');
  await device.caughtUp('inbox', 3);
  const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
  const keys = (await device.rows('inbox')).map(({ key }) => key);
  await device.act({ kind: 'move', from, to, messages: keys });
  await device.settled();
  expect(armed).toBe(false);
  expect(subjects(there, 'Work/Größe')).toEqual(['letter 2', 'letter 3']);
  expect(subjects(here, 'INBOX')).toEqual([]);
}, 30_000);

it('mail of which nobody knows whether it was sent is looked for in Sent where that is', async () => {
  await open([there.imap]);
  const { key: sent } = await device.mailbox('Shared');
  const messageId = '<sent@postern.example>';
  const text = letter({ from: ada.address, to: grace.address, subject: 'sent', messageId });
  // The server had taken it, and filed it, before the reply was lost.
  await there.deliver(ada, 'Work/Größe', text);
  const action = {
    id: 'sent',
    at: Date.now(),
    state: { name: 'running' },
    kind: 'send',
    step: 'submit',
    from: ada.address,
    recipients: [grace.address] as string[],
    subject: 'sent',
    messageId,
    sent,
    answers: undefined,
    notBefore: 0,
  } as const;
  const outgoing = { id: 'sent', bytes: new TextEncoder().encode(text) };
  await device.store.commit([
    { kind: 'outgoing', outgoing },
    { kind: 'action', action },
  ]);
  await device.settled();
  expect(subjects(there, 'Work/Größe')).toEqual(['sent']);
}, 30_000);

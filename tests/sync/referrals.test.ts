import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTarget } from '@postern/gateway';
import type { Gateway } from '@postern/gateway';
import { profiles } from '@postern/mailserver';
import type { Account, MailServerOptions, Message } from '@postern/mailserver';
import { partQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

/** Mailbox referrals (RFC 2193) through the real gateway: a home server, and others on which some mailboxes live. */
let here: EmbeddedPlace;
let there: EmbeddedPlace;
let gateway: Gateway;
let device: Device;
const places: EmbeddedPlace[] = [];

const say = (subject: string, text?: string): string =>
  letter({ from: grace.address, to: ada.address, subject, ...(text ? { text } : {}) });

async function start(options: Partial<MailServerOptions> = {}): Promise<EmbeddedPlace> {
  const place = await startEmbedded(options);
  places.push(place);
  return place;
}

/** `listed`: the servers that the gateway may be led to. */
async function open(listed: readonly string[]): Promise<void> {
  gateway = await openGateway(here, { referrals: listed.map((each) => parseTarget('imap', each)!) });
  device = await Device.open(gateway, ada);
}

function messages(place: EmbeddedPlace, mailbox: string): readonly Message[] {
  return place.server.accounts[0]?.find(mailbox)?.messages ?? [];
}

function subjects(place: EmbeddedPlace, mailbox: string): string[] {
  return messages(place, mailbox).map(({ content }) => /^Subject: (.*)$/m.exec(textOf(content))![1]!.trim());
}

function textOf(content: Message['content']): string {
  return Buffer.from(content.read(0, content.size)).toString();
}

async function show(name: string): Promise<void> {
  device.wish({ mailbox: (await device.mailbox(name)).key });
}

beforeEach(async () => {
  here = await start();
  there = await start();
  there.server.accounts[0]!.create('Work/Größe');
  here.server.referrals.mailboxes.set('Shared', [{ origin: there.imap, name: 'Work/Größe' }]);
});

afterEach(async () => {
  await device?.stop();
  await gateway?.close();
  for (const place of places.splice(0)) await place.close();
});

describe.each([profiles.full, profiles.gmail, profiles.rev1])(
  'a mailbox on another server, of profile $name',
  (profile) => {
    beforeEach(async () => {
      there = await start({ profile });
      there.server.accounts[0]!.create('Work/Größe');
      here.server.referrals.mailboxes.set('Shared', [{ origin: there.imap, name: 'Work/Größe' }]);
      for (let i = 1; i <= 70; i++)
        await there.deliver(ada, 'Work/Größe', say(`shared ${i}`, `Text ${i}.`), i % 2 ? ['\\Seen'] : []);
      await here.deliver(ada, 'INBOX', say('at home'));
      await open([there.imap]);
    });

    it('is listed, counted, caught up with, read, searched and changed like any other', async () => {
      const { key } = await device.mailbox('Shared');
      expect((await device.mailbox('Shared')).attributes).toContain('\\Remote');
      await eventually('its count', async () => (await device.mailbox('Shared')).unseen === 35);
      await show('Shared');
      await device.caughtUp('Shared', 70);
      const row = await device.find('Shared', 'shared 7');
      expect(row.flags).toEqual(['\\Seen']);
      device.wish({
        mailbox: key,
        messages: [row.key],
        search: { id: 'the seventieth', mailbox: key, text: 'Text 70.' },
      });
      const part = await eventually('the text', () => device.store.read(partQuery(row.key, '1')));
      expect(new TextDecoder().decode(part.bytes)).toBe('Text 7.\r\n');
      const last = await device.find('Shared', 'shared 70');
      await eventually('what was searched', () =>
        device.notes.some((note) => note.note === 'found' && note.keys.join() === `${last.key}`),
      );
      await device.act({ kind: 'flag', mailbox: key, messages: [row.key], add: ['\\Flagged'], remove: [] });
      await device.act({ kind: 'expunge', mailbox: key, messages: [last.key] });
      await device.settled();
      expect([...messages(there, 'Work/Größe')[6]!.flags]).toContain('\\Flagged');
      await eventually('one less', () => messages(there, 'Work/Größe').length === 69);
      // All the while the home server is the one that is listened to.
      await here.deliver(ada, 'INBOX', say('at home, too'));
      await eventually('news of home', async () => (await device.rows('inbox')).length === 2, 20_000);
      expect(device.status.connection).toBe('online');
      expect(device.status.unreached).toBeUndefined();
    }, 40_000);

    it('has its news, and what went, when it is looked at again', async () => {
      await show('Shared');
      await device.caughtUp('Shared', 70);
      await there.deliver(ada, 'Work/Größe', say('a new one'));
      const box = there.server.accounts[0]!.get('Work/Größe');
      box.expunge(box.messages.slice(0, 3));
      await eventually('the news', async () => {
        device.engine.wake('visible');
        return (await device.rows('Shared')).length === 68;
      });
      expect((await device.subjects('Shared')).toSorted()).toEqual(subjects(there, 'Work/Größe').toSorted());
    }, 40_000);
  },
);

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
    there.server.accounts[0]!.create('Other');
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
    there.server.accounts[0]!.quota = { messages: messages(there, 'Work/Größe').length + 1 };
    const [from, to] = [(await device.mailbox('inbox')).key, (await device.mailbox('Shared')).key];
    const keys = (await device.rows('inbox')).map(({ key }) => key);
    await device.act({ kind: 'move', from, to, messages: keys });
    await eventually('failed', async () => (await device.actions())[0]?.state.name === 'failed');
    expect(subjects(here, 'INBOX').length + subjects(there, 'Work/Größe').length).toBe(4);
    expect((await device.actions())[0]?.state).toMatchObject({ reason: 'quota' });
    // With room, trying again finishes it: nothing is twice.
    there.server.accounts[0]!.quota = {};
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

describe('mailboxes on another server', () => {
  const act = async (action: Record<string, unknown>): Promise<void> => {
    await device.act(action as unknown as Parameters<Device['act']>[0]);
    await eventually('ended', async () =>
      (await device.actions()).every(({ state }) => state.name === 'failed'),
    );
  };

  beforeEach(async () => {
    there.server.accounts[0]!.create('Team');
    there.server.accounts[0]!.create('Team/a');
    here.server.referrals.mailboxes.set('Team/a', [{ origin: there.imap }]);
    here.server.referrals.mailboxes.set('Team', [{ origin: there.imap }]);
    await there.deliver(ada, 'Team/a', say('to be kept'));
    await open([there.imap]);
    await show('Team/a');
    await device.caughtUp('Team/a', 1);
  });

  it('are made where they belong', async () => {
    const mailbox = await device.store.allocate(1);
    await act({ kind: 'create-mailbox', mailbox, name: 'Team/new', delimiter: '/', role: undefined });
    expect(await device.actions()).toEqual([]);
    expect(there.server.accounts[0]!.find('Team/new')).toBeDefined();
    expect(here.server.accounts[0]!.find('Team/new')).toBeUndefined();
    await there.deliver(ada, 'Team/new', say('in a new one'));
    await show('Team/new');
    await device.caughtUp('Team/new', 1);
  });

  it('are found elsewhere although the home server has made them', async () => {
    const mailbox = await device.store.allocate(1);
    await act({ kind: 'create-mailbox', mailbox, name: 'Later', delimiter: '/', role: undefined });
    expect(here.server.accounts[0]!.find('Later')).toBeDefined();
    there.server.accounts[0]!.create('Later');
    await there.deliver(ada, 'Later', say('over there'));
    here.server.referrals.mailboxes.set('Later', [{ origin: there.imap }]);
    await show('Later');
    await device.caughtUp('Later', 1);
    expect(await device.subjects('Later')).toEqual(['over there']);
  });

  it('are subscribed to there', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    const subscribed = (): boolean => there.server.accounts[0]!.subscriptions.has('Team/a');
    expect(subscribed()).toBe(false);
    await act({ kind: 'subscribe', mailbox, on: true });
    expect([subscribed(), (await device.mailbox('Team/a')).subscribed]).toEqual([true, true]);
    await act({ kind: 'subscribe', mailbox, on: false });
    expect(subscribed()).toBe(false);
    expect(await device.actions()).toEqual([]);
  });

  it('are renamed there, and keep their mail here', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    const [row] = await device.rows('Team/a');
    await act({ kind: 'rename-mailbox', mailbox, name: 'Team/b' });
    expect(await device.actions()).toEqual([]);
    expect(subjects(there, 'Team/b')).toEqual(['to be kept']);
    expect((await device.mailbox('Team/b')).key).toBe(mailbox);
    await there.deliver(ada, 'Team/b', say('came later'));
    await eventually('its news', async () => {
      device.engine.wake('visible');
      return (await device.subjects('Team/b')).includes('came later');
    });
    expect((await device.rows('Team/b'))[0]?.key).toBe(row!.key);
  });

  it('are deleted there although a message was read there just now', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    const [row] = await device.rows('Team/a');
    await act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    const since = Date.now();
    await act({ kind: 'delete-mailbox', mailbox });
    expect(await device.actions()).toEqual([]);
    expect(there.server.accounts[0]!.find('Team/a')).toBeUndefined();
    // It did not have to be tried again.
    expect(Date.now() - since).toBeLessThan(4500);
  });

  it('are deleted there', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    await act({ kind: 'delete-mailbox', mailbox });
    expect(await device.actions()).toEqual([]);
    expect(there.server.accounts[0]!.find('Team/a')).toBeUndefined();
  });
});

describe('a mailbox whose new name belongs to another server (RFC 2193 §4.3)', () => {
  const account = (place: EmbeddedPlace): Account => place.server.accounts[0]!;
  const rename = async (from: string, name: string): Promise<void> => {
    const { key: mailbox } = await device.mailbox(from);
    const action = { kind: 'rename-mailbox', mailbox, name };
    await device.act(action as unknown as Parameters<Device['act']>[0]);
  };

  beforeEach(async () => {
    account(there).create('Team');
    account(there).create('Team/a');
    here.server.referrals.self = here.imap;
    here.server.referrals.mailboxes.set('Team', [{ origin: there.imap }]);
    here.server.referrals.mailboxes.set('Team/a', [{ origin: there.imap }]);
    account(here).create('Projects');
    account(here).create('Projects/x');
    for (const i of [1, 2, 3]) await here.deliver(ada, 'Projects', say(`plan ${i}`), ['\\Seen']);
    await here.deliver(ada, 'Projects/x', say('below'));
    await there.deliver(ada, 'Team/a', say('far away'));
    await open([there.imap]);
    await show('Projects');
    await device.caughtUp('Projects', 3);
  });

  it('goes there with all its mail, also what was not known here, and what is below it', async () => {
    const { key } = await device.mailbox('Projects');
    await device.store.commit([{ kind: 'mode', mailbox: key, mode: 'offline' }]);
    const row = await device.find('Projects', 'plan 2');
    await device.stop();
    await here.deliver(ada, 'Projects', say('came meanwhile'));
    await rename('Projects', 'Team/plans');
    device.start();
    await device.settled();
    expect(account(here).find('Projects')).toBeUndefined();
    expect(account(here).find('Projects/x')).toBeUndefined();
    expect(subjects(there, 'Team/plans').toSorted()).toEqual([
      'came meanwhile',
      'plan 1',
      'plan 2',
      'plan 3',
    ]);
    expect(messages(there, 'Team/plans').filter(({ flags }) => flags.has('\\Seen'))).toHaveLength(3);
    expect(subjects(there, 'Team/plans/x')).toEqual(['below']);
    expect((await device.mailbox('Team/plans')).mode).toBe('offline');
    await show('Team/plans');
    await device.caughtUp('Team/plans', 4);
    // The same row, with all that is kept of it.
    expect((await device.find('Team/plans', 'plan 2')).key).toBe(row.key);
  }, 30_000);

  it('comes home with all its mail', async () => {
    await rename('Team/a', 'Home again');
    await device.settled();
    expect(subjects(here, 'Home again')).toEqual(['far away']);
    expect(account(there).find('Team/a')).toBeUndefined();
  });

  it('goes once, wherever the connection breaks', async () => {
    const all = ['plan 1', 'plan 2', 'plan 3'];
    let [from, to] = ['Projects', 'Team/plans'];
    for (let cut = 60; cut < 3600; cut += 170) {
      device.wire.cutAfter = cut;
      await rename(from, to);
      await eventually(
        `settled, cut after ${cut}`,
        async () => {
          device.engine.wake('network');
          return (await device.actions()).length === 0;
        },
        20_000,
      );
      device.wire.cutAfter = undefined;
      const [old, made] = from === 'Projects' ? [here, there] : [there, here];
      expect(account(old).find(from), `cut after ${cut}`).toBeUndefined();
      expect(subjects(made, to).toSorted(), `cut after ${cut}`).toEqual(all);
      [from, to] = [to, from];
    }
  }, 90_000);

  it('stays as long as any of its mail cannot go', async () => {
    account(there).quota = { messages: 2 };
    await rename('Projects', 'Team/plans');
    const failed = async (): Promise<string[]> =>
      (await device.actions()).flatMap(({ kind, state }) =>
        state.name === 'failed' ? [`${kind} ${state.reason}`] : [],
      );
    await eventually('shown', async () => (await failed()).includes('delete-mailbox depends'));
    expect(await failed()).toContain('move quota');
    const left = [...subjects(here, 'Projects'), ...subjects(there, 'Team/plans')];
    expect(left.toSorted()).toEqual(['plan 1', 'plan 2', 'plan 3']);
    account(there).quota = {};
    for (const action of await device.actions())
      await device.store.commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } } }]);
    await device.settled();
    expect(subjects(there, 'Team/plans').toSorted()).toEqual(['plan 1', 'plan 2', 'plan 3']);
    expect(account(here).find('Projects')).toBeUndefined();
  }, 30_000);
});

describe('the way there', () => {
  it('leads to the next place where the first cannot be reached', async () => {
    await there.deliver(ada, 'Work/Größe', say('on the replica'));
    const dead = await start();
    await dead.close();
    here.server.referrals.mailboxes.set('Shared', [
      { origin: dead.imap, name: 'Gone' },
      { origin: there.imap, name: 'Work/Größe' },
    ]);
    await open([dead.imap, there.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    expect(await device.subjects('Shared')).toEqual(['on the replica']);
  });

  it('leads to a replica that numbers otherwise only while nothing of the first is here', async () => {
    await there.deliver(ada, 'Work/Größe', say('cached'));
    const replica = await start();
    replica.server.accounts[0]!.create('Work/Größe').renumber(77);
    await replica.deliver(ada, 'Work/Größe', say('on the replica'));
    here.server.referrals.mailboxes.set('Shared', [
      { origin: there.imap, name: 'Work/Größe' },
      { origin: replica.imap, name: 'Work/Größe' },
    ]);
    await open([there.imap, replica.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    const [row] = await device.rows('Shared');
    await there.close();
    await eventually('it is said', () => {
      device.engine.wake('visible');
      return device.status.unreached?.[0]?.why === 'unreachable';
    });
    expect(await device.subjects('Shared')).toEqual(['cached']);
    expect((await device.rows('Shared'))[0]!.key).toBe(row!.key);
  }, 30_000);

  it('leads on from server to server', async () => {
    const third = await start();
    third.server.accounts[0]!.create('At last');
    await third.deliver(ada, 'At last', say('found'));
    there.server.referrals.mailboxes.set('Work/Größe', [{ origin: third.imap, name: 'At last' }]);
    await open([there.imap, third.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    expect(await device.subjects('Shared')).toEqual(['found']);
  });

  it('is not gone in a circle', async () => {
    let selects = 0;
    const count = { refuse: (command: string) => void (command === 'SELECT' && selects++) };
    Object.assign(there.server.faults, count);
    there.server.referrals.mailboxes.set('Work/Größe', [{ origin: here.imap, name: 'Shared' }]);
    await open([there.imap]);
    await show('Shared');
    await eventually('it is said', () => device.status.unreached?.[0]?.why === 'loop');
    await eventually('online', () => device.status.connection === 'online');
    const { key: mailbox } = await device.mailbox('Shared');
    await device.act({ kind: 'upload', mailbox, messageId: '<l@x>', flags: [], date: 0 }, new Uint8Array(9));
    await eventually('failed', async () => (await device.actions())[0]?.state.name === 'failed');
    expect((await device.actions())[0]?.state).toMatchObject({ reason: 'elsewhere' });
    expect(selects).toBeLessThan(6);
  });

  it('is not gone to a server that is not listed: the person is told, what was wanted is shown', async () => {
    await open([]);
    await here.deliver(ada, 'INBOX', say('at home'));
    await show('Shared');
    const server = there.imap.replace('imap://', '');
    const { key: mailbox } = await device.mailbox('Shared');
    await eventually('it is said', () => device.status.unreached !== undefined);
    expect(device.status.unreached).toEqual([{ mailbox, server, why: 'unlisted' }]);
    await device.act({ kind: 'upload', mailbox, messageId: '<u@x>', flags: [], date: 0 }, new Uint8Array(9));
    await eventually('failed', async () => (await device.actions())[0]?.state.name === 'failed');
    expect((await device.actions())[0]?.state).toMatchObject({ reason: 'elsewhere', words: server });
    // Home is none the worse.
    await eventually('home', async () => (await device.subjects('inbox')).includes('at home'));
    expect(device.status.connection).toBe('online');
  });

  it('is tried again when the server is back; until then cached mail stays, and home is none the worse', async () => {
    await there.deliver(ada, 'Work/Größe', say('cached'));
    await open([there.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    const port = Number(new URL(there.imap).port);
    await there.close();
    await eventually('it is said', () => {
      device.engine.wake('visible');
      return device.status.unreached?.[0]?.why === 'unreachable';
    });
    expect(device.status.connection).toBe('online');
    expect(await device.subjects('Shared')).toEqual(['cached']);
    const { key: mailbox } = await device.mailbox('Shared');
    const [row] = await device.rows('Shared');
    await device.act({ kind: 'flag', mailbox, messages: [row!.key], add: ['\\Flagged'], remove: [] });
    const [{ uidValidity } = { uidValidity: 0 }] = [there.server.accounts[0]!.get('Work/Größe')];
    const back = await start({ imapPort: port, accounts: there.server.accounts });
    await eventually('back', async () => {
      device.engine.wake('visible');
      return device.status.unreached === undefined && (await device.actions()).length === 0;
    });
    expect(back.server.accounts[0]!.get('Work/Größe').uidValidity).toBe(uidValidity);
    expect([...messages(back, 'Work/Größe')[0]!.flags]).toContain('\\Flagged');
  }, 30_000);

  it('is another one when the mailbox has moved on: the home server is asked again', async () => {
    await there.deliver(ada, 'Work/Größe', say('moves along'));
    const third = await start();
    await open([there.imap, third.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    const box = third.server.accounts[0]!.create('Work/Größe');
    box.renumber(there.server.accounts[0]!.get('Work/Größe').uidValidity);
    await third.deliver(ada, 'Work/Größe', say('moves along'));
    await third.deliver(ada, 'Work/Größe', say('came later'));
    here.server.referrals.mailboxes.set('Shared', [{ origin: third.imap, name: 'Work/Größe' }]);
    there.server.accounts[0]!.delete('Work/Größe');
    await eventually(
      'the new place',
      async () => {
        device.engine.wake('visible');
        return (await device.subjects('Shared')).includes('came later');
      },
      20_000,
    );
  }, 30_000);
});

/** Mailbox referrals (RFC 2193) through the real gateway: a home server, and others on which some mailboxes live. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Account, profiles } from '@postern/mailserver';
import { partQuery } from '@postern/protocol/sync';
import { ada, grace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import {
  account,
  closeAll,
  device,
  here,
  messages,
  open,
  say,
  show,
  start,
  startBoth,
  startThere,
  subjects,
  there,
} from './two-servers.ts';

beforeEach(startBoth);
afterEach(closeAll);

describe.each([profiles.full, profiles.gmail, profiles.rev1])(
  'a mailbox on another server, of profile $name',
  (profile) => {
    beforeEach(async () => {
      await startThere({ profile });
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
      const box = account(there).get('Work/Größe');
      box.expunge(box.messages.slice(0, 3));
      await eventually('the news', async () => {
        device.engine.wake('visible');
        return (await device.rows('Shared')).length === 68;
      });
      expect((await device.subjects('Shared')).toSorted()).toEqual(subjects(there, 'Work/Größe').toSorted());
    }, 40_000);
  },
);

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
    account(replica).create('Work/Größe').renumber(77);
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
    account(third).create('At last');
    await third.deliver(ada, 'At last', say('found'));
    there.server.referrals.mailboxes.set('Work/Größe', [{ origin: third.imap, name: 'At last' }]);
    await open([there.imap, third.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    expect(await device.subjects('Shared')).toEqual(['found']);
  });

  it('leads past a place that is not listed to the next', async () => {
    await there.deliver(ada, 'Work/Größe', say('where we may go'));
    const unlisted = await start();
    here.server.referrals.mailboxes.set('Shared', [
      { origin: unlisted.imap, name: 'Not for us' },
      { origin: there.imap, name: 'Work/Größe' },
    ]);
    let asked = 0;
    unlisted.server.faults.refuse = () => void asked++;
    await open([there.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    expect(await device.subjects('Shared')).toEqual(['where we may go']);
    expect(device.status.unreached).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('is not gone to a server that does not take the person’s password: that is said, and home is none the worse', async () => {
    const users = [{ ...ada, password: 'another one' }, grace] as const;
    const strange = await start({
      accounts: users.map(({ user, password }) => new Account({ user, password })),
    });
    here.server.referrals.mailboxes.set('Shared', [{ origin: strange.imap, name: 'Work/Größe' }]);
    await here.deliver(ada, 'INBOX', say('at home'));
    await open([strange.imap]);
    await show('Shared');
    await eventually('it is said', () => device.status.unreached?.[0]?.why === 'refused');
    await eventually('home', async () => (await device.subjects('inbox')).includes('at home'));
    expect(device.status.connection).toBe('online');
  }, 30_000);

  it('is not gone for ever: five servers are enough', async () => {
    const chain = [there];
    for (let hop = 0; hop < 6; hop++) {
      const next = await start();
      chain.at(-1)!.server.referrals.mailboxes.set('Work/Größe', [{ origin: next.imap }]);
      chain.push(next);
    }
    account(chain.at(-1)!).create('Work/Größe');
    const asked = new Set<number>();
    for (const [hop, { server }] of chain.entries())
      server.faults.refuse = (command) => void (/^(?:SELECT|STATUS)$/.test(command) && asked.add(hop));
    await open(chain.map(({ imap }) => imap));
    await show('Shared');
    await eventually('it is said', () => device.status.unreached?.[0]?.why === 'loop');
    expect(asked.size).toBeLessThanOrEqual(5);
    expect(asked.size).toBeGreaterThan(3);
  }, 30_000);

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
    const [{ uidValidity } = { uidValidity: 0 }] = [account(there).get('Work/Größe')];
    const back = await start({ imapPort: port, accounts: there.server.accounts });
    await eventually('back', async () => {
      device.engine.wake('visible');
      return device.status.unreached === undefined && (await device.actions()).length === 0;
    });
    expect(account(back).get('Work/Größe').uidValidity).toBe(uidValidity);
    expect([...messages(back, 'Work/Größe')[0]!.flags]).toContain('\\Flagged');
  }, 30_000);

  it('is another one when the mailbox has moved on: the home server is asked again', async () => {
    await there.deliver(ada, 'Work/Größe', say('moves along'));
    const third = await start();
    await open([there.imap, third.imap]);
    await show('Shared');
    await device.caughtUp('Shared', 1);
    const box = account(third).create('Work/Größe');
    box.renumber(account(there).get('Work/Größe').uidValidity);
    await third.deliver(ada, 'Work/Größe', say('moves along'));
    await third.deliver(ada, 'Work/Größe', say('came later'));
    here.server.referrals.mailboxes.set('Shared', [{ origin: third.imap, name: 'Work/Größe' }]);
    account(there).delete('Work/Größe');
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

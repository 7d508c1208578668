/** What is done to mailboxes that live on another server, or are to (RFC 2193), through the real gateway. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../support/device.ts';
import { ada } from '../support/embedded.ts';
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
  startBoth,
  subjects,
  there,
} from './two-servers.ts';

beforeEach(startBoth);
afterEach(closeAll);

describe('mailboxes on another server', () => {
  const act = async (action: Record<string, unknown>): Promise<void> => {
    await device.act(action as unknown as Parameters<Device['act']>[0]);
    await eventually('ended', async () =>
      (await device.actions()).every(({ state }) => state.name === 'failed'),
    );
  };

  beforeEach(async () => {
    account(there).create('Team');
    account(there).create('Team/a');
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
    expect(account(there).find('Team/new')).toBeDefined();
    expect(account(here).find('Team/new')).toBeUndefined();
    await there.deliver(ada, 'Team/new', say('in a new one'));
    await show('Team/new');
    await device.caughtUp('Team/new', 1);
  });

  it('are found elsewhere although the home server has made them', async () => {
    const mailbox = await device.store.allocate(1);
    await act({ kind: 'create-mailbox', mailbox, name: 'Later', delimiter: '/', role: undefined });
    expect(account(here).find('Later')).toBeDefined();
    account(there).create('Later');
    await there.deliver(ada, 'Later', say('over there'));
    here.server.referrals.mailboxes.set('Later', [{ origin: there.imap }]);
    await show('Later');
    await device.caughtUp('Later', 1);
    expect(await device.subjects('Later')).toEqual(['over there']);
  });

  it('are subscribed to there', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    const subscribed = (): boolean => account(there).subscriptions.has('Team/a');
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
    expect(account(there).find('Team/a')).toBeUndefined();
    // It did not have to be tried again.
    expect(Date.now() - since).toBeLessThan(4500);
  });

  it('are deleted there', async () => {
    const { key: mailbox } = await device.mailbox('Team/a');
    await act({ kind: 'delete-mailbox', mailbox });
    expect(await device.actions()).toEqual([]);
    expect(account(there).find('Team/a')).toBeUndefined();
  });
});

describe('a mailbox whose new name belongs to another server (RFC 2193 §4.3)', () => {
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

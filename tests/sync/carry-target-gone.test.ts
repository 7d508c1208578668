import { afterEach, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import { TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** A move into another account whose mailbox goes, with what had arrived in it, before the message is removed here. */
let two: TwoAccounts;

afterEach(() => two.desk.stop());

/** One is there, and could only be marked here. */
async function halfMoved(...profile: Parameters<typeof TwoAccounts.open>): Promise<void> {
  two = await TwoAccounts.open(...profile);
  const { home } = two.servers;
  home.add('INBOX', 'one', 'two');
  await two.desk.clock.pass(120_000);
  home.faults.refuse = (command) =>
    /EXPUNGE/.test(command) ? { status: 'NO', code: 'NOPERM', text: 'read only' } : undefined;
  await two.carry(['one']);
  await two.desk.clock.pass(1000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', words: 'read only' } }]);
  expect(two.everywhere('one')).toEqual(['home INBOX \\Deleted', 'other Work']);
  home.faults.refuse = undefined;
}

async function retry(): Promise<void> {
  const [action] = await two.desk.actions();
  await two.desk.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
  await two.desk.clock.pass(120_000);
}

it.each([quiet({}, false), quiet({}, true), profiles.full])(
  'stays here, and no program takes it for removed (profile $name)',
  async (profile) => {
    await halfMoved(profile);
    two.servers.other.account.delete('Work');
    await retry();
    expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
    expect(two.everywhere('one')).toEqual(['home INBOX']);
    const rows = await two.desk.rows();
    expect(rows.flatMap(({ flags }) => [...flags])).toEqual([]);
  },
);

it('goes to one that is made anew, which what had arrived is not in', async () => {
  await halfMoved();
  two.servers.other.account.delete('Work');
  two.servers.other.account.create('Work');
  await retry();
  expect(await two.desk.actions()).toEqual([]);
  expect(two.everywhere('one')).toEqual(['other Work']);
});

it('what the device knows of its marks is what the server has, whichever connection heard it last', async () => {
  await halfMoved(profiles.full);
  await two.desk.clock.pass(120_000);
  const rows = await two.desk.rows();
  expect(rows.map(({ flags }) => [...flags])).toEqual([['\\Deleted'], []]);
});

it('is put there again when what had arrived was removed there: it would be the last', async () => {
  await halfMoved();
  two.servers.other.expunge('Work', 'one');
  await retry();
  expect(await two.desk.actions()).toEqual([]);
  expect(two.everywhere('one')).toEqual(['other Work']);
});

it.each(['account', 'referral'] as const)(
  'goes here when what had arrived is in another mailbox there by now (%s)',
  async (how) => {
    await halfMoved(quiet({}, false), undefined, 0, how);
    const { content, internalDate } = two.servers.other.find('Work', 'one');
    two.servers.other.expunge('Work', 'one');
    two.servers.other.mailbox('Elsewhere').add({ content, internalDate });
    await retry();
    expect(await two.desk.actions()).toEqual([]);
    expect(two.everywhere('one')).toEqual(['other Elsewhere']);
  },
);

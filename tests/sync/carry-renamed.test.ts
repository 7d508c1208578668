import { afterEach, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import { ConnectionLost } from '@postern/protocol/error';
import { TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** What is to go into a mailbox of another account that was renamed before it is its turn. */
let two: TwoAccounts;

afterEach(() => two.desk.stop());

const letters = ['one', 'two', 'three'];

async function open(...profile: Parameters<typeof TwoAccounts.open>): Promise<void> {
  two = await TwoAccounts.open(...profile);
  two.servers.home.add('INBOX', ...letters);
  await two.desk.clock.pass(120_000);
}

async function retry(): Promise<void> {
  const [action] = await two.desk.actions();
  await two.desk.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
  await two.desk.clock.pass(1000);
}

/** The receipt is lost of what was put there. */
function lose(): void {
  two.servers.other.when(/APPEND/, () => {
    two.refusal = new ConnectionLost('away');
    two.wires.other.cutAfter = two.wires.other.octets + 1;
  });
}

const renamed = async (): Promise<void> => {
  two.servers.other.add('Work', 'there before');
  two.refusal = new ConnectionLost('away');
  await two.carry(['one', 'two']);
  two.servers.other.account.rename('Work', 'Jobs');
  two.refusal = undefined;
};

it.each([quiet({}, false), quiet({}, true), profiles.full, profiles.courier])(
  'is followed, of profile $name',
  async (profile) => {
    await open(profile);
    await renamed();
    await two.desk.clock.pass(300_000);
    expect(await two.desk.actions()).toEqual([]);
    expect(two.servers.other.subjects('Jobs')).toEqual(['there before', 'one', 'two']);
    expect(two.servers.other.account.find('Work')).toBeUndefined();
  },
);

it.each([
  [
    'two are numbered alike',
    () => (two.servers.other.mailbox('Twin').uidValidity = two.servers.other.mailbox('Jobs').uidValidity),
  ],
  ['it was made anew under the other name', () => two.servers.other.mailbox('Jobs').renumber(7)],
  ['it is gone', () => two.servers.other.account.delete('Jobs')],
])('is not guessed at: %s', async (_, happens) => {
  await open();
  await renamed();
  happens();
  two.servers.other.add('Twin', ...letters);
  await two.desk.clock.pass(300_000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
  expect(two.servers.home.subjects('INBOX')).toEqual(letters);
  expect(two.servers.other.subjects('Twin')).toEqual(letters);
});

it('and that was empty is not guessed at', async () => {
  await open();
  two.refusal = new ConnectionLost('away');
  await two.carry(['one']);
  two.servers.other.account.rename('Work', 'Jobs');
  two.refusal = undefined;
  await two.desk.clock.pass(300_000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it.each([false, true])(
  'has all that goes there, once, where a receipt was lost (name taken again: %s)',
  async (taken) => {
    await open();
    two.servers.other.add('Work', 'there before');
    lose();
    await two.carry(['one', 'two']);
    await two.carry(['three']);
    await two.desk.clock.pass(10_000);
    expect(two.servers.other.subjects('Work')).toEqual(['there before', 'one', 'two']);
    expect(two.servers.home.subjects('INBOX')).toEqual(letters);
    two.servers.other.account.rename('Work', 'Jobs');
    if (taken) two.servers.other.mailbox('Work');
    two.refusal = undefined;
    await two.desk.clock.pass(300_000);
    expect(await two.desk.actions()).toEqual([]);
    expect(two.servers.other.subjects('Jobs')).toEqual(['there before', 'one', 'two', 'three']);
    expect(two.servers.home.subjects('INBOX')).toEqual([]);
  },
);

it('keeps its doubt while it is not there under any name', async () => {
  await open();
  two.servers.other.add('Work', 'there before');
  lose();
  await two.carry(['one', 'two']);
  await two.desk.clock.pass(10_000);
  const { other } = two.servers;
  other.account.rename('Work', 'Jobs');
  other.mailbox('Twin').uidValidity = other.mailbox('Jobs').uidValidity;
  other.add('Twin', ...letters);
  two.refusal = undefined;
  await two.desk.clock.pass(300_000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
  two.servers.other.account.rename('Jobs', 'Work');
  await retry();
  expect(await two.desk.actions()).toEqual([]);
  expect(two.servers.other.subjects('Work')).toEqual(['there before', 'one', 'two']);
});

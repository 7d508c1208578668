import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from '@postern/protocol/error';
import { single, TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** Many messages into another account at once: what becomes of one says nothing of the others. */
let two: TwoAccounts;

afterEach(() => two.desk.stop());

const letters = ['one', 'two', 'six'];

async function open(profile: typeof single, ...contents: readonly string[]): Promise<void> {
  two = await TwoAccounts.open(quiet({}, false), profile);
  const inbox = two.servers.home.mailbox('INBOX');
  for (const content of contents) inbox.add({ content: new TextEncoder().encode(content), internalDate: 0 });
  await two.desk.clock.pass(120_000);
}

/** Of one size and date, and without a Message-ID. */
const nameless = letters.map((letter) => `Subject: ${letter}\r\n\r\nText.\r\n`);

/** Does something when the other server carries out its n-th APPEND from now; what is returned is its answer. */
function atAppend(n: number, happens: () => { code?: string; text: string } | undefined): void {
  const { faults } = two.servers.other;
  const before = faults.refuse;
  let appends = 0;
  faults.refuse = (command) => {
    const answer = command === 'APPEND' && ++appends === n ? happens() : undefined;
    return answer ? { status: 'NO', ...answer } : before?.(command);
  };
}

/** No more than so many octets come back. */
function cutAfter(octets: number): undefined {
  two.refusal = new ConnectionLost('away');
  two.wires.other.cutAfter = two.wires.other.octets + octets;
}

async function mend(): Promise<void> {
  await two.desk.clock.pass(10_000);
  two.servers.other.faults.refuse = undefined;
  two.refusal = undefined;
  await two.desk.clock.pass(300_000);
}

const retry = async (): Promise<void> => {
  for (const action of await two.desk.actions())
    await two.desk.store.commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } } }]);
  await two.desk.clock.pass(10_000);
};

async function allOfItOnce(): Promise<void> {
  expect(two.servers.home.subjects('INBOX')).toEqual([]);
  expect(two.servers.other.subjects('Work').toSorted()).toEqual(letters.toSorted());
  expect(await two.desk.actions()).toEqual([]);
  expect(two.desk.bugs).toEqual([]);
}

describe('one by one, and on their way together', () => {
  it('what was refused is not taken for there, where what looks like it is and has no receipt', async () => {
    await open(single, ...nameless);
    atAppend(1, () => ({ text: 'not that one' }));
    atAppend(2, () => cutAfter(1));
    await two.carry(letters);
    await mend();
    await retry();
    await allOfItOnce();
  });

  it('what has no receipt is looked for, although one before it was refused for all', async () => {
    await open(single, ...nameless);
    atAppend(2, () => ({ code: 'UNAVAILABLE', text: '' }));
    atAppend(3, () => cutAfter(30));
    await two.carry(letters);
    await mend();
    await allOfItOnce();
  });

  it('what there is room for is there, and the rest says that there is none', async () => {
    await open(single, ...nameless);
    atAppend(3, () => ({ code: 'OVERQUOTA', text: 'full' }));
    atAppend(4, () => ({ code: 'OVERQUOTA', text: 'full' }));
    await two.carry(letters);
    await two.desk.clock.pass(10_000);
    expect(await two.desk.actions()).toMatchObject([
      {
        done: 2,
        messages: [await two.keyOf('six')],
        state: { name: 'failed', reason: 'quota', words: 'full' },
      },
    ]);
    expect(two.servers.other.subjects('Work')).toEqual(['one', 'two']);
    await retry();
    await allOfItOnce();
  });
});

/** Of half a megabyte each: two in one command. */
const large = [...letters, 'ten'].map(
  (letter) => `Subject: ${letter}\r\n\r\n${'A line of it.\r\n'.repeat(33_000)}`,
);

it('what is there is not put there again where the server has no time for the next of them', async () => {
  await open(quiet({}, false), ...large);
  atAppend(2, () => ({ code: 'UNAVAILABLE', text: 'later' }));
  await two.carry([...letters, 'ten']);
  await mend();
  expect(two.servers.other.subjects('Work')).toEqual([...letters, 'ten']);
  expect(two.servers.home.subjects('INBOX')).toEqual([]);
});

it('nor where nobody can tell which of the others are still here', async () => {
  await open({ ...quiet({}, false), appendLimit: 2000 }, ...nameless, large[3]!);
  const { home, other } = two.servers;
  let refusals = 1;
  home.faults.refuse = (command) =>
    command === 'NOOP' && refusals-- > 0 ? { status: 'NO', text: 'not now' } : undefined;
  await two.carry([...letters, 'ten']);
  await two.desk.clock.pass(10_000);
  expect(refusals).toBeLessThan(1);
  await retry();
  expect(other.subjects('Work')).toEqual(letters);
  expect(home.subjects('INBOX')).toEqual(['ten']);
});

it('a server that takes none of several although it says so is not asked again to', async () => {
  const many = Array.from({ length: 120 }, (_, i) => `letter ${i}`);
  await open(quiet({}, false));
  const { home, other } = two.servers;
  home.add('INBOX', ...many);
  await two.desk.clock.pass(120_000);
  const dates = (line = ''): number => line.split(' +0000"').length - 1;
  other.faults.refuse = (command) =>
    command === 'APPEND' && dates(other.said.at(-1)) > 1 ? { status: 'NO', text: 'one only' } : undefined;
  await two.carry(many);
  await two.desk.clock.pass(10_000);
  expect(await two.desk.actions()).toEqual([]);
  expect(other.subjects('Work')).toEqual(many);
  expect(other.said.filter((line) => line.includes('APPEND')).map(dates)).toEqual([
    100,
    ...Array.from({ length: 120 }, () => 1),
  ]);
});

it.each(['no', 'ghost', 'nil'] as const)(
  'one that another client expunges while they are fetched is said to be gone, and the others go (RFC 2180 §4.1: %s)',
  async (fetch) => {
    two = await TwoAccounts.open(quiet({ fetch }, false), quiet({}, false));
    const { home, other } = two.servers;
    home.add('INBOX', ...letters);
    await two.desk.clock.pass(120_000);
    const messages = [await two.keyOf('two')];
    home.when(/UID FETCH .*BODY\.PEEK\[\]<0\.524288>/, () => home.expunge('INBOX', 'two'));
    await two.carry(letters);
    await two.desk.clock.pass(10_000);
    const there = fetch === 'ghost' ? letters : ['one', 'six'];
    expect(other.subjects('Work')).toEqual(there);
    expect(home.subjects('INBOX')).toEqual([]);
    expect(await two.desk.actions()).toMatchObject(
      fetch === 'ghost' ? [] : [{ messages, state: { name: 'failed', reason: 'gone' } }],
    );
  },
);

it('one that cannot be read here is named, with the words of the server, and the others go', async () => {
  await open(quiet({}, false), ...nameless);
  const { home, other } = two.servers;
  home.faults.refuse = (command) =>
    command === 'UID FETCH' && /FETCH (1:3|2) .*<0\.524288>/.test(home.said.at(-1) ?? '')
      ? { status: 'NO', text: 'damaged' }
      : undefined;
  await two.carry(letters);
  await two.desk.clock.pass(10_000);
  expect(other.subjects('Work')).toEqual(['one', 'six']);
  expect(await two.desk.actions()).toMatchObject([
    { messages: [await two.keyOf('two')], state: { reason: 'refused', words: 'damaged' } },
  ]);
});

it('what is taken back in the middle of it goes no further', async () => {
  await open(single, ...large);
  let id = '';
  two.servers.other.when(/APPEND/, () => void two.desk.store.commit([{ kind: 'action-removed', id }]));
  id = await two.carry([...letters, 'ten']);
  await two.desk.clock.pass(10_000);
  expect(two.servers.other.subjects('Work')).toEqual(['one', 'two']);
  expect(two.servers.home.subjects('INBOX')).toEqual([...letters, 'ten']);
});

import { afterEach, describe, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import { ConnectionLost, GatewayRefused } from '@postern/protocol/error';
import { descriptorsQuery, overlays } from '@postern/protocol/sync';
import { TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/** Moves and copies into another account (RFC 4549 §4.2.2.3 to 4.2.2.5). */
let two: TwoAccounts;

afterEach(() => two.desk.stop());

const letters = ['one', 'two', 'three'];

async function open(...profile: Parameters<typeof TwoAccounts.open>): Promise<void> {
  two = await TwoAccounts.open(...profile);
  two.servers.home.add('INBOX', ...letters);
  await two.desk.clock.pass(120_000);
  expect(await two.desk.subjects()).toEqual(letters);
}

async function retry(): Promise<void> {
  const [action] = await two.desk.actions();
  await two.desk.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
  await two.desk.clock.pass(1000);
}

const octets = (side: 'home' | 'other', mailbox: string, subject: string): string => {
  const { content } = two.servers[side].find(mailbox, subject);
  return Buffer.from(content.read(0, content.size)).toString('latin1');
};

describe.each([quiet({}, false), quiet({}, true), profiles.full, profiles.courier, profiles.minimal])(
  'between two servers of profile $name',
  (profile) => {
    it('a move brings messages there, with flags and date, and removes them here', async () => {
      await open(profile);
      const { home, other } = two.servers;
      const before = home.find('INBOX', 'two');
      const [text, date] = [octets('home', 'INBOX', 'two'), Math.floor(before.internalDate / 1000)];
      home.account.get('INBOX').setFlags(before, new Set(['\\Seen', 'blue']));
      await two.desk.clock.pass(120_000);
      const flagged = { mailbox: two.inbox.key, messages: [await two.keyOf('two')], add: ['\\Flagged'] };
      await two.desk.act({ kind: 'flag', ...flagged, remove: [] });
      await two.carry(['one', 'two']);
      await two.desk.clock.pass(0);
      expect(await two.desk.actions()).toEqual([]);
      expect(two.everywhere('one')).toEqual(['other Work']);
      expect(two.everywhere('two')).toEqual(['other Work \\Flagged \\Seen blue']);
      expect(other.find('Work', 'two').internalDate).toBe(date * 1000);
      expect(octets('other', 'Work', 'two')).toBe(text);
      expect(await two.desk.subjects()).toEqual(['three']);
      expect(two.desk.bugs).toEqual([]);
    });

    it('a copy changes nothing here', async () => {
      await open(profile);
      await two.carry(['one', 'three'], { remove: false });
      await two.desk.clock.pass(0);
      expect(await two.desk.actions()).toEqual([]);
      expect(two.everywhere('one')).toEqual(['home INBOX', 'other Work']);
      expect(two.everywhere('three')).toEqual(['home INBOX', 'other Work']);
      expect(await two.desk.subjects()).toEqual(letters);
    });
  },
);

it('a message larger than one range comes whole, and many come in their order', async () => {
  await open();
  const { home, other } = two.servers;
  const many = Array.from({ length: 45 }, (_, i) => `letter ${i}`);
  home.add('INBOX', ...many);
  const body = `Subject: large\r\n\r\n${'A line of the large letter.\r\n'.repeat(50_000)}`;
  home.mailbox('INBOX').add({ content: new TextEncoder().encode(body), internalDate: 0 });
  await two.desk.clock.pass(120_000);
  await two.carry(['large', ...many]);
  await two.desk.clock.pass(5000);
  expect(octets('other', 'Work', 'large')).toBe(body);
  expect(home.subjects('INBOX')).toEqual(letters);
  expect(other.subjects('Work')).toEqual(['large', ...many]);
  expect(await two.desk.actions()).toEqual([]);
});

it('what was chosen is not shown here from the moment of a move on, and is when it fails', async () => {
  await open();
  two.refusal = new ConnectionLost('away');
  await two.carry(['one']);
  await two.carry(['two'], { remove: false });
  const [one, copied] = [await two.keyOf('one'), await two.keyOf('two')];
  expect(overlays(await two.desk.actions()).get(one)).toMatchObject({ mailbox: null, pending: 'waiting' });
  expect(overlays(await two.desk.actions()).has(copied)).toBe(false);
  two.refusal = undefined;
  two.servers.other.account.delete('Work');
  await two.desk.clock.pass(60_000);
  expect(overlays(await two.desk.actions()).get(one)).toMatchObject({
    mailbox: undefined,
    pending: 'failed',
  });
});

it('begins only at its time, and can be withdrawn until then', async () => {
  await open();
  const notBefore = two.desk.clock.now() + 8000;
  await two.carry(['one'], { notBefore });
  const id = await two.carry(['two'], { notBefore });
  await two.desk.clock.pass(7000);
  expect(two.everywhere('one')).toEqual(['home INBOX']);
  await two.desk.store.commit([{ kind: 'action-removed', id, onlyIn: 'waiting' }]);
  await two.desk.clock.pass(2000);
  expect(two.everywhere('one')).toEqual(['other Work']);
  expect(two.everywhere('two')).toEqual(['home INBOX']);
});

describe('what is refused stays here, and is shown', () => {
  it('by a quota', async () => {
    await open();
    two.servers.other.account.quota = { storage: 0 };
    await two.carry(['one', 'two']);
    await two.desk.clock.pass(1000);
    const failed = { state: { name: 'failed', reason: 'quota' } };
    expect(await two.desk.actions()).toMatchObject([failed]);
    expect(two.everywhere('one')).toEqual(['home INBOX']);
    two.servers.other.account.quota = {};
    await retry();
    expect(await two.desk.actions()).toEqual([]);
    expect(two.everywhere('one')).toEqual(['other Work']);
    expect(two.everywhere('two')).toEqual(['other Work']);
  });

  it('by a limit, before it is fetched; all others go', async () => {
    await open(quiet({}, false), { ...quiet({}, false), appendLimit: 2000 });
    const large = `Subject: large\r\nMessage-ID: <l@x>\r\n\r\n${'x'.repeat(3000)}\r\n`;
    two.servers.home.mailbox('INBOX').add({ content: new TextEncoder().encode(large) });
    await two.desk.clock.pass(120_000);
    await two.carry(['one', 'large', 'two']);
    await two.desk.clock.pass(1000);
    const messages = [await two.keyOf('large')];
    expect(await two.desk.actions()).toMatchObject([{ messages, state: { reason: 'too-large' } }]);
    expect(two.everywhere('large')).toEqual(['home INBOX']);
    expect(two.servers.other.subjects('Work')).toEqual(['one', 'two']);
    expect(two.servers.home.subjects('INBOX')).toEqual(['three', 'large']);
    await retry();
    expect(two.servers.home.said.filter((line) => line.includes('BODY.PEEK[]<0.524288>'))).toEqual([
      expect.stringContaining('UID FETCH 1:2 '),
    ]);
    expect(await two.desk.actions()).toMatchObject([{ messages, state: { reason: 'too-large' } }]);
  });

  it('one by one, with the words of the server', async () => {
    await open();
    let appends = 0;
    // All together, and then the second of them.
    two.servers.other.faults.refuse = (command) =>
      command === 'APPEND' && [1, 3].includes(++appends)
        ? { status: 'NO', text: 'I do not like it' }
        : undefined;
    await two.carry(letters);
    await two.desk.clock.pass(1000);
    const state = { name: 'failed', reason: 'refused', words: 'I do not like it' };
    expect(await two.desk.actions()).toMatchObject([{ state, messages: [await two.keyOf('two')] }]);
    expect(letters.map((letter) => two.everywhere(letter))).toEqual([
      ['other Work'],
      ['home INBOX'],
      ['other Work'],
    ]);
    await retry();
    expect(two.everywhere('two')).toEqual(['other Work']);
    expect(await two.desk.actions()).toEqual([]);
  });

  it('where the mailbox is gone: it is not made again', async () => {
    await open();
    two.servers.other.account.delete('Work');
    await two.carry(['one']);
    await two.desk.clock.pass(1000);
    expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
    expect(two.everywhere('one')).toEqual(['home INBOX']);
    expect(two.servers.other.account.find('Work')).toBeUndefined();
  });

  it('where it cannot be removed: then it is in both, and is not put there again', async () => {
    await open();
    two.servers.home.faults.refuse = (command) =>
      command === 'UID STORE' ? { status: 'NO', code: 'NOPERM', text: 'read only' } : undefined;
    await two.carry(['one', 'two']);
    await two.desk.clock.pass(1000);
    const [action] = await two.desk.actions();
    expect(action).toMatchObject({ state: { name: 'failed', reason: 'forbidden', words: 'read only' } });
    expect(two.everywhere('one')).toEqual(['home INBOX', 'other Work']);
    two.servers.home.faults.refuse = undefined;
    await retry();
    expect(await two.desk.actions()).toEqual([]);
    expect(two.everywhere('one')).toEqual(['other Work']);
    expect(two.everywhere('two')).toEqual(['other Work']);
  });
});

describe('an account that cannot be used now', () => {
  it.each([
    [new GatewayRefused(401, 'expired'), 'signed-out'],
    [new GatewayRefused(4401, 'expired'), 'signed-out'],
    [new GatewayRefused(4403, 'auth'), 'signed-out'],
    [new GatewayRefused(4502, 'unreachable'), 'unreachable'],
    [new ConnectionLost('away'), 'unreachable'],
  ] as const)('is waited for, in words, and holds up nothing else: %s', async (refusal, held) => {
    await open();
    two.refusal = refusal;
    await two.carry(['one']);
    await two.carry(['two'], { remove: false });
    const mailbox = two.inbox.key;
    for (const letter of ['two', 'three'])
      await two.desk.act({
        kind: 'flag',
        mailbox,
        messages: [await two.keyOf(letter)],
        add: ['\\Flagged'],
        remove: [],
      });
    await two.desk.clock.pass(60_000);
    const waiting = { state: { name: 'waiting' }, held };
    expect(await two.desk.actions()).toMatchObject([waiting, waiting]);
    expect(two.everywhere('two')).toEqual(['home INBOX \\Flagged']);
    expect(two.everywhere('three')).toEqual(['home INBOX \\Flagged']);
    expect(two.desk.status.connection).toBe('online');
    const { connections } = two.servers.home;
    two.refusal = undefined;
    await two.desk.clock.pass(300_000);
    expect(await two.desk.actions()).toEqual([]);
    expect(two.everywhere('one')).toEqual(['other Work']);
    expect(two.everywhere('two')).toEqual(['home INBOX \\Flagged', 'other Work \\Flagged']);
    expect(two.servers.home.connections).toBe(connections);
  });

  it('and does not even answer keeps nobody waiting', async () => {
    await open();
    two.refusal = 'silence';
    await two.carry(['one']);
    await two.desk.act({
      kind: 'flag',
      mailbox: two.inbox.key,
      messages: [await two.keyOf('three')],
      add: ['\\Flagged'],
      remove: [],
    });
    await two.desk.clock.pass(2500);
    expect(two.everywhere('three')).toEqual(['home INBOX \\Flagged']);
    expect((await two.desk.actions()).map(({ kind }) => kind)).toEqual(['carry']);
  });

  it('is gone on with from where it was left, not from the beginning', async () => {
    await open();
    two.servers.other.when(/APPEND/, () => {
      two.refusal = new GatewayRefused(401, 'expired');
      two.wires.other.cutAfter = two.wires.other.octets + 1;
    });
    await two.carry(['one', 'two']);
    await two.desk.clock.pass(30_000);
    expect(await two.desk.actions()).toMatchObject([{ state: { name: 'waiting' }, held: 'signed-out' }]);
    expect(two.everywhere('one')).toContain('home INBOX');
    two.refusal = undefined;
    await two.desk.clock.pass(300_000);
    expect(two.everywhere('one')).toEqual(['other Work']);
    expect(two.everywhere('two')).toEqual(['other Work']);
  });
});

it('what somebody else removes meanwhile is gone, and is said to be', async () => {
  await open();
  two.refusal = new ConnectionLost('away');
  await two.carry(['one']);
  await two.carry(['two', 'three']);
  const second = await two.keyOf('two');
  two.servers.home.expunge('INBOX', 'one', 'two');
  await two.desk.clock.pass(120_000);
  two.refusal = undefined;
  await two.desk.clock.pass(300_000);
  const gone = { state: { name: 'failed', reason: 'gone' } };
  expect(await two.desk.actions()).toMatchObject([gone, { ...gone, messages: [second] }]);
  expect(two.servers.other.subjects('Work')).toEqual(['three']);
  expect(two.servers.home.subjects('INBOX')).toEqual([]);
});

it('what other clients have marked as deleted stays where a plain EXPUNGE is the only way', async () => {
  await open(quiet({}, true));
  const { home } = two.servers;
  home.account.get('INBOX').setFlags(home.find('INBOX', 'three'), new Set(['\\Deleted']));
  await two.carry(['one', 'two']);
  await two.desk.clock.pass(5000);
  expect(home.subjects('INBOX')).toEqual(['three']);
  expect(two.everywhere('three')).toEqual(['home INBOX \\Deleted']);
  expect(two.servers.other.subjects('Work')).toEqual(['one', 'two']);
});

it('is not removed here when the person gives up in the middle of it', async () => {
  await open();
  let id = '';
  two.servers.other.when(/APPEND/, () => void two.desk.store.commit([{ kind: 'action-removed', id }]));
  id = await two.carry(['one']);
  await two.desk.clock.pass(5000);
  expect(two.everywhere('one')).toContain('home INBOX');
  expect(await two.desk.actions()).toEqual([]);
});

it('a removal of what is still to be copied waits for the copy; of another mailbox it does not', async () => {
  await open();
  two.refusal = new ConnectionLost('away');
  await two.carry(['one'], { remove: false });
  const mailbox = two.inbox.key;
  await two.desk.act({ kind: 'expunge', mailbox, messages: [await two.keyOf('one')] });
  await two.desk.act({ kind: 'expunge', mailbox, messages: [await two.keyOf('two')] });
  await two.desk.clock.pass(20_000);
  expect(two.servers.home.subjects('INBOX')).toEqual(['one', 'three']);
  two.refusal = undefined;
  await two.desk.clock.pass(300_000);
  expect(two.everywhere('one')).toEqual(['other Work']);
  expect(await two.desk.actions()).toEqual([]);
});

describe('what is in doubt', () => {
  /** The receipt of the first APPEND is lost, before or after it is carried out. */
  function lose(): void {
    two.servers.other.when(/APPEND/, () => {
      two.refusal = new ConnectionLost('away');
      two.wires.other.cutAfter = two.wires.other.octets + 1;
    });
  }

  it('is known again although there was no room here for what it is', async () => {
    await open();
    const keys = [await two.keyOf('one')];
    const from = await two.desk.store.read(descriptorsQuery(keys));
    expect(from.size).toBe(1);
    lose();
    const carried = two.carry(['one']);
    await carried.then(() => two.desk.store.commit([{ kind: 'evicted', what: 'descriptors', keys }]));
    await two.desk.clock.pass(30_000);
    two.refusal = undefined;
    await two.desk.clock.pass(300_000);
    expect(two.everywhere('one')).toEqual(['other Work']);
  });

  it.each([false, true])(
    'is not taken for done because the same letter is put there by something else (failed meanwhile: %s)',
    async (fails) => {
      await open();
      two.servers.other.add('Work', 'there before');
      const content = new TextEncoder().encode(
        'Subject: twin\r\nMessage-ID: <twin@x>\r\n\r\nOne of two.\r\n',
      );
      for (let i = 0; i < 2; i++) two.servers.home.mailbox('INBOX').add({ content });
      await two.desk.clock.pass(120_000);
      const [first, second] = (await two.desk.rows()).slice(-2);
      // Cut before anything of it is there.
      two.servers.other.when(/STATUS/, () => (two.wires.other.cutAfter = two.wires.other.octets + 130));
      await two.carry([], { messages: [first!.key] });
      if (fails) {
        two.servers.other.faults.refuse = (command) =>
          command === 'SELECT' ? { status: 'NO', text: 'not you' } : undefined;
        await two.desk.clock.pass(60_000);
        expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', words: 'not you' } }]);
        expect(two.everywhere('twin')).toEqual(['home INBOX', 'home INBOX']);
        two.servers.other.faults.refuse = undefined;
      }
      await two.carry([], { messages: [second!.key] });
      await two.desk.clock.pass(300_000);
      if (fails) await retry();
      expect(await two.desk.actions()).toEqual([]);
      expect(two.everywhere('twin')).toEqual(['other Work', 'other Work']);
    },
  );
});

it.each([[['two']], [['one', 'two']]])(
  'one of %j that another program marks when it is about to go is marked so there',
  async (subjects) => {
    await open();
    const { home } = two.servers;
    home.when(/UID FETCH .*BODY\.PEEK\[\]/, () =>
      home.account.get('INBOX').setFlags(home.find('INBOX', 'two'), new Set(['\\Flagged', 'blue'])),
    );
    await two.carry(subjects);
    await two.desk.clock.pass(5000);
    expect(two.everywhere('two')).toEqual(['other Work \\Flagged blue']);
  },
);

it('a mark of deletion does not go along', async () => {
  await open();
  const { home } = two.servers;
  home.account.get('INBOX').setFlags(home.find('INBOX', 'two'), new Set(['\\Deleted', '\\Answered']));
  await two.desk.clock.pass(120_000);
  await two.carry(['two'], { remove: false });
  await two.desk.clock.pass(1000);
  expect(two.everywhere('two')).toEqual(['home INBOX \\Answered \\Deleted', 'other Work \\Answered']);
});

it('where the other server tells the new name of the mailbox, it is not waited for for ever', async () => {
  await open(quiet({}, false), quiet({ rename: 'newname' }, false));
  two.servers.other.faults.refuse = (command) =>
    command === 'APPEND' ? { status: 'NO', code: 'NEWNAME Work Jobs', text: 'renamed' } : undefined;
  await two.carry(['one']);
  await two.desk.clock.pass(1000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'no-mailbox' } }]);
});

it('tries all again that was refused, when something else has failed for all', async () => {
  await open();
  let appends = 0;
  two.servers.other.faults.refuse = (command) => {
    if (command !== 'APPEND') return undefined;
    appends++;
    if (appends === 1) return { status: 'NO', text: 'no' };
    return { status: 'NO', code: 'OVERQUOTA', text: 'full' };
  };
  await two.carry(letters);
  await two.desk.clock.pass(1000);
  expect(await two.desk.actions()).toMatchObject([{ state: { name: 'failed', reason: 'quota' } }]);
  two.servers.other.faults.refuse = undefined;
  await retry();
  expect(await two.desk.actions()).toEqual([]);
  expect(two.servers.other.subjects('Work')).toEqual(letters);
});

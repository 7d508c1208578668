import { expect, it, vi } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import type { Flag, News, Uid } from '../imap/types.ts';
import { absorb } from './absorb.ts';
import { STAND_IN_FIELDS } from './descriptor.ts';
import { heardOf } from './heard.ts';
import type { NewMessage } from './change.ts';
import type { Heard } from './heard.ts';
import { MemoryStore } from './memory-store.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { flagsAt } from './rows.ts';
import { KNOW_AGAIN_SETTING } from './same-message.ts';
import { Truth } from './truth.ts';

const mailbox = 1 as MailboxKey;
const moved = 5 as MessageKey;

/** What came is a message by its header alone. */
function copy(uid: number, messageId: string): Heard {
  const section = `HEADER.FIELDS (${STAND_IN_FIELDS.join(' ')})`;
  const data = encodeText(`Message-ID: ${messageId}\r\n\r\n`);
  const message = { seq: uid, uid, flags: [], internalDate: 0, size: 9, sections: [{ section, data }] };
  return heardOf({ type: 'fetch', message } as unknown as News);
}

it.each([
  ['is that one', undefined, [copy(9, '<a@x>')], { [moved]: 9 }],
  ['is none of two alike', undefined, [copy(8, '<a@x>'), copy(9, '<a@x>')], { [moved]: 0 }],
  ['is not another one', undefined, [copy(9, '<b@x>')], { [moved]: 0 }],
  ['is fetched where the person wants it so', false, [copy(9, '<a@x>')], { [moved]: 0 }],
])('what comes while a message waits for the UID of its copy %s', async (_, value, news, expected) => {
  const truth = new Truth(new MemoryStore());
  await truth.store.allocate(20);
  const row = { key: moved, uid: 0, flags: [], date: 0, size: 9 } as const;
  await truth.commit([
    { kind: 'mailbox', mailbox: newMailbox(mailbox) },
    { kind: 'messages', mailbox, messages: [{ row, descriptor: { messageId: '<a@x>' } as never }] },
    { kind: 'setting', name: KNOW_AGAIN_SETTING, value },
  ]);
  await absorb(truth, mailbox, news, 0);
  const { keys, uids } = await truth.rows(mailbox);
  expect(Object.fromEntries([...keys].map((key, i) => [key, uids[i]]))).toMatchObject(expected);
  const linked = expected[moved] !== 0;
  expect(keys).toHaveLength(linked ? 1 : 1 + news.length);
});

it.each([0, 3, 6, 9, 12])(
  'what is known again stays, though it was to be forgotten %i turns later',
  async (turns) => {
    const truth = new Truth(new MemoryStore());
    truth.justGone.isOffered = true;
    await truth.store.allocate(20);
    const messages = [copy(3, '<a@x>')].map((news) => {
      const { message } = news as Extract<Heard, { type: 'fetch' }>;
      const row = { key: moved, uid: 3, flags: [], date: 0, size: 9 } as const;
      return { row, descriptor: { ...message.descriptor, emailId: 'M1' } } as unknown as NewMessage;
    });
    const other = 2 as MailboxKey;
    await truth.commit([
      { kind: 'mailbox', mailbox: newMailbox(mailbox) },
      { kind: 'mailbox', mailbox: newMailbox(other) },
      { kind: 'messages', mailbox, messages },
    ]);
    await absorb(truth, mailbox, [{ type: 'vanished', uids: [[3, 3]] } as unknown as Heard], 0);
    await truth.forgetJustGone(0);
    const came = copy(9, '<a@x>') as Extract<Heard, { type: 'fetch' }>;
    const absorbing = absorb(
      truth,
      other,
      [{ ...came, message: { ...came.message, emailId: 'M1' } } as Heard],
      0,
    );
    const day = 24 * 3600_000;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await Promise.all([absorbing, truth.forgetJustGone(day)]);
    const { keys, uids } = await truth.rows(other);
    expect([[...keys], [...uids]]).toEqual([[moved], [9]]);
  },
);

it('news of a mailbox that is gone is of nobody', async () => {
  const truth = new Truth(new MemoryStore());
  const result = await absorb(truth, mailbox, [copy(9, '<a@x>')], 0);
  expect(result).toEqual({ unknown: [], lost: false, suspect: false, added: 0 });
  expect(await truth.rows(mailbox)).toHaveLength(0);
});

it.each([
  ['close together', 1],
  ['far between', 1000],
])('flags and removals of many are taken in, of UIDs that are %s', async (_, apart) => {
  const truth = new Truth(new MemoryStore());
  const count = 3000;
  await truth.store.allocate(count + 1);
  // Older windows come later: keys do not ascend with UIDs.
  const uidOf = (key: number): number => apart * (((key + 1700) % count) + 5);
  const messages = Array.from({ length: count }, (_each, i) => {
    const flags = i % 2 === 0 ? ['\\Seen', 'Garden'] : [];
    return { row: { key: i + 1, uid: uidOf(i + 1), flags, date: 0, size: 9 }, descriptor: {} };
  }) as unknown as NewMessage[];
  await truth.commit([
    { kind: 'mailbox', mailbox: newMailbox(mailbox) },
    { kind: 'messages', mailbox, messages },
  ]);
  const keys = messages.map(({ row }) => row.key);
  const told = (key: number): string[] => (key % 3 === 0 ? ['Garden', '\\Seen'] : ['\\Flagged']);
  const flags = keys
    .filter((key) => key % 3 < 2)
    .map((key): Heard => ({ type: 'fetch', message: { uid: uidOf(key), flags: told(key) } }) as never);
  const isGone = (key: number): boolean => key % 10 === 7;
  const ranges = keys
    .filter(isGone)
    .map((key) => [uidOf(key) - Math.floor(apart / 2), uidOf(key)] as const)
    .toSorted(([a], [b]) => a - b);
  const vanished = { type: 'vanished', earlier: true, uids: [[1, 4], ...ranges] } as unknown as Heard;
  const before = await truth.rows(mailbox);
  const { unknown, suspect } = await absorb(truth, mailbox, [...flags, vanished], 0);
  expect([unknown, suspect]).toEqual([[], false]);
  const after = await truth.rows(mailbox);
  expect([...after.keys]).toEqual(keys.filter((key) => !isGone(key)));
  for (const [i, key] of [...after.keys].entries()) {
    const asBefore = flagsAt(before, key - 1);
    const expected = key % 3 < 2 ? told(key) : asBefore;
    expect(flagsAt(after, i).toSorted(), `${key}`).toEqual(expected.toSorted());
  }
});

it('what is told of a message as it is here already changes nothing', async () => {
  const truth = new Truth(new MemoryStore());
  await truth.store.allocate(20);
  const flags = ['\\Seen', 'Garden', 'Späti'] as Flag[];
  const row = { key: moved, uid: 3 as Uid, flags, date: 0, size: 9 };
  await truth.commit([
    { kind: 'mailbox', mailbox: newMailbox(mailbox) },
    { kind: 'messages', mailbox, messages: [{ row, descriptor: {} as never }] },
  ]);
  const commit = vi.spyOn(truth.store, 'commit');
  const tell = (...said: string[]): Promise<unknown> =>
    absorb(truth, mailbox, [{ type: 'fetch', message: { uid: 3, flags: said } } as never], 0);
  await tell('Garden', 'Späti', '\\Seen');
  expect(commit).not.toHaveBeenCalled();
  for (const said of [['\\Seen', 'Garden', 'Späti', 'New'], ['\\Seen', 'Garden'], ['\\Seen'], []]) {
    await tell(...said);
    expect(flagsAt(await truth.rows(mailbox), 0).toSorted()).toEqual(said.toSorted());
  }
});

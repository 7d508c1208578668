import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import type { News } from '../imap/types.ts';
import { absorb } from './absorb.ts';
import { STAND_IN_FIELDS } from './descriptor.ts';
import { heardOf } from './heard.ts';
import type { Heard } from './heard.ts';
import { MemoryStore } from './memory-store.ts';
import type { MailboxKey, MessageKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
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

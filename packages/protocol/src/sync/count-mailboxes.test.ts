import { expect, it } from 'vitest';
import type { MailboxStatus, UidValidity } from '../imap/types.ts';
import { Counts } from './count-mailboxes.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';

const made = newMailbox(1 as MailboxKey);
/** Looked at, with one message in it. */
const mailbox: Mailbox = {
  ...made,
  sync: { ...made.sync, uidValidity: 5 as UidValidity, uidNext: 2, from: 1, exists: 1, at: 1 },
};
const saying = (messages: number, uidNext: number): MailboxStatus =>
  ({ wireName: 'a', uidValidity: 5, messages, uidNext, unseen: 0 }) as unknown as MailboxStatus;

it('what came between the first look and the first answer is news', () => {
  const counts = new Counts();
  counts.looked(mailbox.key, 0);
  expect(counts.news(mailbox, saying(2, 3), 1)).toBe(true);
});

it('a first answer that agrees is none', () => {
  const counts = new Counts();
  counts.looked(mailbox.key, 0);
  expect(counts.news(mailbox, saying(1, 2), 1)).toBe(false);
  expect(counts.news(mailbox, saying(2, 3), 2)).toBe(true);
});

it('a server that never agrees is believed to have said all of it, once it was looked at', () => {
  const counts = new Counts();
  counts.looked(mailbox.key, 0);
  expect(counts.news(mailbox, saying(7, 9), 1)).toBe(true);
  counts.looked(mailbox.key, 2);
  expect(counts.news(mailbox, saying(7, 9), 3)).toBe(false);
});

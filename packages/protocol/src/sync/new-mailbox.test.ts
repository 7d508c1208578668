import { expect, it } from 'vitest';
import type { Mailbox, MailboxKey, MailboxRole } from './model.ts';
import { mailboxForRole, newMailbox } from './new-mailbox.ts';

const mailbox = (name: string, delimiter: string | null, role?: MailboxRole): Mailbox => ({
  ...newMailbox(name.length as MailboxKey),
  name,
  wireName: name,
  delimiter,
  role,
});
const inbox = (delimiter: string | null) => mailbox('INBOX', delimiter, 'inbox');

it.each([
  ['beside INBOX', 'archive', [inbox('/'), mailbox('Sent', '/')], 'Archive'],
  ["below INBOX, as Courier's", 'archive', [inbox('.'), mailbox('INBOX.Sent', '.')], 'INBOX.Archive'],
  ['beside INBOX where there is no other yet', 'trash', [inbox('.')], 'Trash'],
  ['without a hierarchy', 'junk', [inbox(null), mailbox('Old', null)], 'Junk'],
  ['not before the account is known', 'archive', [], undefined],
  ['not for a role that is a view', 'all', [inbox('/')], undefined],
] as const)('%s', (_, role, mailboxes, name) => {
  const made = mailboxForRole(role, mailboxes, 99 as MailboxKey);
  expect(made?.name).toBe(name);
  expect(made?.wireName).toBe(name);
  if (made) expect(made).toMatchObject({ key: 99, role, subscribed: true });
});

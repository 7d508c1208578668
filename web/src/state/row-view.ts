/** One row of a list, from what is known of the message. */
import type { Descriptor, MailboxRole, MessageRow, Overlay } from '@postern/protocol/sync';
import type { RowView } from './views.ts';

/** Keywords that programs set for each other: not a person's tags. */
const technical =
  /^(?:\$(?:forwarded|mdnsent|submitpending|submitted|junk|notjunk|phishing|hasattachment|hasnoattachment|istrusted)|junk|nonjunk|notjunk|forwarded|redirected|old)$/i;

/**
 * @param row after `project`.
 * @param role of the mailbox the list shows.
 * @param isPrompt there is a connection, and nothing waits for longer than a moment: less is not worth a mark.
 */
export function rowView(
  row: MessageRow,
  descriptor: Descriptor | undefined,
  overlay: Overlay | undefined,
  role: MailboxRole | undefined,
  isPrompt: boolean,
): RowView {
  const toOthers = role === 'sent' || role === 'drafts';
  const pending = overlay?.pending;
  return {
    key: row.key,
    known: descriptor !== undefined,
    unread: !row.flags.includes('\\Seen'),
    flagged: row.flags.includes('\\Flagged'),
    answered: row.flags.includes('\\Answered'),
    forwarded: row.flags.some((flag) => /^\$?forwarded$/i.test(flag)),
    hasAttachments: descriptor?.hasAttachments ?? false,
    people: descriptor ? (toOthers ? [...descriptor.to, ...descriptor.cc] : descriptor.from) : [],
    peopleAre: toOthers ? 'recipients' : 'senders',
    subject: descriptor?.subject ?? '',
    preview: descriptor?.preview,
    date: row.date,
    size: row.size,
    keywords: row.flags.filter((flag) => !flag.startsWith('\\') && !technical.test(flag)),
    pending: pending === 'waiting' && isPrompt ? undefined : pending,
    mailbox: row.mailbox,
  };
}

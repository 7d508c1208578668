import type { Unreached } from '@postern/protocol/sync';
import { count, messages, numbers } from './count.ts';

export const list = {
  title: (mailbox: string) => `Messages in ${mailbox}`,
  menu: (subject: string) => `Message ${subject}`,
  results: 'Search results',
  search: 'Search',
  searchIn: (mailbox: string) => `Search ${mailbox}`,
  clearSearch: 'Clear search',
  searching: 'Searching your mail server',
  /** The folder is on another mail server. `server`: its name, as text. */
  unreached: {
    unreachable: (server: string) =>
      `This folder is on ${server}, which does not answer. What is on this device can be read; it is tried again by itself.`,
    unlisted: (server: string) =>
      `This folder is on ${server}, which Postern is not allowed to use. Ask whoever runs it to add that server. What is on this device can be read.`,
    stranger: (server: string) =>
      `This folder is on ${server} under another name than yours, so it cannot be opened. Ask whoever runs your mail server.`,
    refused: (server: string) =>
      `This folder is on ${server}, which does not accept your password. Ask whoever runs your mail server.`,
    loop: () =>
      'Your mail servers send Postern from one to the other for this folder. Ask whoever runs them.',
  } satisfies Record<Unreached['why'], (server: string) => string>,
  date: {
    title: 'Go to a date',
    label: 'Show what came on or before',
    go: 'Go',
  },
  found: (n: number) => (n === 0 ? 'No messages found' : `${messages(n)} found`),
  select: 'Select',
  selectAll: 'Select all',
  selected: (n: number) => `${numbers.format(n)} selected`,
  clearSelection: 'Clear selection',
  fresh: (n: number) => `${numbers.format(n)} new`,
  freshAloud: (n: number) => count(n, 'new message', 'new messages'),
  unread: 'Unread',
  flagged: 'Flagged',
  answered: 'Answered',
  forwarded: 'Forwarded',
  attachments: 'Has attachments',
  waiting: 'Waiting to be done on your mail server',
  failed: 'Could not be done. Open the outbox to see why.',
  to: (names: string) => `To ${names}`,
  noSubject: 'No subject',
  noSender: 'Unknown sender',
  noRecipients: 'No recipients yet',
  unknown: 'Not loaded yet',
  absent: 'Not on this device',
  absentAloud: (when: string) => `Not on this device. ${when}`,
  onThisDevice: 'On this device',
  draftWithoutSubject: 'Untitled draft',
  draftParted: (subject: string) => `“${subject}” was also changed elsewhere. Both are kept.`,
  draftsParted: 'Drafts changed elsewhere',
  openNewer: 'Open the newer one',
  openOlder: 'Open the other',
  progress: (done: number, total: number) =>
    `Getting messages: ${numbers.format(done)} of ${numbers.format(total)}`,
  older: {
    left: (done: number, total: number) =>
      done < total
        ? // The numbers stay on one line.
          `Older mail is not here yet · ${numbers.format(done)}\u{A0}of\u{A0}${numbers.format(total)}`
        : 'Older mail is not here yet',
    comingIn: (mailbox: string, done: number, total: number) =>
      `Getting ${mailbox}: ${numbers.format(done)} of ${numbers.format(total)}`,
    stop: 'Stop',
    stopIn: (mailbox: string) => `Stop getting older mail of ${mailbox}`,
    goOn: 'Go on',
    goOnIn: (mailbox: string) => `Go on getting older mail of ${mailbox}`,
    gap: (n: number) =>
      n > 0
        ? `From here on, ${messages(n)} ${n === 1 ? 'is' : 'are'} not here yet`
        : 'From here on, not all messages are here yet',
  },
  empty: {
    inbox: ['Nothing in your inbox', 'New mail appears here by itself.'],
    drafts: ['No drafts', 'What you begin to write is kept here and on your mail server until you send it.'],
    sent: ['Nothing sent yet', 'Messages you send appear here.'],
    archive: ['Nothing here', 'Messages you archive appear in Archive.'],
    junk: ['No junk', 'Messages you mark as junk appear here.'],
    trash: ['Trash is empty', 'Messages you delete appear here until they are removed for good.'],
    all: ['Nothing here', 'All your mail appears here.'],
    flagged: ['Nothing flagged', 'Flag a message to find it here.'],
    folder: ['Nothing here', 'Drag messages here, or choose Move to.'],
    search: ['No messages found', 'Try fewer words, or another folder.'],
    offline: ['No mail here yet', 'Messages appear when there is a network again.'],
    unreached: ['No mail here yet', 'Messages appear when that server can be used.'],
    level: ['No messages on this level', 'It only holds other folders.'],
  } satisfies Record<string, readonly [string, string]>,
};

import { messages } from './count.ts';

export const actions = {
  title: 'Actions',
  compose: 'New message',
  reply: 'Reply',
  replyAll: 'Reply all',
  forward: 'Forward',
  archive: 'Archive',
  delete: 'Delete',
  deleteForever: 'Delete for ever',
  junk: 'Mark as junk',
  notJunk: 'Not junk',
  move: 'Move to',
  copy: 'Copy to',
  flag: 'Flag',
  unflag: 'Remove flag',
  read: 'Mark as read',
  unread: 'Mark as unread',
  print: 'Print',
};

export const problems = {
  noMailbox: 'Your account has no folder for this. Nothing was changed.',
  storage: 'This device has no room to note this. Nothing was changed.',
  notHere: 'A part of Postern is not on this device yet. Try again when you are online.',
  outdated: 'A part of Postern could not be loaded. Your mail is safe. Reload to get all of it.',
  failed: 'Something in Postern broke. Your mail is safe.',
  reload: 'Reload',
};

export const undoable = {
  archived: (n: number) => (n === 1 ? 'Archived' : `${messages(n)} archived`),
  deleted: (n: number) => (n === 1 ? 'Deleted' : `${messages(n)} deleted`),
  junked: (n: number) => (n === 1 ? 'Marked as junk' : `${messages(n)} marked as junk`),
  moved: (n: number, to: string | undefined) =>
    `${n === 1 ? 'Moved' : `${messages(n)} moved`}${to === undefined ? '' : ` to ${to}`}`,
  copied: (n: number, to: string | undefined) =>
    `${n === 1 ? 'Copied' : `${messages(n)} copied`}${to === undefined ? '' : ` to ${to}`}`,
  'not-junked': (n: number) => (n === 1 ? 'Marked as not junk' : `${messages(n)} marked as not junk`),
  flagged: (n: number) => (n === 1 ? 'Flagged' : `${messages(n)} flagged`),
  unflagged: (n: number) => (n === 1 ? 'Flag removed' : `Flag removed from ${messages(n)}`),
  read: (n: number) => (n === 1 ? 'Marked as read' : `${messages(n)} marked as read`),
  unread: (n: number) => (n === 1 ? 'Marked as unread' : `${messages(n)} marked as unread`),
  sending: () => 'Sending',
  sendingLater: 'Waits for the network',
  discarded: () => 'Draft discarded',
};

export const deleteForever = {
  title: (n: number) => `Delete ${messages(n)} for ever?`,
  text: 'This cannot be undone.',
  confirm: 'Delete for ever',
};

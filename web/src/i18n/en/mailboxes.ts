import { count, lists, messages } from './count.ts';

export const mailboxes = {
  title: 'Folders',
  roles: {
    inbox: 'Inbox',
    drafts: 'Drafts',
    sent: 'Sent',
    archive: 'Archive',
    junk: 'Junk',
    trash: 'Trash',
    all: 'All mail',
    flagged: 'Flagged',
  },
  folders: 'Folders',
  /** Above those of other people, and those of everybody. */
  shared: 'Shared with me',
  unread: (n: number) => count(n, 'unread', 'unread'),
  unreadIn: (name: string, n: number) => (n === 0 ? name : `${name}, ${count(n, 'unread', 'unread')}`),
  draftsIn: (name: string, n: number) => (n === 0 ? name : `${name}, ${count(n, 'draft', 'drafts')}`),
  collapse: 'Collapse folders',
  expand: 'Expand folders',
  show: 'Show folders',
  open: (name: string) => `Show folders in ${name}`,
  shut: (name: string) => `Hide folders in ${name}`,
  resize: 'Width of the message list',
};

export const folder = {
  titles: { create: 'New folder', rename: (name: string) => `Rename ${name}` },
  create: 'New folder',
  createIn: (name: string) => `New folder in ${name}`,
  rename: 'Rename or move',
  show: 'Show in other programs',
  hide: 'Hide in other programs',
  delete: 'Delete folder',
  menu: (name: string) => `Folder ${name}`,
  import: 'Import messages',
  importing: (n: number, name: string) => `${messages(n)} put into ${name}.`,
  importLater: (n: number, name: string) =>
    `${messages(n)} ${n === 1 ? 'goes' : 'go'} into ${name} when there is a network.`,
  strange: (names: readonly string[]) =>
    names.length === 1
      ? `${names[0]} holds no message.`
      : `${count(names.length, 'file holds', 'files hold')} no message: ${lists.format(names.slice(0, 3))}${names.length > 3 ? ' …' : ''}`,
  dropFiles: (name: string) => `Drop message files (.eml) to put them into ${name}`,
  name: 'Name',
  place: 'In',
  top: 'No other folder',
  make: 'Create folder',
  save: 'Save',
  created: (name: string) => `Folder “${name}” created`,
  waiting: 'Waiting for your mail server',
  failed: 'Could not be done. Open the outbox to see why.',
  problems: {
    name: (delimiter: string) =>
      `Give the folder a name. It cannot hold the signs * and %${delimiter === '' ? '' : `, nor ${delimiter}`}.`,
    exists: 'There is a folder of this name already. Choose another name.',
    inbox: 'The inbox stays what and where it is.',
    forbidden:
      'You have no right to do this here. Nothing was changed. Choose another folder, or ask whoever shares it with you.',
  },
  remove: {
    title: (name: string) => `Delete the folder ${name}?`,
    text: (n: number) =>
      n === 0
        ? 'There are no messages in it. This cannot be undone.'
        : `${n === 1 ? 'The message' : `All ${messages(n)}`} in it ${n === 1 ? 'is' : 'are'} deleted for ever, not put into Trash. This cannot be undone.`,
    below: 'The folders in it stay.',
    confirm: 'Delete folder',
  },
};

export const moveTo = {
  title: (n: number) => `Move ${messages(n)} to`,
  copyTitle: (n: number) => `Copy ${messages(n)} to`,
  create: (name: string) => `New folder “${name}”`,
  filter: 'Type to find a folder',
  none: 'No folder has this name.',
};

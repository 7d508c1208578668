import { numbers } from './count.ts';

export const status = {
  offline: (time: string) => `Offline. Mail as of ${time}.`,
  offlineNever: 'Offline.',
  connecting: 'Connecting',
  progress: (done: number, total: number) =>
    `Getting mail: ${numbers.format(done)} of ${numbers.format(total)}`,
  expired: 'Sign in again to get new mail.',
  signInAgain: 'Sign in',
  update: 'A new version is ready.',
  updateNow: 'Reload',
  problems: {
    network: 'There is no network. What you do is kept and carried out later.',
    unreachable: 'Your mail server does not answer. What you do is kept and carried out later.',
    certificate:
      'Your mail server could not prove who it is, so nothing is sent to it. Ask whoever runs it to renew its certificate.',
    unlisted:
      'Your mail has moved to another mail server, which Postern is not allowed to use. Ask whoever runs it to add that server.',
    closed: 'Your mail server ended the connection. Trying again.',
    refused: 'Your mail server is busy. Trying again in a while.',
    confused: 'Your mail server gave an answer that could not be understood. Trying again.',
    storage:
      'This device has no room for new mail, or does not let it be kept. Free some space, then try again.',
  },
};

export const palette = {
  title: 'Commands',
  goTo: (mailbox: string) => `Go to ${mailbox}`,
  filter: 'Type a command or a folder',
  none: 'Nothing has this name.',
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  groups: {
    around: 'Getting around',
    message: 'With a message',
    select: 'Selecting',
    write: 'Writing',
    app: 'Everywhere',
  },
  names: {
    next: 'Next message',
    previous: 'Previous message',
    first: 'First message',
    last: 'Last message',
    open: 'Open',
    back: 'Back to the list',
    search: 'Search',
    goInbox: 'Go to Inbox',
    goSent: 'Go to Sent',
    goDrafts: 'Go to Drafts',
    goTrash: 'Go to Trash',
    goArchive: 'Go to Archive',
    date: 'Go to a date',
    archive: 'Archive',
    delete: 'Delete',
    junk: 'Mark as junk, or not junk',
    reply: 'Reply',
    replyAll: 'Reply all',
    forward: 'Forward',
    move: 'Move to',
    copy: 'Copy to',
    flag: 'Flag, or remove the flag',
    read: 'Mark as read',
    unread: 'Mark as unread',
    select: 'Select, or not',
    selectAll: 'Select all',
    compose: 'New message',
    send: 'Send',
    undo: 'Undo',
    newFolder: 'New folder',
    help: 'Keyboard shortcuts',
    palette: 'Commands',
    outbox: 'Outbox',
    settings: 'Settings',
    addAccount: 'Add account',
    signOut: 'Sign out',
  },
  then: 'then',
  or: 'or',
};

export const settings = {
  title: 'Settings',
  theme: 'Appearance',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'List',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  name: 'Your name',
  nameHint: 'Shown to the people you write to, before your address.',
  remote: 'Always show images from',
  remoteNone: 'No senders yet. Choose “Always from this sender” above a message to add one.',
  remoteRemove: (sender: string) => `Stop showing images from ${sender}`,
  account: 'Account',
  signedInAs: (user: string) => `Signed in as ${user}`,
  signOut: 'Sign out',
  about: 'About',
  aboutText: 'Postern is webmail for the mail server you already have. It works without a network.',
  licence: 'Free software under the MIT licence.',
};

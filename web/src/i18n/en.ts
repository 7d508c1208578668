import { actions, deleteForever, problems, undoable } from './en/actions.ts';
import { compose } from './en/compose.ts';
import { messages } from './en/count.ts';
import { palette, settings, shortcuts, status } from './en/everywhere.ts';
import { keep } from './en/keep.ts';
import { quota, rights } from './en/limits.ts';
import { list } from './en/list.ts';
import { folder, mailboxes, moveTo } from './en/mailboxes.ts';
import { outbox } from './en/outbox.ts';
import { link, reader } from './en/reader.ts';
import { accounts, signIn, signOut } from './en/sign-in.ts';
import { unable } from './en/unable.ts';

/** English, by screens. Sentence case, plain words, no blame, no exclamation marks, no protocol words. */
export const en = {
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  product: 'Postern',

  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  undone: 'Undone',
  retry: 'Try again',
  more: 'More actions',
  loading: 'Loading',
  messages,

  signIn,
  accounts,
  mailboxes,
  folder,
  keep,
  quota,
  rights,
  list,
  reader,
  actions,
  problems,
  undoable,
  compose,
  outbox,
  status,
  moveTo,
  palette,
  shortcuts,
  settings,
  signOut,
  deleteForever,
  link,
  unable,
};

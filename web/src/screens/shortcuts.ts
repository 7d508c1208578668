/** The one table of keys: it drives the keyboard, the dialog behind `?` and the palette behind Ctrl+K. */
import type { Words } from '../i18n/index.ts';

export type CommandName = keyof Words['shortcuts']['names'];
export type ShortcutGroup = keyof Words['shortcuts']['groups'];

export interface Shortcut {
  readonly command: CommandName;
  readonly group: ShortcutGroup;
  /**
   * Any of these: `j`, `Shift+i`, `Mod+k` (Control, or Command on a Mac), `g i` (one after the other). Signs that
   * need Shift on some keyboards are named by what they write: `#`, `?`.
   */
  readonly keys: readonly string[];
  /** Works where text is written, too. */
  readonly whileWriting?: boolean;
}

export const shortcuts: readonly Shortcut[] = [
  { command: 'next', group: 'around', keys: ['j', 'ArrowDown'] },
  { command: 'previous', group: 'around', keys: ['k', 'ArrowUp'] },
  { command: 'first', group: 'around', keys: ['Home'] },
  { command: 'last', group: 'around', keys: ['End'] },
  { command: 'open', group: 'around', keys: ['Enter', 'o'] },
  { command: 'back', group: 'around', keys: ['u', 'Escape'] },
  { command: 'goInbox', group: 'around', keys: ['g i'] },
  { command: 'goDrafts', group: 'around', keys: ['g d'] },
  { command: 'goSent', group: 'around', keys: ['g s'] },
  { command: 'goArchive', group: 'around', keys: ['g a'] },
  { command: 'goTrash', group: 'around', keys: ['g t'] },
  { command: 'date', group: 'around', keys: ['d'] },
  { command: 'archive', group: 'message', keys: ['e'] },
  { command: 'delete', group: 'message', keys: ['#', 'Delete'] },
  { command: 'junk', group: 'message', keys: ['!'] },
  { command: 'move', group: 'message', keys: ['v'] },
  { command: 'copy', group: 'message', keys: ['Shift+v'] },
  { command: 'flag', group: 'message', keys: ['s'] },
  { command: 'read', group: 'message', keys: ['Shift+i'] },
  { command: 'unread', group: 'message', keys: ['Shift+u'] },
  { command: 'select', group: 'select', keys: ['x'] },
  { command: 'selectAll', group: 'select', keys: ['Mod+a'] },
  { command: 'compose', group: 'write', keys: ['c'] },
  { command: 'reply', group: 'write', keys: ['r'] },
  { command: 'replyAll', group: 'write', keys: ['a'] },
  { command: 'forward', group: 'write', keys: ['f'] },
  { command: 'send', group: 'write', keys: ['Mod+Enter'], whileWriting: true },
  { command: 'search', group: 'app', keys: ['/'] },
  { command: 'undo', group: 'app', keys: ['z'] },
  { command: 'palette', group: 'app', keys: ['Mod+k'], whileWriting: true },
  { command: 'help', group: 'app', keys: ['?'] },
  { command: 'newFolder', group: 'app', keys: [] },
  { command: 'outbox', group: 'app', keys: [] },
  { command: 'settings', group: 'app', keys: [] },
  { command: 'addAccount', group: 'app', keys: [] },
  { command: 'signOut', group: 'app', keys: [] },
];

/** The first key of a command, for tips and menus. */
export function keysOf(command: CommandName): string | undefined {
  return shortcuts.find((shortcut) => shortcut.command === command)?.keys[0];
}

/** What a mailbox is called and drawn as. */
import Archive from '@lucide/svelte/icons/archive';
import File from '@lucide/svelte/icons/file-pen-line';
import Flag from '@lucide/svelte/icons/flag';
import Folder from '@lucide/svelte/icons/folder';
import Inbox from '@lucide/svelte/icons/inbox';
import Mails from '@lucide/svelte/icons/mails';
import OctagonAlert from '@lucide/svelte/icons/octagon-alert';
import Send from '@lucide/svelte/icons/send';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { MailboxRole } from '@postern/protocol/sync';
import { words } from '../i18n/index.ts';
import type { MailboxView } from '../state/views.ts';
import type { Icon } from './icon.ts';

const icons: Readonly<Record<MailboxRole, Icon>> = {
  inbox: Inbox,
  drafts: File,
  sent: Send,
  archive: Archive,
  junk: OctagonAlert,
  trash: Trash2,
  all: Mails,
  flagged: Flag,
};

export function mailboxName(mailbox: MailboxView): string {
  return mailbox.role === undefined ? mailbox.label : words.mailboxes.roles[mailbox.role];
}

export function mailboxIcon(mailbox: MailboxView): Icon {
  return mailbox.role === undefined ? Folder : icons[mailbox.role];
}

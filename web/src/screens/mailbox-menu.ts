/** What can be done with a mailbox itself: for its context menu and for the menu beside its name. */
import CalendarSearch from '@lucide/svelte/icons/calendar-search';
import FileInput from '@lucide/svelte/icons/file-input';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import Trash2 from '@lucide/svelte/icons/trash-2';
import { mailboxName } from '../components/mailbox-words.ts';
import type { MenuItem } from '../components/MenuList.svelte';
import { notices } from '../components/notices.svelte.ts';
import { words } from '../i18n/index.ts';
import { mailboxActs } from '../state/mailbox-acts.svelte.ts';
import type { MailboxProblem } from '../state/mailbox-acts.svelte.ts';
import type { MailboxView } from '../state/views.ts';
import type { Desk } from './desk.svelte.ts';

const texts = words.folder;

/** A mailbox that has a use keeps its name: other programs look for it there. */
export function mailboxMenu(desk: Desk, mailbox: MailboxView): MenuItem[] {
  const name = mailboxName(mailbox);
  const items: MenuItem[] = [];
  // Below the inbox it would not be, as a person sees it.
  if (mailbox.role === 'inbox' || mailbox.may.create)
    items.push({
      label: mailbox.role === 'inbox' ? texts.create : texts.createIn(name),
      icon: FolderPlus,
      run: () => {
        desk.over = { kind: 'folder', parent: mailbox.role === 'inbox' ? undefined : mailbox.key };
      },
    });
  if (mailbox.pending === 'failed') items.unshift({ label: words.outbox.why, run: () => desk.run('outbox') });
  if (mailbox.selectable && mailbox.key === desk.mailbox?.key) {
    items.push({ label: words.list.date.title, icon: CalendarSearch, run: () => desk.run('date') });
  }
  if (mailbox.selectable && mailbox.may.insert) {
    items.push({
      label: texts.import,
      icon: FileInput,
      run: () => chooseFiles((files) => void desk.importFiles(files, mailbox)),
    });
  }
  if (mailbox.selectable && mailbox.pending === undefined) {
    items.push({
      label: words.keep.menu,
      icon: HardDrive,
      run: () => {
        desk.over = { kind: 'keep', mailbox: mailbox.key };
      },
    });
  }
  if (mailbox.role !== undefined) return items;
  if (mailbox.may.end)
    items.push({
      label: texts.rename,
      icon: PencilLine,
      run: () => {
        desk.over = { kind: 'folder', rename: mailbox.key };
      },
    });
  if (mailbox.selectable) {
    items.push({
      label: mailbox.subscribed ? texts.hide : texts.show,
      run: () => void mailboxActs.subscribe(mailbox.key, !mailbox.subscribed).then(say),
    });
  }
  if (mailbox.selectable && mailbox.may.end) {
    items.push({
      label: texts.delete,
      icon: Trash2,
      danger: true,
      apart: true,
      run: () => {
        desk.over = { kind: 'delete-folder', mailbox: mailbox.key };
      },
    });
  }
  return items;
}

/** The browser's own way to choose message files. */
function chooseFiles(chosen: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = '.eml,message/rfc822';
  input.addEventListener('change', () => chosen([...(input.files ?? [])]), { once: true });
  input.click();
}

/** Why a mailbox was not made, renamed or deleted. */
export function folderProblem(problem: MailboxProblem, delimiter: string | null): string {
  if (problem === 'name') return texts.problems.name(delimiter ?? '');
  return problem === 'storage' ? words.problems.storage : texts.problems[problem];
}

function say(problem: MailboxProblem | undefined): void {
  if (problem !== undefined) notices.say(folderProblem(problem, null));
}

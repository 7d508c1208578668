/** What can be done with a row of the list, or with all that are selected: for its context menu. */
import Archive from '@lucide/svelte/icons/archive';
import Copy from '@lucide/svelte/icons/copy';
import Flag from '@lucide/svelte/icons/flag';
import FolderInput from '@lucide/svelte/icons/folder-input';
import Forward from '@lucide/svelte/icons/forward';
import Mail from '@lucide/svelte/icons/mail';
import MailOpen from '@lucide/svelte/icons/mail-open';
import OctagonAlert from '@lucide/svelte/icons/octagon-alert';
import Reply from '@lucide/svelte/icons/reply';
import ReplyAll from '@lucide/svelte/icons/reply-all';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { MessageKey } from '@postern/protocol/sync';
import type { MenuItem } from '../components/MenuList.svelte';
import { words } from '../i18n/index.ts';
import type { RowView } from '../state/views.ts';
import type { Desk } from './desk.svelte.ts';
import { keysOf } from './shortcuts.ts';

const texts = words.actions;

/** @param row the one that was pressed, which tells what the others become, too. */
export function messageMenu(desk: Desk, row: RowView, keys: readonly MessageKey[]): MenuItem[] {
  const role = desk.mailbox?.role;
  // Junk is not answered, and a draft is written on.
  const answers = keys.length === 1 && role !== 'junk' && role !== 'drafts';
  const groups = [answers ? answering(desk, row.key) : [], filing(desk, keys), marking(desk, row, keys)];
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, at) =>
      group.map((item, place) => (at > 0 && place === 0 ? { ...item, apart: true } : item)),
    );
}

function answering(desk: Desk, key: MessageKey): MenuItem[] {
  const answer = (mode: 'reply' | 'reply-all' | 'forward') => () => desk.write({ mode, key });
  return [
    { label: texts.reply, icon: Reply, keys: keysOf('reply'), run: answer('reply') },
    { label: texts.replyAll, icon: ReplyAll, keys: keysOf('replyAll'), run: answer('reply-all') },
    { label: texts.forward, icon: Forward, keys: keysOf('forward'), run: answer('forward') },
  ];
}

function filing(desk: Desk, keys: readonly MessageKey[]): MenuItem[] {
  const role = desk.mailbox?.role;
  const items: MenuItem[] = [];
  if (desk.may.remove) {
    const forEver = role === 'trash' || role === 'junk';
    if (role !== 'archive')
      items.push({
        label: texts.archive,
        icon: Archive,
        keys: keysOf('archive'),
        run: () => desk.archive(keys),
      });
    items.push(
      {
        label: forEver ? texts.deleteForever : texts.delete,
        icon: Trash2,
        keys: keysOf('delete'),
        run: () => desk.delete(keys),
      },
      {
        label: role === 'junk' ? texts.notJunk : texts.junk,
        icon: OctagonAlert,
        keys: keysOf('junk'),
        run: () => desk.junk(keys),
      },
      {
        label: texts.move,
        icon: FolderInput,
        keys: keysOf('move'),
        run: () => (desk.over = { kind: 'move', keys }),
      },
    );
  }
  items.push({
    label: texts.copy,
    icon: Copy,
    keys: keysOf('copy'),
    run: () => (desk.over = { kind: 'copy', keys }),
  });
  return items;
}

function marking(desk: Desk, row: RowView, keys: readonly MessageKey[]): MenuItem[] {
  const items: MenuItem[] = [];
  if (desk.may.flag)
    items.push({
      label: desk.areFlagged(keys) ? texts.unflag : texts.flag,
      icon: Flag,
      keys: keysOf('flag'),
      run: () => desk.flag(keys),
    });
  if (desk.may.seen)
    items.push({
      label: row.unread ? texts.read : texts.unread,
      icon: row.unread ? MailOpen : Mail,
      keys: keysOf(row.unread ? 'read' : 'unread'),
      run: () => desk.markSeen(keys, row.unread),
    });
  return items;
}

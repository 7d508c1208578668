/** The accounts as choices of a menu, with the ways to one more and out of this one. */
import Check from '@lucide/svelte/icons/check';
import LogOut from '@lucide/svelte/icons/log-out';
import UserRoundPlus from '@lucide/svelte/icons/user-round-plus';
import type { MenuItem } from '../components/MenuList.svelte';
import { words } from '../i18n/index.ts';
import { accounts, type AccountView } from '../state/accounts.svelte.ts';
import { mailboxes } from '../state/mailboxes.svelte.ts';
import type { Desk } from './desk.svelte.ts';

export function accountMenu(desk: Desk): MenuItem[] {
  return [
    ...accounts.list.map((account) => ({
      label: account.label,
      icon: account.current ? Check : undefined,
      current: account.current,
      note: noteOf(account),
      run: () => void desk.openAccount(account.id),
    })),
    { label: words.accounts.add, icon: UserRoundPlus, apart: true, run: () => desk.run('addAccount') },
    {
      label: words.accounts.signOut(accounts.current?.label ?? ''),
      icon: LogOut,
      run: () => desk.run('signOut'),
    },
  ];
}

function noteOf(account: AccountView): MenuItem['note'] {
  if (account.expired) return { text: words.accounts.expired, aloud: words.accounts.expired };
  const unread = account.current ? mailboxes.byRole('inbox')?.unread : accounts.unreadIn(account.id);
  return unread ? { text: String(unread), aloud: words.accounts.unread(unread) } : undefined;
}

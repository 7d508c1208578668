/** Where messages can go in another account of this device. */
import { isMadeUp, type OtherMailbox } from '@postern/protocol/sync';
import { accounts, type AccountView } from './accounts.svelte.ts';
import type { MailboxView } from './views.ts';

export interface Target {
  readonly view: MailboxView;
  readonly to: OtherMailbox;
}

/** The mailboxes that the server of `account` has, as far as this device knows: nothing is made there for what comes from here. */
export async function targetsIn({ id, user, address }: AccountView): Promise<readonly Target[]> {
  const there = await accounts.mailboxesOf(id);
  const names = there.map(({ mailbox }) => mailbox.wireName);
  return there
    .filter(
      ({ view, mailbox }) =>
        view.selectable && view.may.insert && view.pending === undefined && !isMadeUp(mailbox),
    )
    .map(({ view, mailbox: { name, wireName, delimiter, sync } }) => ({
      view,
      to: {
        account: id,
        user,
        address,
        name,
        wireName,
        delimiter,
        known: { uidValidity: sync.uidValidity, uidNext: sync.uidNext, names },
      },
    }));
}

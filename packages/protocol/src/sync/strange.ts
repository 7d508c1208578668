/** Mailboxes that a server lists, and nobody here knows as such: they are looked into, and nothing that is heard of them is kept. */
import type { ListedMailbox } from '../imap/types.ts';
import { STRANGE } from './model.ts';
import type { Mailbox } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { isRemote, isSelectable } from './roles.ts';

/** Those that can be looked into where they are listed, and are none of those that are known. */
export function strangeAmong(
  listed: readonly ListedMailbox[],
  isKnown: (mailbox: ListedMailbox) => boolean,
): readonly ListedMailbox[] {
  return listed.filter((each) => isSelectable(each) && !isRemote(each) && !isKnown(each));
}

/** To be selected, on a lane to the server that lists it so. `like`: the one that it may be; another UIDVALIDITY, or id, voids it. */
export function asStrange(wireName: string, like: Mailbox = newMailbox(STRANGE)): Mailbox {
  return { ...like, key: STRANGE, wireName };
}

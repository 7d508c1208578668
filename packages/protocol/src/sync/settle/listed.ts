/** What LIST says of one mailbox, for actions on mailboxes: after a lost receipt, it tells what happened. */
import { list } from '../../imap/index.ts';
import type { MailboxName } from '../../imap/index.ts';
import type { ListedMailbox } from '../../imap/types.ts';
import { encodeModifiedUtf7 } from '../../bytes/index.ts';
import type { Change } from '../change.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import { withMailbox } from '../named-in.ts';
import { isNonExistent } from '../roles.ts';
import { actionsQuery } from '../store.ts';
import type { Truth } from '../truth.ts';

/** The mailbox as the server has it; undefined: it has none of that name. Rejects with CommandError when it does not say. */
export async function listedAs(lane: Lane, name: MailboxName): Promise<ListedMailbox | undefined> {
  const listed = await lane.run(list('', name));
  // The name may hold what LIST takes for wildcards.
  return listed.find((mailbox) => isCalled(mailbox, name) && !isNonExistent(mailbox));
}

export function isCalled(mailbox: Pick<ListedMailbox, 'name' | 'wireName'>, name: MailboxName): boolean {
  return typeof name === 'string' ? mailbox.name === name : mailbox.wireName === name.wire;
}

/** As the server spells a name that it was just given. */
export function spelledAs(name: string, listed: ListedMailbox | undefined): string {
  return listed?.wireName ?? encodeModifiedUtf7(name);
}

/** `gone` turned out to be the same mailbox as `stays`: what is wanted of the one is meant for the other. */
export async function mergeMailboxes(truth: Truth, gone: MailboxKey, stays: Mailbox): Promise<Change[]> {
  const meant = (await truth.store.read(actionsQuery())).flatMap((action): Change[] => {
    const instead = withMailbox(action, gone, stays.key);
    return instead ? [{ kind: 'action', action: instead, keepsState: true }] : [];
  });
  return [...meant, { kind: 'mailbox-removed', mailbox: gone }];
}

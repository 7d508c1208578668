import { CommandError } from '../../error.ts';
import type { Command } from '../command.ts';
import { myRights } from '../commands/acl.ts';
import type { ListedWithStatus, ListOptions } from '../commands/list.ts';
import { status } from '../commands/mailbox.ts';
import { getMetadata } from '../commands/metadata.ts';
import type { Speaker } from './append-all.ts';

/** Mailboxes that are asked about at once. */
const AT_ONCE = 32;

/** Asks of each mailbox what `wanted` has and LIST did not give, which is `there`. */
export async function withWhatIsBeside(
  session: Speaker,
  listed: readonly ListedWithStatus[],
  wanted: ListOptions,
  there: ListOptions,
): Promise<readonly ListedWithStatus[]> {
  const { capabilities } = session;
  const items = there.returnStatus ? undefined : wanted.returnStatus;
  const rights = !there.returnRights && wanted.returnRights && capabilities.has('ACL');
  const entries = there.returnMetadata || !capabilities.has('METADATA') ? undefined : wanted.returnMetadata;
  if (!items && !rights && !entries) return listed;
  const described: ListedWithStatus[] = [];
  const describe = async (mailbox: ListedWithStatus): Promise<ListedWithStatus> => {
    if (mailbox.attributes.some((each) => each === '\\Noselect' || each === '\\NonExistent')) return mailbox;
    const name = { wire: mailbox.wireName };
    const [counted, mine, notes] = await Promise.all([
      items && unlessRefused(session, status(name, items)),
      rights ? unlessRefused(session, myRights(name)) : undefined,
      entries && unlessRefused(session, getMetadata(name, entries)),
    ]);
    return {
      ...mailbox,
      ...(counted && { status: counted }),
      ...(mine && { rights: mine.rights }),
      ...(notes && { metadata: notes }),
    };
  };
  for (let at = 0; at < listed.length; at += AT_ONCE) {
    described.push(...(await Promise.all(listed.slice(at, at + AT_ONCE).map(describe))));
  }
  return described;
}

/** A mailbox may be gone, or be somebody else's. */
function unlessRefused<R>(session: Speaker, command: Command<R>): Promise<R | undefined> {
  return session.run(command).catch((error: unknown) => {
    if (error instanceof CommandError) return undefined;
    throw error;
  });
}

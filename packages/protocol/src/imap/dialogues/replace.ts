import { append, type Appended, uidReplace } from '../commands/append.ts';
import type { Appending } from '../commands/append-message.ts';
import { uidExpunge, uidStore } from '../commands/change.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { offers } from '../offers.ts';
import type { Uid } from '../types.ts';
import type { Speaker } from './append-all.ts';

/**
 * Puts a message into `name` in place of one in the selected mailbox: by REPLACE (RFC 8508), or, where the server does not
 * have it, by APPEND, STORE of `\Deleted` and UID EXPUNGE, which others can see and a lost connection can cut in two: the new
 * message is there before the old one goes. Without UIDPLUS the old one stays, marked `\Deleted`, since EXPUNGE would take
 * along what others marked. Rejects as those commands do.
 */
export async function replace(
  session: Speaker,
  uid: Uid,
  name: MailboxName,
  message: Appending,
): Promise<Appended | undefined> {
  if (session.capabilities.has('REPLACE')) return session.run(uidReplace(uid, name, message));
  const place = await session.run(append(name, message));
  await session.run(uidStore([uid], { mode: 'add', flags: ['\\Deleted'], silent: true }));
  if (offers(session.capabilities, 'UIDPLUS')) await session.run(uidExpunge([uid]));
  return place;
}

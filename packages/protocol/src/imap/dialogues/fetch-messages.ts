import { withMessages } from '../commands/around.ts';
import { uidFetch } from '../commands/fetch.ts';
import type { FetchItem } from '../commands/fetch-item.ts';
import { hasUid, splitSet, type UidSet } from '../sets.ts';
import type { FetchedMessage, Uid } from '../types.ts';
import type { Speaker } from './append-all.ts';
import { inSteps } from './in-steps.ts';

/** A FETCH response about a message whose UID is known. */
export type NumberedMessage = FetchedMessage & { readonly uid: Uid };

/** UID FETCH commands under way at once: a scattered set takes many lines, and each would cost a round trip. */
const AT_ONCE = 8;

/**
 * UID FETCH of however many messages, in lines that servers can read (RFC 2683 §3.2.1.5) and in the steps that they make of
 * them (RFC 9738). What is said of these messages is told as it comes, beside being news: in any order, one message in several
 * responses perhaps, and of those that are gone nothing. Rejects as FETCH does.
 */
export async function fetchMessages(
  session: Pick<Speaker, 'run'>,
  set: UidSet,
  items: readonly FetchItem[],
  onMessage: (message: NumberedMessage) => void,
): Promise<void> {
  const pieces = splitSet(set);
  for (let at = 0; at < pieces.length; at += AT_ONCE) {
    const runs = pieces.slice(at, at + AT_ONCE).map((piece) => {
      // Each command hears what the others are told as well.
      const take = (message: FetchedMessage): void => {
        const { uid } = message;
        if (uid !== undefined && hasUid(piece, uid)) onMessage({ ...message, uid });
      };
      return inSteps(session, piece, (uids) => withMessages(uidFetch(uids, items), take));
    });
    await Promise.all(runs);
  }
}

import { withMessages } from '../commands/around.ts';
import { formatWindow, uidFetch, type Window } from '../commands/fetch.ts';
import type { FetchItem } from '../commands/fetch-item.ts';
import { within } from '../commands/search-result.ts';
import { hasUid, toRanges, type UidSet } from '../sets.ts';
import { fetchMessages, type NumberedMessage } from './fetch-messages.ts';
import { type Searcher, uidsFound } from './search-messages.ts';

/**
 * UID FETCH of a window on the messages of a set that there are, e.g. of the newest fifty of all: with PARTIAL (RFC 9394 §3.3)
 * one command, without it SEARCH, and FETCH of those that the window shows. What is said is told as by `fetchMessages`.
 */
export async function fetchWindow(
  session: Searcher,
  set: UidSet,
  window: Window,
  items: readonly FetchItem[],
  onMessage: (message: NumberedMessage) => void,
): Promise<void> {
  formatWindow(window);
  const wanted = toRanges(set);
  if (wanted.length === 0) return;
  if (session.capabilities.has('PARTIAL')) {
    const command = uidFetch(wanted, items, { window });
    const told = withMessages(command, ({ uid, ...message }) => {
      if (uid !== undefined && hasUid(wanted, uid)) onMessage({ ...message, uid });
    });
    await session.run(told);
    return;
  }
  const there = await uidsFound(session, { key: 'UID', uids: wanted });
  await fetchMessages(session, within(there, window), items, onMessage);
}

/** Marking what a message answers or forwards, where only its Message-ID is known. */
import { CommandError } from '../../error.ts';
import { searchThen, uidStore } from '../../imap/index.ts';
import type { Command, MessageSet, Searcher, SearchKey } from '../../imap/index.ts';
import type { MailboxRole, MessageKey, Original } from '../model.ts';
import { descriptorsQuery } from '../store.ts';
import { at, findByMessageId } from './context.ts';
import type { Settling } from './context.ts';

/** Descriptors read at once. */
const AT_ONCE = 1000;
/** Where nobody keeps what they answer, or only its double. */
const LAST: ReadonlySet<MailboxRole | undefined> = new Set(['all', 'sent', 'junk', 'trash', 'drafts']);
/** Where it is looked for on the server, when it is not here. */
const KEPT: ReadonlySet<MailboxRole | undefined> = new Set(['inbox', 'archive', 'all']);

/** undefined: it is not on this device. */
export async function originalHere(
  { truth }: Settling,
  { messageId }: Original,
): Promise<MessageKey | undefined> {
  const mailboxes = await truth.mailboxes();
  for (const mailbox of mailboxes.toSorted((a, b) => Number(LAST.has(a.role)) - Number(LAST.has(b.role)))) {
    const { keys } = await truth.rows(mailbox.key);
    for (let i = 0; i < keys.length; i += AT_ONCE) {
      const some = [...keys.subarray(i, i + AT_ONCE)] as MessageKey[];
      for (const [key, descriptor] of await truth.store.read(descriptorsQuery(some)))
        if (descriptor.messageId === messageId) return key;
    }
  }
  return undefined;
}

/** Marks it on the server. Doing it twice is doing it once; what cannot be found or marked is left. */
export async function markThere(settling: Settling, { messageId, flag }: Original): Promise<void> {
  const mailboxes = (await settling.truth.mailboxes()).filter(({ role }) => KEPT.has(role));
  for (const mailbox of mailboxes) {
    try {
      const done = await at(settling, mailbox, async ({ lane }) => {
        await lane.select(mailbox);
        const mark = (set: MessageSet): Command<unknown> =>
          uidStore(set, { mode: 'add', flags: [flag], silent: true });
        const { capabilities, clock } = await lane.session();
        const session: Searcher = { capabilities, clock, run: (command) => lane.run(command) };
        const search: SearchKey = { key: 'HEADER', field: 'Message-ID', text: messageId };
        const count = await searchThen(session, search, mark).then(
          (marked) => marked.count,
          async (error: unknown) => {
            // Perhaps it is the search of headers that was refused.
            if (!(error instanceof CommandError)) throw error;
            const uids = await findByMessageId(lane, messageId, 1);
            if (uids.length > 0) await lane.run(mark(uids));
            return uids.length;
          },
        );
        return count > 0;
      });
      if (done) return settling.stale(mailbox.key);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
}

/**
 * The end of catching up with a mailbox whose older mail the person has stopped: all is known of what is here. It is not whole, so that
 * its `sync` stays as it is, and what the server counts stands for the rest.
 */
import { CommandError } from '../error.ts';
import { uidExtendedSearch } from '../imap/index.ts';
import type { SearchKey } from '../imap/index.ts';
import type { SelectedMailbox } from '../imap/types.ts';
import type { Lane } from './lane.ts';
import { SystemFlag } from './model.ts';
import type { Mailbox, MailboxKey, Rows } from './model.ts';
import type { Progress } from './progress.ts';
import { withSelected } from './rights.ts';
import { isLimited, searchInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** `selected`: with the EXISTS of now. */
export async function finishWithoutOlder(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  selected: SelectedMailbox,
  progress: Progress,
): Promise<void> {
  const below = await unseenBelow(lane, truth, key, selected.exists, progress);
  await truth.change(async () => {
    const now = await truth.mailbox(key);
    if (!now) return { changes: [], result: undefined };
    const unseen = below === undefined ? now.unseen : below + unseenIn(await truth.rows(key));
    const mailbox = asSelected({ ...now, messages: selected.exists, unseen }, lane, selected);
    return { changes: [{ kind: 'mailbox', mailbox }], result: undefined };
  });
}

/** A mailbox with what SELECT said of it beyond its `sync`. */
export function asSelected(mailbox: Mailbox, lane: Lane, selected: SelectedMailbox): Mailbox {
  // Another server's ids are not to be mistaken for those of the one that lists the mailboxes.
  const { mailboxId } = lane.isHome ? selected : {};
  return withSelected({ ...mailbox, ...(mailboxId === undefined ? {} : { mailboxId }) }, selected);
}

/** Unseen rows; of those with a UID below `before`, where that is said. */
export function unseenIn({ length, system, uids }: Rows, before?: number): number {
  let unseen = 0;
  for (let i = 0; i < length; i++) {
    const uid = uids[i] ?? 0;
    const isAsked = before === undefined || (uid > 0 && uid < before);
    if (isAsked && ((system[i] ?? 0) & SystemFlag['\\Seen']) === 0) unseen++;
  }
  return unseen;
}

/** Unseen messages that are not here, of `exists`; undefined where the server does not say. It is asked seldom. */
async function unseenBelow(
  lane: Lane,
  truth: Truth,
  key: MailboxKey,
  exists: number,
  progress: Progress,
): Promise<number | undefined> {
  const from = (await truth.mailbox(key))?.sync.from ?? 1;
  const missing = exists - (await truth.rows(key)).length;
  if (progress.unseenBelow?.missing === missing) return progress.unseenBelow.unseen;
  const count = await countUnseen(lane, from - 1);
  if (count === undefined) return undefined;
  const unseen = Math.max(0, count - unseenIn(await truth.rows(key), from));
  progress.unseenBelow = { missing, unseen };
  return unseen;
}

/** Unseen messages of UIDs up to `last`. */
async function countUnseen(lane: Lane, last: number): Promise<number | undefined> {
  const unseen: SearchKey = { key: 'UNSEEN' };
  const { capabilities } = await lane.session();
  try {
    if (isLimited(capabilities)) return (await searchInSteps(lane, [[1, last]], unseen)).length;
    const all: SearchKey[] = [{ key: 'UID', uids: [[1, last]] }, unseen];
    return (await lane.run(uidExtendedSearch({ key: 'AND', all }, { count: true }))).count;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Which version of a draft a mailbox has, and where. */
import type { Flag, SelectedMailbox } from '../../imap/types.ts';
import type { SaveDraftAction } from '../action.ts';
import type { DraftCopy, Mailbox, MessageRow } from '../model.ts';
import { rowAt } from '../rows.ts';
import { behindNoop } from './behind-noop.ts';
import { findByMessageId, isMissing, unlessRenamed } from './context.ts';
import type { Settling } from './context.ts';
import { unlessElsewhere } from './renamed-target.ts';
import { flagsNow } from './still-there.ts';

/** A version that the selected mailbox has, and what it is marked with. */
export interface CopyThere {
  readonly copy: DraftCopy;
  readonly flags: readonly Flag[];
}

/** The version that an action has put there, by its Message-ID where nothing was said of its place; undefined: none is there. */
export async function findPut(
  settling: Settling,
  action: SaveDraftAction,
  mailbox: Mailbox,
): Promise<DraftCopy | undefined> {
  const { lane } = settling;
  const { tried } = action;
  if (!tried || tried.place) return tried?.place;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    if (!(await isMissing(lane, mailbox, error))) throw error;
    await unlessElsewhere(
      settling,
      action,
      mailbox,
      tried,
      async (there) => (await findByMessageId(there, tried.messageId, 1)).length > 0,
    );
    return undefined;
  }
  const since = tried.uidValidity === selected.uidValidity ? tried.uidNext : 1;
  const found = await behindNoop(lane, () => findByMessageId(lane, tried.messageId, since));
  const uid = found.at(-1);
  return uid && placeOf(tried, { mailbox: mailbox.key, uidValidity: selected.uidValidity, uid });
}

export function placeOf(
  { messageId, files }: NonNullable<SaveDraftAction['tried']>,
  there: Pick<DraftCopy, 'mailbox' | 'uidValidity' | 'uid'>,
): DraftCopy {
  return { ...there, messageId, ...(files ? { files } : {}) };
}

/** Selects the mailbox; where it has that very message, if it does. */
export async function whereIs(
  settling: Settling,
  mailbox: Mailbox,
  copy: DraftCopy,
  again = false,
): Promise<CopyThere | undefined> {
  const { lane } = settling;
  if (copy.mailbox !== mailbox.key) return undefined;
  let { uid } = copy;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { uids: [uid], again });
  } catch (error) {
    if (!(await isMissing(lane, mailbox, error))) throw error;
    await unlessRenamed(settling, mailbox, copy);
    return undefined;
  }
  const { uidValidity } = selected;
  if (uidValidity !== copy.uidValidity) {
    const found = copy.messageId ? await findByMessageId(lane, copy.messageId, 1) : [];
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    uid = only;
  }
  const flags = await flagsNow(lane, uid);
  await lane.absorbed();
  return flags && { copy: { ...copy, uidValidity, uid }, flags };
}

/** Its row in the list; undefined: the list does not have it, or not yet. */
export async function rowOf(
  { truth }: Settling,
  { mailbox, uid }: DraftCopy,
): Promise<MessageRow | undefined> {
  const rows = await truth.rows(mailbox);
  const at = rows.uids.indexOf(uid);
  return at < 0 ? undefined : rowAt(rows, at);
}

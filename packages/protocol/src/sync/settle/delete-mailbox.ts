/** Deleting a mailbox with all mail in it (RFC 3501 §6.3.4). What has mailboxes below it stays as a name alone. */
import { CommandError } from '../../error.ts';
import { deleteMailbox, status, unsubscribe } from '../../imap/index.ts';
import type { ListedMailbox } from '../../imap/types.ts';
import type { DeleteMailboxAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { Mailbox } from '../model.ts';
import { newMailbox } from '../new-mailbox.ts';
import { isInbox, isSelectable } from '../roles.ts';
import { indexOfKey } from '../rows.ts';
import { actionsQuery } from '../store.ts';
import { at, begin, note, Refused } from './context.ts';
import type { Settling } from './context.ts';
import { listedAs } from './listed.ts';
import { isEmptied } from './replace-mailbox.ts';

export async function settleDeleteMailbox(settling: Settling, action: DeleteMailboxAction): Promise<void> {
  const { truth } = settling;
  const mailbox = await truth.mailbox(action.mailbox);
  const changes: Change[] = [];
  if (mailbox) {
    if (isInbox(mailbox.name)) throw new Refused('refused');
    await needNothingLeft(settling, action);
    const { into } = action;
    if (
      into !== undefined &&
      !(await at(settling, mailbox, (there) => isEmptied(there, action, mailbox, into)))
    )
      return;
    const left = await at(settling, mailbox, (there) => endOnce(there, action, mailbox));
    changes.push({ kind: 'mailbox-removed', mailbox: mailbox.key });
    if (left && !isSelectable(left)) {
      const { key, name, wireName, delimiter } = mailbox;
      const { attributes } = left;
      changes.push({
        kind: 'mailbox',
        mailbox: { ...newMailbox(key), name, wireName, delimiter, attributes },
      });
    }
  }
  await truth.commit([...changes, { kind: 'action-removed', id: action.id }]);
}

/** What LIST says of it afterwards. */
async function endOnce(
  settling: Settling,
  action: DeleteMailboxAction,
  mailbox: Mailbox,
): Promise<ListedMailbox | undefined> {
  const { lane } = settling;
  if (action.noted === undefined || (await isStillThere(settling, mailbox, action.noted.uidValidity))) {
    const { uidValidity } = await note(settling, mailbox);
    if (action.noted === undefined) await unlessAnother(settling, mailbox, uidValidity);
    await begin(settling, action, { noted: { uidValidity } });
    await end(settling, mailbox);
  }
  const name = lane.nameOf(mailbox);
  const left = await listedAs(lane, name);
  // Here, since the receipt of DELETE may have been lost; not of one that somebody has made anew.
  if (!left || !isSelectable(left)) await lane.run(unsubscribe(name)).catch(unlessRefused);
  return left;
}

/** Mail that was to leave it first, and could not, would go with it: wherever it was taken to be by then. */
async function needNothingLeft({ truth }: Settling, action: DeleteMailboxAction): Promise<void> {
  const rows = await truth.rows(action.mailbox);
  for (const earlier of await truth.store.read(actionsQuery())) {
    if (earlier.id === action.id) return;
    const leaves = earlier.kind === 'move' || earlier.kind === 'copy' || earlier.kind === 'carry';
    if (!leaves) continue;
    const isHere = earlier.messages.some((key) => indexOfKey(rows, key) >= 0);
    if (isHere || earlier.from === action.mailbox) throw new Refused('depends');
  }
}

/**
 * What was to be deleted is what the person saw: one of that name that was made since, or has other mail, is somebody else's. Rejects
 * with MailboxVoided where the store is to learn that first; then the action is set aside, or its mailbox is known again.
 */
async function unlessAnother({ lane }: Settling, mailbox: Mailbox, uidValidity: number): Promise<void> {
  const known = mailbox.sync.uidValidity;
  if (known === 0 || uidValidity === 0 || known === uidValidity) return;
  await lane.select(mailbox, { again: true });
  throw new Refused('uidvalidity');
}

/** Whether what was to be deleted is what is there now: nobody may have made another one of that name. */
async function isStillThere({ lane }: Settling, mailbox: Mailbox, uidValidity: number): Promise<boolean> {
  const listed = await listedAs(lane, lane.nameOf(mailbox));
  if (!listed || !isSelectable(listed)) return false;
  const now = await lane.run(status(lane.nameOf(mailbox), ['UIDVALIDITY']));
  return uidValidity === 0 || !now?.uidValidity || now.uidValidity === uidValidity;
}

async function end({ lane, servers, truth }: Settling, mailbox: Mailbox): Promise<void> {
  const name = lane.nameOf(mailbox);
  // Some servers refuse while anybody has it selected (RFC 2180 §3.1): that shall not be us.
  const inbox = (await truth.mailboxes()).find(({ role }) => role === 'inbox');
  if (lane.selected === mailbox.key) await lane.unselect(lane === servers.home ? inbox : undefined);
  try {
    await lane.run(deleteMailbox(name));
  } catch (error) {
    if (!(error instanceof CommandError) || error.status !== 'NO' || (await listedAs(lane, name)))
      throw error;
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

/**
 * Whether a draft that is about to be sent was sent already, by its person on another device: then only the person can say
 * whether it is to go out again.
 */
import { CommandError } from '../../error.ts';
import type { Uid } from '../../imap/types.ts';
import type { FailureReason, SendAction } from '../action.ts';
import type { DraftCopy, Mailbox } from '../model.ts';
import { actionsQuery } from '../store.ts';
import { behindNoop } from './behind-noop.ts';
import { at, findByMessageId, Withdrawn } from './context.ts';
import type { Settling } from './context.ts';
import { versionThere } from './claim.ts';
import type { VersionThere } from './claim.ts';

/**
 * Rejects with Withdrawn when the person is to be asked first; nothing was sent then. Gives the version of the draft that is to be
 * sent, where the server has that very one.
 */
export async function needUnsent(settling: Settling, action: SendAction): Promise<VersionThere | undefined> {
  const { truth } = settling;
  if (action.asked || action.line === undefined) return undefined;
  const { reason, version } = await look(settling, action, action.line);
  if (!reason) return version;
  await truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find(({ id }) => id === action.id);
    if (newest?.kind !== 'send') return { changes: [], result: undefined };
    const asking: SendAction = { ...newest, asked: true, state: { name: 'uncertain', reason, words: '' } };
    return { changes: [{ kind: 'action', action: asking, onlyIfThere: true }], result: undefined };
  });
  throw new Withdrawn();
}

async function look(
  settling: Settling,
  action: SendAction,
  line: string,
): Promise<{ readonly reason?: FailureReason; readonly version?: VersionThere | undefined }> {
  const { truth } = settling;
  const mailboxes = await truth.mailboxes();
  const sent =
    mailboxes.find(({ key }) => key === action.sent) ?? mailboxes.find(({ role }) => role === 'sent');
  if (sent && (await holds(settling, sent, line))) return { reason: 'sent-already' };
  const { copy } = action;
  if (!copy) return {};
  const drafts = mailboxes.find(({ key }) => key === copy.mailbox);
  const found = drafts && (await holds(settling, drafts, line, copy));
  if (!found) return { reason: 'draft-gone' };
  return found === true ? {} : { version: found };
}

/** Whether a mailbox has that very message, or any other of the line. One that cannot be looked into keeps nothing from being sent. */
function holds(
  settling: Settling,
  mailbox: Mailbox,
  line: string,
  copy?: DraftCopy,
): Promise<boolean | VersionThere> {
  return at(settling, mailbox, async (there) => {
    const { lane } = there;
    try {
      const { uidValidity } = await lane.select(mailbox, { again: true });
      const find = (): Promise<Uid[]> => findByMessageId(lane, line, 1);
      if (copy?.uidValidity !== uidValidity) return (await behindNoop(lane, find)).length > 0;
      return (await behindNoop(lane, () => versionThere(lane, copy.uid))) ?? (await find()).length > 0;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return copy !== undefined;
    } finally {
      if (lane.isOpen) await lane.absorbed();
    }
  });
}

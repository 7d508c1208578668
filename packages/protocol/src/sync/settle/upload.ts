/** Putting a message made here into a mailbox, once (RFC 4549 §4.2.1, RFC 4315 §3). */
import type { Flag, SelectedMailbox } from '../../imap/types.ts';
import type { SendAction, UploadAction } from '../action.ts';
import type { Mailbox } from '../model.ts';
import { outgoingQuery } from '../store.ts';
import { appendAsTaken } from './append-as-taken.ts';
import {
  at,
  begin,
  findByMessageId,
  isFiled,
  isMissing,
  mailboxFor,
  noteBefore,
  Refused,
  withTryCreate,
} from './context.ts';
import type { Settling } from './context.ts';
import { behindNoop } from './behind-noop.ts';
import { urlsOf } from './parts-there.ts';
import { piecesOf, putTogether } from './put-together.ts';
import { unlessElsewhere } from './renamed-target.ts';

export async function settleUpload(settling: Settling, action: UploadAction): Promise<void> {
  const mailbox = await mailboxFor(settling, action.mailbox);
  await at(settling, mailbox, (there) => putOnce(there, action, mailbox, action.flags, action.date));
  await settling.truth.commit([{ kind: 'action-removed', id: action.id }]);
  settling.stale(mailbox.key);
}

/**
 * Appends the action's bytes to `mailbox` unless they are there already. The action is 'running', with the mailbox's
 * UIDNEXT noted, before the first octet leaves: a lost receipt is answered by looking, never by sending again.
 */
export async function putOnce(
  settling: Settling,
  action: UploadAction | SendAction,
  mailbox: Mailbox,
  flags: readonly Flag[],
  date: number,
): Promise<void> {
  const { lane, truth } = settling;
  const outgoing = await truth.store.read(outgoingQuery(action.id));
  if (!outgoing) throw new Refused('gone');
  // Whatever became of an earlier try (lost, refused, tried again by the person), it is looked for first.
  const tried = action.noted !== undefined;
  if (tried || action.kind === 'send') {
    // A sent copy is looked for even at the first try: Gmail and others file it themselves on submission.
    if (await isThere(settling, action, mailbox)) return;
  }
  const { files = [], copy } = action.kind === 'send' ? action : {};
  const pieces = piecesOf(outgoing.bytes, files);
  const urls = await urlsOf(settling, files, copy);
  const noted = await noteBefore(settling, mailbox);
  await begin(settling, action, { noted });
  const message = { flags, internalDate: date, message: outgoing.bytes };
  const name = lane.nameOf(mailbox);
  await withTryCreate(settling, mailbox, () =>
    putTogether(lane, message, pieces, urls, (some) => appendAsTaken(lane, name, some)),
  );
}

async function isThere(
  settling: Settling,
  action: UploadAction | SendAction,
  mailbox: Mailbox,
): Promise<boolean> {
  const { lane } = settling;
  let selected: SelectedMailbox;
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    // No such mailbox yet: then it is not there either; APPEND will say [TRYCREATE]. Or not any more, under that name.
    if (!(await isMissing(lane, mailbox, error))) throw error;
    await unlessElsewhere(
      settling,
      action,
      mailbox,
      action.noted,
      async (there) => (await findByMessageId(there, action.messageId, 1)).length > 0,
    );
    return false;
  }
  const { noted } = action;
  const since = noted && noted.uidValidity === selected.uidValidity ? noted.uidNext : 1;
  return behindNoop(lane, async () =>
    action.kind === 'send'
      ? isFiled(lane, action.messageId, since, selected)
      : (await findByMessageId(lane, action.messageId, since)).length > 0,
  );
}

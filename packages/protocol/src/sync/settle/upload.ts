/** Putting a message made here into a mailbox, once (RFC 4549 §4.2.1, RFC 4315 §3). */
import type { AppendOptions } from '../../imap/index.ts';
import type { Flag, SelectedMailbox, Uid } from '../../imap/types.ts';
import type { SendAction, UploadAction } from '../action.ts';
import type { Mailbox } from '../model.ts';
import { actionsQuery, outgoingQuery } from '../store.ts';
import { appendAsTaken } from './append-as-taken.ts';
import {
  at,
  begin,
  findByMessageId,
  isFiled,
  isMissing,
  mailboxFor,
  Refused,
  Withdrawn,
  withTryCreate,
} from './context.ts';
import type { Settling } from './context.ts';
import { behindNoop } from './behind-noop.ts';
import { movedOn, noteAll } from './moved-on.ts';
import { urlsOf } from './parts-there.ts';
import { piecesOf, putTogether, sizeTogether, spoiltAmong } from './put-together.ts';
import { removeUids } from './remove.ts';
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
    if (await isThere(settling, action, mailbox, outgoing.bytes)) return;
  }
  const message = { flags, internalDate: date, message: outgoing.bytes };
  if (action.kind === 'send' && (await fileTogether(settling, action, mailbox, message))) return;
  const noted = await noteAll(settling, mailbox);
  await begin(settling, action, {
    noted,
    ...(action.kind === 'send' ? { together: undefined } : { asked: undefined }),
  });
  await withTryCreate(settling, mailbox, () => appendAsTaken(lane, lane.nameOf(mailbox), message));
}

/** Has the server put the copy together of files that it has. False: it is not there; the whole is to be uploaded. */
async function fileTogether(
  settling: Settling,
  action: SendAction,
  mailbox: Mailbox,
  message: AppendOptions & { readonly message: Uint8Array },
): Promise<boolean> {
  const { lane } = settling;
  const { files = [], copy } = action;
  const urls = await urlsOf(settling, files, copy);
  // What was put there in that way before, and is not there, is not tried so again.
  if (urls.size === 0 || action.together !== undefined) return false;
  const together = sizeTogether(message.message.length, files, urls);
  const noted = await noteAll(settling, mailbox);
  await begin(settling, action, { noted, together });
  const pieces = piecesOf(message.message, files);
  const put = await withTryCreate(settling, mailbox, () =>
    putTogether(lane, message, pieces, urls, (some) => appendAsTaken(lane, lane.nameOf(mailbox), some)),
  );
  if (!put) return false;
  const { uidValidity } = await lane.select(mailbox, { again: true });
  const uids =
    put.done?.uidValidity === uidValidity
      ? [put.done.uid]
      : await behindNoop(lane, () => findByMessageId(lane, action.messageId, noted.uidNext));
  return (await removeSpoilt(settling, mailbox, uids, together, message.message)) === 0;
}

/** Gives how many of them are gone because they were put together wrongly. */
async function removeSpoilt(
  settling: Settling,
  mailbox: Mailbox,
  uids: readonly Uid[],
  octets: number,
  message: Uint8Array,
): Promise<number> {
  const spoilt = await spoiltAmong(settling, uids, octets, (header) =>
    header.every((octet, i) => octet === message[i]),
  );
  if (spoilt.length > 0) await removeUids(settling, mailbox, spoilt);
  await settling.lane.absorbed();
  return spoilt.length;
}

async function isThere(
  settling: Settling,
  action: UploadAction | SendAction,
  mailbox: Mailbox,
  message: Uint8Array,
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
    return isElsewhere(settling, action, mailbox, undefined, message.length);
  }
  const { noted } = action;
  const since = noted && noted.uidValidity === selected.uidValidity ? noted.uidNext : 1;
  const find = (): Promise<Uid[]> => findByMessageId(lane, action.messageId, since);
  const filed = await behindNoop(lane, () =>
    action.kind === 'send'
      ? isFiled(lane, action.messageId, since, selected)
      : find().then(({ length }) => length > 0),
  );
  if (!filed) return isElsewhere(settling, action, mailbox, selected, message.length);
  if (action.kind !== 'send' || action.together === undefined) return true;
  const { together } = action;
  const uids = await find();
  return (await removeSpoilt(settling, mailbox, uids, together, message)) < Math.max(1, uids.length);
}

/**
 * Whether somebody has moved it on. What was sent has a Message-ID of its own. Of any other message nobody can tell it from one that was
 * filed there otherwise: the person is asked, once.
 */
async function isElsewhere(
  settling: Settling,
  action: UploadAction | SendAction,
  mailbox: Mailbox,
  selected: SelectedMailbox | undefined,
  octets: number,
): Promise<boolean> {
  const { kind, messageId, noted } = action;
  if (!noted || (kind === 'upload' && action.asked)) return false;
  const wanted =
    kind === 'send'
      ? { messageId, octets: action.together ?? octets }
      : { messageId, octets, date: action.date };
  const [found] = (await movedOn(settling, mailbox, noted, selected, [wanted])).values();
  if (!found || kind === 'send') return found !== undefined;
  const { truth } = settling;
  await truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find(({ id }) => id === action.id);
    if (newest?.kind !== 'upload') return { changes: [], result: undefined };
    const state = { name: 'uncertain', reason: 'perhaps-there', words: found.name } as const;
    const asking: UploadAction = { ...newest, asked: true, state };
    return { changes: [{ kind: 'action', action: asking, onlyIfThere: true }], result: undefined };
  });
  throw new Withdrawn();
}

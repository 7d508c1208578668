/**
 * Sending: submit, then file in Sent, then mark what it answers. Each step is committed before the next begins.
 * A submission that may have happened is never repeated in silence.
 */
import { CommandError } from '../../error.ts';
import { withoutBcc } from '../../mime/index.ts';
import {
  describedMessage,
  isUncertain,
  refusedIn,
  type Refused as RefusedRecipient,
  SubmissionSession,
  submit,
} from '../../smtp/index.ts';
import type { FlagAction, RemoveDraftAction, SendAction } from '../action.ts';
import type { Change } from '../change.ts';
import type { Lane } from '../lane.ts';
import { listMailboxes } from '../list-mailboxes.ts';
import type { Mailbox, MailboxKey } from '../model.ts';
import { mailboxForRole } from '../new-mailbox.ts';
import { verdictOn } from '../outbox.ts';
import { outgoingQuery } from '../store.ts';
import { refusalOf } from '../submission-refusals.ts';
import { needUnsent } from './already-sent.ts';
import { claim, letGo } from './claim.ts';
import { behindNoop } from './behind-noop.ts';
import { at, begin, isFiled, make, Refused, subscribed } from './context.ts';
import type { Settling } from './context.ts';
import { isFiledBeside } from './filed-beside.ts';
import { markThere, originalHere } from './mark-original.ts';
import { putOnce } from './upload.ts';

export async function settleSend(settling: Settling, action: SendAction): Promise<void> {
  let current = action;
  if (current.step === 'submit') {
    if (current.state.name === 'running') await settleUncertain(settling, current);
    else {
      const version = await needUnsent(settling, current);
      current = await claim(settling, current, version);
      await submitClaimed(settling, current);
    }
    current = await submitted(settling, current);
  }
  const sent = await sentMailbox(settling, current);
  if (!(await isFiledBeside(settling, current.messageId, sent.key)))
    await at(settling, sent, (there) => putOnce(there, current, sent, ['\\Seen'], current.at));
  if (current.original && !current.answers) await markThere(settling, current.original);
  await settling.truth.commit([{ kind: 'action-removed', id: current.id }]);
  settling.stale(sent.key);
}

/** What is refused for good, this device is not sending any more. */
async function submitClaimed(settling: Settling, action: SendAction): Promise<void> {
  try {
    await submitOnce(settling, action);
  } catch (error) {
    const refused = error instanceof Refused && !error.uncertain;
    const failed = error instanceof CommandError && verdictOn(error).verdict === 'fail';
    if (refused || failed) await letGo(settling, action);
    throw error;
  }
}

async function submitOnce(settling: Settling, action: SendAction): Promise<void> {
  const { truth, clock } = settling;
  const outgoing = await truth.store.read(outgoingQuery(action.id));
  if (!outgoing) throw new Refused('gone');
  const transport = await settling.connectSubmission();
  const session = new SubmissionSession(transport, { clock });
  let current = action;
  try {
    await session.ready;
    const bytes = withoutBcc(outgoing.bytes);
    await submit(session, {
      from: action.from,
      recipients: action.recipients.filter((address) => !action.delivered?.includes(address)),
      message: { ...describedMessage(bytes), chunks: () => once(bytes) },
      beforeData: async (refused, lots) => {
        allOrNone(refused);
        // From here on nobody can say that it was not sent, until the receipt says so.
        current = await begin(settling, current, lots > 1 ? { delivered: current.delivered ?? [] } : {});
      },
      afterSome: async (accepted) => {
        const delivered = [...(current.delivered ?? []), ...accepted];
        current = { ...current, delivered, state: { name: 'waiting' } };
        await truth.commit([{ kind: 'action', action: current, onlyIfThere: true }]);
      },
    });
  } catch (error) {
    if (isUncertain(error)) {
      await settleUncertain(settling, current);
      return;
    }
    // Refused or lost before the message was accepted: it was not sent, and may be tried again.
    await truth.commit([
      { kind: 'action', action: { ...current, state: { name: 'waiting' } }, onlyIfThere: true },
    ]);
    if (error instanceof CommandError) allOrNone(refusedIn(error));
    throw error;
  } finally {
    session.close();
  }
}

/**
 * A message that went to half of its readers is one that the person believes was sent. Those that are to be tried later (4yz)
 * hold it up, they do not end it.
 */
function allOrNone(refused: readonly RefusedRecipient[]): void {
  if (refused.some(({ reply }) => reply >= 500)) {
    throw new Refused(
      'recipients',
      refused.map(({ address, text }) => `${address}: ${text}`).join('\n'),
      false,
      refused.map(refusalOf),
    );
  }
  const [later] = refused;
  if (later) throw new CommandError('RCPT', 'TEMPORARY', later.text, undefined, later.reply);
}

/** Some servers file what is submitted: then Sent tells. Otherwise only the person can decide. */
async function settleUncertain(settling: Settling, action: SendAction): Promise<void> {
  const { truth } = settling;
  // A copy in Sent would not tell for which of the recipients it is.
  if (action.delivered) throw new Refused('uncertain', '', true);
  const sent = action.sent === undefined ? undefined : await truth.mailbox(action.sent);
  try {
    if (sent && (await at(settling, sent, ({ lane }) => hasCopy(lane, action, sent)))) return;
  } catch (error) {
    // Sent cannot be looked into: that is no reason to call it failed, which would invite sending it again.
    if (!(error instanceof CommandError)) throw error;
  }
  if (await isFiledBeside(settling, action.messageId, sent?.key)) return;
  throw new Refused('uncertain', '', true);
}

async function hasCopy(lane: Lane, { messageId }: SendAction, sent: Mailbox): Promise<boolean> {
  const selected = await lane.select(sent, { again: true });
  return behindNoop(lane, () => isFiled(lane, messageId, 1, selected));
}

/** Notes that it was sent, and queues the mark on what it answers. */
async function submitted(settling: Settling, action: SendAction): Promise<SendAction> {
  const { truth } = settling;
  const { original } = action;
  const flag = action.answers?.flag ?? original?.flag;
  let [row] = action.answers ? await truth.locate([action.answers.key], undefined) : [];
  if (!row && original) {
    const key = await originalHere(settling, original);
    if (key !== undefined) [row] = await truth.locate([key], undefined);
  }
  const answers = row && flag ? { key: row.key, flag } : undefined;
  const filing: SendAction = { ...action, answers, step: 'file', state: { name: 'waiting' } };
  const changes: Change[] = [{ kind: 'action', action: filing }];
  if (row && answers) {
    const mark: FlagAction = {
      id: `${action.id}-answers`,
      at: action.at,
      state: { name: 'waiting' },
      kind: 'flag',
      mailbox: row.mailbox,
      messages: [row.key],
      add: [answers.flag],
      remove: [],
      ...(original?.flag === answers.flag ? { original } : {}),
    };
    changes.push({ kind: 'action', action: mark });
  }
  if (action.copy) {
    const { mailbox } = action.copy;
    const gone: RemoveDraftAction = {
      id: `${action.id}-draft`,
      at: action.at,
      state: { name: 'waiting' },
      kind: 'remove-draft',
      mailbox,
      copy: action.copy,
    };
    changes.push({ kind: 'action', action: gone });
  }
  await settling.truth.commit(changes);
  return filing;
}

async function sentMailbox(settling: Settling, action: SendAction): Promise<Mailbox> {
  const { lane, truth } = settling;
  const find = async (): Promise<Mailbox | undefined> => {
    const mailboxes = await truth.mailboxes();
    return mailboxes.find(({ key }) => key === action.sent) ?? mailboxes.find(({ role }) => role === 'sent');
  };
  if (!(await find())) await listMailboxes(lane, truth);
  const there = await find();
  if (there) return there;
  const key: number = await truth.store.allocate(1);
  const wanted = mailboxForRole('sent', await truth.mailboxes(), key as MailboxKey);
  if (!wanted) throw new Refused('no-mailbox');
  await make(lane, { wire: wanted.wireName }, 'sent');
  await subscribed(lane, { wire: wanted.wireName });
  await listMailboxes(lane, truth);
  const made = await find();
  if (!made) throw new Refused('no-mailbox');
  return made;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

import { CommandError, ConnectionLost, ProtocolError, type ServerCode, UsageError } from '../error.ts';
import { completesMessage } from './connection.ts';
import { type Envelope, type Extensions, isAddress, mailCommand, rcptCommand } from './envelope.ts';
import { expectReply, isYes, type Reply, replyText } from './reply.ts';
import type { SubmissionSession } from './session.ts';
import { refusalReason, type RefusalReason } from './status.ts';
import { type MessageSource, transfer, type TransferOptions } from './transfer.ts';

export interface Submission extends Envelope {
  readonly message: MessageSource;
  /** Until the end of the message is written, aborting means that nothing is sent; the connection ends with it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: TransferOptions['onProgress'];
  /**
   * Runs when recipients are accepted and the message is about to go out; it can still be stopped by a throw. `lots`: how often
   * it goes out in all, which is more than once where the server takes only so many recipients at once.
   */
  readonly beforeData?: (refused: readonly Refused[], lots: number) => Promise<void>;
  /**
   * Runs when the server has taken the message for these recipients, and others are left because it takes only so many at
   * once. Once it settles, the message goes out to the next, after `beforeData` again.
   */
  readonly afterSome?: (accepted: readonly string[]) => Promise<void>;
}

export interface Refused {
  readonly address: string;
  /** SMTP reply code. */
  readonly reply: number;
  /** Enhanced status code (RFC 3463), if there was one. */
  readonly status: string | undefined;
  readonly reason: RefusalReason;
  readonly text: string;
}

export interface Submitted {
  readonly accepted: readonly string[];
  /** The message goes to the others all the same. */
  readonly refused: readonly Refused[];
  /** To the message itself; where it went out more than once, the last. */
  readonly reply: Reply;
}

/** Whether the error leaves it open if the message was sent; after every other it certainly was not. */
export function isUncertain(error: unknown): boolean {
  return error instanceof ConnectionLost && error.unanswered.some(completesMessage);
}

/**
 * Submits one message (RFC 6409). Rejects with CommandError where the server refuses the sender, all recipients or the message,
 * or where it is known beforehand that it would; with ProtocolError where it does not make sense; and with ConnectionLost. See
 * `isUncertain`.
 *
 * A server that takes only so many recipients at once (RFC 5321 §4.5.3.1.10) is first asked about all of them, as many at a
 * time as it takes, and then gets the message once for each lot: nobody is left out, and nobody gets it twice.
 */
export async function submit(session: SubmissionSession, submission: Submission): Promise<Submitted> {
  const { signal, message, onProgress } = submission;
  signal?.throwIfAborted();
  let ended = false;
  let begun = false;
  // Whatever is being waited for ends when the connection does.
  const abort = (): void => {
    if (!ended) session.close();
  };
  const beforeEnd = (): void => {
    if (!ended) signal?.throwIfAborted();
    ended = true;
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const extensions = session.extensions ?? (await session.hello());
    const { lots, open, refused } = await askForAll(session, submission, extensions);
    let reply: Reply | undefined;
    for (const [index, lot] of lots.entries()) {
      if (lot !== open) await askAgain(session, submission, extensions, lot);
      await prepare(session, submission, refused, lots.length);
      begun = true;
      reply = await transfer(session, message, { onProgress, beforeEnd });
      begun = false;
      if (index < lots.length - 1) await submission.afterSome?.(lot);
    }
    return { accepted: lots.flat(), refused, reply: reply! };
  } catch (error) {
    // There is no taking back what was begun but to end the connection (RFC 5321 §4.1.1.4).
    if (error instanceof ProtocolError || (begun && !(error instanceof CommandError))) session.close();
    if (signal?.aborted && !ended) throw signal.reason;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function prepare(
  session: SubmissionSession,
  { beforeData, signal }: Submission,
  refused: readonly Refused[],
  lots: number,
): Promise<void> {
  try {
    await beforeData?.(refused, lots);
    signal?.throwIfAborted();
  } catch (error) {
    await session.command('RSET', 'RSET').catch(() => undefined);
    throw error;
  }
}

interface Asked {
  /** In the order in which they are to get the message. */
  readonly lots: readonly (readonly string[])[];
  /** The lot whose transaction is open. */
  readonly open: readonly string[] | undefined;
  readonly refused: readonly Refused[];
}

/** Asks about all recipients, as many at a time as the server takes. */
async function askForAll(
  session: SubmissionSession,
  submission: Submission,
  extensions: Extensions,
): Promise<Asked> {
  if (submission.recipients.length === 0) throw new UsageError('a submission without recipients');
  // RFC 9422: `LIMITS RCPTMAX=…` says it beforehand.
  const most = Number(/\bRCPTMAX (\d+)/.exec(extensions.get('LIMITS') ?? '')?.[1]) || Infinity;
  const lots: string[][] = [];
  const refused: Refused[] = [];
  let left: readonly string[] = [...new Set(submission.recipients)];
  for (;;) {
    const answer = await openTransaction(session, submission, extensions, left.slice(0, most));
    refused.push(...answer.refused);
    left = [...answer.surplus, ...left.slice(most)];
    if (answer.accepted.length > 0) lots.unshift(answer.accepted);
    if (left.length === 0 && answer.accepted.length > 0) return { lots, open: answer.accepted, refused };
    await session.command('RSET', 'RSET');
    if (left.length > 0) continue;
    if (lots.length === 0) throw noRecipients(refused);
    return { lots, open: undefined, refused };
  }
}

/** A lot that was asked about before. Whoever is refused now keeps the message from the whole lot, until it is tried again. */
async function askAgain(
  session: SubmissionSession,
  submission: Submission,
  extensions: Extensions,
  lot: readonly string[],
): Promise<void> {
  const { refused, surplus } = await openTransaction(session, submission, extensions, lot);
  if (refused.length === 0 && surplus.length === 0) return;
  await session.command('RSET', 'RSET');
  const later = surplus.map((address) => refusedRecipient(address, TOO_MANY));
  throw noRecipients([...refused, ...later]);
}

interface Answer {
  readonly accepted: string[];
  readonly refused: readonly Refused[];
  /** Refused only because there are others before them. */
  readonly surplus: readonly string[];
}

/** MAIL and RCPTs; all at once where the server pipelines (RFC 2920). Rejects where the sender is refused. */
async function openTransaction(
  session: SubmissionSession,
  submission: Submission,
  extensions: Extensions,
  recipients: readonly string[],
): Promise<Answer> {
  const mail = mailCommand(submission, extensions, session.clock.now());
  const ask = (address: string): Promise<Reply> =>
    isAddress(address)
      ? session.command('RCPT', rcptCommand(address, submission, extensions))
      : Promise.resolve(NOT_AN_ADDRESS);
  const sender = session.command('MAIL', mail);
  const asked = extensions.has('PIPELINING') ? recipients.map(ask) : undefined;
  // Each is awaited below, one after the other: those that fail meanwhile are not unhandled.
  for (const reply of asked ?? []) reply.catch(() => undefined);
  try {
    expectReply('MAIL', await sender, 2);
  } catch (error) {
    await Promise.allSettled(asked ?? []);
    throw error;
  }
  const accepted: string[] = [];
  const refused: Refused[] = [];
  const surplus: string[] = [];
  for (const [index, address] of recipients.entries()) {
    const reply = await (asked?.[index] ?? ask(address));
    if (isYes(reply.code)) accepted.push(address);
    else if (reply.code < 400) expectReply('RCPT', reply, 2);
    else if (accepted.length > 0 && isTooMany(reply)) surplus.push(address);
    else refused.push(refusedRecipient(address, reply));
  }
  return { accepted, refused, surplus };
}

const NOT_AN_ADDRESS: Reply = { code: 553, enhanced: '5.1.3', lines: ['not an address'] };
const TOO_MANY: Reply = { code: 452, enhanced: '4.5.3', lines: ['too many recipients'] };

/**
 * RFC 5321 §4.5.3.1.10: 452, and 552 from servers of old. 452 is also said of a full disk and a full mailbox, sometimes with
 * the code of another of the three (smtp-server); whoever is asked first the next time finds out. Other 5yz replies forbid so
 * many by policy, however they come.
 */
function isTooMany({ code, enhanced }: Reply): boolean {
  if (code === 552) return enhanced === undefined || enhanced === '5.5.3';
  return code === 452 || enhanced === '4.5.3';
}

function refusedRecipient(address: string, reply: Reply): Refused {
  const reason = refusalReason('RCPT', reply.code, reply.enhanced);
  return { address, reply: reply.code, status: reply.enhanced, reason, text: replyText(reply) };
}

/** Temporary if any of them may be taken later. */
function noRecipients(refused: readonly Refused[]): CommandError {
  const worst = refused.find(({ reply }) => reply < 500) ?? refused[0]!;
  const text = refused.map((each) => `${each.address}: ${each.text}`).join('\n');
  const status = worst.reply < 500 ? 'TEMPORARY' : 'PERMANENT';
  const code: RecipientsRefusal = { name: worst.status ?? String(worst.reply), refused };
  return new CommandError('RCPT', status, text, code, worst.reply);
}

/** Code of the refusal of all recipients. `name`: the enhanced status code of one of them, or its reply code. */
interface RecipientsRefusal extends ServerCode {
  readonly refused: readonly Refused[];
}

/** Who was refused, where that is why nothing was sent; else nobody. */
export function refusedIn(error: CommandError): readonly Refused[] {
  return (error.code as Partial<RecipientsRefusal> | undefined)?.refused ?? [];
}

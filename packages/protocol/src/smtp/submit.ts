import { isAscii } from '../bytes/index.ts';
import { CommandError, UsageError } from '../error.ts';
import { DotStuffer } from './dot-stuffer.ts';
import { refusal, type Reply, replyText } from './reply.ts';
import type { SubmissionSession } from './session.ts';

export interface Submission {
  /** Envelope sender: `local@domain`, without angle brackets. */
  readonly from: string;
  /** Envelope recipients, Bcc included. */
  readonly recipients: readonly string[];
  /** `chunks` gives exactly `octets` octets, without the Bcc field. */
  readonly message: { readonly octets: number; chunks(): AsyncIterable<Uint8Array> };
  /** Until the end of the message is written, aborting means that nothing is sent; the connection ends with it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number, octets: number) => void;
  /** Runs when recipients are accepted and the message is about to go out; it can still be stopped by a throw. */
  readonly beforeData?: (refused: readonly Refused[]) => Promise<void>;
}

export interface Refused {
  readonly address: string;
  /** SMTP reply code. */
  readonly reply: number;
  readonly text: string;
}

export interface Submitted {
  readonly accepted: readonly string[];
  /** The message goes to the others all the same. */
  readonly refused: readonly Refused[];
  readonly reply: Reply;
}

/** RFC 5321 §4.5.3.2.6: servers may take their time once they have the message. */
const END_PATIENCE = 600_000;

/**
 * Submits one message (RFC 6409). Rejects with CommandError where the server refuses the sender, all recipients or the message,
 * and with ConnectionLost: `unanswered` holds DATA if the whole message was written and its reply never came, so that it may
 * have been sent; else it was not.
 */
export async function submit(session: SubmissionSession, submission: Submission): Promise<Submitted> {
  const { signal } = submission;
  signal?.throwIfAborted();
  const extensions = session.extensions ?? (await session.hello());
  const { accepted, refused } = await envelope(session, submission, extensions);
  try {
    await submission.beforeData?.(refused);
    signal?.throwIfAborted();
  } catch (error) {
    await session.command('RSET', 'RSET').catch(() => undefined);
    throw error;
  }
  const go = await session.command('DATA command', 'DATA');
  if (go.code !== 354) throw refusal('DATA', go);
  const end = await writeMessage(session, submission);
  const reply = await session.end(end, END_PATIENCE);
  if (reply.code >= 400) throw refusal('DATA', reply);
  return { accepted, refused, reply };
}

async function envelope(
  session: SubmissionSession,
  submission: Submission,
  extensions: ReadonlyMap<string, string>,
): Promise<{ accepted: string[]; refused: Refused[] }> {
  const { recipients, from } = submission;
  if (recipients.length === 0) throw new UsageError('a submission without recipients');
  if (!isAddress(from)) throw new UsageError('a sender that is not an address');
  const commands = [
    mailCommand(submission, extensions),
    ...recipients.map((address) => `RCPT TO:<${address}>`),
  ];
  const pipelined = extensions.has('PIPELINING');
  const ask = (index: number): Promise<Reply> => {
    if (index > 0 && !isAddress(recipients[index - 1]!)) return Promise.resolve(NOT_AN_ADDRESS);
    return session.command(index === 0 ? 'MAIL' : 'RCPT', commands[index]!);
  };
  const asked: Promise<Reply>[] = [];
  if (pipelined) for (const index of commands.keys()) asked.push(ask(index));
  // Each is awaited below, one after the other: those that fail meanwhile are not unhandled.
  for (const reply of asked) reply.catch(() => undefined);
  const answer = (index: number): Promise<Reply> => asked[index] ?? ask(index);
  const mail = await answer(0);
  if (mail.code !== 250) {
    await Promise.all(asked);
    throw refusal('MAIL', mail);
  }
  const accepted: string[] = [];
  const refused: Refused[] = [];
  for (const [index, address] of recipients.entries()) {
    const reply = await answer(index + 1);
    if (reply.code >= 200 && reply.code < 300) accepted.push(address);
    else refused.push({ address, reply: reply.code, text: replyText(reply) });
  }
  if (accepted.length === 0) {
    await session.command('RSET', 'RSET');
    throw noRecipients(refused);
  }
  return { accepted, refused };
}

const NOT_AN_ADDRESS: Reply = { code: 553, enhanced: '5.1.3', lines: ['not an address'] };

/** Temporary if any of them may be taken later. */
function noRecipients(refused: readonly Refused[]): CommandError {
  const worst = refused.find(({ reply }) => reply < 500) ?? refused[0]!;
  const text = refused.map((each) => `${each.address}: ${each.text}`).join('\n');
  return new CommandError(
    'RCPT',
    worst.reply < 500 ? 'TEMPORARY' : 'PERMANENT',
    text,
    undefined,
    worst.reply,
  );
}

/** No line break, angle bracket or space can be in it, but for a local part in quotes: it could be a second command. */
function isAddress(address: string): boolean {
  return /^(?:[^\p{Cc}\s<>"]+|"(?:[^\p{Cc}"\\]|\\[ -~])*")@[^\p{Cc}\s<>"@]+$/u.test(address);
}

/** `MAIL FROM:<…>` with SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531) where they are offered. */
function mailCommand(submission: Submission, extensions: ReadonlyMap<string, string>): string {
  const { from, recipients, message } = submission;
  let line = `MAIL FROM:<${from}>`;
  const limit = Number(extensions.get('SIZE') ?? 0);
  if (limit > 0 && message.octets > limit) {
    throw new CommandError(
      'MAIL',
      'PERMANENT',
      `The server takes no more than ${limit} octets.`,
      TOO_LARGE,
      552,
    );
  }
  if (extensions.has('SIZE')) line += ` SIZE=${message.octets}`;
  if (extensions.has('8BITMIME')) line += ' BODY=8BITMIME';
  if (![from, ...recipients].every(isAscii)) {
    if (!extensions.has('SMTPUTF8')) {
      const text = 'The server takes only addresses in ASCII.';
      throw new CommandError('MAIL', 'PERMANENT', text, { name: '5.6.7' }, 553);
    }
    line += ' SMTPUTF8';
  }
  return line;
}

const TOO_LARGE = { name: '5.3.4' };

/** Writes the message but for its end, which it gives. Whatever goes wrong here, the message is not sent. */
async function writeMessage(session: SubmissionSession, submission: Submission): Promise<Uint8Array> {
  const { message, signal, onProgress } = submission;
  const stuffer = new DotStuffer();
  let sent = 0;
  // A write that waits for a slow line is ended by ending the connection.
  const abort = (): void => session.close();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of message.chunks()) {
      signal?.throwIfAborted();
      sent += chunk.length;
      if (sent > message.octets) throw new UsageError('a message is longer than was announced');
      await session.data(stuffer.push(chunk));
      onProgress?.(sent, message.octets);
    }
    signal?.throwIfAborted();
    if (sent < message.octets) throw new UsageError(`a message ended ${message.octets - sent} octets early`);
    return stuffer.finish();
  } catch (error) {
    // There is no taking back what was begun but to end the connection (RFC 5321 §4.1.1.4).
    session.close();
    if (signal?.aborted) throw signal.reason;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

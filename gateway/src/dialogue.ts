import { CommandError, ConnectionLost, ProtocolError } from '@postern/protocol/error';
import type { Referral } from '@postern/protocol/imap';
import type { Clock } from '@postern/protocol/port';
import { UpstreamFailure, type UpstreamReason } from './failure.ts';
import type { HandOver } from './handover.ts';
import { SocketTransport } from './socket.ts';
import type { Dialled } from './upstream.ts';

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
    }),
};

interface Words {
  readonly opening: string;
  readonly unread: Uint8Array;
  readonly referrals?: readonly Referral[];
}

/**
 * Holds a sign-in on a stream: `talk` gives the words that the hand-over opens with, and the octets it read too many.
 * Rejects with UpstreamFailure, and the socket is destroyed; that is also what happens after `limit` milliseconds.
 */
export async function holdDialogue(
  { socket }: Dialled,
  limit: number,
  talk: (transport: SocketTransport) => Promise<Words>,
): Promise<HandOver> {
  const transport = new SocketTransport(socket);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    socket.destroy();
  }, limit);
  try {
    const { opening, unread, referrals = [] } = await talk(transport);
    return { socket, opening: Buffer.concat([Buffer.from(opening), unread, transport.release()]), referrals };
  } catch (error) {
    socket.destroy();
    throw late ? new UpstreamFailure('timeout', 'no answer') : translated(error);
  } finally {
    clearTimeout(timer);
  }
}

function translated(error: unknown): unknown {
  if (error instanceof ProtocolError) return new UpstreamFailure('protocol', error.message);
  if (error instanceof ConnectionLost) return new UpstreamFailure('unreachable', 'closed');
  if (!(error instanceof CommandError)) return error;
  const code = codeOf(error);
  const cause = `${error.command} ${error.reply ?? error.status} ${code}`.trimEnd();
  return new UpstreamFailure(reasonOf(error, code), cause, error.text);
}

/** IMAP refusals that say nothing about the password (RFC 5530 §3). */
const notThePassword = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);
/** SMTP replies of a server that has no AUTH, or not the one asked for (RFC 4954 §4, RFC 5321 §4.2.4). */
const noSuchCommand = new Set([500, 502, 503, 504]);

function reasonOf({ command, status, reply }: CommandError, code: string): UpstreamReason {
  if (command === 'greeting' || status === 'TEMPORARY' || notThePassword.has(code)) return 'unreachable';
  if (status === 'BAD' || code === 'PRIVACYREQUIRED' || command === 'EHLO' || command === 'HELO')
    return 'protocol';
  return reply !== undefined && noSuchCommand.has(reply) ? 'protocol' : 'auth';
}

function codeOf({ code }: CommandError): string {
  if (code === undefined) return '';
  return 'code' in code ? String(code.code) : code.name;
}

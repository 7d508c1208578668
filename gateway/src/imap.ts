import { CommandError, ConnectionLost, ProtocolError } from '@postern/protocol/error';
import { Session, signIn } from '@postern/protocol/imap';
import { UpstreamFailure } from './failure.ts';
import type { Credentials, HandOver } from './handover.ts';
import { SocketTransport } from './socket.ts';
import type { Dialled } from './upstream.ts';

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds).unref();
    }),
};

/** What is true before sign-in only; a browser on a signed-in stream has no use for it. */
const beforeSignIn = /^(?:AUTH=.*|LOGINDISABLED|STARTTLS|SASL-IR|LOGIN-REFERRALS)$/;

/** Refusals that say nothing about the password (RFC 5530 §3). */
const notThePassword = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);

/**
 * Signs in to an IMAP server and hands over a stream that opens with a PREAUTH greeting (RFC 9051 §7.1.4) carrying the
 * capabilities that hold after sign-in. Rejects with UpstreamFailure.
 */
export async function signInToImap(
  dialled: Dialled,
  credentials: Credentials,
  limit: number,
): Promise<HandOver> {
  const transport = new SocketTransport(dialled.socket, dialled.early);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    dialled.socket.destroy();
  }, limit);
  try {
    const session = new Session(transport, { clock, onNews: () => {}, silenceLimit: limit });
    await session.ready;
    await signIn(session, credentials);
    const capabilities = [...session.capabilities].filter((name) => !beforeSignIn.test(name));
    const unread = Buffer.concat([session.detach(), transport.release()]);
    const greeting = `* PREAUTH [CAPABILITY ${capabilities.join(' ')}] Postern\r\n`;
    return { socket: dialled.socket, opening: Buffer.concat([Buffer.from(greeting), unread]) };
  } catch (error) {
    dialled.socket.destroy();
    throw late ? new UpstreamFailure('timeout', 'no answer') : translated(error);
  } finally {
    clearTimeout(timer);
  }
}

function translated(error: unknown): unknown {
  if (error instanceof CommandError) {
    const code = error.code && 'code' in error.code ? String(error.code.code) : '';
    if (error.status === 'NO')
      return new UpstreamFailure(notThePassword.has(code) ? 'unreachable' : 'auth', `NO ${code}`, error.text);
    return new UpstreamFailure('protocol', error.status, error.text);
  }
  if (error instanceof ProtocolError) return new UpstreamFailure('protocol', 'not IMAP');
  if (error instanceof ConnectionLost) return new UpstreamFailure('unreachable', 'closed');
  return error;
}

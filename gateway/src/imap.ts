import { CommandError, ConnectionLost, ProtocolError } from '@postern/protocol/error';
import { Session, signIn } from '@postern/protocol/imap';
import { UpstreamFailure, type UpstreamReason } from './failure.ts';
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
  const transport = new SocketTransport(dialled.socket);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    dialled.socket.destroy();
  }, limit);
  try {
    let defect: ProtocolError | undefined;
    const session = new Session(transport, {
      clock,
      silenceLimit: limit,
      greeted: dialled.greeted,
      onNews: () => {},
      onDefect: (error) => {
        defect ??= error;
        // Before the greeting nothing tells a server that speaks something else from one that thinks.
        if (session.state === 'greeting') session.close();
      },
    });
    await session.ready.catch((error: unknown) => Promise.reject(defect ?? error));
    // A server that takes anybody for somebody would let any password in.
    if (session.state !== 'not-authenticated') throw new UpstreamFailure('protocol', 'PREAUTH');
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
  if (error instanceof ProtocolError) return new UpstreamFailure('protocol', 'not IMAP');
  if (error instanceof ConnectionLost) return new UpstreamFailure('unreachable', 'closed');
  if (!(error instanceof CommandError)) return error;
  const code = error.code && 'code' in error.code ? String(error.code.code) : '';
  const cause = `${error.status} ${code}`.trimEnd();
  return new UpstreamFailure(reasonOf(error, code), cause, error.text);
}

function reasonOf({ command, status }: CommandError, code: string): UpstreamReason {
  if (command === 'greeting' || notThePassword.has(code)) return 'unreachable';
  return status === 'NO' && code !== 'PRIVACYREQUIRED' ? 'auth' : 'protocol';
}

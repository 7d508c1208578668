import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { UpstreamFailure } from './failure.ts';
import { LineReader } from './lines.ts';
import type { Limits } from './limits.ts';
import { ReferredElsewhere, referralsInGreeting } from './referral.ts';
import type { Target } from './target.ts';

/** A stream to sign in on. */
export interface Dialled {
  readonly socket: net.Socket;
  /** The greeting was before STARTTLS; no other comes. */
  readonly greeted: boolean;
}

/**
 * How certificates are judged: by Node's authorities and those in a PEM file (throws when it holds none). To be made once
 * and shared, because a context of its own costs a connection 25 kB.
 */
export function trust(caFile?: string): tls.SecureContext {
  const minVersion = 'TLSv1.2';
  if (caFile === undefined) return tls.createSecureContext({ minVersion });
  const extra = certificatesIn(readFileSync(caFile, 'utf8'));
  return tls.createSecureContext({ minVersion, ca: [...tls.rootCertificates, ...extra] });
}

/** Node passes over what is no certificate, and then the named file would trust nobody without a word. */
function certificatesIn(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new TypeError('no certificate in it');
  return blocks.map((block) => new X509Certificate(block).toString());
}

/**
 * Connects to a target as its configuration demands. Rejects with UpstreamFailure: `unreachable`, `certificate`,
 * `timeout` or `protocol`; or with ReferredElsewhere. An aborted signal destroys what there is.
 */
export async function dial(
  target: Target,
  context: tls.SecureContext,
  limits: Pick<Limits, 'connect' | 'handshake' | 'dialogue'>,
  signal: AbortSignal,
): Promise<Dialled> {
  signal.throwIfAborted();
  let socket = quiet(net.connect({ host: target.host, port: target.port, noDelay: true, keepAlive: true }));
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await established(socket, 'connect', limits.connect);
    if (target.security === 'plain') return { socket, greeted: false };
    if (target.security === 'starttls') await requestTls(target, socket, limits.dialogue);
    socket = await secured(target, socket, context, limits.handshake);
    return { socket, greeted: target.security === 'starttls' };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A reset is no unhandled error, whoever listens at that moment: `close` follows it, and everybody acts on that. */
function quiet<S extends net.Socket>(socket: S): S {
  return socket.on('error', () => {});
}

/** Waits for one event of a socket under way; errors and silence become UpstreamFailure. */
function established(socket: net.Socket, event: 'connect' | 'secureConnect', limit: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (failure: UpstreamFailure): void => {
      finish();
      socket.destroy();
      reject(failure);
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      const word = error.code ?? 'error';
      if (word === 'ETIMEDOUT') return fail(new UpstreamFailure('timeout', word));
      if (event === 'connect') return fail(new UpstreamFailure('unreachable', word));
      // Node names the failed check here before it destroys the socket.
      const rejected = (socket as tls.TLSSocket).authorizationError;
      if (rejected) return fail(new UpstreamFailure('certificate', word));
      fail(new UpstreamFailure(word.startsWith('ERR_SSL') ? 'protocol' : 'unreachable', word));
    };
    const onClose = (): void => fail(new UpstreamFailure('unreachable', 'closed'));
    const timer = setTimeout(() => fail(new UpstreamFailure('timeout', `no ${event}`)), limit);
    const finish = (): void => {
      clearTimeout(timer);
      socket.off('error', onError).off('close', onClose).off(event, onDone);
    };
    const onDone = (): void => {
      finish();
      resolve();
    };
    socket.on('error', onError).on('close', onClose).on(event, onDone);
  });
}

async function secured(
  target: Target,
  socket: net.Socket,
  context: tls.SecureContext,
  limit: number,
): Promise<tls.TLSSocket> {
  const wrapped = quiet(
    tls.connect({
      socket,
      host: target.host,
      ...(net.isIP(target.host) === 0 ? { servername: target.host } : {}),
      secureContext: context,
      rejectUnauthorized: true,
    }),
  );
  await established(wrapped, 'secureConnect', limit);
  return wrapped;
}

/**
 * STARTTLS (RFC 9051 §6.2.1, RFC 3207). A server that does not offer it is refused, never used without; so is one that
 * has more to say after its go-ahead, because those bytes may be an attacker's, to be taken for the server's later.
 */
async function requestTls(target: Target, socket: net.Socket, limit: number): Promise<void> {
  const lines = new LineReader(socket, limit);
  const refused = (): never => {
    throw new UpstreamFailure('protocol', 'no STARTTLS');
  };
  try {
    if (target.service === 'imap') {
      const greeting = await lines.next();
      const referrals = referralsInGreeting(greeting);
      if (referrals.length > 0) throw new ReferredElsewhere(referrals);
      if (/^\* BYE\b/i.test(greeting)) throw new UpstreamFailure('unreachable', 'BYE');
      // PREAUTH would leave no way to STARTTLS (RFC 9051 §11.1): the stream must not be trusted.
      if (!/^\* OK\b/i.test(greeting)) refused();
      socket.write('S STARTTLS\r\n');
      let line = await lines.next();
      while (!/^S /i.test(line)) line = await lines.next();
      if (!/^S OK\b/i.test(line)) refused();
    } else {
      if (!(await lines.reply()).startsWith('220')) refused();
      socket.write('EHLO localhost\r\n');
      if (!/^250[ -]STARTTLS\s*$/im.test(await lines.reply())) refused();
      socket.write('STARTTLS\r\n');
      if (!(await lines.reply()).startsWith('220')) refused();
    }
  } finally {
    if (lines.release().length > 0) socket.destroy();
  }
  if (socket.destroyed) throw new UpstreamFailure('protocol', 'bytes before TLS');
}

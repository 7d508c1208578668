import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Backoff } from './backoff.ts';
import { dropCookies, keepCookie, readCookie } from './cookie.ts';
import { UpstreamFailure } from './failure.ts';
import { type Credentials, openUpstream, type UpstreamOptions } from './handover.ts';
import { type Guest, HttpRefusal, sendJson } from './http.ts';
import type { Log } from './log.ts';
import { type Keys, type Sealed, seal, unseal } from './seal.ts';
import type { Target } from './target.ts';

/** Octets. */
const longestUser = 320;
const longestPassword = 1024;
const day = 24 * 60 * 60_000;
/** Milliseconds a session lasts after it was last used. */
const lifetime = 30 * day;
/** Milliseconds after which the app's question for its session seals it anew. */
const renewAfter = day;

export interface SessionOptions {
  readonly imap: Target;
  readonly submission: Target | undefined;
  readonly upstream: UpstreamOptions;
  /** Told to whoever is not signed in, so that they can look around. */
  readonly demo: Credentials | undefined;
  readonly keys: Keys;
  readonly backoff: Backoff;
  readonly log: Log;
}

const statusOf: Readonly<Record<UpstreamFailure['reason'], number>> = {
  auth: 401,
  unreachable: 502,
  certificate: 502,
  protocol: 502,
  unlisted: 502,
  timeout: 504,
};

/** The endpoint `/session`: signing in, asking who is signed in, signing out. */
export class Sessions {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The session a request belongs to. */
  of(request: IncomingMessage, origins: readonly string[]): Sealed | undefined {
    const cookie = readCookie(request, origins);
    return cookie && unseal(cookie.sealed, this.#options.keys, this.#sealContext, Date.now());
  }

  /** POST: a real IMAP login decides. `origin` has been checked. */
  async signIn(
    request: IncomingMessage,
    response: ServerResponse,
    guest: Guest,
    origin: string,
  ): Promise<void> {
    const { backoff, log } = this.#options;
    const credentials = await readCredentials(request, this.#options.upstream.limits.body);
    const attempt = backoff.begin(guest.group, credentials.user);
    if (typeof attempt === 'number') {
      const retryAfter = Math.ceil(attempt / 1000);
      throw new HttpRefusal(429, 'rate', { retryAfter }, { 'Retry-After': String(retryAfter) });
    }
    try {
      await this.#login(credentials);
      attempt.succeeded();
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) {
        attempt.abandoned();
        throw error;
      }
      if (error.reason === 'auth') attempt.failed();
      else attempt.abandoned();
      log({ ev: 'sign-in', ip: guest.ip, ok: false, why: error.reason, cause: error.message });
      const detail = error.detail === undefined || error.detail === '' ? {} : { detail: error.detail };
      throw new HttpRefusal(statusOf[error.reason], error.reason, detail);
    }
    log({ ev: 'sign-in', ip: guest.ip, ok: true });
    const now = Date.now();
    const session: Sealed = {
      ...credentials,
      id: randomBytes(9).toString('base64url'),
      sealedAt: now,
      expires: now + lifetime,
    };
    this.#answer(response, session, origin.startsWith('https:'));
  }

  /** GET: who is signed in, as far as the cookie tells; the mail server is not asked. */
  current(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
    const cookie = readCookie(request, origins);
    const session = this.of(request, origins);
    if (!cookie || !session) {
      if (cookie) response.setHeader('Set-Cookie', dropCookies());
      const { demo } = this.#options;
      throw new HttpRefusal(401, cookie ? 'expired' : 'none', demo ? { demo } : {});
    }
    const now = Date.now();
    if (now - session.sealedAt < renewAfter) return sendJson(response, 200, this.#description(session));
    this.#answer(response, { ...session, sealedAt: now, expires: now + lifetime }, cookie.secure);
  }

  /**
   * DELETE: leaves no cookie. No Clear-Site-Data: its `cookies` reaches beyond this host to the whole registrable domain,
   * and the app clears its own storage in an order that keeps unsent mail until the person agreed.
   */
  signOut(response: ServerResponse, guest: Guest): void {
    this.#options.log({ ev: 'sign-out', ip: guest.ip });
    response.setHeader('Set-Cookie', dropCookies());
    response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
  }

  async #login(credentials: Credentials): Promise<void> {
    const { imap, upstream } = this.#options;
    const { socket } = await openUpstream(imap, credentials, upstream, new AbortController().signal);
    socket.on('data', () => {});
    socket.setTimeout(upstream.limits.closing, () => socket.destroy());
    socket.end('Z LOGOUT\r\n');
    socket.resume();
  }

  #answer(response: ServerResponse, session: Sealed, secure: boolean): void {
    const sealed = seal(session, this.#options.keys, this.#sealContext);
    response.setHeader('Set-Cookie', keepCookie(sealed, secure, lifetime / 1000));
    sendJson(response, 200, this.#description(session));
  }

  #description(session: Sealed): object {
    const { user } = session;
    const address = user.includes('@') ? user : `${user}@${this.#options.upstream.domain}`;
    return { user, address, submission: this.#options.submission !== undefined };
  }

  /** A cookie must not carry a password to another server than the one it was given for. */
  get #sealContext(): string {
    return `postern session ${this.#options.imap.host}:${this.#options.imap.port}`;
  }
}

async function readCredentials(request: IncomingMessage, most: number): Promise<Credentials> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new HttpRefusal(415, 'request');
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    octets += chunk.length;
    if (octets > most) throw new HttpRefusal(413, 'request', {}, { Connection: 'close' });
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new HttpRefusal(400, 'request');
  }
  const { user, password } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  if (!isCredential(user, longestUser) || !isCredential(password, longestPassword))
    throw new HttpRefusal(400, 'request');
  return { user: user.trim(), password };
}

/** Control characters would end a line in somebody's protocol, and no mail server takes them. */
function isCredential(value: unknown, longest: number): value is string {
  if (typeof value !== 'string' || value.trim() === '' || Buffer.byteLength(value) > longest) return false;
  return !/\p{Cc}/u.test(value);
}

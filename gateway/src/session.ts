import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accountOf, mostAccounts } from './account.ts';
import type { Backoff } from './backoff.ts';
import { type Cookie, cookieName, dropCookie, keepCookie, readCookies } from './cookie.ts';
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

/** One account that a browser is signed in to. */
interface SignedIn {
  readonly account: string;
  readonly session: Sealed;
  readonly cookie: Cookie;
}

/** What the cookies of a request are worth. */
interface Presented {
  readonly signedIn: readonly SignedIn[];
  /** Expired, forged, damaged, under another account's name, or doubled by one of a newer kind. */
  readonly worthless: readonly Cookie[];
}

/** The endpoint `/session`: signing in to an account, asking for those that are signed in, signing out of one. */
export class Sessions {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * The session of an account that a request belongs to. An app of before names none: it is given what its own cookie holds and
   * never what others do, or one person's mail would come into another's store.
   */
  of(request: IncomingMessage, origins: readonly string[], account: string | undefined): Sealed | undefined {
    const { signedIn } = this.#presented(request, origins);
    return signedIn.find((each) => (account === undefined ? !each.cookie.account : each.account === account))
      ?.session;
  }

  /** POST: a real IMAP login decides; it adds an account, or signs in to it again. The request's origin has been checked. */
  async signIn(
    request: IncomingMessage,
    response: ServerResponse,
    guest: Guest,
    origins: readonly string[],
  ): Promise<void> {
    const { backoff, log } = this.#options;
    const credentials = await readCredentials(request, this.#options.upstream.limits.body);
    const account = accountOf(credentials.user);
    const secure = request.headers.origin!.startsWith('https:');
    const now = Date.now();
    const session: Sealed = {
      ...credentials,
      id: randomBytes(9).toString('base64url'),
      sealedAt: now,
      expires: now + lifetime,
    };
    const cookie = this.#cookie(session, cookieName(account, secure), secure);
    const { signedIn, worthless } = this.#presented(request, origins);
    this.#assertRoom(
      signedIn.filter((each) => each.account !== account),
      cookie,
    );
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
    const before = signedIn.filter((each) => each.account === account).map((each) => each.cookie);
    const dropped = [...before, ...worthless].filter(({ name }) => name !== cookie.name);
    response.setHeader('Set-Cookie', [keepCookie(cookie, lifetime / 1000), ...dropped.map(dropCookie)]);
    sendJson(response, 200, this.#description(session));
  }

  /** GET: the accounts that are signed in to, as far as the cookies tell; the mail server is not asked. */
  current(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
    const { signedIn, worthless } = this.#presented(request, origins);
    const now = Date.now();
    const renewed = signedIn
      .filter(({ session }) => now - session.sealedAt >= renewAfter)
      .map(({ session, cookie }) => {
        const anew = { ...session, sealedAt: now, expires: now + lifetime };
        return keepCookie(this.#cookie(anew, cookie.name, cookie.secure), lifetime / 1000);
      });
    response.setHeader('Set-Cookie', [...renewed, ...worthless.map(dropCookie)]);
    if (signedIn.length === 0) {
      const { demo } = this.#options;
      throw new HttpRefusal(401, worthless.length > 0 ? 'expired' : 'none', demo ? { demo } : {});
    }
    sendJson(response, 200, { accounts: signedIn.map(({ session }) => this.#description(session)) });
  }

  /**
   * DELETE: leaves no cookie of the account, or, where none is named, none at all. Gives the ids of the sessions that are over.
   * No Clear-Site-Data: its `cookies` reaches beyond this host to the whole registrable domain, and the app clears its own
   * storage in an order that keeps unsent mail until the person agreed.
   */
  signOut(
    request: IncomingMessage,
    response: ServerResponse,
    { guest, origins, account }: { guest: Guest; origins: readonly string[]; account: string | undefined },
  ): readonly string[] {
    this.#options.log({ ev: 'sign-out', ip: guest.ip });
    const { signedIn, worthless } = this.#presented(request, origins);
    const over = signedIn.filter((each) => account === undefined || each.account === account);
    const dropped = [...over.map(({ cookie }) => cookie), ...worthless];
    response.setHeader('Set-Cookie', dropped.map(dropCookie));
    response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return over.map(({ session }) => session.id);
  }

  #presented(request: IncomingMessage, origins: readonly string[]): Presented {
    const signedIn = new Map<string, SignedIn>();
    const worthless: Cookie[] = [];
    // Those that name an account first: one of before says nothing new about an account that has its own by now.
    const cookies = readCookies(request, origins).toSorted(
      (a, b) => Number(a.account === undefined) - Number(b.account === undefined),
    );
    for (const cookie of cookies) {
      const session = unseal(cookie.sealed, this.#options.keys, this.#sealContext, Date.now());
      const account = session && accountOf(session.user);
      const claimed = cookie.account ?? account;
      if (session && account && claimed === account && !signedIn.has(account))
        signedIn.set(account, { account, session, cookie });
      else worthless.push(cookie);
    }
    return { signedIn: [...signedIn.values()], worthless };
  }

  /** All cookies come with every request, whose headers have a limit here and in proxies: beyond it nobody could get in. */
  #assertRoom(others: readonly SignedIn[], cookie: Omit<Cookie, 'account'>): void {
    if (others.length === 0) return;
    const cookies = [...others.map((each) => each.cookie), cookie];
    const octets = cookies.reduce((sum, { name, sealed }) => sum + `${name}=${sealed}; `.length, 0);
    if (cookies.length > mostAccounts || octets > this.#options.upstream.limits.cookies)
      throw new HttpRefusal(409, 'many', { most: mostAccounts });
  }

  async #login(credentials: Credentials): Promise<void> {
    const { imap, upstream } = this.#options;
    const { socket } = await openUpstream(imap, credentials, upstream, new AbortController().signal);
    socket.on('data', () => {});
    socket.setTimeout(upstream.limits.closing, () => socket.destroy());
    socket.end('Z LOGOUT\r\n');
    socket.resume();
  }

  #cookie(session: Sealed, name: string, secure: boolean): Omit<Cookie, 'account'> {
    return { name, secure, sealed: seal(session, this.#options.keys, this.#sealContext) };
  }

  #description(session: Sealed): object {
    const { user } = session;
    const address = user.includes('@') ? user : `${user}@${this.#options.upstream.domain}`;
    return { id: accountOf(user), user, address, submission: this.#options.submission !== undefined };
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

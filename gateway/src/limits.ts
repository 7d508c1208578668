/** What one gateway lets happen at once. Every figure has its unit and its reason; tests shrink them. */
export interface Limits {
  /** Octets in one WebSocket frame from a browser, and in one message of several frames. */
  readonly framePayload: number;
  /** Frames in one message: a browser never fragments so finely. */
  readonly frameFragments: number;
  /** TCP chunks held for one unfinished frame: frames trickling in octet by octet end here. */
  readonly frameChunks: number;
  /** Octets waiting for the browser at which the mail server is no longer read. */
  readonly pauseAt: number;
  /** Octets waiting for the browser at which the mail server is read again. */
  readonly resumeAt: number;
  /** Octets a browser may send before it has the greeting: a polite client sends none. */
  readonly early: number;
  /** Milliseconds for DNS and TCP. */
  readonly connect: number;
  /** Milliseconds for the TLS handshake. */
  readonly handshake: number;
  /** Milliseconds for greeting, STARTTLS and authentication: servers delay after wrong passwords, Dovecot by 15 s. */
  readonly dialogue: number;
  /** Milliseconds without a byte of mail either way. RFC 3501 §5.4 gives a session at least 30 minutes. */
  readonly idle: number;
  /** Milliseconds between pings; a proxy in between forgets quiet connections after 60 s or so. */
  readonly ping: number;
  /** Pings without any sign of life after which the browser is taken for gone. */
  readonly misses: number;
  /** Milliseconds that a closing handshake may take once all bytes are handed to the kernel. */
  readonly closing: number;
  /** WebSockets in all. */
  readonly connections: number;
  /** WebSockets of one address (IPv4 /32, IPv6 /64): two or three for each account of all people behind one router. */
  readonly connectionsPerAddress: number;
  /** New WebSockets of one address in a minute. */
  readonly connectsPerMinute: number;
  /** Sign-ins of one address under way at the same time: each holds a connection to the mail server. */
  readonly signInsAtOnce: number;
  /** Octets in the body of a request. */
  readonly body: number;
  /** Octets of all cookies of one browser: one account takes 0.3 KiB as a rule and never 4 KiB; the rest is for other headers. */
  readonly cookies: number;
  /** Octets in the headers of a request, here and in nginx as it comes. */
  readonly headers: number;
  /** Milliseconds for a request's headers to arrive. */
  readonly headersTimeout: number;
  /** Milliseconds for a whole request to arrive. */
  readonly requestTimeout: number;
}

const KiB = 1024;
const second = 1000;

export const defaultLimits: Limits = {
  framePayload: 256 * KiB,
  frameFragments: 16,
  frameChunks: 1024,
  pauseAt: 1024 * KiB,
  resumeAt: 256 * KiB,
  early: 64 * KiB,
  connect: 10 * second,
  handshake: 10 * second,
  dialogue: 25 * second,
  idle: 35 * 60 * second,
  ping: 25 * second,
  misses: 2,
  closing: 60 * second,
  connections: 2000,
  connectionsPerAddress: 100,
  connectsPerMinute: 150,
  signInsAtOnce: 4,
  body: 16 * KiB,
  cookies: 6 * KiB,
  headers: 8 * KiB,
  headersTimeout: 10 * second,
  requestTimeout: 30 * second,
};

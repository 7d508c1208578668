import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ProxyList } from './address.ts';
import { Backoff } from './backoff.ts';
import { Door } from './door.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { ListedServers } from './listed.ts';
import { type Log, logToStdout } from './log.ts';
import { ownOrigins } from './origin.ts';
import { answer } from './requests.ts';
import type { Keys } from './seal.ts';
import { Sessions } from './session.ts';
import { StaticFiles } from './static.ts';
import { domainOf, type Target } from './target.ts';
import { trust } from './upstream.ts';

export { ConfigurationError, readConfiguration } from './configuration.ts';
export { CloseCode } from './close-code.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type { Log, LogEntry } from './log.ts';
export { createKey, type Keys } from './seal.ts';
export { parseTarget, type Target } from './target.ts';
export { trust } from './upstream.ts';

/** Everything a gateway has to know. `readConfiguration` makes one from the environment. */
export interface GatewayConfig {
  readonly imap: Target;
  /** Servers that a referral may lead to (RFC 2193, RFC 2221). Default: none. */
  readonly referrals?: readonly Target[];
  /** Without it nobody can send, and the app says so. */
  readonly submission?: Target;
  /** Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Public origins, as browsers spell them. Default: loopback names with the port listened on. */
  readonly origins?: readonly string[];
  /** Completes login names to addresses. Default: the IMAP host's domain. */
  readonly domain?: string;
  /** An account of the embedded mail server, told to whoever opens the app: never one that matters. */
  readonly demo?: { readonly user: string; readonly password: string };
  readonly keys: Keys;
  /** How the mail servers' certificates are judged. Default: Node's own authorities. */
  readonly context?: SecureContext;
  /** Default: no proxy's X-Forwarded-For is believed. */
  readonly proxies?: ProxyList;
  /** Folder of the built web app. Without it only the endpoints are served. */
  readonly webRoot?: string;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
}

export interface Gateway {
  /** To be opened in a browser, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more WebSockets, tells every browser to come back later (1012), and resolves when all is closed: at once, or
   * spread over and limited to `drain` milliseconds.
   */
  close(drain?: number): Promise<void>;
}

/** Starts listening. Rejects with the system's error, e.g. EADDRINUSE. */
export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const limits = { ...defaultLimits, ...config.limits };
  const log = config.log ?? logToStdout;
  const context = config.context ?? trust();
  const files = config.webRoot === undefined ? undefined : await StaticFiles.read(config.webRoot);
  const server = createServer({
    maxHeaderSize: limits.headers,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeout),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.listen.port, config.listen.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origins = config.origins ?? ownOrigins(config.listen.host, port);
  const https = origins.some((origin) => origin.startsWith('https:'));
  const proxies = config.proxies ?? new ProxyList([]);
  const upstream = {
    context,
    limits,
    listed: new ListedServers([config.imap, ...(config.referrals ?? [])]),
    domain: config.domain ?? domainOf(config.imap),
  };
  const sessions = new Sessions({
    imap: config.imap,
    submission: config.submission,
    upstream,
    demo: config.demo,
    keys: config.keys,
    backoff: new Backoff(limits.signInsAtOnce),
    log,
  });
  const targets = new Map([config.imap, config.submission].flatMap((t) => (t ? [[t.service, t]] : [])));
  const door = new Door({ targets, sessions, origins, https, proxies, upstream, log });
  server.on('request', (request, response) => {
    void answer(request, response, { sessions, files, origins, https, proxies, door, log });
  });
  server.on('upgrade', (request, socket, head) => door.knock(request, socket, head));
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('error', (error) =>
    log({ ev: 'error', why: (error as NodeJS.ErrnoException).code ?? error.name }),
  );
  const url = origins[0]!;
  log({ ev: 'start', url, port, imap: config.imap.host, submission: config.submission?.host });
  return {
    url,
    port,
    close: async (drain = 0) => {
      log({ ev: 'drain', ms: drain });
      // Still listening meanwhile: /readyz tells a balancer to look elsewhere.
      await door.close(drain);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      log({ ev: 'stop' });
    },
  };
}

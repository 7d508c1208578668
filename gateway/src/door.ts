import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { isAccount } from './account.ts';
import { addressGroup, clientAddress, type ProxyList } from './address.ts';
import { Admission } from './admission.ts';
import { CloseCode, closeCodeOf } from './close-code.ts';
import { UpstreamFailure } from './failure.ts';
import { openUpstream, type UpstreamOptions } from './handover.ts';
import { securityHeaders } from './headers.ts';
import { type Guest, refuseUpgrade } from './http.ts';
import type { Log } from './log.ts';
import { isOwnOrigin } from './origin.ts';
import { Relay } from './relay.ts';
import type { Sessions } from './session.ts';
import type { Target } from './target.ts';

interface DoorOptions {
  readonly targets: ReadonlyMap<string, Target>;
  readonly sessions: Sessions;
  readonly origins: readonly string[];
  readonly https: boolean;
  readonly proxies: ProxyList;
  readonly upstream: UpstreamOptions;
  readonly log: Log;
}

/** Milliseconds between two closes while draining, so that browsers do not all come back at the same moment. */
const drainStep = 10;

/** Where WebSockets come in: who may, to which service, and how they are let go again. */
export class Door {
  readonly #options: DoorOptions;
  readonly #admission: Admission;
  readonly #server: WebSocketServer;
  readonly #relays = new Map<Relay, { readonly session: string | undefined }>();
  readonly #heartbeat: NodeJS.Timeout;
  #draining = false;
  #emptied: (() => void) | undefined;

  constructor(options: DoorOptions) {
    const { limits } = options.upstream;
    this.#options = options;
    this.#admission = new Admission(limits);
    const server: ServerOptions & { maxPendingAutoPongs: number; closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      // Compressing costs 250 kB a connection and 40 times the processor; IMAP has COMPRESS, end to end.
      perMessageDeflate: false,
      maxPayload: limits.framePayload,
      maxFragments: limits.frameFragments,
      maxBufferedChunks: limits.frameChunks,
      maxPendingAutoPongs: 8,
      closeTimeout: limits.closing,
      handleProtocols: (offered) => [...offered][0] ?? false,
    };
    this.#server = new WebSocketServer(server);
    this.#heartbeat = setInterval(() => {
      const now = Date.now();
      for (const relay of this.#relays.keys()) relay.tick(now);
    }, limits.ping);
    this.#heartbeat.unref();
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** A request to upgrade. What is wrong with it is answered in HTTP; what goes wrong later, by a close code. */
  knock(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { targets, origins, proxies, https, log } = this.#options;
    socket.on('error', () => socket.destroy());
    const ip = clientAddress(request, proxies);
    const guest = { ip, group: addressGroup(ip) };
    const refuse = (status: number, why: string): void => {
      log({ ev: 'deny', ip, why });
      refuseUpgrade(socket, status, securityHeaders('', https));
    };
    if (!isOwnOrigin(request.headers.origin, origins)) return refuse(403, 'origin');
    const { service, server, account } = asked(request.url ?? '');
    const target = targets.get(service);
    if (!target || (server !== undefined && service !== 'imap')) return refuse(404, 'target');
    if (request.headers['sec-websocket-protocol'] !== `postern.${service}.v1`) return refuse(400, 'subproto');
    if (this.#draining) return refuse(503, 'draining');
    const leave = this.#admission.enter(guest.group);
    if (typeof leave === 'string') return refuse(429, leave);
    socket.once('close', leave);
    this.#server.handleUpgrade(request, socket, head, (browser) => {
      void this.#open(browser, request, { target, server, account }, guest);
    });
  }

  /** Ends every relay that a session opened, because the person signed out. */
  endSession(id: string): void {
    for (const [relay, { session }] of this.#relays)
      if (session === id) relay.end(CloseCode.session, 'signed_out');
  }

  /** Ends all relays, spread over at most `drain` milliseconds, then cuts those that have not gone (after a second at least). */
  async close(drain: number): Promise<void> {
    this.#draining = true;
    const relays = [...this.#relays.keys()];
    const step = Math.min(drainStep, (drain * 2) / 3 / Math.max(1, relays.length));
    const deadline = new Promise<void>((resolve) => {
      setTimeout(resolve, Math.max(1000, drain)).unref();
    });
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    relays.forEach((relay, index) => {
      if (drain === 0) relay.end(CloseCode.draining, 'draining');
      else setTimeout(() => relay.end(CloseCode.draining, 'draining'), index * step).unref();
    });
    if (this.#relays.size > 0) await Promise.race([deadline, emptied]);
    for (const relay of this.#relays.keys()) relay.cut('draining');
    clearInterval(this.#heartbeat);
  }

  async #open(
    browser: WebSocket,
    request: IncomingMessage,
    { target, server, account }: { readonly target: Target } & Omit<Asked, 'service'>,
    guest: Guest,
  ): Promise<void> {
    const { sessions, origins, upstream, log } = this.#options;
    const session = sessions.of(request, origins, account);
    const id = randomBytes(6).toString('base64url');
    const facts = { id, ip: guest.ip, target: target.service };
    const gone = new AbortController();
    const relay = new Relay(browser, upstream.limits, ({ opened, ...summary }) => {
      gone.abort();
      this.#relays.delete(relay);
      if (this.#relays.size === 0) this.#emptied?.();
      log({ ev: 'close', ...facts, ...summary, ms: Date.now() - opened });
    });
    this.#relays.set(relay, { session: session?.id });
    if (!session) return relay.end(CloseCode.session, 'expired');
    // A script cannot tell a refused upgrade from a lost network, so this is said when the WebSocket is open.
    const there = server === undefined ? target : upstream.listed.find(server);
    if (!there) {
      log({ ev: 'deny', ip: guest.ip, why: 'server' });
      return relay.end(CloseCode.unlisted, 'unlisted');
    }
    try {
      relay.attach(await openUpstream(there, session, upstream, gone.signal));
      log({ ev: 'open', ...facts });
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof UpstreamFailure)) {
        log({ ev: 'error', ...facts, why: error instanceof Error ? error.name : 'unknown' });
        return relay.end(CloseCode.unreachable, 'internal');
      }
      log({ ev: 'error', ...facts, why: error.reason, cause: error.message });
      relay.end(closeCodeOf[error.reason], error.reason);
    }
  }
}

/** What an address asks for. */
interface Asked {
  readonly service: string;
  /** Where a referral leads, `HOST:PORT`. */
  readonly server: string | undefined;
  /** Whose mail it is. */
  readonly account: string | undefined;
}

/** `/ws/SERVICE?account=ID`; `&server=HOST:PORT` for where a referral leads. An unreadable address asks for nothing. */
function asked(url: string): Asked {
  const nothing = { service: '', server: undefined, account: undefined };
  const [, service = '', query] = /^\/ws\/([a-z]+)(?:\?([^#]*))?$/.exec(url) ?? [];
  const fields = new Map<string, string>();
  for (const pair of query?.split('&') ?? []) {
    const [, name, value] = /^(account|server)=(.*)$/.exec(pair) ?? [];
    if (name === undefined || fields.has(name)) return nothing;
    try {
      fields.set(name, decodeURIComponent(value!));
    } catch {
      return nothing;
    }
  }
  const account = fields.get('account');
  if (account !== undefined && !isAccount(account)) return nothing;
  return { service, account, server: fields.get('server') };
}

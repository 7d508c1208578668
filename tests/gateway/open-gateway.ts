import {
  createKey,
  type Gateway,
  type GatewayConfig,
  type LogEntry,
  parseTarget,
  startGateway,
} from '@postern/gateway';
import WebSocket from 'ws';
import { password, user } from './fake-server.ts';

export interface OpenGateway extends Gateway {
  readonly origin: string;
  readonly log: readonly LogEntry[];
  /** POST /session. */
  signIn(body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Signs in and gives the `Cookie` header that the session is. */
  cookie(): Promise<string>;
}

/** A gateway on a free port, in front of servers given as `imap://…` and `submission://…`. */
export async function openGateway(
  imap: string,
  options: Omit<Partial<GatewayConfig>, 'imap' | 'submission' | 'log'> & { submission?: string } = {},
): Promise<OpenGateway> {
  const log: LogEntry[] = [];
  const { submission, ...rest } = options;
  const gateway = await startGateway({
    listen: { host: '127.0.0.1', port: 0 },
    keys: [createKey()],
    ...rest,
    imap: parseTarget('imap', imap)!,
    ...(submission === undefined ? {} : { submission: parseTarget('submission', submission)! }),
    log: (entry) => log.push(entry),
  });
  const origin = rest.origins?.[0] ?? gateway.url;
  const signIn: OpenGateway['signIn'] = (body = { user, password }, headers = {}) =>
    fetch(`http://127.0.0.1:${gateway.port}/session`, {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    ...gateway,
    origin,
    log,
    signIn,
    cookie: async () => {
      const response = await signIn();
      const [set = ''] = response.headers.getSetCookie();
      if (response.status !== 200) throw new Error(`sign-in answered ${response.status}`);
      return set.split(';')[0]!;
    },
  };
}

/** A browser's end of a relay. */
export interface Browser {
  readonly socket: WebSocket;
  /** All that came so far. */
  text(): string;
  octets(): number;
  /** Resolves once `text()` contains it; rejects when the relay closes first. */
  until(expected: string): Promise<void>;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface BrowserOptions {
  readonly service?: 'imap' | 'submission';
  readonly cookie?: string;
  /** Default: that of the first cookie. */
  readonly account?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly protocol?: string | string[];
}

/** The account that the name of a cookie names: `postern-ID=…`. */
export function accountIn(cookie: string | undefined): string | undefined {
  return /^[\w-]*?postern-([\w-]{12})=/.exec(cookie ?? '')?.[1];
}

/** Opens a relay as a browser would. A refused upgrade closes with the HTTP status as its code. */
export function openRelay(gateway: OpenGateway, options: BrowserOptions = {}): Browser {
  const service = options.service ?? 'imap';
  const account = options.account ?? accountIn(options.cookie);
  const path = options.path ?? `/ws/${service}${account === undefined ? '' : `?account=${account}`}`;
  const socket = new WebSocket(
    `ws://127.0.0.1:${gateway.port}${path}`,
    options.protocol ?? `postern.${service}.v1`,
    {
      headers: {
        Origin: gateway.origin,
        ...(options.cookie ? { Cookie: options.cookie } : {}),
        ...options.headers,
      },
      perMessageDeflate: false,
    },
  );
  const chunks: Buffer[] = [];
  let octets = 0;
  socket.on('message', (data: Buffer) => {
    chunks.push(data);
    octets += data.length;
  });
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('unexpected-response', (_request, response) => {
      resolve({ code: response.statusCode ?? 0, reason: 'http' });
      response.destroy();
    });
  });
  return {
    socket,
    text,
    octets: () => octets,
    closed,
    until: (expected) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (text().includes(expected)) resolve();
        };
        socket.on('message', check);
        void closed.then(({ code, reason }) => reject(new Error(`closed ${code} ${reason}: ${text()}`)));
        check();
      }),
  };
}

/** Waits for something that must become true soon; fails with what it was waiting for. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

import { ConnectionLost, GatewayRefused } from '@postern/protocol/error';
import type { Clock, Transport } from '@postern/protocol/port';
import { createKey, parseTarget, startGateway } from '@postern/gateway';
import type { Where } from '@postern/protocol/sync';
import type { Gateway, GatewayConfig } from '@postern/gateway';
import WebSocket from 'ws';
import type { MailPlace, Person } from './place.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason as Error);
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** A real gateway in front of `place`, on a free port. */
export function openGateway(place: MailPlace, options: Partial<GatewayConfig> = {}): Promise<Gateway> {
  const imap = parseTarget('imap', place.imap);
  const submission = place.submission === undefined ? undefined : parseTarget('submission', place.submission);
  if (!imap || (place.submission !== undefined && !submission)) {
    throw new Error(`not addresses: ${place.imap} ${place.submission}`);
  }
  return startGateway({
    listen: { host: '127.0.0.1', port: 0 },
    keys: [createKey()],
    domain: 'postern.example',
    limits: { connectsPerMinute: 10_000 },
    log: () => undefined,
    imap,
    ...(submission ? { submission } : {}),
    ...options,
  });
}

/** Signs in as a browser would; gives the `Cookie` header. */
export async function signIn(gateway: Gateway, { user, password }: Person): Promise<string> {
  const response = await fetch(`${gateway.url}/session`, {
    method: 'POST',
    headers: { Origin: gateway.url, 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  if (response.status !== 200)
    throw new Error(`sign-in answered ${response.status} ${await response.text()}`);
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}

/** Octets that went through, both ways, and what a test may do to the wire. */
export interface Wire {
  down: number;
  up: number;
  /** Cuts the connection after that many more octets in either direction. */
  cutAfter?: number | undefined;
}

/** Octets of a frame, as a browser sends them. */
const FRAME = 64 * 1024;

/** A relayed connection as the engine takes it, over a real WebSocket. */
export async function relay(
  gateway: Gateway,
  cookie: string,
  service: 'imap' | 'submission',
  wire: Wire = { down: 0, up: 0 },
  where: Where = {},
): Promise<Transport> {
  const account = /^postern-([\w-]{12})=/.exec(cookie)?.[1];
  const asked = new URLSearchParams({ ...(account ? { account } : {}), ...where }).toString();
  const socket = new WebSocket(
    `${gateway.url.replace('http', 'ws')}/ws/${service}${asked && `?${asked}`}`,
    `postern.${service}.v1`,
    {
      headers: { Origin: gateway.url, Cookie: cookie },
      perMessageDeflate: false,
    },
  );
  const chunks: Uint8Array[] = [];
  let ended: { readonly error: Error | undefined } | undefined;
  let wake: () => void = () => undefined;
  const cut = (octets: number): void => {
    if (wire.cutAfter === undefined) return;
    wire.cutAfter -= octets;
    if (wire.cutAfter > 0) return;
    wire.cutAfter = undefined;
    ended ??= { error: new ConnectionLost('cut by the test') };
    socket.terminate();
    wake();
  };
  socket.on('message', (data: Buffer) => {
    if (ended) return;
    wire.down += data.length;
    chunks.push(new Uint8Array(data));
    cut(data.length);
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', (error) => {
      reject(new ConnectionLost(error.message));
    });
    socket.on('unexpected-response', (_, response) => {
      reject(new GatewayRefused(response.statusCode ?? 0, 'http'));
      response.destroy();
    });
    socket.on('close', (code, reason) => {
      const error =
        code === 1000
          ? undefined
          : code >= 4000
            ? new GatewayRefused(code, reason.toString())
            : new ConnectionLost(`closed ${code}`);
      ended ??= { error };
      wake();
    });
  });
  return {
    bytes: (async function* () {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk) yield chunk;
        else if (ended?.error) throw ended.error;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    })(),
    async write(bytes) {
      if (ended) throw new ConnectionLost('closed');
      wire.up += bytes.length;
      // The gateway takes no larger frames than 256 KiB.
      for (let at = 0; at < bytes.length; at += FRAME)
        await new Promise<void>((resolve, reject) =>
          socket.send(bytes.subarray(at, at + FRAME), (error) =>
            error ? reject(new ConnectionLost(error.message)) : resolve(),
          ),
        );
      cut(bytes.length);
    },
    close() {
      ended ??= { error: undefined };
      wake();
      socket.close();
    },
  };
}

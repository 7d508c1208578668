import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressGroup, clientAddress, type ProxyList } from './address.ts';
import { isAccount } from './account.ts';
import type { Door } from './door.ts';
import { securityHeaders } from './headers.ts';
import { HttpRefusal, sendJson } from './http.ts';
import type { Log } from './log.ts';
import { isOwnOrigin } from './origin.ts';
import type { Sessions } from './session.ts';
import type { StaticFiles } from './static.ts';

interface Served {
  readonly sessions: Sessions;
  readonly files: StaticFiles | undefined;
  readonly origins: readonly string[];
  readonly https: boolean;
  readonly proxies: ProxyList;
  readonly door: Door;
  readonly log: Log;
}

/** Answers one HTTP request; every answer carries the security headers. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0]!;
  for (const [name, value] of Object.entries(securityHeaders(path, served.https)))
    response.setHeader(name, value);
  try {
    await route(path, request, response, served);
  } catch (error) {
    const refusal = error instanceof HttpRefusal ? error : new HttpRefusal(500, 'internal');
    // The name alone: a message could quote what the person or the server sent.
    if (refusal !== error) served.log({ ev: 'error', why: error instanceof Error ? error.name : 'unknown' });
    if (response.headersSent) return void response.destroy();
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
    sendJson(response, refusal.status, { reason: refusal.reason, ...refusal.fields });
  }
}

async function route(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  if (path === '/session') return session(request, response, served);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpRefusal(405, 'request', {}, { Allow: 'GET, HEAD' });
  if (path === '/healthz') return plain(response, 200, 'alive\n');
  if (path === '/readyz')
    return served.door.draining ? plain(response, 503, 'draining\n') : plain(response, 200, 'ready\n');
  if (served.files?.answer(path, request, response)) return;
  response.setHeader('Cache-Control', 'no-store');
  plain(response, 404, 'There is nothing at this address.\n');
}

async function session(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const { sessions, origins, proxies, log } = served;
  if (request.method === 'GET') return sessions.current(request, response, origins);
  if (request.method !== 'POST' && request.method !== 'DELETE')
    throw new HttpRefusal(405, 'request', {}, { Allow: 'GET, POST, DELETE' });
  const ip = clientAddress(request, proxies);
  const guest = { ip, group: addressGroup(ip) };
  const { origin } = request.headers;
  if (!isOwnOrigin(origin, origins)) {
    log({ ev: 'deny', ip, why: 'origin' });
    throw new HttpRefusal(403, 'origin');
  }
  if (request.method === 'POST') return sessions.signIn(request, response, guest, origins);
  const [, account] = /^[^?]*\?account=(.*)$/.exec(request.url ?? '') ?? [];
  if (account !== undefined && !isAccount(account)) throw new HttpRefusal(400, 'request');
  for (const id of sessions.signOut(request, response, { guest, origins, account }))
    served.door.endSession(id);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(text);
}

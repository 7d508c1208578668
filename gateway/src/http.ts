import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Whom a request comes from. */
export interface Guest {
  readonly ip: string;
  /** What limits count by: see addressGroup. */
  readonly group: string;
}

/** A request that is not granted: answered with a status and a small JSON document, `{ reason, … }`. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly reason: string;
  readonly fields: object;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, reason: string, fields: object = {}, headers: Record<string, string> = {}) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.fields = fields;
    this.headers = headers;
  }
}

/** Answers with JSON that nobody may keep. */
export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.writeHead(status).end(JSON.stringify(value));
}

/** Answers an upgrade that is not granted, on its bare socket. */
export function refuseUpgrade(socket: Duplex, status: number, headers: Record<string, string>): void {
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' });
  socket.once('finish', () => socket.destroy());
  socket.end(
    [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map((pair) => pair.join(': ')), '', ''].join(
      '\r\n',
    ),
  );
}

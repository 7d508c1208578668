/** A relayed connection: the gateway's WebSocket as a Transport. */
import { ConnectionLost, GatewayRefused } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import type { Where } from '@postern/protocol/sync';
import { compression } from './compression.ts';

export type Service = 'imap' | 'submission';

/** What the gateway means by the codes it closes with (docs/gateway.md); any other is a lost connection. */
const refusals: Readonly<Record<number, string>> = {
  4401: 'expired',
  4403: 'auth',
  4406: 'unlisted',
  4502: 'unreachable',
  4503: 'certificate',
  4504: 'timeout',
  4505: 'protocol',
};

/** Octets in one frame; the gateway takes 256 KiB, and smaller ones let an upload be cancelled sooner. */
const frameOctets = 64 * 1024;
/** Octets the browser may hold back before we wait: an upload must not pile up in memory. */
const mostBuffered = 512 * 1024;
/** Milliseconds between looks at what is held back; WebSockets have no event for it. */
const lookAgain = 20;
/** Milliseconds for the gateway to reach the mail server and sign in: its own limits are 10 s each for TCP and TLS. */
const patience = 30_000;

/**
 * Settles with the first octets on their way, so that whatever keeps the mail server from answering is known before
 * anyone speaks to it. Rejects with GatewayRefused or ConnectionLost.
 * @param origin e.g. `https://mail.example.org`.
 */
export async function connect(origin: string, service: Service, where: Where = {}): Promise<Transport> {
  const query = new URLSearchParams({ ...where }).toString();
  const url = `${origin.replace(/^http/, 'ws')}/ws/${service}${query && `?${query}`}`;
  const transport = new WebSocketTransport(new WebSocket(url, `postern.${service}.v1`));
  try {
    await transport.begun;
  } catch (error) {
    transport.close();
    // The browser does not tell a refused upgrade from a lost network; asking for the session does.
    throw transport.opened ? error : ((await refusal(origin, where.account)) ?? error);
  }
  return transport;
}

/** Why the gateway would not open a relay: it answers, and says that there is no session for the account. */
async function refusal(origin: string, account: string | undefined): Promise<GatewayRefused | undefined> {
  try {
    const response = await fetch(`${origin}/session`, { cache: 'no-store' });
    const answer = (await response.json()) as { reason?: unknown; accounts?: readonly { id?: unknown }[] };
    if (response.ok) {
      const there = account === undefined || answer.accounts?.some(({ id }) => id === account);
      return there ? undefined : new GatewayRefused(401, 'expired');
    }
    return new GatewayRefused(response.status, typeof answer.reason === 'string' ? answer.reason : '');
  } catch {
    return undefined;
  }
}

class WebSocketTransport implements Transport {
  readonly compression = compression;
  /** Settles with the first frame; rejects when the stream ends before. */
  readonly begun: Promise<void>;
  opened = false;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #socket: WebSocket;
  readonly #received: Uint8Array[] = [];
  #ended: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.bytes = this.#read();
    this.begun = new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new ConnectionLost('the gateway does not answer'));
        this.close();
      }, patience);
      socket.onopen = () => (this.opened = true);
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        clearTimeout(late);
        this.#received.push(new Uint8Array(data));
        this.#wake();
        resolve();
      };
      socket.onclose = ({ code, reason }) => {
        clearTimeout(late);
        this.#end(errorOf(code, reason));
        reject(this.#ended?.error ?? new ConnectionLost('the mail server ended the connection'));
      };
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += frameOctets) {
      if (this.#socket.readyState !== WebSocket.OPEN) throw new ConnectionLost('the connection is closed');
      this.#socket.send(bytes.slice(at, at + frameOctets));
      while (this.#socket.bufferedAmount > mostBuffered) {
        await new Promise((resolve) => setTimeout(resolve, lookAgain));
        if (this.#socket.readyState !== WebSocket.OPEN) throw new ConnectionLost('the connection is closed');
      }
    }
  }

  close(): void {
    this.#end(undefined);
    this.#socket.close();
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#received.shift();
      if (chunk) {
        yield chunk;
        continue;
      }
      if (this.#ended) {
        if (this.#ended.error) throw this.#ended.error;
        return;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #end(error: Error | undefined): void {
    this.#ended ??= { error };
    this.#wake();
  }
}

/** undefined: the mail server ended the stream, and every octet of it has come. */
function errorOf(code: number, reason: string): Error | undefined {
  if (code === 1000) return undefined;
  const refused = refusals[code];
  if (refused !== undefined) return new GatewayRefused(code, refused);
  return new ConnectionLost(`the connection broke (${code}${reason ? ` ${reason}` : ''})`);
}

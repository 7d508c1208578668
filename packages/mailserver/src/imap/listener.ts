import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { ServerConnection } from './connection.ts';
import type { ImapHost } from './session.ts';

/** A certificate and its key, PEM. */
export interface TlsOptions {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** A port that speaks IMAP. */
export interface ImapListener {
  readonly port: number;
  disconnectAll(): void;
  close(): Promise<void>;
}

/** Listens for IMAP, in the clear or (with `implicitTls`) encrypted from the first octet. Port 0: any. */
export async function listenImap(
  host: ImapHost,
  options: {
    readonly address: string;
    readonly port: number;
    readonly tls?: TlsOptions;
    readonly implicitTls: boolean;
  },
): Promise<ImapListener> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveSocket(socket, host, options);
  };
  const server =
    options.implicitTls && options.tls !== undefined
      ? createTlsServer(options.tls, serve)
      : createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, resolve);
  });
  const disconnectAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    disconnectAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        disconnectAll();
      }),
  };
}

function serveSocket(
  plain: Socket,
  host: ImapHost,
  options: { readonly tls?: TlsOptions; readonly implicitTls: boolean },
): void {
  let socket = plain;
  let timer: NodeJS.Timeout | undefined;
  let woken = false;
  const connection = new ServerConnection(host, {
    secure: options.implicitTls,
    // What woke us may be in the middle of changing the mailbox: look once it is done.
    wake: () => {
      if (woken) return;
      woken = true;
      setImmediate(() => {
        woken = false;
        pump();
      });
    },
  });

  const pump = (): void => {
    if (socket.destroyed) return;
    while (!socket.writableNeedDrain) {
      const bytes = connection.output();
      if (bytes === undefined) break;
      socket.write(bytes);
    }
    if (connection.state === 'aborted') socket.destroySoon();
    else if (connection.state === 'closed') socket.end();
    else if (connection.state === 'starttls') encrypt();
    clearTimeout(timer);
    if (connection.wakeAt !== undefined)
      timer = setTimeout(pump, Math.max(1, connection.wakeAt - host.now()));
  };

  const encrypt = (): void => {
    plain.removeAllListeners('data');
    connection.secured();
    socket = new TLSSocket(plain, { isServer: true, ...options.tls });
    attach();
  };

  const attach = (): void => {
    socket.on('data', (chunk: Buffer) => {
      connection.receive(chunk);
      pump();
    });
    socket.on('drain', pump);
    // A peer that vanishes is nothing out of the ordinary; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      connection.end();
    });
  };

  plain.setNoDelay(true);
  attach();
  pump();
}

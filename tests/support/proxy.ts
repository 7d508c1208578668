import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A wire that can be measured and cut: TCP in, TCP out. */
export interface Proxy {
  readonly port: number;
  /** Octets, from the server and to it. */
  readonly octets: { down: number; up: number };
  /** Breaks every connection and takes no more, as a network that is gone. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: () => number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const octets = { down: 0, up: 0 };
  const server = createServer((near) => {
    const far = createConnection({ port: target(), host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (data) => (octets.up += data.length));
    far.on('data', (data) => (octets.down += data.length));
    near.pipe(far);
    far.pipe(near);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    octets,
    cut,
    mend: () => listen(port),
    close: async () => {
      if (server.listening) await cut();
    },
  };
}

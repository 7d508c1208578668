import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Listens, and leads every connection on to another one: when either of the two ends, so does the other. */
export interface Between {
  readonly port: number;
  /** Breaks every connection and takes no more. */
  cut(): Promise<void>;
  /** Takes connections again, at the same port. */
  mend(): Promise<void>;
}

/** `join` carries what is said from one to the other. */
export async function openBetween(
  target: () => number,
  join: (near: Socket, far: Socket) => void,
): Promise<Between> {
  const sockets = new Set<Socket>();
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
    join(near, far);
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

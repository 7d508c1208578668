import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { append, login, Session } from '@postern/protocol/imap';
import type { Person } from './place.ts';
import { systemClock } from './relay.ts';

/** Connects to `imap://127.0.0.1:PORT` with no gateway between. */
export async function dial(target: string): Promise<Transport> {
  const { hostname, port } = new URL(target);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return overSocket(socket);
}

function overSocket(socket: Socket): Transport {
  // Whoever writes or reads hears of it; without a listener it would end the process.
  socket.on('error', () => undefined);
  return {
    bytes: (async function* () {
      try {
        for await (const chunk of socket) yield new Uint8Array(chunk as Buffer);
      } catch (error) {
        throw new ConnectionLost((error as Error).message);
      }
    })(),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(new ConnectionLost(error.message)) : resolve()));
      }),
    close: () => socket.destroy(),
  };
}

/** Puts a message into a mailbox on a connection of its own, as another client would. */
export function appendElsewhere(
  target: string,
  person: Person,
  mailbox: string,
  message: Uint8Array | string,
  flags: readonly string[] = [],
): Promise<void> {
  return appendAllElsewhere(target, person, mailbox, [message], flags);
}

/** The same for many, in their order. */
export async function appendAllElsewhere(
  target: string,
  { user, password }: Person,
  mailbox: string,
  messages: readonly (Uint8Array | string)[],
  flags: readonly string[] = [],
): Promise<void> {
  const session = new Session(await dial(target), { clock: systemClock, onNews: () => undefined });
  try {
    await session.ready;
    await session.run(login(user, password));
    for (const message of messages) {
      const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
      await session.run(append(mailbox, { message: bytes, flags }));
    }
  } finally {
    session.close();
  }
}

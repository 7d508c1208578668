import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { append, login, Session } from '@postern/protocol/imap';
import type { Command, News } from '@postern/protocol/imap';
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

/** On a connection of its own, signed in, as another client would have. */
export async function withSession<T>(
  target: string,
  { user, password }: Person,
  use: (session: Session) => Promise<T>,
  onNews: (news: News) => void = () => undefined,
): Promise<T> {
  const session = new Session(await dial(target), { clock: systemClock, onNews });
  try {
    await session.ready;
    await session.run(login(user, password));
    return await use(session);
  } finally {
    session.close();
  }
}

/** Runs commands one after the other, as another client would; what came of each. */
export function runElsewhere(
  target: string,
  person: Person,
  ...commands: readonly Command<unknown>[]
): Promise<unknown[]> {
  return withSession(target, person, async (session) => {
    const results: unknown[] = [];
    for (const command of commands) results.push(await session.run(command));
    return results;
  });
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
  person: Person,
  mailbox: string,
  messages: readonly (Uint8Array | string)[],
  flags: readonly string[] = [],
): Promise<void> {
  const octets = (message: Uint8Array | string): Uint8Array =>
    typeof message === 'string' ? new TextEncoder().encode(message) : message;
  await runElsewhere(
    target,
    person,
    ...messages.map((message) => append(mailbox, { message: octets(message), flags })),
  );
}

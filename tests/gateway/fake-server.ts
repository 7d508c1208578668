import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

/** The only password the fake servers take; a canary that must turn up nowhere. */
export const password = 'canary-7c1f-päss "w\\ord';
export const user = 'ada@example.org';

export interface FakeServer {
  readonly port: number;
  /** Sockets open at this moment. */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections accepted so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

export interface FakeOptions {
  /** TLS from the first byte. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Called after a successful sign-in. */
  onSignedIn?(socket: Socket): void;
  readonly greeting?: string;
}

/** Listens and hands over each socket; remembers them, so that closing leaves nothing. */
export async function listen(
  onSocket: (socket: Socket) => void,
  credentials?: FakeOptions['tls'],
): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const welcome = (socket: Socket): void => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    onSocket(socket);
  };
  const server = credentials ? tls.createServer(credentials, welcome) : net.createServer(welcome);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    get accepted() {
      return accepted;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls back with each line, until `stop` is called; what follows stays on the socket. */
export function onLines(socket: Socket, callback: (line: string, stop: () => void) => void): void {
  let pending = '';
  let stopped = false;
  const onData = (chunk: Buffer): void => {
    pending += chunk.toString('latin1');
    for (let end = pending.indexOf('\r\n'); end >= 0 && !stopped; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      callback(line, () => {
        stopped = true;
        socket.off('data', onData);
      });
    }
  };
  socket.on('data', onData);
}

const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString();

/** An empty greeting (as after STARTTLS) is not written: an empty write can stall a TLS socket. */
function greet(socket: Socket, greeting: string): void {
  if (greeting !== '') socket.write(greeting);
}

/** An IMAP server that knows how to sign in and nothing else. */
export function fakeImap(options: FakeOptions = {}): Promise<FakeServer> {
  return listen((socket) => serveImap(socket, options), options.tls);
}

export function serveImap(socket: Socket, options: FakeOptions = {}): void {
  greet(socket, options.greeting ?? '* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] ready\r\n');
  onLines(socket, (line, stop) => {
    const [tag = '*', command = '', ...rest] = line.split(' ');
    switch (command.toUpperCase()) {
      case 'CAPABILITY':
        socket.write(`* CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN\r\n${tag} OK done\r\n`);
        break;
      case 'AUTHENTICATE':
        if (decoded(rest[1]) === `\0${user}\0${password}`) {
          stop();
          socket.write(`${tag} OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN LOGINDISABLED] in\r\n`);
          options.onSignedIn?.(socket);
        } else {
          socket.write(`${tag} NO [AUTHENTICATIONFAILED] no such person\r\n`);
        }
        break;
      default:
        socket.write(`${tag} BAD unknown\r\n`);
    }
  });
}

/** A submission server that knows EHLO and AUTH and nothing else. */
export function fakeSubmission(options: FakeOptions & { mechanisms?: string } = {}): Promise<FakeServer> {
  return listen((socket) => serveSubmission(socket, options), options.tls);
}

export function serveSubmission(socket: Socket, options: FakeOptions & { mechanisms?: string } = {}): void {
  const answers: string[] = [];
  let signedIn = false;
  greet(socket, options.greeting ?? '220-fake\r\n220 ready\r\n');
  onLines(socket, (line, stop) => {
    const finish = (good: boolean): void => {
      signedIn = good;
      socket.write(good ? '235 2.7.0 in\r\n' : '535 5.7.8 no such person\r\n');
    };
    if (line.startsWith('EHLO ')) {
      socket.write(`250-fake\r\n250-SIZE 1000\r\n250 AUTH ${options.mechanisms ?? 'LOGIN PLAIN'}\r\n`);
      if (!signedIn) return;
      // What is offered may differ after AUTH, so a client asks once more.
      stop();
      options.onSignedIn?.(socket);
    } else if (line.startsWith('AUTH PLAIN ')) {
      finish(decoded(line.slice(11)) === `\0${user}\0${password}`);
    } else if (line === 'AUTH LOGIN') {
      socket.write('334 VXNlcm5hbWU6\r\n');
    } else {
      answers.push(decoded(line));
      if (answers.length === 1) socket.write('334 UGFzc3dvcmQ6\r\n');
      else finish(answers[0] === user && answers[1] === password);
    }
  });
}

import type { AddressInfo, Socket } from 'node:net';
import type { SMTPServerDataStream } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import type { TlsOptions } from './imap/listener.ts';
import type { SubmissionHost } from './submission-delivery.ts';
import { deliverSubmission, isUnknownHere } from './submission-delivery.ts';

/** A port that takes submissions. */
export interface SubmissionListener {
  readonly port: number;
  close(): Promise<void>;
  disconnectAll(): void;
}

/** Octets of a submitted message, announced by SIZE. */
const MAX_MESSAGE = 64 << 20;

/** An error smtp-server turns into a reply with that code. */
function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** Listens for submission (RFC 6409), in the clear or encrypted from the first octet. Port 0: any. */
export async function listenSubmission(
  host: SubmissionHost,
  options: {
    readonly address: string;
    readonly port: number;
    readonly tls?: TlsOptions;
    readonly implicitTls: boolean;
  },
): Promise<SubmissionListener> {
  const server = new SMTPServer({
    ...options.tls,
    name: `mail.${host.domain}`,
    banner: 'Postern mail server',
    secure: options.implicitTls,
    authOptional: false,
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN'],
    disabledCommands: options.tls === undefined ? ['STARTTLS'] : [],
    disableReverseLookup: true,
    size: MAX_MESSAGE,
    logger: false,
    onAuth: ({ username, password }, _session, callback) => {
      if (host.faults.refuseLogins !== undefined)
        return callback(reply(454, `4.7.0 ${host.faults.refuseLogins}`));
      const account = host.authenticate(username ?? '', password ?? '');
      if (account === undefined) return callback(reply(535, '5.7.8 User name or password is wrong'));
      return callback(null, { user: account.user });
    },
    onMailFrom: ({ address }, _session, callback) => callback(refusal(host, 'MAIL', address)),
    onRcptTo: ({ address }, _session, callback) => {
      const refused = refusal(host, 'RCPT', address);
      if (refused !== undefined) return callback(refused);
      if (isUnknownHere(host, address))
        return callback(reply(550, `5.1.1 There is no mailbox for ${address} here`));
      return callback();
    },
    onData: (stream, session, callback) => {
      collect(stream).then(
        (content) => {
          if (stream.sizeExceeded)
            return callback(reply(552, '5.3.4 The message is larger than this server takes'));
          const refused = refusal(host, 'DATA', '');
          if (refused !== undefined) return callback(refused);
          const { mailFrom, rcptTo } = session.envelope;
          deliverSubmission(host, {
            from: mailFrom === false ? '' : mailFrom.address,
            recipients: rcptTo.map(({ address }) => address),
            user: session.user ?? '',
            content,
            client: session.hostNameAppearsAs,
            secure: session.secure,
            id: session.id,
          });
          return callback(null);
        },
        (error: Error) => callback(error),
      );
    },
  });
  // Broken connections are the client's business; nothing to do here.
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const disconnectAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.address, () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    disconnectAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        disconnectAll();
      }),
  };
}

/** What the faults want a step answered by. */
function refusal(host: SubmissionHost, step: 'MAIL' | 'RCPT' | 'DATA', argument: string): Error | undefined {
  const text = host.faults.refuseSubmission?.(step, argument);
  return text === undefined ? undefined : reply(Number(text.slice(0, 3)), text.slice(4));
}

async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    // What is over the announced size is read to its end but not kept.
    if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

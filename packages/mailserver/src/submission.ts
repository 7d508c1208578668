import type { AddressInfo, Socket } from 'node:net';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import type { Account } from './account/account.ts';
import type { Faults } from './faults.ts';
import type { TlsOptions } from './imap/listener.ts';

/** A message accepted for somebody who has no account here: it goes nowhere. */
export interface RelayedMessage {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly content: Uint8Array;
}

/** What submission needs of the server around it. */
export interface SubmissionHost {
  readonly domain: string;
  readonly faults: Faults;
  authenticate(user: string, password: string): Account | undefined;
  accountOf(address: string): Account | undefined;
  now(): number;
  relay(message: RelayedMessage): void;
  /** The server itself files what is submitted in the sender's Sent. */
  readonly filesSent: boolean;
}

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
    onRcptTo: ({ address }, _session, callback) => {
      const local = address.toLowerCase().endsWith(`@${host.domain.toLowerCase()}`);
      if (local && host.accountOf(address) === undefined)
        return callback(reply(550, `5.1.1 There is no mailbox for ${address} here`));
      return callback();
    },
    onData: (stream, session, callback) => {
      collect(stream).then(
        (content) => {
          if (stream.sizeExceeded)
            return callback(reply(552, '5.3.4 The message is larger than this server takes'));
          deliver(host, session, content);
          if (host.filesSent) fileSent(host, session, content);
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

async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    // What is over the announced size is read to its end but not kept.
    if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Puts a copy into Sent of who submitted it, if there is one. */
function fileSent(host: SubmissionHost, session: SMTPServerSession, content: Buffer): void {
  const sender = host.accountOf(session.user ?? '');
  sender?.find('Sent')?.add({ content, internalDate: host.now(), flags: ['\\Seen'] });
}

/** Puts the message into the INBOX of every recipient who has one here, octets as they came, trace fields on top. */
function deliver(host: SubmissionHost, session: SMTPServerSession, content: Buffer): void {
  const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
  const foreign: string[] = [];
  const delivered = new Set<Account>();
  for (const { address } of session.envelope.rcptTo) {
    const account = host.accountOf(address);
    if (account === undefined) foreign.push(address);
    else if (!delivered.has(account)) {
      delivered.add(account);
      const trace = Buffer.from(traceFields(host, session, from, address), 'utf8');
      account.get('INBOX').add({ content: Buffer.concat([trace, content]), internalDate: host.now() });
    }
  }
  if (foreign.length > 0) host.relay({ from, recipients: foreign, content });
}

/** Return-Path and Received (RFC 5321 §4.4). */
function traceFields(
  host: SubmissionHost,
  session: SMTPServerSession,
  from: string,
  recipient: string,
): string {
  const protocol = session.secure ? 'ESMTPSA' : 'ESMTPA';
  const date = new Date(host.now()).toUTCString().replace('GMT', '+0000');
  return (
    `Return-Path: <${from}>\r\n` +
    `Received: from ${session.hostNameAppearsAs || 'unknown'} by mail.${host.domain}\r\n` +
    `\twith ${protocol} id ${session.id} for <${recipient}>;\r\n\t${date}\r\n`
  );
}

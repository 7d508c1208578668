import type { Account } from './account/account.ts';
import type { Message } from './account/mailbox.ts';
import type { Faults } from './faults.ts';
import type { ImapListener, TlsOptions } from './imap/listener.ts';
import { listenImap } from './imap/listener.ts';
import type { ImapHost } from './imap/session.ts';
import type { MessageSource } from './message/source.ts';
import type { Profile } from './profile.ts';
import { profiles } from './profiles.ts';
import type { Referrals } from './referrals.ts';
import { noReferrals } from './referrals.ts';
import type { RelayedMessage, SubmissionHost } from './submission-delivery.ts';
import type { SubmissionListener } from './submission.ts';
import { listenSubmission } from './submission.ts';

/** Where a service listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface MailServerOptions {
  readonly accounts: readonly Account[];
  /** `profiles.full` unless given. */
  readonly profile?: Profile;
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** 0, the default, takes any free port. The TLS ports are always any. */
  readonly imapPort?: number;
  readonly submissionPort?: number;
  /** Adds STARTTLS to both ports, and a port with implicit TLS for each. PEM. */
  readonly tls?: TlsOptions;
  /** Addresses in this domain are accounts here or refused; postern.example unless given. */
  readonly domain?: string;
  /** IMAP lines as exchanged, without line breaks, literals and secrets. "C" is what the client says. */
  readonly onLine?: (direction: 'C' | 'S', text: string) => void;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
}

/** What `deliver` may be told about a message. */
export interface DeliverOptions {
  readonly flags?: Iterable<string>;
  /** Milliseconds since 1970; now unless given. */
  readonly internalDate?: number;
}

/** A running server. Everything is in memory: what arrives is gone when it stops. */
export interface MailServer {
  readonly imap: Endpoint;
  readonly submission: Endpoint;
  /** With implicit TLS; only when `tls` was given. */
  readonly imaps?: Endpoint;
  readonly submissions?: Endpoint;
  readonly accounts: readonly Account[];
  /** Messages submitted for addresses outside the domain. They are kept here and go nowhere. */
  readonly relayed: RelayedMessage[];
  /** What is to go wrong; change it at any time. */
  readonly faults: Faults;
  /** What clients are sent elsewhere for; change it at any time. `self` is this server. */
  readonly referrals: Referrals;
  /** Puts a message into a mailbox as if it had just arrived; whoever idles there is told at once. */
  deliver(
    user: string,
    mailbox: string,
    content: Uint8Array | MessageSource,
    options?: DeliverOptions,
  ): Message;
  /** Drops every IMAP and submission connection without a word; new ones are accepted. */
  disconnectAll(): void;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Starts an IMAP and a submission server for these accounts, all in memory. Rejects when a port is taken. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const address = options.host ?? '127.0.0.1';
  const domain = options.domain ?? 'postern.example';
  const { accounts, tls } = options;
  const faults: Faults = {};
  const referrals = noReferrals();
  const relayed: RelayedMessage[] = [];
  const now = options.now ?? Date.now;
  const accountOf = (user: string): Account | undefined =>
    accounts.find((account) => account.user.toLowerCase() === user.toLowerCase());
  const authenticate = (user: string, password: string): Account | undefined => {
    const account = accountOf(user);
    return account?.password === password ? account : undefined;
  };
  const imapHost: ImapHost = {
    profile: options.profile ?? profiles.full,
    faults,
    referrals,
    startTls: tls !== undefined,
    authenticate,
    accountOf,
    now,
    ...(options.onLine === undefined ? {} : { log: options.onLine }),
  };
  const submissionHost: SubmissionHost = {
    domain,
    faults,
    authenticate,
    accountOf,
    now,
    filesSent: options.profile?.traits?.includes('files-sent') === true,
    relay: (message) => relayed.push(message),
  };

  const listeners: Array<ImapListener | SubmissionListener> = [];
  const opened = async <T extends ImapListener | SubmissionListener>(
    listener: Promise<T>,
  ): Promise<Endpoint> => {
    const { port } = await listener.then((open) => (listeners.push(open), open));
    return { host: address, port };
  };
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const plain = { address, implicitTls: false, ...(tls === undefined ? {} : { tls }) };
  try {
    const imap = await opened(listenImap(imapHost, { ...plain, port: options.imapPort ?? 0 }));
    referrals.self = `imap://${imap.host}:${imap.port}`;
    const submission = await opened(
      listenSubmission(submissionHost, { ...plain, port: options.submissionPort ?? 0 }),
    );
    const encrypted = { address, port: 0, implicitTls: true };
    return {
      imap,
      submission,
      ...(tls === undefined
        ? {}
        : {
            imaps: await opened(listenImap(imapHost, { ...encrypted, tls })),
            submissions: await opened(listenSubmission(submissionHost, { ...encrypted, tls })),
          }),
      accounts,
      relayed,
      faults,
      referrals,
      deliver: (user, mailbox, content, { flags, internalDate = now() } = {}) => {
        const account = accountOf(user);
        if (account === undefined) throw new Error(`There is no account ${user}`);
        return account.get(mailbox).add({ content, internalDate, ...(flags === undefined ? {} : { flags }) });
      },
      disconnectAll: () => {
        for (const listener of listeners) listener.disconnectAll();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

import type { Account } from './account/account.ts';
import type { Faults } from './faults.ts';

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
  /** The server itself files what is submitted in the sender's Sent. */
  readonly filesSent: boolean;
  authenticate(user: string, password: string): Account | undefined;
  accountOf(address: string): Account | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  relay(message: RelayedMessage): void;
}

/** A message as it was submitted, and by whom. */
export interface Submission {
  readonly from: string;
  readonly recipients: readonly string[];
  /** Who signed in. */
  readonly user: string;
  readonly content: Uint8Array;
  /** What EHLO said. */
  readonly client: string;
  readonly secure: boolean;
  readonly id: string;
}

/** Whether mail to an address can only be refused: it is in the domain, and nobody has it. */
export function isUnknownHere(host: SubmissionHost, address: string): boolean {
  const local = address.toLowerCase().endsWith(`@${host.domain.toLowerCase()}`);
  return local && host.accountOf(address) === undefined;
}

/** Puts the message into the INBOX of every recipient who has one here, octets as they came, trace fields on top. */
export function deliverSubmission(host: SubmissionHost, submission: Submission): void {
  const { from, recipients, content } = submission;
  const foreign: string[] = [];
  const delivered = new Set<Account>();
  for (const address of recipients) {
    const account = host.accountOf(address);
    if (account === undefined) foreign.push(address);
    else if (!delivered.has(account)) {
      delivered.add(account);
      const trace = Buffer.from(traceFields(host, submission, address), 'utf8');
      account.get('INBOX').add({ content: Buffer.concat([trace, content]), internalDate: host.now() });
    }
  }
  if (foreign.length > 0) host.relay({ from, recipients: foreign, content });
  if (!host.filesSent) return;
  const sent = host.accountOf(submission.user)?.find('Sent');
  sent?.add({ content, internalDate: host.now(), flags: ['\\Seen'] });
}

/** Return-Path and Received (RFC 5321 §4.4). */
function traceFields(host: SubmissionHost, submission: Submission, recipient: string): string {
  const protocol = submission.secure ? 'ESMTPSA' : 'ESMTPA';
  const date = new Date(host.now()).toUTCString().replace('GMT', '+0000');
  return (
    `Return-Path: <${submission.from}>\r\n` +
    `Received: from ${submission.client || 'unknown'} by mail.${host.domain}\r\n` +
    `\twith ${protocol} id ${submission.id} for <${recipient}>;\r\n\t${date}\r\n`
  );
}

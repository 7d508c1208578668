import type { SubmissionHost } from './submission-delivery.ts';
import { deliverSubmission, isUnknownHere } from './submission-delivery.ts';

/** Octets of a submitted message, announced by SIZE (RFC 1870). */
const MAX_MESSAGE = 64 << 20;
/** Octets of a command line (RFC 5321 §4.5.3.1.4 asks for 512). */
const MAX_LINE = 8192;

/**
 * One submission connection (RFC 6409) of a user who is already signed in, without a socket: octets in by `receive`,
 * octets out by `output`, nothing asynchronous. It greets at once.
 */
export class SubmissionConnection {
  readonly #host: SubmissionHost;
  readonly #user: string;
  #buffer = '';
  #output: string[] = [];
  #client = '';
  #from: string | undefined;
  #recipients: string[] = [];
  /** Lines of a message, while DATA brings one. */
  #lines: string[] | undefined;
  #size = 0;
  #submitted = 0;
  #closed = false;

  constructor(host: SubmissionHost, user: string) {
    this.#host = host;
    this.#user = user;
    this.#reply(`220 mail.${host.domain} Postern mail server`);
  }

  /** "closed": send what there is and close. */
  get state(): 'open' | 'closed' {
    return this.#closed ? 'closed' : 'open';
  }

  receive(chunk: Uint8Array): void {
    this.#buffer += Buffer.from(chunk).toString('latin1');
    for (let end; !this.#closed && (end = this.#buffer.indexOf('\r\n')) >= 0;) {
      const line = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      if (this.#lines === undefined) this.#command(line);
      else this.#data(line);
    }
    if (this.#lines === undefined && this.#buffer.length > MAX_LINE) this.#quit('500 5.5.6 Line too long');
  }

  /** The peer is gone; a message that had not come to its end is forgotten. */
  end(): void {
    this.#closed = true;
  }

  output(): Uint8Array | undefined {
    const text = this.#output.splice(0).join('');
    return text === '' ? undefined : Buffer.from(text, 'latin1');
  }

  #reply(...lines: string[]): void {
    const last = lines.length - 1;
    for (const [index, line] of lines.entries())
      this.#output.push(`${line.slice(0, 3)}${index === last ? ' ' : '-'}${line.slice(4)}\r\n`);
  }

  #quit(reply: string): void {
    this.#reply(reply);
    this.#closed = true;
  }

  #reset(): void {
    this.#from = undefined;
    this.#recipients = [];
  }

  #command(line: string): void {
    const [, verb = '', argument = ''] = /^([A-Za-z]*) ?(.*)$/.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case 'EHLO':
        this.#client = argument;
        this.#reset();
        return this.#reply(
          `250 mail.${this.#host.domain}`,
          '250 PIPELINING',
          `250 SIZE ${MAX_MESSAGE}`,
          '250 8BITMIME',
          '250 SMTPUTF8',
          '250 ENHANCEDSTATUSCODES',
        );
      case 'MAIL':
        return this.#mail(argument);
      case 'RCPT':
        return this.#recipient(argument);
      case 'DATA':
        if (this.#recipients.length === 0) return this.#reply('503 5.5.1 Nobody to send it to');
        this.#lines = [];
        this.#size = 0;
        return this.#reply('354 End with a dot on a line of its own');
      case 'RSET':
        this.#reset();
        return this.#reply('250 2.0.0 Forgotten');
      case 'NOOP':
        return this.#reply('250 2.0.0 Done');
      case 'QUIT':
        return this.#quit('221 2.0.0 Until next time');
      default:
        return this.#reply('500 5.5.1 Unknown command');
    }
  }

  #mail(argument: string): void {
    const path = /^FROM:<([^<>]*)>((?: [^ ]+)*)$/i.exec(argument);
    if (path === null) return this.#reply('501 5.5.4 That is no sender');
    if (this.#from !== undefined) return this.#reply('503 5.5.1 One message at a time');
    const size = Number(/ SIZE=(\d+)/i.exec(path[2] ?? '')?.[1] ?? 0);
    if (size > MAX_MESSAGE) return this.#reply('552 5.3.4 The message is larger than this server takes');
    const refusal = this.#host.faults.refuseSubmission?.('MAIL', path[1] ?? '');
    if (refusal !== undefined) return this.#reply(refusal);
    this.#from = path[1] ?? '';
    return this.#reply('250 2.1.0 Accepted');
  }

  #recipient(argument: string): void {
    const address = /^TO:<([^<>]+)>(?: [^ ]+)*$/i.exec(argument)?.[1];
    if (this.#from === undefined) return this.#reply('503 5.5.1 Who is it from?');
    if (address === undefined) return this.#reply('501 5.5.4 That is no recipient');
    if (isUnknownHere(this.#host, address))
      return this.#reply(`550 5.1.1 There is no mailbox for ${address} here`);
    const refusal = this.#host.faults.refuseSubmission?.('RCPT', address);
    if (refusal !== undefined) return this.#reply(refusal);
    this.#recipients.push(address);
    return this.#reply('250 2.1.5 Accepted');
  }

  /** A line of the message; its dot is doubled when it begins with one (RFC 5321 §4.5.2). */
  #data(line: string): void {
    if (line !== '.') {
      this.#size += line.length + 2;
      if (this.#size <= MAX_MESSAGE) this.#lines!.push(line.startsWith('.') ? line.slice(1) : line);
      return;
    }
    const lines = this.#lines!;
    this.#lines = undefined;
    const refusal = this.#host.faults.refuseSubmission?.('DATA', '');
    if (refusal !== undefined) this.#reply(refusal);
    else if (this.#size > MAX_MESSAGE) this.#reply('552 5.3.4 The message is larger than this server takes');
    else {
      deliverSubmission(this.#host, {
        from: this.#from ?? '',
        recipients: this.#recipients,
        user: this.#user,
        content: Buffer.from(lines.map((each) => `${each}\r\n`).join(''), 'latin1'),
        client: this.#client,
        secure: true,
        id: `${this.#user.length}-${this.#host.now()}-${++this.#submitted}`,
      });
      this.#reply('250 2.0.0 Taken');
    }
    this.#reset();
  }
}

import { concatBytes, encodeText } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import { type Reply, ReplyReader } from './reply.ts';

export type SmtpEvent =
  | { readonly type: 'greeting'; readonly reply: Reply }
  /** Replies come in the order of the commands (RFC 2920 §3.1). `command` is empty for a refusal that nothing asked for. */
  | { readonly type: 'reply'; readonly command: string; readonly reply: Reply }
  /** The stream is lost. */
  | { readonly type: 'defect'; readonly error: ProtocolError }
  /** The peer closed. Names of the commands without a reply. */
  | { readonly type: 'closed'; readonly unanswered: readonly string[] };

/**
 * What carries the message. `DATA` (its end, not the command) and `BDAT LAST` complete it: once they are written and until
 * they are answered nobody can say whether the message was sent. `BDAT` is any other chunk.
 */
export type DataCommand = 'DATA' | 'BDAT' | 'BDAT LAST';

export function completesMessage(command: string): boolean {
  return command === 'DATA' || command === 'BDAT LAST';
}

/**
 * One submission connection without its socket (RFC 5321, RFC 6409): bytes in, events out; commands in, bytes out.
 * Synchronous. Feed it with `receive`, call `next` until it gives undefined, write what `output` gives.
 */
export class SmtpConnection {
  readonly #replies = new ReplyReader();
  readonly #output: Uint8Array[] = [];
  #unanswered: string[] = [];
  #greeted: boolean;
  #ended = false;
  #over = false;

  /** `greeted`: the greeting is over, as after STARTTLS. */
  constructor(options: { readonly greeted?: boolean } = {}) {
    this.#greeted = options.greeted ?? false;
  }

  /** Names of the commands without a reply, in the order they were sent. */
  get unanswered(): readonly string[] {
    return this.#unanswered;
  }

  get unread(): Uint8Array {
    return this.#replies.unread;
  }

  receive(chunk: Uint8Array): void {
    if (!this.#ended) this.#replies.push(chunk);
  }

  end(): void {
    this.#ended = true;
  }

  next(): SmtpEvent | undefined {
    if (this.#over) return undefined;
    let reply: Reply | undefined;
    try {
      reply = this.#replies.next();
      if (reply) return this.#event(reply);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over = true;
      return { type: 'defect', error };
    }
    if (!this.#ended) return undefined;
    this.#over = true;
    return { type: 'closed', unanswered: this.#unanswered };
  }

  #event(reply: Reply): SmtpEvent {
    if (!this.#greeted) {
      this.#greeted = true;
      return { type: 'greeting', reply };
    }
    const command = this.#unanswered.shift();
    // 421 may come at any time, and the connection ends after it (RFC 5321 §3.8). Quirk: so does any refusal of a message that
    // is still being written.
    if (command === undefined && reply.code < 400) {
      throw new ProtocolError('a reply to no command', 0, '', true);
    }
    return { type: 'reply', command: command ?? '', reply };
  }

  /** `line` without its line break. UsageError where it holds one: that would be a second command. */
  send(command: string, line: string): void {
    if (!this.#greeted) throw new UsageError(`${command} before the greeting`);
    if (/[\r\n\0]/.test(line)) throw new UsageError(`${command} with a line break in it`);
    this.#unanswered.push(command);
    this.#output.push(encodeText(`${line}\r\n`));
  }

  /** Octets of the message as they go on the wire. */
  sendData(chunk: Uint8Array): void {
    this.#output.push(chunk);
  }

  /** The last octets that `command` needs to be answered. */
  sendEnd(command: DataCommand, chunk: Uint8Array): void {
    this.#unanswered.push(command);
    this.#output.push(chunk);
  }

  /** What is to be written now. */
  output(): Uint8Array | undefined {
    return this.#output.length === 0 ? undefined : concatBytes(this.#output.splice(0));
  }
}

import { ByteQueue, CR, decodeText, LF } from '../bytes/index.ts';
import { CommandError, ProtocolError } from '../error.ts';

/** A server's reply (RFC 5321 §4.2). */
export interface Reply {
  /** 200 … 599. */
  readonly code: number;
  /** Enhanced status code (RFC 2034), e.g. `5.1.1`; undefined where there is none. */
  readonly enhanced: string | undefined;
  /** Without codes. */
  readonly lines: readonly string[];
}

/** Octets of one line: RFC 5321 §4.5.3.1.5 allows 512, some servers write whole stories. */
const LINE_LIMIT = 8192;
/** Lines of one reply: EHLO has two dozen. */
const LINES_LIMIT = 500;

export function replyText(reply: Reply): string {
  return reply.lines.join('\n').trim();
}

/** The refusal that a reply is. */
export function refusal(command: string, reply: Reply): CommandError {
  const status = reply.code < 500 ? 'TEMPORARY' : 'PERMANENT';
  const code = reply.enhanced === undefined ? undefined : { name: reply.enhanced };
  return new CommandError(command, status, replyText(reply), code, reply.code);
}

/** 2yz: done (RFC 5321 §4.2.1). The other digits tell details that a client need not know. */
export function isYes(code: number): boolean {
  return code >= 200 && code < 300;
}

/**
 * Throws CommandError where the reply refuses, and ProtocolError where it is neither that nor what belongs here (`wanted`: the
 * first digit): the two sides do not speak of the same thing any more.
 */
export function expectReply(command: string, reply: Reply, wanted: 2 | 3): void {
  if (Math.floor(reply.code / 100) === wanted) return;
  if (reply.code >= 400) throw refusal(command, reply);
  throw new ProtocolError(`${reply.code} in answer to ${command}`, 0, '', true);
}

/** Cuts a stream into replies. Throws ProtocolError where it is not SMTP; nothing can be read after that. */
export class ReplyReader {
  readonly #queue = new ByteQueue();
  #lines: string[] = [];
  #enhanced: string | undefined;

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Octets that belong to no reply yet. */
  get unread(): Uint8Array {
    return this.#queue.view();
  }

  next(): Reply | undefined {
    for (;;) {
      const feed = this.#queue.indexOf(LF);
      if (feed > LINE_LIMIT || (feed === -1 && this.#queue.length > LINE_LIMIT)) {
        throw new ProtocolError(`a line of more than ${LINE_LIMIT} octets`, 0, '', true);
      }
      if (feed === -1) return undefined;
      const octets = this.#queue.take(feed + 1);
      const reply = this.#line(octets.subarray(0, octets.at(-2) === CR ? -2 : -1));
      if (reply) return reply;
    }
  }

  /**
   * ```abnf
   * Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
   * text       = status-code SP text          ; RFC 2034 §4
   * ```
   * Quirks: nothing after the code; a bare LF at the end; codes that differ from line to line, of which the last counts.
   */
  #line(octets: Uint8Array): Reply | undefined {
    const match = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(decodeText(octets));
    if (!match || this.#lines.length >= LINES_LIMIT) {
      throw new ProtocolError('not an SMTP reply', 0, '', true);
    }
    const [, code, separator, rest = ''] = match;
    const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?:[ \t]+|$)/.exec(rest);
    this.#lines.push(enhanced ? rest.slice(enhanced[0].length) : rest);
    this.#enhanced ??= enhanced?.[1];
    if (separator === '-') return undefined;
    const reply = { code: Number(code), enhanced: this.#enhanced, lines: this.#lines };
    this.#lines = [];
    this.#enhanced = undefined;
    return reply;
  }
}

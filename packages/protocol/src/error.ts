/**
 * The error taxonomy: what can go wrong, and what follows from it. Recovery is decided by `kind`, never by wording.
 *
 * | kind           | means                                   | what follows                                        |
 * | -------------- | --------------------------------------- | --------------------------------------------------- |
 * | UsageError     | our bug                                 | crash loudly in development and tests               |
 * | ProtocolError  | the peer broke the grammar              | drop that response; reconnect if the stream is lost |
 * | CommandError   | NO or BAD, with its response code       | by code: settle, reject the action, sign in again   |
 * | ConnectionLost | commands are left without a receipt     | reconnect, check, plan again                        |
 * | GatewayRefused | HTTP status or WebSocket close code     | tell the person                                     |
 * | StoreError     | quota, blocked, version, eviction       | tell the person; unsynced actions come first        |
 *
 * No message may hold a password, a subject or a body: they end in logs.
 */

/** We called something in a state that forbids it. */
export class UsageError extends Error {
  readonly kind = 'UsageError';
  override readonly name = 'UsageError';
}

/** The peer sent what the grammar does not allow, or more than the bounds do. */
export class ProtocolError extends Error {
  readonly kind = 'ProtocolError';
  override readonly name = 'ProtocolError';
  /** Octets from the start of the response (or, for a lost stream, of the connection). */
  readonly offset: number;
  /** The octets around the offset with letters and digits of quoted strings and literals masked; at most 80 characters. */
  readonly excerpt: string;
  /** True when the stream cannot be cut into responses any more: the connection has to be given up. */
  readonly fatal: boolean;
  constructor(message: string, offset = 0, excerpt = '', fatal = false) {
    super(message);
    this.offset = offset;
    this.excerpt = excerpt;
    this.fatal = fatal;
  }
}

/** A response code as RFC 3501 §7.1 has it: `[NAME arguments]`. Known codes carry parsed values in `imap/types`. */
export interface ServerCode {
  readonly name: string;
}

/** The server answered NO or BAD (IMAP), or 4yz or 5yz (SMTP). */
export class CommandError extends Error {
  readonly kind = 'CommandError';
  override readonly name = 'CommandError';
  /** The command's name, e.g. `UID MOVE`; never its arguments. */
  readonly command: string;
  /** IMAP: NO or BAD. SMTP: TEMPORARY (4yz) or PERMANENT (5yz). */
  readonly status: 'NO' | 'BAD' | 'TEMPORARY' | 'PERMANENT';
  /** IMAP response code, if there was one. */
  readonly code: ServerCode | undefined;
  /** SMTP reply code, e.g. 550; undefined for IMAP. */
  readonly reply: number | undefined;
  /** The server's own words, for a person to read as text (never as HTML). At most 1000 characters. */
  readonly text: string;
  constructor(
    command: string,
    status: CommandError['status'],
    text: string,
    code?: ServerCode,
    reply?: number,
  ) {
    const word = code && ('code' in code ? String(code.code) : code.name);
    super(`${command}: ${status}${word === undefined ? '' : ` [${word}]`}`);
    this.command = command;
    this.status = status;
    this.code = code;
    this.reply = reply;
    this.text = text.slice(0, 1000);
  }
}

/** The connection ended while commands were waiting for their receipts: each may or may not have happened. */
export class ConnectionLost extends Error {
  readonly kind = 'ConnectionLost';
  override readonly name = 'ConnectionLost';
  /** Names of the commands that were sent, at least in part, and not answered. */
  readonly unanswered: readonly string[];
  constructor(message: string, unanswered: readonly string[] = []) {
    super(message);
    this.unanswered = unanswered;
  }
}

/** The gateway refused: an HTTP status (≥ 400) or a WebSocket close code (≥ 1000). */
export class GatewayRefused extends Error {
  readonly kind = 'GatewayRefused';
  override readonly name = 'GatewayRefused';
  readonly status: number;
  /** The gateway's word for it, e.g. `auth`, `rate`, `unreachable`, `certificate`. */
  readonly reason: string;
  constructor(status: number, reason: string) {
    super(`gateway refused: ${status} ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** The store on this device could not do what was asked. */
export class StoreError extends Error {
  readonly kind = 'StoreError';
  override readonly name = 'StoreError';
  readonly reason: 'quota' | 'blocked' | 'version' | 'evicted' | 'failed';
  constructor(reason: StoreError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export type PosternError =
  UsageError | ProtocolError | CommandError | ConnectionLost | GatewayRefused | StoreError;

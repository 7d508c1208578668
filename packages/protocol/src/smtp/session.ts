import { decodeBase64, encodeBase64, encodeText } from '../bytes/index.ts';
import { ConnectionLost, type PosternError, ProtocolError, UsageError } from '../error.ts';
import { Intake } from '../intake.ts';
import type { Clock, Transport } from '../port.ts';
import type { Mechanism } from '../sasl/index.ts';
import { Watchdog } from '../watchdog.ts';
import { completesMessage, type DataCommand, SmtpConnection, type SmtpEvent } from './connection.ts';
import { refusal, type Reply, replyText } from './reply.ts';

export interface SubmissionOptions {
  readonly clock: Clock;
  /** What EHLO says we are: a domain or an address literal (RFC 5321 §4.1.1.1). */
  readonly name?: string;
  /** Milliseconds without a byte, while a reply is awaited, until the connection is given up. */
  readonly silenceLimit?: number;
  /** The greeting is over, as after STARTTLS. */
  readonly greeted?: boolean;
}

const SILENCE_LIMIT = 60_000;
/** Milliseconds for a piece of a message to be taken by the line (RFC 5321 §4.5.3.2.5). */
const WRITE_LIMIT = 180_000;
/** Octets of a command without its line break (RFC 5321 §4.5.3.1.4): AUTH with a first response has no more. */
const COMMAND_LIMIT = 510;
/** Nobody outside learns our name, and servers accept this one from a client that signed in. */
const DEFAULT_NAME = '[127.0.0.1]';

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** A submission connection at work on a transport (RFC 6409). Commands are answered in the order they were given. */
export class SubmissionSession {
  /** The greeting's text. Rejects with CommandError where the server greets with 4yz or 5yz. */
  readonly ready: Promise<string>;
  /** undefined where this side closed. */
  readonly closed: Promise<PosternError | undefined>;

  readonly #transport: Transport;
  readonly #options: SubmissionOptions;
  readonly #connection: SmtpConnection;
  readonly #watchdog: Watchdog;
  readonly #intake: Intake;
  readonly #waiting: Waiting[] = [];
  #writing = false;
  #turn: Promise<void> = Promise.resolve();
  #extensions: ReadonlyMap<string, string> | undefined;
  #greet!: { resolve(text: string): void; reject(error: Error): void };
  #settleClosed!: (error: PosternError | undefined) => void;
  #over: 'detached' | 'closed' | undefined;
  #lost: Error | undefined;

  constructor(transport: Transport, options: SubmissionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#connection = new SmtpConnection(options.greeted === undefined ? {} : { greeted: options.greeted });
    this.#intake = new Intake(transport.bytes);
    this.#watchdog = new Watchdog(options.clock, options.silenceLimit ?? SILENCE_LIMIT, () =>
      this.#fail(new ConnectionLost('the server stopped answering')),
    );
    this.ready = new Promise((resolve, reject) => (this.#greet = { resolve, reject }));
    this.closed = new Promise((resolve) => (this.#settleClosed = resolve));
    // Whoever does not ask must not be told by an unhandled rejection.
    this.ready.catch(() => undefined);
    if (options.greeted) this.#greet.resolve('');
    else this.#watchdog.watch();
    void this.#read();
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Keywords of EHLO in upper case, with their parameters; undefined before `hello`. */
  get extensions(): ReadonlyMap<string, string> | undefined {
    return this.#extensions;
  }

  /** `EHLO` (RFC 5321 §4.1.1.1), or `HELO` where the server does not know it. */
  async hello(): Promise<ReadonlyMap<string, string>> {
    await this.ready;
    const name = this.#options.name ?? DEFAULT_NAME;
    const reply = await this.command('EHLO', `EHLO ${name}`);
    if (reply.code === 250) {
      const extensions = new Map<string, string>();
      for (const line of reply.lines.slice(1)) {
        const [keyword = '', ...parameters] = line.trim().split(/[ =]+/);
        // Quirk: `AUTH=LOGIN` stands beside `AUTH LOGIN PLAIN`, for clients of old.
        const before = extensions.get(keyword.toUpperCase()) ?? '';
        extensions.set(keyword.toUpperCase(), `${before} ${parameters.join(' ')}`.trim());
      }
      return (this.#extensions = extensions);
    }
    if (reply.code < 500) throw refusal('EHLO', reply);
    const old = await this.command('HELO', `HELO ${name}`);
    if (old.code !== 250) throw refusal('HELO', old);
    return (this.#extensions = new Map());
  }

  /**
   * Sends a line and gives the reply, whatever it says. Several may be under way where the server has PIPELINING. Rejects with
   * ConnectionLost or ProtocolError.
   */
  command(name: string, line: string): Promise<Reply> {
    return this.#ask(() => this.#connection.send(name, line));
  }

  /** `STARTTLS` (RFC 3207). After it the stream belongs to TLS: detach, and distrust bytes that were not read. */
  async startTls(): Promise<void> {
    const reply = await this.command('STARTTLS', 'STARTTLS');
    if (reply.code !== 220) throw refusal('STARTTLS', reply);
    this.#extensions = undefined;
  }

  /** `AUTH` (RFC 4954). Rejects with CommandError where the server refuses, ProtocolError where it breaks the mechanism. */
  async authenticate(mechanism: Mechanism): Promise<void> {
    const exchange = mechanism.begin();
    const line = `AUTH ${mechanism.name}`;
    const initial = exchange.initial && encodeBase64(exchange.initial);
    const atOnce = initial === undefined ? line : `${line} ${initial || '='}`;
    // A long token waits for an empty challenge (§4).
    let held = atOnce.length > COMMAND_LIMIT ? initial : undefined;
    let reply = await this.command('AUTH', held === undefined ? atOnce : line);
    while (reply.code === 334) {
      let answer: string;
      try {
        answer = held ?? encodeBase64(await exchange.respond(decodeBase64(encodeText(reply.lines[0] ?? ''))));
        held = undefined;
      } catch (error) {
        // `*` cancels the exchange (§4); what the server says to that is no news.
        if (error instanceof ProtocolError) await this.command('AUTH', '*').catch(() => undefined);
        throw error;
      }
      reply = await this.command('AUTH', answer);
    }
    if (reply.code !== 235) throw refusal('AUTH', reply);
    exchange.complete?.();
  }

  /** Writes octets of a message; settles when more may be written. */
  async data(chunk: Uint8Array): Promise<void> {
    this.#refuseIfOver();
    this.#connection.sendData(chunk);
    this.#watchdog.allow(WRITE_LIMIT);
    this.#writing = true;
    await this.#write();
    this.#writing = false;
    if (this.#waiting.length === 0) this.#watchdog.rest();
    this.#refuseIfOver();
  }

  /** Writes the last octets that `command` needs and gives its reply. `patience`: milliseconds to wait for it. */
  end(command: DataCommand, chunk: Uint8Array, patience: number): Promise<Reply> {
    const reply = this.#ask(() => this.#connection.sendEnd(command, chunk));
    if (!this.#over) this.#watchdog.allow(patience);
    return reply;
  }

  /** Stops reading and gives back the octets that were not read; `rest` has those that follow. */
  detach(): Uint8Array {
    if (this.#waiting.length > 0 || this.#over) throw new UsageError('the stream cannot be taken over now');
    this.#over = 'detached';
    this.#watchdog.rest();
    this.#settleClosed(undefined);
    return this.#connection.unread.slice();
  }

  /** After `detach`: what the transport gives from then on, a chunk that was just being read included. */
  get rest(): AsyncIterable<Uint8Array> {
    if (this.#over !== 'detached') throw new UsageError('the stream was not taken over');
    return this.#intake.rest();
  }

  /** `QUIT`, then the end, whatever the server says to it. */
  async quit(): Promise<void> {
    await this.command('QUIT', 'QUIT').catch(() => undefined);
    this.close();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#finish(undefined, new ConnectionLost('the connection was closed here', this.#atStake));
  }

  /** Only these leave it open whether something happened. */
  get #atStake(): readonly string[] {
    return this.#connection.unanswered.filter(completesMessage);
  }

  #refuseIfOver(): void {
    if (this.#over) throw this.#lost ?? new ConnectionLost('the connection is closed');
  }

  #ask(send: () => void): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#refuseIfOver();
      send();
      this.#waiting.push({ resolve, reject });
      this.#watchdog.watch();
      this.#write().catch((error: unknown) => this.#fail(error));
    });
  }

  /** One write at a time; what was asked for meanwhile goes out together. */
  #write(): Promise<void> {
    const turn = this.#turn.then(async () => {
      const output = this.#over ? undefined : this.#connection.output();
      if (!output) return;
      await this.#transport.write(output);
      this.#watchdog.stir();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const chunk = await this.#intake.next(() => this.#over !== undefined);
        if (this.#over) return;
        this.#watchdog.stir();
        if (chunk) this.#connection.receive(chunk);
        else this.#connection.end();
        for (let event = this.#connection.next(); event; event = this.#connection.next()) this.#handle(event);
        if (!chunk) return;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #handle(event: SmtpEvent): void {
    switch (event.type) {
      case 'greeting':
        this.#watchdog.rest();
        if (event.reply.code === 220) this.#greet.resolve(replyText(event.reply));
        else this.#fail(refusal('greeting', event.reply));
        return;
      case 'reply': {
        const waiting = this.#waiting.shift();
        if (this.#waiting.length === 0 && !this.#writing) this.#watchdog.rest();
        waiting?.resolve(event.reply);
        // It closes now; what was asked after this will not be answered.
        if (event.command === '' || (event.reply.code === 421 && !completesMessage(event.command)))
          this.#fail(refusal(event.command || 'connection', event.reply));
        return;
      }
      case 'defect':
        return this.#fail(event.error);
      case 'closed':
        return this.#fail(new ConnectionLost('the server closed the connection'));
    }
  }

  #fail(error: unknown): void {
    const lost = error instanceof Error ? error : new ConnectionLost(String(error));
    const certain = !(lost instanceof ConnectionLost) && this.#atStake.length === 0;
    const outcome = certain ? lost : new ConnectionLost(lost.message, this.#atStake);
    this.#finish(outcome, outcome);
  }

  /** Ends everything once: `outcome` is what `closed` says, `reason` what those still waiting are told. */
  #finish(outcome: Error | undefined, reason: Error): void {
    if (this.#over) return;
    this.#over = 'closed';
    this.#lost = reason;
    this.#watchdog.rest();
    this.#transport.close();
    this.#greet.reject(reason);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(reason);
    this.#settleClosed(outcome as PosternError | undefined);
  }
}

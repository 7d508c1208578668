import { concatBytes, decodeText, NO_BYTES } from '../bytes/index.ts';
import { CommandError, ConnectionLost, type PosternError, type ProtocolError, UsageError } from '../error.ts';
import { Intake } from '../intake.ts';
import type { Clock, Compression, Transport } from '../port.ts';
import type { Command, ConnectionState } from './command.ts';
import { idle } from './commands/session.ts';
import { compressed, preceded } from './compressed.ts';
import { Connection, type ConnectionEvent, type Tag } from './connection.ts';
import { mask } from './excerpt.ts';
import type { News } from './types.ts';
import { Writer } from './writer.ts';
import { Watchdog } from '../watchdog.ts';

export interface SessionOptions {
  readonly clock: Clock;
  /** Called in wire order, before the promise of a command whose receipt follows is settled. */
  onNews(news: News): void;
  onDefect?(error: ProtocolError): void;
  /** One line or chunk as it goes by, with everything that people wrote masked. */
  onTrace?(direction: 'C' | 'S', text: string): void;
  /** Milliseconds without a byte, while a command waits, until the connection is given up. */
  readonly silenceLimit?: number;
  /** The greeting is over, as after STARTTLS. */
  readonly greeted?: boolean;
}

export interface Greeting {
  readonly greeting: 'OK' | 'PREAUTH';
  readonly text: string;
}

/** An IDLE under way (RFC 2177). */
export interface Idling {
  /** Asks for the end; settles when the server agreed. Any other command does the same. */
  done(): Promise<void>;
  /** Settles when IDLE has ended; rejects as its command would. */
  readonly ended: Promise<void>;
}

interface Waiting {
  readonly command: Command<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** When it was sent; milliseconds since 1970. */
  sentAt?: number;
}

const SILENCE_LIMIT = 60_000;
/** After BYE a receipt may still come, soon. */
const BYE_LIMIT = 5000;
/** Turns of the microtask queue. */
const DETACH_TURNS = 20;
/** Octets handled without a look at the clock: a fraction of a millisecond's work, but for what one response may take. */
const SLICE = 16 * 1024;
/** Milliseconds until the thread is let go. A screen has 16, of which the collector takes most where all is kept. */
const BREATH = 2;
/** Octets of one chunk that are traced. */
const TRACE_LIMIT = 2000;

/**
 * An IMAP connection at work on a transport. Commands may be run without waiting for one another: they go out in order,
 * pipelined where that is unambiguous, and held back where it is not (RFC 3501 §5.5).
 */
export class Session {
  readonly ready: Promise<Greeting>;
  /** undefined where this side closed, or after LOGOUT. */
  readonly closed: Promise<PosternError | undefined>;

  #transport: Transport;
  readonly #options: SessionOptions;
  readonly #connection: Connection;
  readonly #watchdog: Watchdog;
  readonly #writer: Writer;
  #intake: Intake;
  #compressed = false;
  #received = 0;
  #roundTrip = Number.POSITIVE_INFINITY;
  /** What is left of the chunk at hand. */
  #ahead: Uint8Array = NO_BYTES;
  /** When the thread was let go last; milliseconds since 1970. */
  #breathed = 0;
  readonly #waiting: Waiting[] = [];
  readonly #inFlight = new Map<Tag, Waiting>();
  #greet!: { resolve(greeting: Greeting): void; reject(error: Error): void };
  #settleClosed!: (error: PosternError | undefined) => void;
  #idleTag: Tag | undefined;
  #idleEnding = false;
  #over: 'detached' | 'closed' | undefined;
  #lost: Error | undefined;
  #bye: string | undefined;

  constructor(transport: Transport, options: SessionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#connection = new Connection(options.greeted === undefined ? {} : { greeted: options.greeted });
    this.#intake = new Intake(transport.bytes);
    this.#watchdog = new Watchdog(options.clock, options.silenceLimit ?? SILENCE_LIMIT, () =>
      this.#fail(new ConnectionLost('the server stopped answering', this.#connection.unanswered)),
    );
    this.#writer = new Writer({
      connection: this.#connection,
      watchdog: this.#watchdog,
      write: (bytes) => this.#transport.write(bytes),
      trace: (output) => this.#trace('C', output),
      spoilt: (tag, error) => this.#inFlight.get(tag)?.reject(error),
      failed: (error) => this.#fail(error),
    });
    this.ready = new Promise((resolve, reject) => (this.#greet = { resolve, reject }));
    this.closed = new Promise((resolve) => (this.#settleClosed = resolve));
    // Whoever does not ask must not be told by an unhandled rejection.
    this.ready.catch(() => undefined);
    if (options.greeted) this.#greet.resolve({ greeting: 'OK', text: '' });
    else this.#watchdog.watch();
    void this.#read();
  }

  /** Upper case, with what IMAP4rev2 has built in. Empty until the server has said any: ask with `capability()`. */
  get capabilities(): ReadonlySet<string> {
    return this.#connection.capabilities;
  }

  /** Upper case: what was enabled on this connection (RFC 5161). */
  get enabled(): ReadonlySet<string> {
    return this.#connection.enabled;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Octets that came, as they were before they were compressed. */
  get received(): number {
    return this.#received;
  }

  /** The least milliseconds from a command to its receipt so far: about what the way takes. Infinity: there was none. */
  get roundTrip(): number {
    return this.#roundTrip;
  }

  get state(): ConnectionState {
    return this.#over === 'closed' ? 'closed' : this.#connection.state;
  }

  /** The name is the one that SELECT was given. */
  get selected(): { readonly name: string; readonly readOnly: boolean } | undefined {
    return this.#connection.selected;
  }

  /**
   * Runs a command. Rejects with CommandError (NO, BAD), ConnectionLost (no receipt), UsageError (state or arguments), or the
   * signal's reason: a command not sent yet is then withdrawn, a sent one goes on unheard.
   */
  run<R>(command: Command<R>, options: { readonly signal?: AbortSignal } = {}): Promise<R> {
    const { signal } = options;
    return new Promise<R>((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      if (this.#over) throw this.#lost ?? new ConnectionLost('the connection is closed');
      const abort = (): void => {
        const index = this.#waiting.indexOf(waiting);
        if (index !== -1) this.#waiting.splice(index, 1);
        waiting.reject(signal?.reason);
      };
      const settle = (): void => signal?.removeEventListener('abort', abort);
      const waiting: Waiting = {
        command,
        // The connection gives back what this very command's collector made.
        resolve: (value) => (settle(), resolve(value as R)),
        reject: (error) => (settle(), reject(error)),
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#pump();
    });
  }

  /**
   * Waits for news (RFC 2177) until `done` or the next command. A server may end a connection that idles for 30 minutes, so
   * begin anew before. Throws UsageError where the server has no IDLE.
   */
  idle(): Idling {
    if (!this.capabilities.has('IDLE')) throw new UsageError('the server has no IDLE');
    const command = idle();
    const ended = this.run(command);
    ended.catch(() => undefined);
    const done = (): Promise<void> => {
      const index = this.#waiting.findIndex((waiting) => waiting.command === command);
      if (index !== -1) {
        this.#waiting.splice(index, 1)[0]!.resolve(undefined);
      } else if (this.#idleTag !== undefined && this.#inFlight.get(this.#idleTag)?.command === command) {
        this.#endIdle(this.#idleTag);
      }
      return ended;
    };
    return { ended, done };
  }

  /**
   * Stops reading and gives back the octets that were not read, so that somebody else can take the stream over; `rest` has
   * those that follow. UsageError while a command is outstanding, and once the stream is compressed.
   */
  detach(): Uint8Array {
    if (this.#inFlight.size > 0 || this.#waiting.length > 0 || this.#over || this.#compressed) {
      throw new UsageError('the stream cannot be taken over now');
    }
    this.#over = 'detached';
    this.#watchdog.rest();
    this.#settleClosed(undefined);
    return concatBytes([this.#connection.unread, this.#ahead]).slice();
  }

  /** After `detach`: what the transport gives from then on, a chunk that was just being read included. */
  get rest(): AsyncIterable<Uint8Array> {
    if (this.#over !== 'detached') throw new UsageError('the stream was not taken over');
    return this.#intake.rest();
  }

  /** Ends the connection at once; a polite end runs `logout()` first. Commands without a receipt reject. */
  close(): void {
    this.#finish(
      undefined,
      new ConnectionLost('the connection was closed here', this.#connection.unanswered),
    );
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const chunk = await this.#intake.next(() => this.#over !== undefined);
        if (this.#over) return;
        if (this.#bye === undefined) this.#watchdog.stir();
        if (!chunk) {
          this.#connection.end();
          this.#drain();
          return;
        }
        this.#trace('S', chunk);
        await this.#take(chunk);
        if (this.#over) return;
        await this.#letDetach();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Slice by slice, however large the chunk is: what else wants the thread gets it in between. */
  async #take(chunk: Uint8Array): Promise<void> {
    const { clock } = this.#options;
    this.#ahead = chunk;
    while (this.#ahead.length > 0) {
      const slice = this.#ahead.subarray(0, SLICE);
      this.#ahead = this.#ahead.subarray(SLICE);
      this.#received += slice.length;
      this.#connection.receive(slice);
      this.#drain();
      if (clock.breathe && !this.#over && clock.now() - this.#breathed >= BREATH) {
        await clock.breathe();
        this.#breathed = clock.now();
      }
      if (this.#over) return;
    }
  }

  /**
   * With nothing outstanding, whoever awaited the last receipt may be about to detach: a chunk that was already taken from the
   * transport by then would be missing from what it takes over. A few turns are enough for a chain of awaits to get there.
   */
  async #letDetach(): Promise<void> {
    for (let turn = 0; turn < DETACH_TURNS && this.#inFlight.size + this.#waiting.length === 0; turn++) {
      await Promise.resolve();
    }
  }

  /** Handles all events there are, then writes what they let go. */
  #drain(): void {
    for (let event = this.#connection.next(); event; event = this.#connection.next()) {
      this.#handle(event);
      if (this.#over) return;
    }
    this.#pump();
  }

  #handle(event: ConnectionEvent): void {
    switch (event.type) {
      case 'greeting':
        return this.#greeted(event);
      case 'news':
        // Quirk: some say it again and again (Yandex, iCloud), which keeps nothing alive.
        if (event.news.type === 'bye' && this.#bye === undefined) {
          this.#bye = event.news.status.text;
          this.#watchdog.allow(BYE_LIMIT);
        }
        return this.#options.onNews(event.news);
      case 'receipt':
        return this.#settle(event);
      case 'idling':
        // A server may be silent from here on for as long as it likes.
        if (!this.#idleEnding) this.#watchdog.rest();
        return;
      case 'challenge':
        return void this.#answer(event);
      case 'defect':
        this.#options.onDefect?.(event.error);
        if (event.error.fatal) this.#fail(event.error);
        return;
      case 'closed':
        return this.#fail(
          new ConnectionLost(
            this.#bye === undefined
              ? 'the server closed the connection'
              : `the server said bye: ${this.#bye}`,
            event.unanswered,
          ),
        );
    }
  }

  #greeted(event: ConnectionEvent & { type: 'greeting' }): void {
    const { code, text } = event.text;
    if (event.status === 'BYE') {
      this.#fail(new CommandError('greeting', 'NO', text, code));
    } else {
      this.#watchdog.rest();
      this.#greet.resolve({ greeting: event.status, text });
    }
  }

  #settle(event: ConnectionEvent & { type: 'receipt' }): void {
    const waiting = this.#inFlight.get(event.tag);
    this.#inFlight.delete(event.tag);
    if (event.tag === this.#idleTag) this.#idleTag = undefined;
    if (this.#inFlight.size === 0) this.#watchdog.rest();
    if (!waiting) return;
    const { clock } = this.#options;
    this.#roundTrip = Math.min(this.#roundTrip, clock.now() - (waiting.sentAt ?? Number.NEGATIVE_INFINITY));
    const { effect } = waiting.command;
    // Before another octet is read as it stands: what came in the same chunk is compressed already.
    if (event.ok && effect?.type === 'compress') this.#compress(effect.compression);
    if (event.ok) waiting.resolve(event.value);
    else waiting.reject(event.error);
    if (event.ok && effect?.type === 'logout') this.#finish(undefined, undefined);
    else if (this.#bye !== undefined && this.#inFlight.size === 0) {
      this.#fail(new ConnectionLost(`the server said bye: ${this.#bye}`));
    }
  }

  async #answer({ tag, respond }: ConnectionEvent & { type: 'challenge' }): Promise<void> {
    let line: string;
    try {
      line = await respond();
    } catch (error) {
      // `*` cancels the exchange (RFC 3501 §6.2.2); why is told now, and the server's BAD will be no news.
      this.#inFlight.get(tag)?.reject(error);
      line = '*';
    }
    if (this.#over) return;
    this.#connection.answer(tag, line);
    void this.#writer.write();
  }

  #compress(compression: Compression): void {
    const plain = this.#transport;
    const first = concatBytes([this.#connection.surrender(), this.#ahead]);
    const bytes = preceded(first, this.#intake.rest());
    this.#ahead = NO_BYTES;
    this.#transport = compressed(
      { bytes, write: (octets) => plain.write(octets), close: () => plain.close() },
      compression,
    );
    this.#intake = new Intake(this.#transport.bytes);
    this.#compressed = true;
  }

  /** Sends what may go out now, in the order it was asked for. */
  #pump(): void {
    while (!this.#over && this.#bye === undefined) {
      const waiting = this.#waiting[0];
      if (!waiting || !this.#connection.canSend(waiting.command)) break;
      this.#waiting.shift();
      try {
        const tag = this.#connection.send(waiting.command);
        this.#inFlight.set(tag, waiting);
        waiting.sentAt = this.#options.clock.now();
        if (waiting.command.name === 'IDLE') {
          this.#idleTag = tag;
          this.#idleEnding = false;
        }
        this.#watchdog.watch();
      } catch (error) {
        waiting.reject(error);
      }
    }
    if (this.#waiting.length > 0 && this.#idleTag !== undefined) this.#endIdle(this.#idleTag);
    void this.#writer.write();
  }

  #endIdle(tag: Tag): void {
    this.#idleEnding = true;
    this.#connection.done(tag);
    this.#watchdog.watch();
    void this.#writer.write();
  }

  #trace(direction: 'C' | 'S', bytes: Uint8Array): void {
    if (!this.#options.onTrace || bytes.length === 0) return;
    const secret = direction === 'C' && [...this.#inFlight.values()].some(({ command }) => command.secret);
    this.#options.onTrace(
      direction,
      secret ? '(a secret)' : mask(decodeText(bytes.subarray(0, TRACE_LIMIT))),
    );
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    const lost = error instanceof Error ? error : new ConnectionLost(String(error));
    const outcome =
      lost instanceof ConnectionLost && lost.unanswered.length === 0
        ? new ConnectionLost(lost.message, this.#connection.unanswered)
        : lost;
    this.#finish(outcome, outcome);
  }

  /** Ends everything once: `outcome` is what `closed` says, `reason` what those still waiting are told. */
  #finish(outcome: Error | undefined, reason: Error | undefined): void {
    if (this.#over) return;
    this.#over = 'closed';
    this.#watchdog.rest();
    const told = reason ?? new ConnectionLost('the connection is closed');
    this.#lost = told;
    this.#writer.stop();
    this.#transport.close();
    this.#greet.reject(told);
    const left = [...this.#inFlight.values(), ...this.#waiting];
    this.#inFlight.clear();
    this.#waiting.length = 0;
    for (const waiting of left) waiting.reject(told);
    this.#settleClosed(outcome as PosternError | undefined);
  }
}

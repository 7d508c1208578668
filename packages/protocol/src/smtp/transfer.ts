/**
 * The message itself, by DATA (RFC 5321 §4.1.1.4) or BDAT (RFC 3030 §2). Until its last octet is written, ending the
 * connection means that it was not sent: there is no other way to take back what was begun.
 */
import { concatBytes, encodeText, NO_BYTES } from '../bytes/index.ts';
import { ConnectionLost, UsageError } from '../error.ts';
import { CanonicalLines } from './canonical-lines.ts';
import { DotStuffer } from './dot-stuffer.ts';
import type { Envelope } from './envelope.ts';
import { expectReply, isYes, refusal, type Reply } from './reply.ts';
import type { SubmissionSession } from './session.ts';

export type MessageSource = Envelope['message'] & {
  /** Gives exactly `octets` octets, without the Bcc field. */
  chunks(): AsyncIterable<Uint8Array>;
};

export interface TransferOptions {
  /** `sent` of `octets` octets of the message are written. */
  readonly onProgress?: ((sent: number, octets: number) => void) | undefined;
  /** The last moment at which a throw keeps the message from being sent. */
  beforeEnd(): void;
}

/** Octets written at once: how finely progress shows, and how soon it stops when it is cancelled. */
const PIECE_OCTETS = 64 * 1024;
/**
 * Octets of a chunk, to the next piece. A server can say that its disk is full only after a chunk, two seconds of a slow line
 * (1 Mbit/s) at this size; and where it does not pipeline, every chunk costs a round trip.
 */
const CHUNK_OCTETS = 256 * 1024;
/** Milliseconds to wait for the reply to a whole message (RFC 5321 §4.5.3.2.6): the server may take its time. */
const END_PATIENCE = 600_000;
/** Milliseconds to wait for the reply to a chunk (RFC 5321 §4.5.3.2.5). */
const CHUNK_PATIENCE = 180_000;

/** By BDAT where the server has it: nothing in it has to be changed for the way, and a refusal comes before the end. */
export function transfer(
  session: SubmissionSession,
  message: MessageSource,
  options: TransferOptions,
): Promise<Reply> {
  return session.extensions?.has('CHUNKING')
    ? new ChunkedTransfer(session, message, options).run()
    : transferByData(session, message, options);
}

/** Cut into pieces; UsageError where they are more or fewer octets than were announced. */
async function* piecesOf(message: MessageSource): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of message.chunks()) {
    read += chunk.length;
    if (read > message.octets) throw new UsageError('a message is longer than was announced');
    for (let at = 0; at < chunk.length; at += PIECE_OCTETS) yield chunk.subarray(at, at + PIECE_OCTETS);
  }
  if (read < message.octets) throw new UsageError(`a message ended ${message.octets - read} octets early`);
}

/** `DATA`, the message with its dots doubled, and the dot that ends it. */
async function transferByData(
  session: SubmissionSession,
  message: MessageSource,
  { onProgress, beforeEnd }: TransferOptions,
): Promise<Reply> {
  expectReply('DATA', await session.command('DATA command', 'DATA'), 3);
  const stuffer = new DotStuffer();
  let sent = 0;
  for await (const piece of piecesOf(message)) {
    await session.data(stuffer.push(piece));
    sent += piece.length;
    onProgress?.(sent, message.octets);
  }
  const end = stuffer.finish();
  beforeEnd();
  return finalReply(await session.end('DATA', end, END_PATIENCE));
}

/**
 * ```abnf
 * bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ] CRLF
 * ```
 * Chunks follow each other without waiting where the server pipelines, but the last goes out only when all before it are
 * accepted: a message with a hole in it is never completed.
 */
class ChunkedTransfer {
  readonly #session: SubmissionSession;
  readonly #message: MessageSource;
  readonly #options: TransferOptions;
  readonly #pipelined: boolean;
  readonly #lines: CanonicalLines | undefined;
  /** Of the chunk that is being gathered: its length goes before it. */
  #gathered: Uint8Array[] = [];
  #octets = 0;
  #written = 0;
  #replies: Promise<Reply>[] = [];
  #refused = false;

  constructor(session: SubmissionSession, message: MessageSource, options: TransferOptions) {
    this.#session = session;
    this.#message = message;
    this.#options = options;
    this.#pipelined = session.extensions?.has('PIPELINING') ?? false;
    this.#lines = message.content === 'binary' ? undefined : new CanonicalLines();
  }

  async run(): Promise<Reply> {
    const { octets } = this.#message;
    for await (const piece of piecesOf(this.#message)) {
      if (this.#octets >= CHUNK_OCTETS) await this.#sendChunk();
      this.#gather(this.#lines?.push(piece) ?? piece);
    }
    await this.#settle();
    this.#gather(this.#lines?.finish() ?? NO_BYTES);
    const end = await this.#write(' LAST');
    this.#options.beforeEnd();
    const reply = this.#session.end('BDAT LAST', end, END_PATIENCE);
    this.#options.onProgress?.(octets, octets);
    return finalReply(await reply);
  }

  #gather(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#gathered.push(octets);
    this.#octets += octets.length;
  }

  async #sendChunk(): Promise<void> {
    const end = await this.#write('');
    const reply = this.#session.end('BDAT', end, CHUNK_PATIENCE);
    reply.then(
      ({ code }) => (this.#refused ||= !isYes(code)),
      () => undefined,
    );
    this.#replies.push(reply);
    this.#progress(end.length);
    if (this.#refused || !this.#pipelined) await this.#settle();
  }

  /** Writes what was gathered but for its last piece, which it gives: with that the server has the chunk. */
  async #write(marker: '' | ' LAST'): Promise<Uint8Array> {
    const [first = NO_BYTES, ...rest] = this.#gathered;
    const pieces = [concatBytes([encodeText(`BDAT ${this.#octets}${marker}\r\n`), first]), ...rest];
    this.#gathered = [];
    this.#octets = 0;
    const end = pieces.pop()!;
    for (const piece of pieces) {
      await this.#session.data(piece);
      this.#progress(piece.length);
    }
    return end;
  }

  #progress(written: number): void {
    const { octets } = this.#message;
    // Line ends that were added, and the commands themselves, count too: what is shown must not pass the whole.
    this.#written = Math.min(octets, this.#written + written);
    this.#options.onProgress?.(this.#written, octets);
  }

  /** Waits for all chunks to be accepted. A refused one ends it all, and only RSET leads out (RFC 3030 §2). */
  async #settle(): Promise<void> {
    for (const reply of await Promise.all(this.#replies.splice(0))) {
      if (isYes(reply.code)) continue;
      await this.#session.command('RSET', 'RSET').catch(() => undefined);
      expectReply('DATA', reply, 2);
    }
  }
}

/** Whatever is neither yes nor no to a whole message leaves open whether it was sent. */
function finalReply(reply: Reply): Reply {
  if (isYes(reply.code)) return reply;
  if (reply.code >= 400) throw refusal('DATA', reply);
  throw new ConnectionLost(`the server answered a message with ${reply.code}`, ['DATA']);
}

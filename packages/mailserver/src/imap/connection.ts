import type { Account } from '../account/account.ts';
import { Refusal } from '../account/account.ts';
import type { RawCommand } from './command-reader.ts';
import { CommandReader } from './command-reader.ts';
import { findCommand } from './commands.ts';
import { Deflater, Inflater } from './deflate.ts';
import { judgeLiteral } from './literal-judge.ts';
import { asWritten } from './habits.ts';
import { firstModSeq, news } from './news.ts';
import type { Completion, Execution, MessageOctets, Piece } from './output.ts';
import { WAIT } from './output.ts';
import { loggable } from './redact.ts';
import { serverUrl } from '../referrals.ts';
import { GrammarError } from './grammar-error.ts';
import { Scanner } from './scanner.ts';
import type { ImapHost, Session } from './session.ts';
import { acts, capabilityList, deselect, speaksUtf8 } from './session.ts';
import { supports } from '../profile.ts';

/** Commands that message numbers must outlive (RFC 3501 §7.4.1). */
const NO_EXPUNGE: ReadonlySet<string> = new Set(['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD']);
/** Commands that expunge, whose result is told in any case. */
const OWN_EXPUNGE: ReadonlySet<string> = new Set([
  'EXPUNGE',
  'UID EXPUNGE',
  'MOVE',
  'UID MOVE',
  'REPLACE',
  'UID REPLACE',
]);

/**
 * One IMAP connection without a socket: octets in by `receive`, octets out by `output`, nothing asynchronous.
 * Commands run one after the other, and only as fast as their output is taken.
 */
export class ServerConnection {
  readonly #session: Session;
  readonly #host: ImapHost;
  #running: { readonly tag: string; readonly name: string; readonly execution: Execution } | undefined;
  /** The client had made itself known as one that understands mod-sequences when the last command ended. */
  #condstore = false;
  #next: { readonly command: RawCommand; readonly at: number } | undefined;
  #octets: MessageOctets | undefined;
  #sentOfLiteral = 0;
  #pending: Piece[] = [];
  #logLine = '';
  #deflater: Deflater | undefined;
  #inflater: Inflater | undefined;
  #closed = false;
  #aborted = false;

  /**
   * `wake` is called when there may be output without any input, because a mailbox changed; it comes in the middle of
   * that change. `account`: whoever is signed in from the start, and greeted by PREAUTH.
   */
  constructor(
    host: ImapHost,
    options: { readonly wake: () => void; readonly secure?: boolean; readonly account?: Account },
  ) {
    this.#host = host;
    const reader = new CommandReader(
      (announcement) => judgeLiteral(this.#session, announcement),
      supports(host.profile, 'LITERAL+') || supports(host.profile, 'LITERAL-'),
    );
    this.#session = {
      host,
      reader,
      tag: '*',
      account: options.account,
      selected: undefined,
      condstore: false,
      enabled: new Set(),
      secure: options.secure ?? false,
      notify: undefined,
      metadata: undefined,
      acting: false,
      then: undefined,
      compressed: false,
      wake: options.wake,
    };
    const elsewhere = supports(host.profile, 'LOGIN-REFERRALS') ? host.referrals?.everybody : undefined;
    if (elsewhere === undefined)
      this.#pending.push(
        `* ${options.account === undefined ? 'OK' : 'PREAUTH'} [CAPABILITY ${capabilityList(this.#session)}] Postern mail server ready\r\n`,
      );
    else {
      this.#pending.push(`* BYE [REFERRAL ${serverUrl(elsewhere, '', true)}] Nobody is served here\r\n`);
      this.#session.then = 'close';
    }
  }

  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    if (this.#inflater === undefined) return this.#session.reader.push(chunk);
    try {
      this.#session.reader.push(this.#inflater.decompress(chunk));
    } catch {
      this.#pending.push('* BYE That is not compressed as it should be\r\n');
      this.#session.then = 'close';
    }
  }

  /** The peer is gone. */
  end(): void {
    this.#closed = true;
    deselect(this.#session);
    this.#session.notify?.close();
    this.#session.metadata?.close();
  }

  /** "closed": send nothing more and close. "aborted": close at once, as if the network had failed. */
  get state(): 'open' | 'starttls' | 'closed' | 'aborted' {
    if (this.#aborted) return 'aborted';
    if (this.#closed) return 'closed';
    return this.#session.then === 'starttls' && this.#running === undefined ? 'starttls' : 'open';
  }

  /** To be called once the connection is encrypted; what was sent in the clear before is forgotten (RFC 3501 §11.1). */
  secured(): void {
    this.#session.secure = true;
    this.#session.then = undefined;
    this.#session.reader.clear();
  }

  /** When a delayed command may go on, in milliseconds since 1970; undefined when nothing is delayed. */
  get wakeAt(): number | undefined {
    return this.#next?.at;
  }

  /** What to send now, about `limit` octets at most; undefined when there is nothing until something happens. */
  output(limit = 65536): Uint8Array | undefined {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const deflater = this.#deflater;
    while (size < limit && !this.#closed) {
      const chunk = this.#octets === undefined ? this.#text() : this.#messageOctets(limit - size);
      if (chunk === undefined) break;
      chunks.push(chunk);
      size += chunk.length;
      if (this.#deflater !== deflater && size > 0) break;
    }
    if (size === 0) return undefined;
    const octets = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
    return octets === undefined || deflater === undefined ? octets : deflater.compress(octets);
  }

  /** The next piece of text; empty when the next thing is a literal; undefined when there is nothing to do. */
  #text(): Uint8Array | undefined {
    const piece = this.#pending.shift() ?? this.#advance();
    if (piece === undefined || piece === WAIT) return undefined;
    if (typeof piece !== 'string') {
      this.#octets = piece;
      this.#sentOfLiteral = 0;
      return new Uint8Array();
    }
    const text = asWritten(this.#session, piece);
    this.#log(text);
    return Buffer.from(text, 'latin1');
  }

  #messageOctets(limit: number): Uint8Array {
    const octets = this.#octets!;
    const { closeInLiteralAfter } = this.#host.faults;
    const total = this.#sentOfLiteral + octets.count;
    let take = Math.min(octets.count, limit);
    const cut = closeInLiteralAfter !== undefined && closeInLiteralAfter < total;
    if (cut) take = Math.max(0, Math.min(take, closeInLiteralAfter - this.#sentOfLiteral));
    const bytes = octets.source.read(octets.offset, take);
    this.#sentOfLiteral += take;
    if (cut && this.#sentOfLiteral >= closeInLiteralAfter) {
      this.#host.faults.closeInLiteralAfter = undefined;
      this.#aborted = true;
      this.end();
    } else if (take === octets.count) this.#octets = undefined;
    else this.#octets = { ...octets, offset: octets.offset + take, count: octets.count - take };
    return bytes;
  }

  #advance(): Piece | undefined {
    if (this.#running === undefined) return this.#start();
    const { tag, name, execution } = this.#running;
    let step: IteratorResult<Piece, Completion>;
    this.#session.acting = true;
    try {
      step = execution.next();
    } catch (error) {
      step = { done: true, value: failure(error) };
    } finally {
      this.#session.acting = false;
    }
    if (!step.done) return step.value;
    this.#running = undefined;
    const mayExpunge = !NO_EXPUNGE.has(name);
    const untold = name === 'APPEND' && acts(this.#session, 'append-untold');
    if (this.#session.condstore && !this.#condstore) this.#pending.push(...firstModSeq(this.#session, name));
    this.#condstore = this.#session.condstore;
    this.#pending.push(
      ...(untold ? [] : news(this.#session, { mayExpunge, ownExpunge: OWN_EXPUNGE.has(name) })),
      tagged(tag, step.value),
    );
    return '';
  }

  /** What a client that uses NOTIFY hears without having asked anything (RFC 5465 §3.1). */
  #unasked(): Piece | undefined {
    const { notify } = this.#session;
    if (notify === undefined) return undefined;
    this.#pending.push(...news(this.#session, { mayExpunge: !notify.delayed }));
    return this.#pending.shift();
  }

  #start(): Piece | undefined {
    if (this.#session.then === 'close') this.end();
    if (this.#session.then === 'deflate') return this.#compressFromHere();
    if (this.#closed || this.#session.then !== undefined) return undefined;
    const gone = this.#session.selected?.gone;
    if (gone !== undefined) {
      this.#session.then = 'close';
      return `* BYE ${gone}\r\n`;
    }
    const { reader } = this.#session;
    if (this.#next === undefined) {
      const event = reader.next();
      if (event === undefined) return this.#unasked();
      if (event.kind === 'literal-wanted') return '+ Go ahead\r\n';
      if (event.kind === 'literal-refused')
        return `${event.tag} ${event.refusal.status} ${event.refusal.text}\r\n`;
      if (event.kind === 'overflow') {
        this.#session.then = 'close';
        return '* BYE Command line too long\r\n';
      }
      this.#host.log?.('C', loggable(event.command, this.#session.account !== undefined));
      this.#next = { command: event.command, at: this.#host.now() + this.#delay(event.command) };
    }
    if (this.#next.at > this.#host.now()) return undefined;
    const { command } = this.#next;
    this.#next = undefined;
    return this.#execute(command);
  }

  /** Gives nothing to send, and has what was said before go out as it is. */
  #compressFromHere(): Piece {
    this.#session.then = undefined;
    this.#deflater = new Deflater();
    this.#inflater = new Inflater();
    this.receive(this.#session.reader.takeRest());
    return '';
  }

  #delay(command: RawCommand): number {
    const { delay } = this.#host.faults;
    if (typeof delay !== 'function') return delay ?? 0;
    const [, verb = '', second = ''] = (command.lines[0] ?? '').toUpperCase().split(' ');
    return delay(verb === 'UID' ? `UID ${second}` : verb);
  }

  #execute(command: RawCommand): Piece {
    const scanner = new Scanner(command, speaksUtf8(this.#session));
    let tag = '*';
    try {
      tag = scanner.tag();
      const { maxLine = Infinity } = this.#host.profile;
      if (command.lines.some((line) => line.length > maxLine))
        throw new GrammarError('Command line too long');
      scanner.space();
      const { name, run } = findCommand(this.#session, scanner);
      const refusal = this.#host.faults.refuse?.(name);
      if (refusal !== undefined) return tagged(tag, refusal);
      this.#session.tag = tag;
      this.#running = { tag, name, execution: run(this.#session, scanner) };
      return '';
    } catch (error) {
      return tagged(tag, failure(error));
    }
  }

  #log(text: string): void {
    if (this.#host.log === undefined) return;
    const lines = (this.#logLine + text).split('\r\n');
    this.#logLine = lines.pop() ?? '';
    for (const line of lines) this.#host.log('S', line);
  }
}

function tagged(tag: string, { status, code, text }: Completion): string {
  return `${tag} ${status} ${code === undefined ? '' : `[${code}] `}${text}\r\n`;
}

function failure(error: unknown): Completion {
  if (error instanceof GrammarError) return { status: 'BAD', code: error.code, text: error.message };
  if (error instanceof Refusal) return { status: 'NO', code: error.code, text: error.message };
  throw error;
}

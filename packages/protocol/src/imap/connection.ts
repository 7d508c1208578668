import { CommandError, ProtocolError, UsageError } from '../error.ts';
import type { Collector, Command, ConnectionState, StreamedLiteral } from './command.ts';
import { FlagsLine } from './flags-line.ts';
import { type Fragment, Fragmenter } from './fragmenter.ts';
import { Leaving } from './leaving.ts';
import { newsOf } from './news.ts';
import { offered, offers, speaksUtf8 } from './offers.ts';
import { Outgoing } from './outgoing.ts';
import { parseResponse } from './parse.ts';
import type { Response, Untagged } from './response.ts';
import { sectionBefore } from './section-place.ts';
import { EXISTS_LIMIT, SequenceTable } from './sequence.ts';
import type { News, ResponseCode, SeqNum, StatusText } from './types.ts';
import { codeInUtf8, namedInUtf8 } from './utf8-names.ts';

export type Tag = string;

export type ConnectionEvent =
  | { readonly type: 'greeting'; readonly status: 'OK' | 'PREAUTH' | 'BYE'; readonly text: StatusText }
  | { readonly type: 'news'; readonly news: News }
  /** A command is settled; `value` is what its collector made of the OK. */
  | { readonly type: 'receipt'; readonly tag: Tag; readonly ok: true; readonly value: unknown }
  | { readonly type: 'receipt'; readonly tag: Tag; readonly ok: false; readonly error: Error }
  /** The server took up IDLE. */
  | { readonly type: 'idling'; readonly tag: Tag }
  /** The server challenges a command that answers challenges: `answer` is due. */
  | { readonly type: 'challenge'; readonly tag: Tag; respond(): string | Promise<string> }
  | { readonly type: 'defect'; readonly error: ProtocolError }
  /** The peer closed. Names of the commands without a receipt. */
  | { readonly type: 'closed'; readonly unanswered: readonly string[] };

interface InFlight {
  readonly tag: Tag;
  readonly command: Command<unknown>;
  readonly collector: Collector<unknown>;
}

/**
 * One IMAP connection without its socket (RFC 3501): bytes in, events out; commands in, bytes out. Synchronous.
 *
 * Feed it with `receive`, then call `next` until it gives undefined; write what `output` gives after every `receive` and
 * `send`. Untagged data is news whoever asked for it, but for results that belong to a command; a tagged response settles its
 * command. Sequence numbers are resolved to UIDs here and go no further.
 */
export class Connection {
  readonly #fragmenter = new Fragmenter();
  readonly #flagsLine = new FlagsLine();
  readonly #outgoing = new Outgoing();
  readonly #sequence = new SequenceTable();
  readonly #leaving = new Leaving();
  readonly #events: ConnectionEvent[] = [];
  #inFlight: InFlight[] = [];
  #tags = 0;
  #state: ConnectionState;
  #capabilities: ReadonlySet<string> = new Set();
  readonly #enabled = new Set<string>();
  #selected: { readonly name: string; readonly readOnly: boolean } | undefined;
  #ended = false;

  /** `greeted`: the greeting is over, as after STARTTLS. */
  constructor(options: { readonly greeted?: boolean } = {}) {
    this.#state = options.greeted ? 'not-authenticated' : 'greeting';
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Upper case; what the server said last, with what IMAP4rev2 has built in, and empty where it has said nothing. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities;
  }

  /** Upper case: what the server said it enabled (RFC 5161), and IMAP4rev2 where it has no IMAP4rev1 to fall back to. */
  get enabled(): ReadonlySet<string> {
    if (this.#capabilities.has('IMAP4REV2') && !this.#capabilities.has('IMAP4REV1')) {
      return new Set([...this.#enabled, 'IMAP4REV2']);
    }
    return this.#enabled;
  }

  get selected(): { readonly name: string; readonly readOnly: boolean } | undefined {
    return this.#selected;
  }

  /** Names of the commands without a receipt, in the order they were sent. */
  get unanswered(): readonly string[] {
    return this.#inFlight.map((entry) => entry.command.name);
  }

  /** Octets that arrived and belong to no event yet. */
  get unread(): Uint8Array {
    return this.#fragmenter.unread;
  }

  /** Gives them up: what follows COMPRESS's OK has to be inflated before it is received (RFC 4978 §3). */
  surrender(): Uint8Array {
    return this.#fragmenter.surrender();
  }

  receive(chunk: Uint8Array): void {
    if (!this.#ended) this.#fragmenter.push(chunk);
  }

  /** The peer closed. What is left of a response is not trusted: it may have been cut anywhere. */
  end(): void {
    this.#ended = true;
  }

  /** undefined: needs more bytes, or, after `closed`, is over. */
  next(): ConnectionEvent | undefined {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      if (this.#state === 'selected' && this.#fragmenter.takeLine(this.#flagsLine)) {
        const { seq, message } = this.#flagsLine;
        this.#untagged({ type: 'fetch', seq, message });
        continue;
      }
      const fragment = this.#state === 'closed' ? undefined : this.#fragmenter.next();
      if (!fragment) break;
      this.#take(fragment);
    }
    if (!this.#ended || this.#state === 'closed') return undefined;
    this.#state = 'closed';
    const { unanswered } = this;
    this.#inFlight = [];
    return { type: 'closed', unanswered };
  }

  /**
   * True when `command` can go out now without ambiguity (RFC 3501 §5.5). False asks for patience, not for another command:
   * whether the state allows it shows when it is sent.
   */
  canSend(command: Command<unknown>): boolean {
    if (this.#state === 'greeting' || this.#state === 'closed') return false;
    if (this.#inFlight.length === 0) return true;
    if (command.alone) return this.#inFlight.every(({ command: { name } }) => command.behind?.includes(name));
    const tagged = this.#isTagged(command);
    return this.#inFlight.every(
      ({ command: other }) =>
        (!other.alone || other.followed?.includes(command.name)) &&
        ((tagged && this.#isTagged(other)) ||
          !command.results?.some((result) => other.results?.includes(result))),
    );
  }

  #isTagged({ tagged }: Command<unknown>): boolean {
    return tagged !== undefined && offers(this.#capabilities, ...tagged);
  }

  /** Throws UsageError where the state or the pipeline forbids the command, or its arguments cannot be said. */
  send(command: Command<unknown>): Tag {
    if (!command.states.includes(this.#state)) {
      throw new UsageError(`${command.name} is not allowed in state ${this.#state}`);
    }
    if (!this.canSend(command))
      throw new UsageError(`${command.name} cannot overlap with ${this.unanswered[0]}`);
    if (command.numbered && this.#enabled.has('UIDONLY')) {
      throw new UsageError(`${command.name} by sequence number, which UIDONLY forbids`);
    }
    const pieces = command.write(this.#capabilities, this.enabled);
    const tag = `P${++this.#tags}`;
    this.#outgoing.command(tag, pieces, this.#capabilities);
    if (command.name === 'IDLE') this.#outgoing.afterPause(tag, 'DONE');
    if (command.effect?.type === 'select') {
      this.#leaving.begin(this.#selected !== undefined);
      // The old mailbox is gone whatever the answer will be (RFC 3501 §6.3.1).
      this.#unselect();
    }
    this.#inFlight.push({ tag, command, collector: command.collect() });
    return tag;
  }

  /** Ends an IDLE: DONE goes out as soon as the server has taken IDLE up (RFC 2177). */
  done(tag: Tag): void {
    this.#outgoing.resume(tag);
  }

  /** The line that answers a challenge; nothing once the command is settled. */
  answer(tag: Tag, line: string): void {
    if (this.#inFlight.some((entry) => entry.tag === tag)) this.#outgoing.line(tag, line);
  }

  /** What is to be written now. */
  output(): Uint8Array | undefined {
    return this.#state === 'closed' ? undefined : this.#outgoing.take();
  }

  /** A literal whose octets are due, to be given by `supply`; only after `output` gave undefined. */
  get wanted():
    { readonly tag: Tag; readonly literal: StreamedLiteral; readonly remaining: number } | undefined {
    return this.#outgoing.wanted;
  }

  supply(chunk: Uint8Array): void {
    this.#outgoing.supply(chunk);
  }

  #take(fragment: Fragment): void {
    if (fragment.type === 'defect') {
      this.#events.push(fragment);
    } else if (fragment.type === 'piece') {
      this.#section(fragment);
    } else {
      const { response, defects } = parseResponse(fragment.frame);
      for (const error of defects) this.#events.push({ type: 'defect', error });
      if (response) this.#respond(response);
    }
  }

  #respond(response: Response): void {
    if (this.#state === 'greeting') this.#greet(response);
    else if (response.type === 'receipt') this.#receipt(response);
    else if (response.type === 'continuation') this.#continuation(response.text);
    else this.#untagged(response);
  }

  #defect(message: string): void {
    this.#events.push({ type: 'defect', error: new ProtocolError(message) });
  }

  #greet(response: Response): void {
    if (response.type !== 'status' || response.status === 'NO' || response.status === 'BAD') {
      this.#defect('a response before the greeting');
      return;
    }
    const { status, code, text } = response;
    this.#state = status === 'OK' ? 'not-authenticated' : status === 'PREAUTH' ? 'authenticated' : 'greeting';
    this.#learnCode(code);
    this.#events.push({ type: 'greeting', status, text: { code, text } });
  }

  #continuation(text: string): void {
    const entry = this.#inFlight.at(-1);
    if (this.#outgoing.proceed()) {
      if (entry?.command.name === 'IDLE') this.#events.push({ type: 'idling', tag: entry.tag });
      return;
    }
    const { tag, collector } = entry ?? {};
    if (tag !== undefined && collector?.respond) {
      this.#events.push({ type: 'challenge', tag, respond: () => collector.respond!(text) });
    } else {
      // Quirk: some servers send `+` again and again during IDLE to keep the line alive.
      if (entry?.command.name !== 'IDLE') this.#defect('a continuation request that nobody awaits');
    }
  }

  #receipt(response: Response & { type: 'receipt' }): void {
    const { tag, status, text } = response;
    const code = response.code && speaksUtf8(this.enabled) ? codeInUtf8(response.code) : response.code;
    const index = this.#inFlight.findIndex((entry) => entry.tag === tag);
    const entry = this.#inFlight[index];
    if (!entry) {
      this.#defect('a receipt for no command');
      return;
    }
    if (entry.command.effect?.type === 'select') this.#hear(this.#leaving.end());
    this.#inFlight.splice(index, 1);
    this.#outgoing.cancel(tag);
    this.#learnCode(code);
    if (status !== 'OK') {
      const error = new CommandError(entry.command.name, status, text, code);
      this.#events.push({ type: 'receipt', tag, ok: false, error });
      return;
    }
    this.#effect(entry.command, code);
    try {
      const value = entry.collector.settle({ code, text });
      this.#events.push({ type: 'receipt', tag, ok: true, value });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Let in by a server that did not do its part: nothing that needs to be signed in may be said to it.
      if (entry.command.effect?.type === 'authenticate') this.#state = 'not-authenticated';
      this.#events.push({ type: 'receipt', tag, ok: false, error });
    }
  }

  #effect(command: Command<unknown>, code: ResponseCode | undefined): void {
    const { effect } = command;
    if (!effect) return;
    if (effect.type === 'authenticate') this.#state = 'authenticated';
    else if (effect.type === 'unselect') this.#unselect();
    else if (effect.type === 'start-tls') this.#capabilities = new Set();
    else if (effect.type === 'select') {
      const readOnly = effect.readOnly || (code?.name === 'ATOM' && code.code === 'READ-ONLY');
      this.#state = 'selected';
      this.#selected = { name: effect.name, readOnly };
    }
  }

  #unselect(): void {
    this.#sequence.clear();
    this.#selected = undefined;
    if (this.#state === 'selected') this.#state = 'authenticated';
  }

  #learnCode(code: ResponseCode | undefined): void {
    if (code?.name === 'CAPABILITY') this.#capabilities = offered(code.capabilities);
    // What came before belongs to the mailbox that was selected until now (RFC 7162 §3.2.11).
    if (code?.name === 'ATOM' && code.code === 'CLOSED') this.#sequence.clear();
  }

  #named(response: Untagged): Untagged {
    return speaksUtf8(this.enabled) ? namedInUtf8(response) : response;
  }

  #untagged(raw: Untagged): void {
    if (this.#leaving.holds(raw)) return;
    this.#hear(this.#leaving.before(raw));
    const response = raw.type === 'fetch' ? this.#resolve(raw) : this.#named(raw);
    if (response.type === 'capability') this.#capabilities = offered(response.capabilities);
    if (response.type === 'enabled') for (const name of response.capabilities) this.#enabled.add(name);
    if (response.type === 'status') this.#learnCode(response.code);
    let taken = false;
    for (const { collector, tag } of this.#inFlight) taken ||= collector.take?.(response, tag) ?? false;
    // What SELECT takes of the mailbox before must not touch the table of the new one; its EXISTS must.
    const news = taken && response.type !== 'exists' ? undefined : this.#news(response);
    if (news && !taken) this.#events.push({ type: 'news', news });
  }

  #hear(responses: readonly Untagged[]): void {
    for (const response of responses) this.#untagged(response);
  }

  /** Fills in the UID that a FETCH did not say, or learns the one it did. */
  #resolve(response: Untagged & { type: 'fetch' }): Untagged {
    const { seq, message } = response;
    if (message.uid !== undefined) {
      this.#sequence.learn(seq, message.uid);
      return response;
    }
    const uid = this.#sequence.uid(seq);
    return uid === undefined ? response : { type: 'fetch', seq, message: { ...message, uid } };
  }

  /** Brings the sequence table up to date and says what is to be told; undefined where that is nothing. */
  #news(response: Untagged): News | undefined {
    switch (response.type) {
      case 'exists':
        if (response.count > EXISTS_LIMIT) {
          this.#defect('more messages than can be');
          return undefined;
        }
        if (!this.#sequence.resize(response.count)) this.#defect('EXISTS fell without EXPUNGE');
        return newsOf(response);
      case 'expunge':
        return this.#expungeNews(response.seq);
      case 'vanished':
        if (!response.earlier) this.#sequence.vanish(response.uids);
        return newsOf(response);
      default:
        return newsOf(response);
    }
  }

  #expungeNews(seq: SeqNum): News | undefined {
    const uid = this.#sequence.uid(seq);
    if (!this.#sequence.expunge(seq)) {
      this.#defect('EXPUNGE of a message that is not there');
      return undefined;
    }
    return { type: 'expunge', uid };
  }

  #section(fragment: Fragment & { type: 'piece' }): void {
    const { head, octets, offset, data } = fragment;
    const place = sectionBefore(head);
    const taker = this.#inFlight.find(({ collector }) => collector.section)?.collector;
    if (!place || !taker) {
      if (offset === 0) this.#defect('a literal too large to be kept');
      return;
    }
    const { seq, uid = this.#sequence.uid(seq), section, origin } = place;
    taker.section?.({ uid, section, origin, octets, offset, data });
  }
}

import { ByteQueue, concatBytes, CR, LF, SP, type Window, windowOf } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { excerpt } from './excerpt.ts';
import type { FlagsLine } from './flags-line.ts';

/** A literal within a frame (RFC 3501 §4.3, RFC 3516 for `~{n}`). Offsets are into the frame's window. */
export interface Literal {
  /** Where `{` or `~{` stands. */
  readonly at: number;
  readonly start: number;
  /** Equal to `start` when the octets were streamed past and are not in the frame. */
  readonly end: number;
  readonly streamed: boolean;
}

/** One response, cut off the stream but not read: its last line break is gone, its literals are in place. */
export interface Frame {
  readonly window: Window;
  /** Where in the window the response begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Their offsets are counted from the window's begin. */
  readonly literals: readonly Literal[];
}

const NO_LITERALS: readonly Literal[] = Object.freeze([]);

/** A response that has its octets to itself. */
export function frameOf(bytes: Uint8Array, literals: readonly Literal[] = NO_LITERALS): Frame {
  return { window: windowOf(bytes), start: 0, end: bytes.length, literals };
}

export type Fragment =
  | { readonly type: 'frame'; readonly frame: Frame }
  /** Octets of a literal too large to be kept. */
  | {
      readonly type: 'piece';
      /** The response up to its marker, without its middle where it is longer than 4096 octets. */
      readonly head: Uint8Array;
      /** Octets of the whole literal. */
      readonly octets: number;
      readonly offset: number;
      readonly data: Uint8Array;
    }
  | { readonly type: 'defect'; readonly error: ProtocolError };

/** Octets of one line. A SEARCH that names a million messages has 8 million. */
export const LINE_LIMIT = 16 * 1024 * 1024;
/** Octets of a literal that is kept whole; larger ones are streamed. Larger parts are fetched in ranges anyway. */
export const LITERAL_LIMIT = 8 * 1024 * 1024;
/** Octets of one response that are kept; literals beyond it are streamed, so that many small ones cannot add up. */
export const RESPONSE_LIMIT = 32 * 1024 * 1024;
/** Literals of one response, each of which costs more than the octets it may have. FETCH has one for each section asked for. */
export const LITERALS_LIMIT = 100_000;
/** Octets of a line that is known to be too long. */
const SPOILT_LIMIT = 64 * 1024;
/** Octets of a line, at most, that a chunk has the end of and that is put together by itself. */
const SEAM = 4096;
const END_BRACE = 0x7d;
/** Octets that tell whose literal is streamed: the response's first, and its last. */
const HEAD_SHOWN = 4096;
/** Octets that an announced literal may have at all: beyond this a count is a lie, and the stream cannot be followed. */
const COUNT_LIMIT = 2 ** 40;

/**
 * Cuts a stream into responses before anybody reads them (framing before grammar): a malformed response costs itself, and
 * octets of a literal can never be taken for protocol.
 */
export class Fragmenter {
  readonly #queue = new ByteQueue();
  /** What came behind the end of the line that was under way: it need not be moved behind that line to be read. */
  #rest: Uint8Array | undefined;
  /** Octets at the queue's front that belong to the present frame and are scanned. */
  #scanned = 0;
  /** Where the present line begins, in the queue. */
  #line = 0;
  /** Where the search for a line feed goes on. */
  #searched = 0;
  /** Octets of a kept literal that have to arrive before the next line. */
  #awaited = 0;
  /** The present frame's octets that left the queue already, because a literal after them is streamed. */
  #head: Uint8Array[] = [];
  #headLength = 0;
  #literals: Literal[] = [];
  #stream: { readonly octets: number; remaining: number; readonly head: Uint8Array } | undefined;
  #spoilt: ProtocolError | undefined;
  #lost = false;

  push(chunk: Uint8Array): void {
    this.#absorb();
    const end = this.#queue.length > 0 && chunk.length > SEAM ? chunk.indexOf(LF) + 1 : 0;
    if (end === 0 || end + this.#queue.length > SEAM) {
      this.#queue.push(chunk);
    } else {
      this.#queue.push(chunk.subarray(0, end));
      this.#rest = chunk.subarray(end);
    }
  }

  /** True where octets were left out of the queue, which has them now. */
  #absorb(): boolean {
    const rest = this.#rest;
    if (!rest) return false;
    this.#rest = undefined;
    this.#queue.push(rest);
    return true;
  }

  /** The octets that no fragment has taken. */
  get unread(): Uint8Array {
    this.#absorb();
    return this.#queue.view();
  }

  /** Lets go of the octets that no fragment has taken: they are not to be read as they stand. */
  surrender(): Uint8Array {
    this.#absorb();
    this.#scanned = this.#line = this.#searched = 0;
    return this.#queue.take(this.#queue.length);
  }

  /** True while part of a response has arrived. */
  get midway(): boolean {
    return (
      this.#queue.length > 0 || this.#rest !== undefined || this.#headLength > 0 || this.#stream !== undefined
    );
  }

  /** Has `line` read a response that nothing is known of yet, and takes what it read. False where it is to be cut as usual. */
  takeLine(line: FlagsLine): boolean {
    if (this.#searched > 0 || this.#headLength > 0 || this.#stream || this.#spoilt || this.#lost)
      return false;
    if (this.#queue.length === 0) this.#absorb();
    return this.#queue.consume(line);
  }

  next(): Fragment | undefined {
    for (;;) {
      const fragment = this.#cut();
      if (fragment || !this.#absorb()) return fragment;
    }
  }

  #cut(): Fragment | undefined {
    while (!this.#lost) {
      if (this.#stream) {
        if (this.#queue.length === 0) return undefined;
        const piece = this.#piece(this.#stream);
        if (this.#spoilt) continue;
        return piece;
      }
      if (this.#queue.length < this.#scanned + this.#awaited) return undefined;
      if (this.#awaited > 0) {
        this.#scanned += this.#awaited;
        this.#awaited = 0;
        this.#line = this.#searched = this.#scanned;
      }
      const feed = this.#queue.lineFeed(this.#searched);
      if (feed === -1) {
        this.#searched = this.#queue.length;
        if (this.#searched - this.#line > (this.#spoilt ? SPOILT_LIMIT : LINE_LIMIT)) this.#spoilLine();
        return undefined;
      }
      const fragment = this.#endLine(feed);
      if (fragment) return fragment;
    }
    return undefined;
  }

  #endLine(feed: number): Fragment | undefined {
    const last = feed > this.#line && this.#queue.octet(feed - 1) === CR ? feed - 1 : feed;
    if (
      feed - this.#line <= LINE_LIMIT &&
      (last <= this.#line || this.#queue.octet(last - 1) !== END_BRACE)
    ) {
      return this.#frame(last, feed + 1);
    }
    const line = this.#queue.view(this.#line, feed);
    const end = last - this.#line;
    const first = this.#line === 0 && this.#headLength === 0 && !this.#spoilt;
    const marker = literalMarker(line, end, first);
    if (line.length > LINE_LIMIT) this.#spoil(`a line of more than ${LINE_LIMIT} octets`, line);
    if (!marker) return this.#frame(last, feed + 1);
    if (marker.octets > COUNT_LIMIT) {
      this.#lost = true;
      const text = excerpt(line, marker.at);
      return { type: 'defect', error: new ProtocolError('a literal of impossible size', 0, text, true) };
    }
    this.#scanned = feed + 1;
    const at = this.#headLength + this.#line + marker.at;
    const start = this.#headLength + this.#scanned;
    if (start > RESPONSE_LIMIT) this.#spoil(`a response of more than ${RESPONSE_LIMIT} octets`, line);
    if (this.#literals.length >= LITERALS_LIMIT) {
      this.#spoil(`a response of more than ${LITERALS_LIMIT} literals`, line);
    }
    if (!this.#spoilt && marker.octets <= LITERAL_LIMIT && start + marker.octets <= RESPONSE_LIMIT) {
      this.#literals.push({ at, start, end: start + marker.octets, streamed: false });
      this.#awaited = marker.octets;
      // An empty literal still begins a new line.
      this.#line = this.#searched = this.#scanned;
      return undefined;
    }
    this.#streamPast(marker.octets, at, start);
    return undefined;
  }

  #streamPast(octets: number, at: number, start: number): void {
    const taken = this.#queue.take(this.#scanned);
    this.#scanned = this.#line = this.#searched = 0;
    if (this.#spoilt) {
      this.#stream = { octets, remaining: octets, head: taken.subarray(0, 0) };
      return;
    }
    this.#literals.push({ at, start, end: start, streamed: true });
    this.#headLength += taken.length;
    // Copied, so that the window behind it can go.
    this.#head.push(taken.slice());
    this.#stream = { octets, remaining: octets, head: this.#shownHead(at) };
  }

  #shownHead(at: number): Uint8Array {
    const [first] = this.#head;
    const last = this.#head.at(-1);
    if (!first || !last) return new Uint8Array();
    const end = last.length - (this.#headLength - at);
    if (at <= HEAD_SHOWN) return concatBytes(this.#head).subarray(0, at);
    const begin = first === last ? HEAD_SHOWN / 2 : 0;
    return concatBytes([
      first.subarray(0, HEAD_SHOWN / 2),
      last.subarray(Math.max(begin, end - HEAD_SHOWN / 2), end),
    ]);
  }

  #piece(stream: { readonly octets: number; remaining: number; readonly head: Uint8Array }): Fragment {
    const offset = stream.octets - stream.remaining;
    const data = this.#queue.take(stream.remaining);
    stream.remaining -= data.length;
    if (stream.remaining === 0) this.#stream = undefined;
    return { type: 'piece', head: stream.head, octets: stream.octets, offset, data };
  }

  #frame(end: number, next: number): Fragment {
    const frame = this.#headLength === 0 ? this.#inWindow(end) : this.#alone(end);
    this.#queue.skip(next);
    const spoilt = this.#spoilt;
    this.#scanned = this.#line = this.#searched = this.#headLength = 0;
    if (this.#head.length > 0) this.#head = [];
    if (this.#literals.length > 0) this.#literals = [];
    this.#spoilt = undefined;
    return spoilt ? { type: 'defect', error: spoilt } : { type: 'frame', frame };
  }

  #inWindow(end: number): Frame {
    const { start } = this.#queue;
    const literals =
      this.#literals.length === 0 ? NO_LITERALS : this.#literals.map((literal) => moved(literal, start));
    return { window: this.#queue.window(end), start, end: start + end, literals };
  }

  /** What was streamed past has left a gap. */
  #alone(end: number): Frame {
    return frameOf(concatBytes([...this.#head, this.#queue.view(0, end)]), this.#literals);
  }

  /** The line is too long: forget what came, but not its last octets, which may begin a literal's marker. */
  #spoilLine(): void {
    this.#spoil(`a line of more than ${LINE_LIMIT} octets`, this.#queue.view());
    this.#queue.skip(this.#queue.length - 64);
    this.#scanned = this.#line = 0;
    this.#searched = this.#queue.length;
  }

  /** Nothing more of this response is kept; it is a defect when it ends. */
  #spoil(message: string, octets: Uint8Array): void {
    this.#spoilt ??= new ProtocolError(message, 0, excerpt(octets, 0));
    this.#head = [];
    this.#headLength = 0;
    this.#literals = [];
  }
}

function moved({ at, start, end, streamed }: Literal, by: number): Literal {
  return { at: at + by, start: start + by, end: end + by, streamed };
}

/** `{n}`, `{n+}` or `~{n}` at the end of a line, in a place where a literal can be. */
function literalMarker(
  line: Uint8Array,
  end: number,
  first: boolean,
): { at: number; octets: number } | undefined {
  if (line[end - 1] !== END_BRACE) return undefined;
  let at = end - 2;
  if (line[at] === 0x2b /* + */) at--;
  let octets = 0;
  let scale = 1;
  const digits = at;
  for (; at >= 0 && line[at]! >= 0x30 && line[at]! <= 0x39; at--) {
    octets += (line[at]! - 0x30) * scale;
    scale *= 10;
  }
  if (at === digits || line[at] !== 0x7b /* { */) return undefined;
  // Exact up to here; a few hundred digits more would be no number at all.
  if (digits - at > 15) octets = Infinity;
  if (first && isHumanText(line, at)) return undefined;
  if (at > 0 && line[at - 1] === 0x7e /* ~ */) at--;
  return { at, octets };
}

/** Text of a status response or a continuation may end like a marker; only its response code can hold a literal. */
function isHumanText(line: Uint8Array, at: number): boolean {
  if (line[0] === 0x2b /* + */) return true;
  const word = line.indexOf(SP) + 1;
  if (line[word]! < 0x41 /* A */) return false;
  const wordEnd = line.indexOf(SP, word);
  if (word === 0 || wordEnd === -1 || wordEnd > at) return false;
  const status = String.fromCharCode(...line.subarray(word, Math.min(wordEnd, word + 8))).toUpperCase();
  if (!/^(?:OK|NO|BAD|BYE|PREAUTH)$/.test(status)) return false;
  const code = wordEnd + 1;
  return line[code] !== 0x5b /* [ */ || line.subarray(code, at).includes(0x5d /* ] */);
}

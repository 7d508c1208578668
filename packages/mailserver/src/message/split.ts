import type { MimeNode } from '@zone-eu/mailsplit';
import { Splitter } from '@zone-eu/mailsplit';
import { headerValue, parameter, parseHeader, parseParameterized } from './header.ts';

/**
 * A part as mailparser's splitter finds it, by octet offsets: `start ≤ bodyStart ≤ end`, the header block with its
 * empty line is `[start, bodyStart)`. `parts` are in order, inside `[bodyStart, end)`.
 */
export interface SplitPart {
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly parts: readonly SplitPart[];
}

/** More parts than this in one message are not told apart. */
const MAX_PARTS = 5000;

/**
 * Splits the message in `octets[start, end)`. An embedded message is one part: whoever wants its structure splits its
 * body in turn. Never throws.
 */
export function splitMessage(octets: Buffer, start: number, end: number): SplitPart {
  return new Splitting(octets, start, end).root;
}

/** What the splitter says of a line: whose body it is in, a node whose header it ends, or nothing inside a header. */
type LineCallback = (
  error: Error | null | undefined,
  chunk?: MimeNode | { readonly type: 'body' | 'data'; readonly node: MimeNode } | false,
) => void;

/**
 * The splitter's stream takes its input apart by lines and waits between them; the step it makes for each line is
 * synchronous, and says at which octet a header or body begins. Its type declaration leaves that step out, which is
 * why the version is pinned.
 */
interface LineSplitter {
  processLine(line: Buffer, final: boolean, next: LineCallback): void;
}

type OpenPart = { -readonly [K in 'start' | 'bodyStart' | 'end']: SplitPart[K] } & {
  readonly parts: OpenPart[];
  /** Unknown only until the message's own header has ended. */
  node: MimeNode | undefined;
};

const HEADER_UNFINISHED = -1;
const NOTHING = Buffer.alloc(0);

class Splitting {
  readonly root: OpenPart;
  readonly #octets: Buffer;
  /** The part the splitter is in, last, and those around it. */
  readonly #open: OpenPart[];
  /** Embedded messages stay whole because the splitter opens them only when inline, IMAP whatever the disposition. */
  readonly #splitter = new Splitter({
    ignoreEmbedded: true,
    maxHeadSize: Infinity,
    maxChildNodes: MAX_PARTS,
  }) as unknown as LineSplitter;
  #lineStart = 0;
  #lineEnd = 0;
  #failed = false;

  constructor(octets: Buffer, start: number, end: number) {
    this.#octets = octets;
    this.root = { start, bodyStart: HEADER_UNFINISHED, end: start, parts: [], node: undefined };
    this.#open = [this.root];
    for (let at = start; at < end && !this.#failed; at = this.#lineEnd) {
      this.#lineStart = at;
      this.#lineEnd = this.#afterLine(at, end);
      this.#line(octets.subarray(at, this.#lineEnd));
    }
    this.#lineStart = this.#lineEnd = end;
    if (!this.#failed) this.#give(NOTHING, true);
    for (const part of this.#open) finish(part, end);
  }

  /** In a body, lines that cannot be delimiters go to the splitter together. */
  #afterLine(at: number, end: number): number {
    const octets = this.#octets;
    const inBody = this.#open.at(-1)!.bodyStart !== HEADER_UNFINISHED;
    const lf = inBody && !isDashed(octets, at) ? octets.indexOf('\n--', at) : octets.indexOf(10, at);
    return lf < 0 || lf >= end ? end : lf + 1;
  }

  /**
   * Two things RFC 2046 §5.1 allows are unknown to the splitter, which wants the line break right after the boundary
   * and looks for the innermost two boundaries only: white space after the boundary is left out, and multiparts inside
   * the one delimited here that were never closed are closed.
   */
  #line(line: Buffer): void {
    if (isDashed(line, 0)) {
      const text = withoutPadding(line);
      const open = this.#open;
      for (let i = open.length - 1; i >= 0; i--) {
        const { node } = open[i]!;
        if (node === undefined || node._boundary === false) continue;
        const closes = isDelimiter(text, node._boundary);
        if (closes === undefined) continue;
        for (let inner = open.length - 2; inner > i; inner--) {
          const unclosed = open[inner]?.node?._boundary;
          if (unclosed) this.#give(delimiter(unclosed, true));
        }
        return this.#give(delimiter(node._boundary, closes));
      }
    }
    this.#give(line);
  }

  #give(line: Buffer, final = false): void {
    this.#splitter.processLine(line, final, (error, chunk) => {
      const current = this.#open.at(-1)!;
      if (error) this.#failed = true;
      else if (!chunk) return;
      else if (chunk.type === 'node') {
        current.node = chunk;
        current.bodyStart = this.#lineEnd;
        if (chunk._boundary !== false) chunk._boundary = boundaryOf(chunk) ?? chunk._boundary;
      } else if (chunk.node !== current.node) this.#enter(chunk.node);
    });
  }

  /** A delimiter line led into another part, new or one around. */
  #enter(node: MimeNode): void {
    const open = this.#open;
    while (open.length > 1 && open.at(-1)!.node !== node && open.at(-1)!.node !== node.parentNode)
      finish(open.pop()!, beforeLineBreak(this.#octets, this.#lineStart));
    const around = open.at(-1)!;
    if (around.node === node) return;
    const start = this.#lineEnd;
    const part: OpenPart = { start, bodyStart: HEADER_UNFINISHED, end: start, parts: [], node };
    around.parts.push(part);
    open.push(part);
  }
}

/**
 * The boundary as BODYSTRUCTURE says it. The splitter takes a comment after it (RFC 2045 §5.1) as part of it, and
 * octets above 127 for their UTF-8.
 */
function boundaryOf(node: MimeNode): Buffer | undefined {
  const header = parseHeader(node.getHeaders().toString('latin1'));
  const boundary = parameter(parseParameterized(headerValue(header, 'content-type') ?? ''), 'boundary');
  return boundary === '' ? undefined : Buffer.from(boundary, 'latin1');
}

/** The splitter gives no node for a part that ends before its header did: that part is all header. */
function finish(part: OpenPart, end: number): void {
  part.end = Math.max(part.bodyStart, part.start, end);
  if (part.bodyStart === HEADER_UNFINISHED) part.bodyStart = part.end;
}

function isDashed(octets: Buffer, at: number): boolean {
  return octets[at] === 0x2d && octets[at + 1] === 0x2d;
}

function withoutPadding(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && [0x20, 0x09, 0x0d, 0x0a].includes(line[end - 1]!)) end--;
  return line.subarray(0, end);
}

/** Whether the line closes the multipart of that boundary (true) or separates its parts (false). */
function isDelimiter(text: Buffer, boundary: Buffer): boolean | undefined {
  const after = 2 + boundary.length;
  if (text.length !== after && text.length !== after + 2) return undefined;
  if (!text.subarray(2, after).equals(boundary)) return undefined;
  if (text.length === after) return false;
  return isDashed(text, after) ? true : undefined;
}

function delimiter(boundary: Buffer, closes: boolean): Buffer {
  return Buffer.concat([Buffer.from('--'), boundary, Buffer.from(closes ? '--\r\n' : '\r\n')]);
}

/** The line break before a delimiter belongs to it. */
function beforeLineBreak(octets: Buffer, at: number): number {
  let before = at;
  if (octets[before - 1] === 0x0a) before--;
  if (octets[before - 1] === 0x0d) before--;
  return before;
}

/**
 * Cuts a client's octets into commands: lines, and the literals announced at their ends (RFC 3501 §4.3, RFC 7888).
 * Nothing is understood here beyond that.
 */

/** A command as it came: `lines[i]` ends where `literals[i]` was; there is one line more than literals. */
export interface RawCommand {
  /** One character per octet, without line break and without the literals' announcements. */
  readonly lines: readonly string[];
  readonly literals: readonly Uint8Array[];
}

/** What the reader found next. `overflow`: the line is too long to go on with this peer. */
export type ReaderEvent =
  | { readonly kind: 'command'; readonly command: RawCommand }
  | { readonly kind: 'literal-wanted' }
  | { readonly kind: 'literal-refused'; readonly tag: string; readonly refusal: LiteralRefusal }
  | { readonly kind: 'overflow' };

/** Why a literal is not wanted, and the tagged response that says so. */
export interface LiteralRefusal {
  readonly status: 'NO' | 'BAD';
  readonly text: string;
}

/** An announced literal: what was said before it, its octets, and whether the client waits for permission. */
export interface LiteralAnnouncement {
  readonly lines: readonly string[];
  readonly size: number;
  readonly synchronizing: boolean;
}

/** Octets of one line between literals. RFC 2683 §3.2.1.5 asks for at least 8000; UID sets of big moves are longer. */
export const MAX_LINE = 1 << 18;
/** Lines and literals of one command; a search names a few, nobody names a thousand. */
const MAX_LITERALS = 1000;

export class CommandReader {
  readonly #judge: (announcement: LiteralAnnouncement) => LiteralRefusal | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #scanned = 0;
  #lines: string[] = [];
  #literals: Uint8Array[] = [];
  readonly #announcement: RegExp;
  #literal: { bytes: Buffer | undefined; size: number; filled: number } | undefined;
  #refused: { tag: string; refusal: LiteralRefusal } | undefined;

  /**
   * `judge` decides about every literal before it is taken; a refused one is skipped. Without `nonSynchronizing`,
   * `{n+}` is no literal.
   */
  constructor(
    judge: (announcement: LiteralAnnouncement) => LiteralRefusal | undefined,
    nonSynchronizing = true,
  ) {
    this.#judge = judge;
    this.#announcement = nonSynchronizing ? /~?\{(\d{1,15})(\+?)\}$/ : /~?\{(\d{1,15})()\}$/;
  }

  /** Forgets everything received so far. */
  clear(): void {
    this.#consume(this.#buffer.length);
    this.#lines = [];
    this.#literals = [];
    this.#literal = undefined;
    this.#refused = undefined;
  }

  /** Takes what was received and not yet looked at. */
  takeRest(): Uint8Array {
    const rest = this.#buffer;
    this.#consume(rest.length);
    return rest;
  }

  push(chunk: Uint8Array): void {
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#buffer, chunk]);
  }

  /** One whole line without regard to literals, as IDLE and AUTHENTICATE need it; undefined: not yet there. */
  line(): string | undefined {
    const lf = this.#buffer.indexOf(10, this.#scanned);
    if (lf < 0) {
      this.#scanned = this.#buffer.length;
      return undefined;
    }
    const end = lf > 0 && this.#buffer[lf - 1] === 13 ? lf - 1 : lf;
    const line = this.#buffer.toString('latin1', 0, end);
    this.#consume(lf + 1);
    return line;
  }

  /** The next event, or undefined when more octets are needed. */
  next(): ReaderEvent | undefined {
    for (;;) {
      if (this.#literal !== undefined && !this.#fillLiteral()) return undefined;
      const line = this.line();
      if (line === undefined) return this.#buffer.length > MAX_LINE ? { kind: 'overflow' } : undefined;
      if (line.length > MAX_LINE || this.#literals.length > MAX_LITERALS) return { kind: 'overflow' };
      const event = this.#line(line);
      if (event !== undefined) return event;
    }
  }

  #line(line: string): ReaderEvent | undefined {
    const match = this.#announcement.exec(line);
    if (match === null) {
      this.#lines.push(line);
      const command = { lines: this.#lines, literals: this.#literals };
      const refused = this.#refused;
      this.#lines = [];
      this.#literals = [];
      this.#refused = undefined;
      return refused === undefined ? { kind: 'command', command } : { kind: 'literal-refused', ...refused };
    }
    this.#lines.push(line.slice(0, match.index));
    const size = Number(match[1]);
    const synchronizing = match[2] === '';
    const refusal = this.#refused?.refusal ?? this.#judge({ lines: this.#lines, size, synchronizing });
    if (refusal === undefined) {
      this.#literal = { bytes: Buffer.alloc(size), size, filled: 0 };
      return synchronizing ? { kind: 'literal-wanted' } : undefined;
    }
    const tag = this.#lines[0]?.split(' ')[0] ?? '*';
    if (synchronizing) {
      this.#lines = [];
      this.#literals = [];
      this.#refused = undefined;
      return { kind: 'literal-refused', tag, refusal };
    }
    // A non-synchronising literal is coming whatever we say: let it pass by.
    this.#refused ??= { tag, refusal };
    this.#literal = { bytes: undefined, size, filled: 0 };
    return undefined;
  }

  #fillLiteral(): boolean {
    const literal = this.#literal!;
    const take = Math.min(literal.size - literal.filled, this.#buffer.length);
    literal.bytes?.set(this.#buffer.subarray(0, take), literal.filled);
    literal.filled += take;
    this.#consume(take);
    if (literal.filled < literal.size) return false;
    this.#literals.push(literal.bytes ?? new Uint8Array());
    this.#literal = undefined;
    return true;
  }

  #consume(count: number): void {
    this.#buffer = this.#buffer.subarray(count);
    this.#scanned = 0;
  }
}

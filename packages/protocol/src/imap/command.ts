import { encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import type { Compression } from '../port.ts';
import { type MailboxName, utf8NameOf, wireOctets } from './mailbox-name.ts';
import { NOT_ENABLED, speaksUtf8 } from './offers.ts';
import type { Untagged } from './response.ts';
import type { StatusText, Uid } from './types.ts';

/** RFC 3501 §3, and what comes before and after. */
export type ConnectionState = 'greeting' | 'not-authenticated' | 'authenticated' | 'selected' | 'closed';

/** A literal that is not in memory: `chunks` has to give exactly `octets` octets. */
export interface StreamedLiteral {
  readonly octets: number;
  readonly chunks: AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);
}

/** `~{n}` (RFC 3516 §7): a literal that may hold NUL, only where an argument allows one. */
export interface Literal8 {
  readonly literal8: Uint8Array | StreamedLiteral;
}

/** A command's text in pieces: strings go out as they are (no line breaks; UTF-8), octets as literals. */
export type Piece = string | Uint8Array | StreamedLiteral | Literal8;

/** What a command's OK does to the connection. */
export type Effect =
  | { readonly type: 'authenticate' | 'unselect' | 'logout' | 'start-tls' }
  /** What follows the OK is compressed, both ways. */
  | { readonly type: 'compress'; readonly compression: Compression }
  | { readonly type: 'select'; readonly name: string; readonly readOnly: boolean };

/** Octets of a section that is too large to be kept. */
export interface SectionPiece {
  readonly uid: Uid | undefined;
  /** As in {@link BodySection}. */
  readonly section: string;
  readonly origin: number | undefined;
  /** Octets of the whole section. */
  readonly octets: number;
  /** Where `data` belongs in it. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** One run of a command: gathers what belongs to it and turns the receipt into its result. */
export interface Collector<R> {
  /** Sees every untagged response while the command is in flight; true: it was this command's and is no news. */
  take?(response: Untagged, tag: string): boolean;
  /**
   * Answers a continuation request (AUTHENTICATE) with a line, without its line break. ProtocolError: the exchange is
   * cancelled, and the command fails with it.
   */
  respond?(challenge: string): string | Promise<string>;
  /** Takes sections that are too large to be kept. */
  section?(piece: SectionPiece): void;
  /** The OK. A throw becomes the command's failure. */
  settle(status: StatusText): R;
}

/** A command as a value: it can be sent any number of times. */
export interface Command<R> {
  /** As RFC 3501 §6 calls it, e.g. `UID FETCH`. */
  readonly name: string;
  readonly states: readonly ConnectionState[];
  /** Kinds of results that do not say which command they answer: two commands that share one never overlap (§5.5). */
  readonly results?: readonly string[];
  /** Extensions with which its results do say so (RFC 4466 §2.6.2): two such commands may overlap. */
  readonly tagged?: readonly string[];
  /** Nothing may overlap with it. */
  readonly alone?: true;
  /** Names of commands that it may follow all the same before they are settled: servers carry these out in order. */
  readonly behind?: readonly string[];
  /** Names of commands that may follow it before it is settled, though it is alone. */
  readonly followed?: readonly string[];
  readonly effect?: Effect;
  /** The pieces hold a secret: never traced. */
  readonly secret?: true;
  /** It names messages by sequence number, which UIDONLY forbids (RFC 9586 §3). */
  readonly numbered?: true;
  /**
   * Everything after the tag, for a server that has `capabilities`, on a connection that has `enabled` some of them (RFC
   * 5161). Throws UsageError where the arguments cannot be said.
   */
  write(capabilities: ReadonlySet<string>, enabled?: ReadonlySet<string>): readonly Piece[];
  collect(): Collector<R>;
}

/** States in which a signed-in connection takes commands. */
export const SIGNED_IN: readonly ConnectionState[] = ['authenticated', 'selected'];
export const SELECTED: readonly ConnectionState[] = ['selected'];
export const ANY_STATE: readonly ConnectionState[] = ['not-authenticated', 'authenticated', 'selected'];

/** Text longer than this goes as a literal: some servers bound their lines at 1000 octets (RFC 2683 §3.2.1.5). */
const QUOTED_LIMIT = 500;

/** A string argument: quoted where it can be, else a literal (RFC 3501 §4.3, RFC 6855 §3). */
export function stringPiece(text: string, enabled: ReadonlySet<string> = NOT_ENABLED): Piece {
  if (text.includes('\0')) throw new UsageError('a string argument holds NUL');
  const quotable = speaksUtf8(enabled) ? /^[^\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]*$/ : /^[\x20-\x7e\t]*$/;
  if (text.length <= QUOTED_LIMIT && quotable.test(text) && !/\p{Surrogate}/u.test(text)) {
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  }
  return encodeText(text);
}

/** A mailbox argument: modified UTF-7, or UTF-8 once that is enabled. */
export function mailboxPiece(name: MailboxName, enabled: ReadonlySet<string> = NOT_ENABLED): Piece {
  if (speaksUtf8(enabled)) {
    const text = typeof name === 'string' ? name : utf8NameOf(name.wire);
    const piece = /[\udc80-\udcff]/u.test(text) ? undefined : stringPiece(text, enabled);
    return piece ?? wireOctets({ wire: text });
  }
  const octets = wireOctets(name);
  if (octets.includes(0)) throw new UsageError('a mailbox name holds NUL');
  if (octets.length <= QUOTED_LIMIT && octets.every((octet) => octet >= 0x20 && octet < 0x7f)) {
    return stringPiece(String.fromCharCode(...octets));
  }
  return octets;
}

/** An atom or flag argument as it is; UsageError where it is none. */
export function atomPiece(text: string): string {
  // Flags are what servers sent us, so what they allow is allowed; what would end the argument is not.
  if (!/^[^\s()"{%\x00-\x1f\x7f-\uffff]+$/.test(text))
    throw new UsageError(`not an atom: ${JSON.stringify(text)}`);
  return text;
}

/** Puts a space between the pieces of several arguments. */
export function joinPieces(...parts: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  parts.forEach((part, index) => {
    if (index > 0) joined.push(' ');
    joined.push(part);
  });
  return joined;
}

/** For commands whose receipt is all there is. */
export const settled: Collector<void> = { settle: () => undefined };

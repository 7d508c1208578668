/**
 * What APPEND and REPLACE put into a mailbox.
 *
 *     append-message = [SP flag-list] [SP date-time] SP append-data                  (RFC 3502, RFC 4466 §2.6)
 *     append-data    = literal / literal8 / "UTF8" SP "(" literal8 ")" /             (RFC 3516 §4.4, RFC 6855 §4)
 *                      "CATENATE" SP "(" cat-part *(SP cat-part) ")"                 (RFC 4469 §5)
 *     cat-part       = "TEXT" SP literal / "URL" SP astring / "UTF8" SP "(" literal8 ")"
 */
import { decodeUtf8 } from '../../bytes/index.ts';
import { CommandError, UsageError } from '../../error.ts';
import { atomPiece, joinPieces, type Piece, type StreamedLiteral, stringPiece } from '../command.ts';
import { demand, NOT_ENABLED, offeredNumber } from '../offers.ts';
import { formatInternalDate } from '../responses/date.ts';
import type { Flag, ResponseCode } from '../types.ts';

type Octets = Uint8Array | StreamedLiteral;

interface AppendCommon {
  readonly flags?: readonly Flag[];
  /** Milliseconds since 1970; left out, the server takes the time of arrival. */
  readonly internalDate?: number;
  /** Octets that the mailbox takes, as its STATUS says (APPENDLIMIT, RFC 7889); the server's own limit is looked at anyway. */
  readonly limit?: number | null;
}

export interface AppendOptions extends AppendCommon {
  /** Streamed ones are read once, when the server is ready for them. */
  readonly message: Octets;
  /**
   * `binary`: it holds NUL, which no other form may (RFC 3516 §4.4): BINARY, else UsageError. `utf8`: its header is UTF-8 (RFC
   * 6855 §4): UTF8=ACCEPT or IMAP4rev2 enabled, else UsageError. Left out, a message with such a header goes as `utf8` where
   * UTF8=ACCEPT is enabled, and everything else as `plain`.
   */
  readonly form?: 'plain' | 'binary' | 'utf8';
  /** Whether the header is UTF-8: to be said of streamed messages; one in memory is looked at. */
  readonly utf8Header?: boolean;
}

/** A piece of a message that the server puts together: octets, or a part of a message that it has already. */
export type CatenatePart =
  | { readonly text: Octets }
  | { readonly utf8: Octets }
  /** An IMAP URL of a message or part (RFC 5092), relative to the server. */
  | { readonly url: string };

export interface CatenateOptions extends AppendCommon {
  readonly parts: readonly CatenatePart[];
}

export type Appending = AppendOptions | CatenateOptions;

/** UsageError where it cannot be said to any server. */
export function checkAppending(appending: Appending): void {
  if ('parts' in appending ? appending.parts.length === 0 : octetsOf(appending.message) === 0) {
    throw new UsageError('APPEND of an empty message');
  }
  appending.flags?.forEach(atomPiece);
}

/**
 * Beginning with a space. Throws CommandError with code TOOBIG where the server or the mailbox is known to take less: nothing
 * was sent then, and nothing will be.
 */
export function writeAppending(
  command: string,
  appending: Appending,
  capabilities: ReadonlySet<string>,
  enabled: ReadonlySet<string> = NOT_ENABLED,
): Piece[] {
  const { flags, internalDate } = appending;
  const octets =
    'parts' in appending
      ? appending.parts.reduce((sum, part) => sum + ('url' in part ? 0 : octetsOf(partOctets(part))), 0)
      : octetsOf(appending.message);
  checkLimit(
    command,
    octets,
    Math.min(offeredNumber(capabilities, 'APPENDLIMIT') ?? Infinity, appending.limit ?? Infinity),
  );
  const front = [
    ...(flags?.length ? [`(${flags.map(atomPiece).join(' ')}) `] : []),
    ...(internalDate === undefined ? [] : [`"${formatInternalDate(internalDate)}" `]),
  ];
  if ('parts' in appending) {
    demand(capabilities, `${command} CATENATE`, 'CATENATE');
    const parts = appending.parts.map((part) => writePart(part, enabled));
    return [
      ` ${front.join('')}CATENATE (`,
      ...parts.flatMap((part, at) => (at > 0 ? [' ', ...part] : part)),
      ')',
    ];
  }
  const { message, utf8Header } = appending;
  const isUtf8 = (): boolean => enabled.has('UTF8=ACCEPT') && (utf8Header ?? isUtf8Message(message));
  const form = appending.form ?? (isUtf8() ? 'utf8' : 'plain');
  if (form === 'utf8') return [` ${front.join('')}`, ...writeUtf8(message, enabled)];
  if (form === 'binary') demand(capabilities, `${command} of NUL`, 'BINARY');
  return [` ${front.join('')}`, form === 'binary' ? { literal8: message } : message];
}

/** Whether the header of a message is in UTF-8, and not in ASCII (RFC 6532 §3.2). Of a streamed one that is not looked at. */
export function isUtf8Message(message: Octets): boolean {
  if (!(message instanceof Uint8Array)) return false;
  let end = message.length;
  let beyond = false;
  for (let i = 0; i < message.length; i++) {
    if (message[i]! >= 0x80) beyond = true;
    const isLineEnd = message[i] === 0x0a && (message[i + 1] === 0x0a || message[i + 2] === 0x0a);
    if (!isLineEnd || (message[i + 1] !== 0x0a && message[i + 1] !== 0x0d)) continue;
    end = i;
    break;
  }
  return beyond && decodeUtf8(message.subarray(0, end)) !== undefined;
}

function writePart(part: CatenatePart, enabled: ReadonlySet<string>): Piece[] {
  if ('url' in part) return joinPieces('URL', stringPiece(part.url));
  return 'text' in part ? ['TEXT ', part.text] : writeUtf8(part.utf8, enabled);
}

/** IMAP4rev2 takes UTF-8 headers in any literal (RFC 9051, Appendix E), UTF8=ACCEPT only where they are named. */
function writeUtf8(octets: Octets, enabled: ReadonlySet<string>): Piece[] {
  if (enabled.has('UTF8=ACCEPT')) return ['UTF8 (', { literal8: octets }, ')'];
  if (enabled.has('IMAP4REV2')) return [octets];
  throw new UsageError('a message with a header in UTF-8 needs UTF8=ACCEPT or IMAP4rev2 enabled');
}

function partOctets(part: Exclude<CatenatePart, { readonly url: string }>): Octets {
  return 'text' in part ? part.text : part.utf8;
}

function octetsOf(octets: Octets): number {
  return octets instanceof Uint8Array ? octets.length : octets.octets;
}

/** As a server would say it (RFC 7889 §4). */
const TOO_BIG: ResponseCode = { name: 'ATOM', code: 'TOOBIG' };

function checkLimit(command: string, octets: number, limit: number): void {
  if (octets <= limit) return;
  const text = `the message has ${octets} octets; the server takes no more than ${limit}`;
  throw new CommandError(command, 'NO', text, TOO_BIG);
}

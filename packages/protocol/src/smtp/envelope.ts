/** MAIL and RCPT with their parameters: who the message is from, whom it is for, and what is asked of the server. */
import { isAscii } from '../bytes/index.ts';
import { CommandError, type ServerCode, UsageError } from '../error.ts';
import { encodeXtext, originalRecipient } from './xtext.ts';

/** What MAIL and RCPT say. */
export interface Envelope {
  /** Envelope sender: `local@domain`, without angle brackets. */
  readonly from: string;
  /** Envelope recipients, Bcc included. */
  readonly recipients: readonly string[];
  readonly message: {
    readonly octets: number;
    /**
     * What the octets are (RFC 6152, RFC 3030). `7bit` and `8bit` stand in lines of at most 998 octets; `binary` is sent as it
     * is. Not given: text that may hold 8-bit octets.
     */
    readonly content?: '7bit' | '8bit' | 'binary';
    /** The header holds UTF-8 (RFC 6532 §3). */
    readonly utf8Header?: boolean;
  };
  /** Reports on delivery (RFC 3461); where the server has no DSN, none are asked for. */
  readonly reports?: DeliveryReports;
  /** Hold the message back before it is sent on (RFC 4865). */
  readonly hold?: Hold;
}

export interface DeliveryReports {
  /** When to report; empty: never. */
  readonly on: readonly ('SUCCESS' | 'FAILURE' | 'DELAY')[];
  /** What a report of failure gives back. */
  readonly give?: 'FULL' | 'HDRS';
  /** Printable ASCII that each report repeats; at most 100 characters once encoded. */
  readonly id?: string;
}

/** `for`: seconds, at least 1. `until`: milliseconds since 1970. */
export type Hold = { readonly for: number } | { readonly until: number };

/** Code of the refusal of a message that is too large: with both sizes, so that a person can be told. */
export interface SizeRefusal extends ServerCode {
  readonly name: '5.3.4';
  readonly octets: number;
  readonly limit: number;
}

/** Keywords of EHLO in upper case, with their parameters. */
export type Extensions = ReadonlyMap<string, string>;

/**
 * `"MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF` (RFC 5321 §4.1.1.2), without the line break. `now`: milliseconds since
 * 1970. Throws CommandError, with the code that the server would give, where the server takes no such message.
 */
export function mailCommand(envelope: Envelope, extensions: Extensions, now: number): string {
  if (!isAddress(envelope.from)) throw new UsageError('a sender that is not an address');
  return [
    `MAIL FROM:<${envelope.from}>`,
    ...sizeParameter(envelope, extensions),
    ...bodyParameter(envelope, extensions),
    ...utf8Parameter(envelope, extensions),
    ...reportParameters(envelope, extensions),
    ...holdParameter(envelope, extensions, now),
  ].join(' ');
}

/** `"RCPT TO:" Forward-path [SP Rcpt-parameters] CRLF` (RFC 5321 §4.1.1.3) without the line break. */
export function rcptCommand(address: string, { reports }: Envelope, extensions: Extensions): string {
  const line = `RCPT TO:<${address}>`;
  if (!reports || !extensions.has('DSN')) return line;
  const original = originalRecipient(address);
  const notify = reports.on.length === 0 ? 'NEVER' : reports.on.join(',');
  return `${line} NOTIFY=${notify}${original.length > ORIGINAL_LIMIT ? '' : ` ORCPT=${original}`}`;
}

/** Characters of ORCPT's value (RFC 3461 §4.2). */
const ORIGINAL_LIMIT = 500;
/** Characters of ENVID's value (RFC 3461 §4.4). */
const ENVID_LIMIT = 100;

/** No line break, angle bracket or space can be in it, but for a local part in quotes: it could be a second command. */
export function isAddress(address: string): boolean {
  return /^(?:[^\p{Cc}\s<>"]+|"(?:[^\p{Cc}"\\]|\\[ -~])*")@[^\p{Cc}\s<>"@]+$/u.test(address);
}

function refused(reply: number, text: string, code: ServerCode): CommandError {
  return new CommandError('MAIL', 'PERMANENT', text, code, reply);
}

/** RFC 1870: `SIZE` alone or 0 states no limit. */
function sizeParameter({ message }: Envelope, extensions: Extensions): string[] {
  const { octets } = message;
  const offered = extensions.get('SIZE');
  if (offered === undefined) return [];
  const limit = Number(offered) || 0;
  if (limit > 0 && octets > limit) {
    const code: SizeRefusal = { name: '5.3.4', octets, limit };
    throw refused(552, `The message has ${octets} octets, and the server takes no more than ${limit}.`, code);
  }
  return [`SIZE=${octets}`];
}

function bodyParameter({ message }: Envelope, extensions: Extensions): string[] {
  if (message.content === 'binary') {
    if (!extensions.has('BINARYMIME') || !extensions.has('CHUNKING')) {
      throw refused(554, 'The server takes no binary message.', { name: '5.6.3' });
    }
    return ['BODY=BINARYMIME'];
  }
  if (message.content === '7bit') return [];
  if (extensions.has('8BITMIME')) return ['BODY=8BITMIME'];
  if (message.content === '8bit') {
    throw refused(554, 'The server takes only messages in 7 bits.', { name: '5.6.3' });
  }
  return [];
}

/** RFC 6531 §3.4: needed for an address or a header beyond ASCII, and for nothing else. */
function utf8Parameter({ from, recipients, message }: Envelope, extensions: Extensions): string[] {
  const beyond = [from, ...recipients].find((address) => isAddress(address) && !isAscii(address));
  if (beyond === undefined && !message.utf8Header) return [];
  if (extensions.has('SMTPUTF8')) return ['SMTPUTF8'];
  throw beyond === undefined
    ? refused(554, 'The server takes only headers in ASCII.', { name: '5.6.9' })
    : refused(553, `The server takes only addresses in ASCII, and ${beyond} is not.`, { name: '5.6.7' });
}

function reportParameters({ reports }: Envelope, extensions: Extensions): string[] {
  if (!reports || !extensions.has('DSN')) return [];
  const { give, id } = reports;
  const parameters = give === undefined ? [] : [`RET=${give}`];
  if (id === undefined) return parameters;
  const envid = encodeXtext(id);
  if (envid.length > ENVID_LIMIT) throw new UsageError('an envelope identifier that is too long');
  return [...parameters, `ENVID=${envid}`];
}

/**
 * RFC 4865: `FUTURERELEASE max-future-release-interval max-future-release-date-time`; `HOLDFOR=` seconds of up to nine digits,
 * or `HOLDUNTIL=` an Internet date-time.
 */
function holdParameter({ hold }: Envelope, extensions: Extensions, now: number): string[] {
  if (!hold) return [];
  const offered = extensions.get('FUTURERELEASE');
  if (offered === undefined) throw refused(555, 'The server holds no messages back.', { name: '5.3.3' });
  const [interval = '', latest = ''] = offered.split(' ');
  const seconds = 'for' in hold ? hold.for : Math.ceil((hold.until - now) / 1000);
  if (!Number.isInteger(seconds) || seconds < 1) throw new UsageError('a message held back for no time');
  const tooLong = seconds > Math.min(Number(interval) || Infinity, 999_999_999);
  if (tooLong || now + seconds * 1000 > (Date.parse(latest) || Infinity)) {
    throw refused(501, `The server holds messages back for no more than ${interval} seconds.`, {
      name: '5.5.4',
    });
  }
  if ('for' in hold) return [`HOLDFOR=${seconds}`];
  return [`HOLDUNTIL=${new Date(hold.until).toISOString().replace(/\.\d+Z$/, 'Z')}`];
}

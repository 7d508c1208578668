/**
 * IMAP URLs (RFC 5092, with URLAUTH of RFC 4467): where a server, a mailbox, a message or a part of one is. They come in
 * referrals (RFC 2193, 2221) and go into CATENATE (RFC 4469).
 *
 *     imapurl      = "imap://" iserver ["/" [icommand]]
 *     iserver      = [iuserinfo "@"] host [":" port]
 *     icommand     = imailbox-ref ["?" enc-search] / imailbox-ref iuid [isection] [ipartial] [iurlauth]
 *     imailbox-ref = enc-mailbox [";UIDVALIDITY=" nz-number]
 */
import { decodeUtf8, encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import type { ResponseCode } from './types.ts';

export interface ImapServer {
  /** A name, an IPv4 address, or an IPv6 address without its brackets. */
  readonly host: string;
  /** undefined: 143. */
  readonly port?: number;
  readonly user?: string;
  /** A SASL mechanism, or `*` for any that the server has (§3.2). */
  readonly auth?: string;
}

export interface ImapUrl {
  /**
   * `url` begins with `imap://`; the others are relative to one: `network` begins with `//` and a server, `absolute` with `/`,
   * `relative` with what stands behind the base's last `/` (§7).
   */
  readonly form: 'url' | 'network' | 'absolute' | 'relative';
  /** With `url` and `network`. */
  readonly server?: ImapServer;
  /** As a person reads it; absent where the base's is meant, or none. */
  readonly mailbox?: string;
  readonly uidValidity?: number;
  readonly uid?: number;
  /** As in FETCH (RFC 3501 §6.4.5), e.g. `1.2`, `HEADER`. */
  readonly section?: string;
  /** The first octet, and how many; undefined: to the end. */
  readonly partial?: { readonly origin: number; readonly octets?: number };
  /** A search program as it stands in SEARCH. */
  readonly search?: string;
  /** Who may use the URL, as it stands: `;EXPIRE=…;URLAUTH=…` (RFC 4467). */
  readonly urlAuth?: string;
}

/** Octets; nobody's mailbox has a longer name, and no server sends longer lines. */
const URL_LIMIT = 8192;

const COMMAND =
  /^([^;?]*?)(?:;UIDVALIDITY=([1-9]\d{0,9}))?(?:(?:^|\/);UID=([1-9]\d{0,9}))?(?:(?:^|\/);SECTION=([^;?]+?))?(?:(?:^|\/);PARTIAL=(\d{1,15})(?:\.([1-9]\d{0,14}))?)?((?:;EXPIRE=[^;?]+)?;URLAUTH=[^?]+)?(?:\?(.+))?$/i;

const SERVER = /^(?:([^@/?#]*)@)?(\[[\da-f:.]+\]|[^@:/?#[\]]+)(?::(\d{0,5}))?$/i;

/** Reads a URL, absolute or relative; undefined where it is none, or not of IMAP. */
export function parseImapUrl(text: string): ImapUrl | undefined {
  // What RFC 5092 allows is ASCII without spaces; names are percent-encoded.
  if (text.length > URL_LIMIT || !/^[!-~]*$/.test(text)) return undefined;
  const whole = /^(?:imap:)?\/\/([^/?]*)(?:\/(.*)|(?=$))$/is.exec(text);
  if (whole) {
    const server = parseServer(whole[1]!);
    const form = text.startsWith('//') ? 'network' : 'url';
    return server && parseCommand(whole[2] ?? '', { form, server });
  }
  if (text.startsWith('/'))
    return text[1] === '/' ? undefined : parseCommand(text.slice(1), { form: 'absolute' });
  // A colon before any slash would be another scheme's (RFC 3986 §4.2).
  if (/^[^/?;]*:/.test(text)) return undefined;
  return parseCommand(text, { form: 'relative' });
}

/**
 * What a reference means where `base`, an absolute URL, is the base (§7, RFC 3986 §5.2); undefined where either is none. The
 * mechanism of a sign-in belongs to the server, and is taken over with it.
 */
export function resolveImapUrl(base: string, reference: string): ImapUrl | undefined {
  const parts = /^imap:(\/\/[^/?]*)([^?]*)/i.exec(base);
  if (!parts || !parseImapUrl(base)) return undefined;
  if (/^[a-z][a-z\d+.-]*:/i.test(reference)) return parseImapUrl(reference);
  if (reference === '') return parseImapUrl(base);
  if (reference.startsWith('//')) return parseImapUrl(`imap:${reference}`);
  const [, server = '', path = ''] = parts;
  const query = reference.includes('?') ? reference.slice(reference.indexOf('?')) : '';
  const place = reference.slice(0, reference.length - query.length);
  const merged = place.startsWith('/') ? place : `${path.slice(0, path.lastIndexOf('/') + 1) || '/'}${place}`;
  return parseImapUrl(`imap:${server}${withoutDots(merged)}${query}`);
}

/** RFC 3986 §5.2.4, without the slash that it leaves at the end: `/foo/;UID=20/..` is `/foo` (RFC 5092 §9). */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.slice(1).split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

/** `iserver`: the user may have a mechanism behind it, or the mechanism stand alone. */
function parseServer(text: string): ImapServer | undefined {
  const match = SERVER.exec(text);
  if (!match) return undefined;
  const [, userinfo = '', host = '', port = ''] = match;
  const info = /^([^;]*)(?:;AUTH=([^;]+))?$/i.exec(userinfo);
  const user = decode(info?.[1] ?? '');
  const auth = decode(info?.[2] ?? '');
  if (!info || user === undefined || auth === undefined || Number(port) > 0xffff) return undefined;
  const name = decode(host.replace(/^\[|\]$/g, ''));
  if (!name) return undefined;
  return {
    host: name,
    ...(port !== '' && { port: Number(port) }),
    ...(user !== '' && { user }),
    ...(auth !== '' && { auth: auth === '*' ? auth : auth.toUpperCase() }),
  };
}

function parseCommand(text: string, before: Pick<ImapUrl, 'form' | 'server'>): ImapUrl | undefined {
  const match = COMMAND.exec(text);
  if (!match) return undefined;
  const [, mailbox = '', uidValidity, uid, section, origin, octets, urlAuth, search] = match;
  const name = decode(mailbox);
  const part = section === undefined ? '' : decode(section);
  const program = search === undefined ? '' : decode(search);
  if (name === undefined || part === undefined || program === undefined) return undefined;
  // Only a relative one may leave the mailbox to its base.
  const inside = uid ?? section ?? origin ?? urlAuth;
  if (name === '' && ((before.form !== 'relative' && text !== '') || (uidValidity ?? search)))
    return undefined;
  if (search !== undefined && inside !== undefined) return undefined;
  return {
    ...before,
    ...(name !== '' && { mailbox: name }),
    ...(uidValidity !== undefined && { uidValidity: Number(uidValidity) }),
    ...(uid !== undefined && { uid: Number(uid) }),
    ...(part !== '' && { section: part }),
    ...(origin !== undefined && {
      partial: { origin: Number(origin), ...(octets !== undefined && { octets: Number(octets) }) },
    }),
    ...(program !== '' && { search: program }),
    ...(urlAuth !== undefined && { urlAuth }),
  };
}

/** `%` and two digits are an octet of UTF-8; undefined where they are not. */
function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  const octets: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const encoded = text[at] === '%';
    octets.push(encoded ? parseInt(text.slice(at + 1, at + 3), 16) : text.charCodeAt(at));
    if (encoded) at += 2;
  }
  return decodeUtf8(Uint8Array.from(octets));
}

/** Writes a URL. UsageError where its fields cannot stand together, or are no numbers. */
export function formatImapUrl(url: ImapUrl): string {
  const { form, server, mailbox, uidValidity, uid, section, partial, search, urlAuth } = url;
  if ((form === 'url' || form === 'network') !== (server !== undefined))
    throw new UsageError('a URL without its server');
  const inside = uid ?? section ?? partial ?? urlAuth;
  if (mailbox === undefined && (uidValidity ?? search) !== undefined)
    throw new UsageError('a URL without its mailbox');
  if (form !== 'relative' && mailbox === undefined && inside !== undefined)
    throw new UsageError('a URL without its mailbox');
  if (search !== undefined && inside !== undefined)
    throw new UsageError('a URL of a message and of a search');
  const parts = [
    ...(uid === undefined ? [] : [`;UID=${number(uid, 1)}`]),
    ...(section === undefined ? [] : [`;SECTION=${encode(section, BCHAR)}`]),
    ...(partial === undefined ? [] : [`;PARTIAL=${formatPartial(partial)}`]),
  ];
  const validity = uidValidity === undefined ? '' : `;UIDVALIDITY=${number(uidValidity, 1)}`;
  const front = mailbox === undefined ? [] : [`${encodeMailbox(mailbox, form)}${validity}`];
  const query = search === undefined ? '' : `?${encode(search, BCHAR)}`;
  if (urlAuth !== undefined && !/^(?:;EXPIRE=[^;?\s]+)?;URLAUTH=[^?\s]+$/i.test(urlAuth)) {
    throw new UsageError('not a URLAUTH');
  }
  const command = `${[...front, ...parts].join('/')}${urlAuth ?? ''}${query}`;
  if (form === 'relative') return command;
  if (form === 'absolute') return `/${command}`;
  return `${form === 'url' ? 'imap:' : ''}//${formatServer(server!)}/${command}`;
}

/** Beside letters, digits and `-._~`, what a mailbox, section or search may hold as it is, and what a user may. */
const BCHAR = "!$'()*+,&=:@/";
const ACHAR = "!$'()*+,&=";

function encode(text: string, allowed: string): string {
  let encoded = '';
  for (const octet of encodeText(text)) {
    const character = String.fromCharCode(octet);
    const plain = /[\w.~-]/.test(character) || allowed.includes(character);
    encoded += plain ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** A slash in front would begin a server, a colon in a relative one a scheme; `.` and `..` would lead elsewhere (§7). */
function encodeMailbox(mailbox: string, form: ImapUrl['form']): string {
  if (mailbox === '') throw new UsageError('a mailbox without a name');
  return encode(mailbox, form === 'relative' ? BCHAR.replace(':', '') : BCHAR)
    .replace(/^\//, '%2F')
    .replace(/(?<=^|\/)\.\.?(?=\/|$)/g, (dots) => dots.replaceAll('.', '%2E'));
}

function formatServer({ host, port, user, auth }: ImapServer): string {
  const who =
    encode(user ?? '', ACHAR) +
    (auth === undefined ? '' : `;AUTH=${auth === '*' ? '*' : encode(auth, ACHAR)}`);
  const where = host.includes(':') ? `[${host}]` : encode(host, '');
  if (host === '' || auth === '') throw new UsageError('a server without its name');
  return `${who === '' ? '' : `${who}@`}${where}${port === undefined ? '' : `:${number(port, 0)}`}`;
}

function formatPartial({ origin, octets }: NonNullable<ImapUrl['partial']>): string {
  return `${number(origin, 0)}${octets === undefined ? '' : `.${number(octets, 1)}`}`;
}

function number(value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) throw new UsageError('not a number of a URL');
  return value;
}

/** Where a server sends a client instead (RFC 2221 §4, RFC 2193 §4): the host is only as trustworthy as the server. */
export interface Referral extends ImapServer {
  readonly port: number;
  /** The mailbox there; undefined where the whole sign-in is referred. */
  readonly mailbox: string | undefined;
}

/** Of a REFERRAL code: those that can be read, in the server's order of preference. */
export function readReferrals(code: Extract<ResponseCode, { name: 'REFERRAL' }>): readonly Referral[] {
  return code.urls.flatMap((text) => {
    const url = parseImapUrl(text);
    return url?.form === 'url' && url.server ? [{ port: 143, ...url.server, mailbox: url.mailbox }] : [];
  });
}

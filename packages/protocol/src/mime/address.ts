/** Addresses as headers, ENVELOPEs and people write them: RFC 5322 §3.4 with its obsolete forms, RFC 6532, and what is seen. */
import type { Address } from '../imap/types.ts';
import { decodeWords } from './encoded-word.ts';
import { MAX_ADDRESSES, readAddressList, type ReadAddresses } from './address-list.ts';
import { oneLine } from './text.ts';

export interface MailAddress {
  /** Decoded, for a person to read; '' if there is none. */
  readonly name: string;
  /** `local@domain`; '' when only a name was there, or for a group without members. */
  readonly address: string;
  /** The group it was listed in (RFC 5322 §3.4). */
  readonly group?: string;
}

/**
 * The addresses of a header field (unfolded or not) or of a line that a person typed. Never throws: what is no address is
 * kept as a name, or as an address without a domain, so that nothing written is lost. At most 5000 of them.
 *
 * Commas and semicolons part addresses; so does white space between two bare ones. A name with a bare comma in it
 * (`Doe, Jane <jane@example.org>`) is put together again. An empty group is one entry with name and address ''.
 */
export function parseAddresses(raw: string): MailAddress[] {
  return readAddressList(raw).addresses;
}

/** As `parseAddresses`, and what was wrong: a field may have more addresses than are read. */
export function readAddresses(raw: string): ReadAddresses {
  return readAddressList(raw);
}

/** As a person reads and edits them, `parseAddresses` reads them back: non-ASCII as it is, quotes where needed. */
export function formatAddresses(list: readonly MailAddress[]): string {
  const pieces: string[] = [];
  for (let at = 0; at < list.length;) {
    const group = list[at]!.group;
    if (group === undefined) {
      pieces.push(formatOne(list[at++]!));
      continue;
    }
    const members: string[] = [];
    for (; at < list.length && list[at]!.group === group; at++) {
      const member = list[at]!;
      if (member.address !== '' || member.name !== '') members.push(formatOne(member));
    }
    pieces.push(`${formatName(group)}:${members.length > 0 ? ` ${members.join(', ')}` : ''};`);
  }
  return pieces.join(', ');
}

function formatOne({ name, address }: MailAddress): string {
  if (name === '') return address;
  return address === '' ? formatName(name) : `${formatName(name)} <${address}>`;
}

function formatName(name: string): string {
  const plain = oneLine(name).trim();
  if (/^[^\s()<>[\]:;@\\,."'=]+(?: [^\s()<>[\]:;@\\,."'=]+)*$/.test(plain)) return plain;
  return `"${plain.replace(/[\\"]/g, '\\$&')}"`;
}

/** Hosts that servers make up where a message has an address without one. */
const MADE_UP_HOSTS = new Set([
  'missing_domain',
  '.missing-host-name.',
  '.syntax-error.',
  'unspecified-domain',
  'missing_mailbox',
]);

/** The addresses of an ENVELOPE (RFC 3501 §7.4.2), decoded, each with the group it stands in; at most 5000. */
export function addressesOf(list: readonly Address[]): MailAddress[] {
  const found: MailAddress[] = [];
  let group: string | undefined;
  let members = 0;
  const endGroup = () => {
    if (group !== undefined && members === 0) found.push({ name: '', address: '', group });
    group = undefined;
    members = 0;
  };
  for (const entry of list) {
    if (found.length >= MAX_ADDRESSES) break;
    const { mailbox, host } = entry;
    if (host === null && mailbox === null && entry.name === null) endGroup();
    else if (host === null && mailbox !== null && entry.name === null) {
      endGroup();
      group = decodeWords(mailbox).trim();
    } else {
      const one = fromEnvelope(entry);
      if (one.name === '' && one.address === '') continue;
      members++;
      found.push(group === undefined ? one : { ...one, group });
    }
  }
  endGroup();
  return found.length > MAX_ADDRESSES ? found.slice(0, MAX_ADDRESSES) : found;
}

function fromEnvelope({ name, mailbox, host }: Address): MailAddress {
  const plainName = decodeWords(name ?? '').trim();
  const local = oneLine(mailbox ?? '').trim();
  const domain = MADE_UP_HOSTS.has((host ?? '').toLowerCase()) ? '' : oneLine(host ?? '').replace(/\s/g, '');
  // Gmail has been seen to swap the two: the name is then an address, and the mailbox no local part.
  if (/^[^\s@<>"]+@[^\s@<>"]+$/.test(plainName) && (domain === '' || /[\s=]/.test(local))) {
    return { name: decodeWords(local).trim(), address: plainName };
  }
  if (local === 'MISSING_MAILBOX') return { name: plainName, address: '' };
  return { name: unquote(plainName), address: domain === '' ? local : `${local}@${domain}` };
}

/** Some servers leave the quotes of a quoted string in a name; some programs put single quotes around it. */
export function unquote(name: string): string {
  const inner = /^"(.*)"$/.exec(name)?.[1]?.replace(/\\(.)/g, '$1') ?? /^'(.*)'$/.exec(name)?.[1];
  return (inner ?? name).trim();
}

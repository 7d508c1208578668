import type { Address, Envelope } from '../imap/types.ts';
import { readAddresses } from './address.ts';
import type { Defect } from './defect.ts';
import type { HeaderFields } from './header.ts';

/** The ENVELOPE that a server would give of a header (RFC 3501 §7.4.2), except that names are decoded already; notes in `defects` what was wrong. */
export function envelopeOf(headers: HeaderFields, defects: Set<Defect>): Envelope {
  const list = (name: string) => addresses(headers, name, defects);
  const from = list('from');
  const or = (name: string) => {
    const named = list(name);
    return named.length > 0 ? named : from;
  };
  return {
    date: headers.raw('date') ?? null,
    subject: headers.raw('subject') ?? null,
    from,
    sender: or('sender'),
    replyTo: or('reply-to'),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    inReplyTo: headers.raw('in-reply-to') ?? null,
    messageId: headers.raw('message-id') ?? null,
  };
}

/** A group is an entry with only a mailbox before its members, and an empty one after them. */
function addresses(headers: HeaderFields, field: string, defects: Set<Defect>): Address[] {
  const read = readAddresses(headers.rawList(field));
  for (const defect of read.defects) defects.add(defect);
  const list: Address[] = [];
  let group: string | undefined;
  const enter = (next: string | undefined) => {
    if (next === group) return;
    if (group !== undefined) list.push({ name: null, mailbox: null, host: null });
    if (next !== undefined) list.push({ name: null, mailbox: next, host: null });
    group = next;
  };
  for (const { name, address, group: own } of read.addresses) {
    enter(own);
    if (name === '' && address === '') continue;
    const at = address.lastIndexOf('@');
    list.push({
      name: name === '' ? null : name,
      mailbox: at < 0 ? address : address.slice(0, at),
      host: at < 0 ? '' : address.slice(at + 1),
    });
  }
  enter(undefined);
  return list;
}

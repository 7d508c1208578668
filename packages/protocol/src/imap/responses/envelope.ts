import { CLOSE, OPEN, type Reader } from '../reader.ts';
import type { Address, Envelope } from '../types.ts';

/** Addresses in one field; lists beyond it are spam or an attack, and the rest is passed over. */
export const ADDRESS_LIMIT = 10_000;

const NOBODY: readonly Address[] = Object.freeze([]);

/**
 * `envelope` (RFC 3501 §9). Quirks: trailing fields missing, or too many; the whole in one more pair of parentheses
 * (Domino); a list where a string belongs, and the other way round.
 */
export function readEnvelope(reader: Reader): Envelope {
  reader.expect(OPEN);
  reader.skipSpaces();
  const doubled = reader.take(OPEN);
  const date = reader.text();
  const subject = reader.text();
  reader.skipSpaces();
  const first = reader.pos;
  const { odd } = reader;
  const from = addresses(reader);
  const last = reader.pos;
  // A server says the sender again where the message names no other, and so the address for replies.
  const again = reader.bytes[first] === OPEN && reader.odd === odd;
  const sender = again && reader.next() === OPEN && reader.repeats(first, last) ? from : addresses(reader);
  const replyTo = again && reader.next() === OPEN && reader.repeats(first, last) ? from : addresses(reader);
  const envelope: Envelope = {
    date,
    subject,
    from,
    sender,
    replyTo,
    to: addresses(reader),
    cc: addresses(reader),
    bcc: addresses(reader),
    inReplyTo: reader.text(),
    messageId: reader.text(),
  };
  closeList(reader);
  if (doubled) closeList(reader);
  return envelope;
}

/** Passes whatever is left of a list, and its end. */
export function closeList(reader: Reader): void {
  while (reader.next() !== CLOSE) reader.skipValue();
  reader.pos++;
}

/** Quirks: `()` for NIL (Yahoo); a string for the list; spaces between addresses (Exchange). */
function addresses(reader: Reader): readonly Address[] {
  const octet = reader.next();
  if (octet === CLOSE || reader.takeNil()) return NOBODY;
  if (octet !== OPEN) {
    reader.skipValue();
    return NOBODY;
  }
  // An array that begins with an element is a tenth of one that gets it later: most lists have one.
  let list: Address[] | undefined;
  reader.pos++;
  while (reader.more()) {
    if (reader.peek !== OPEN || (list && list.length >= ADDRESS_LIMIT)) reader.skipValue();
    else if (list) list.push(address(reader));
    else list = [address(reader)];
  }
  return list ?? NOBODY;
}

/**
 * `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`; the route (adl) is obsolete and dropped. Quirks: Gmail
 * swaps display name and address now and then; Dovecot says MISSING_DOMAIN and MISSING_MAILBOX where there is none (not null:
 * that would begin a group).
 */
function address(reader: Reader): Address {
  reader.expect(OPEN);
  const name = reader.text();
  reader.text();
  const start = reader.pos;
  const mailbox = reader.text();
  // Behind the space that parts it from the route. Seldom true, and so the only thing looked at in every address.
  const spaced = reader.hasSpace(start + 1, reader.pos);
  const host = reader.text();
  closeList(reader);
  if (spaced && name !== null && mailbox !== null && areSwapped(name, mailbox)) {
    const at = name.lastIndexOf('@');
    return { name: mailbox, mailbox: name.slice(0, at), host: name.slice(at + 1) };
  }
  return {
    name,
    mailbox: mailbox === 'MISSING_MAILBOX' ? '' : mailbox,
    host: host === 'MISSING_DOMAIN' ? '' : host,
  };
}

function areSwapped(name: string, mailbox: string): boolean {
  return /\s/.test(mailbox) && /^[^\s@]+@[^\s@]+$/.test(name);
}

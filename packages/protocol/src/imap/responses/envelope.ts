import { CLOSE, OPEN, type Reader } from '../reader.ts';
import type { Address, Envelope } from '../types.ts';

/** Addresses in one field; lists beyond it are spam or an attack, and the rest is passed over. */
export const ADDRESS_LIMIT = 10_000;

/**
 * `envelope` (RFC 3501 §9). Quirks: trailing fields missing, or too many; the whole in one more pair of parentheses
 * (Domino); a list where a string belongs, and the other way round.
 */
export function readEnvelope(reader: Reader): Envelope {
  reader.expect(OPEN);
  reader.skipSpaces();
  const doubled = reader.take(OPEN);
  const date = text(reader);
  const subject = text(reader);
  reader.skipSpaces();
  const first = reader.pos;
  const from = addresses(reader);
  const last = reader.pos;
  const likeFrom = (): Address[] => (reader.repeats(first, last) ? from : addresses(reader));
  const envelope: Envelope = {
    date,
    subject,
    from,
    sender: likeFrom(),
    replyTo: likeFrom(),
    to: addresses(reader),
    cc: addresses(reader),
    bcc: addresses(reader),
    inReplyTo: text(reader),
    messageId: text(reader),
  };
  closeList(reader);
  if (doubled) closeList(reader);
  return envelope;
}

/** Passes whatever is left of a list, and its end. */
export function closeList(reader: Reader): void {
  for (;;) {
    reader.skipSpaces();
    if (reader.take(CLOSE)) return;
    reader.skipValue();
  }
}

/** nstring, or null where the list ends early or holds something else at this place. */
export function text(reader: Reader): string | null {
  reader.skipSpaces();
  if (reader.peek === CLOSE) return null;
  if (reader.peek !== OPEN) return reader.nstring();
  reader.skipValue();
  return null;
}

/** `text` in lower case, of a word from a small vocabulary. */
export function lowerText(reader: Reader): string | null {
  reader.skipSpaces();
  if (reader.peek === CLOSE || reader.peek === OPEN) return text(reader);
  return reader.lowerNstring();
}

/** Quirks: `()` for NIL (Yahoo); a string for the list; spaces between addresses (Exchange). */
function addresses(reader: Reader): Address[] {
  const list: Address[] = [];
  reader.skipSpaces();
  if (reader.peek === CLOSE) return list;
  if (reader.peek !== OPEN && !reader.atNil) {
    reader.skipValue();
    return list;
  }
  if (reader.takeNil()) return list;
  reader.expect(OPEN);
  while (reader.more()) {
    if (reader.peek !== OPEN || list.length >= ADDRESS_LIMIT) reader.skipValue();
    else list.push(address(reader));
  }
  return list;
}

/** `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`; the route (adl) is obsolete and dropped. */
function address(reader: Reader): Address {
  reader.expect(OPEN);
  const name = text(reader);
  text(reader);
  const mailbox = text(reader);
  const host = text(reader);
  closeList(reader);
  return sensible(name, mailbox, host);
}

/**
 * Quirks: Dovecot says MISSING_DOMAIN and MISSING_MAILBOX where there is none (not null: that would begin a group);
 * Gmail swaps display name and address now and then.
 */
function sensible(name: string | null, mailbox: string | null, host: string | null): Address {
  if (name?.includes('@') && mailbox !== null && /^[^\s@]+@[^\s@]+$/.test(name) && /\s/.test(mailbox)) {
    const at = name.lastIndexOf('@');
    return { name: mailbox, mailbox: name.slice(0, at), host: name.slice(at + 1) };
  }
  return {
    name,
    mailbox: mailbox === 'MISSING_MAILBOX' ? '' : mailbox,
    host: host === 'MISSING_DOMAIN' ? '' : host,
  };
}

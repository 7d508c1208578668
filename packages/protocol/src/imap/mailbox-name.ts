import { decodeModifiedUtf7, decodeUtf8, encodeModifiedUtf7, encodeText, isAscii } from '../bytes/index.ts';

/**
 * A mailbox in a command: its name as a person reads it, or exactly as the server spells it (`ListedMailbox.wireName`),
 * which is right for every mailbox that a server listed, on any connection: the connection spells it in UTF-8 where that is enabled.
 */
export type MailboxName = string | { readonly wire: string };

/**
 * A name from the wire as a string that gives the same octets again. Names should be ASCII; where a server sends raw 8-bit
 * ones, UTF-8 is read as such and any other octet becomes U+DC80 … U+DCFF, which no text holds.
 */
export function readWireName(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text;
  let name = '';
  for (const octet of bytes) name += String.fromCharCode(octet < 0x80 ? octet : 0xdc00 + octet);
  return name;
}

/** A name that came as UTF-8 (RFC 6855 §3), spelled as where that is not enabled: a mailbox has one wire name on all connections. */
export function wireNameOf(utf8: string): string {
  return encodeModifiedUtf7(utf8);
}

/** The other way round. */
export function utf8NameOf(wire: string): string {
  return decodeModifiedUtf7(wire);
}

/** True for names that are the same octets in modified UTF-7 and in UTF-8: those may be said before ENABLE is answered. */
export function isSpelledOneWay(name: MailboxName): boolean {
  const wire = typeof name === 'string' ? name : name.wire;
  return isAscii(wire) && !wire.includes('&');
}

/** The octets that a name is sent as. */
export function wireOctets(name: MailboxName): Uint8Array {
  const wire = typeof name === 'string' ? encodeModifiedUtf7(name) : name.wire;
  if (isAscii(wire) || !/[\udc80-\udcff]/.test(wire) || /[^\0-\x7f\udc80-\udcff]/.test(wire)) {
    return encodeText(wire);
  }
  return Uint8Array.from(wire, (character) => character.charCodeAt(0) & 0xff);
}

/**
 * The name a person reads; INBOX in capitals, however the server spells it (RFC 3501 §5.1). `utf8`: names are UTF-8 (RFC
 * 6855 §3), not modified UTF-7.
 */
export function readableName(wire: string, utf8 = false): string {
  if (wire.length === 5 && wire.toUpperCase() === 'INBOX') return 'INBOX';
  return (utf8 ? wire : decodeModifiedUtf7(wire)).replace(/[\udc80-\udcff]/gu, '\ufffd');
}

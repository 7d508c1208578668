import { decodeModifiedUtf7, decodeUtf8, encodeModifiedUtf7, encodeText, isAscii } from '../bytes/index.ts';

/**
 * A mailbox in a command: its name as a person reads it, or exactly as the server spells it (`ListedMailbox.wireName`),
 * which is right for every mailbox that a server listed. The latter belongs to the way the connection spells names: once UTF-8 is
 * enabled, one kept from before is not right any more.
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

import { CR, LF } from '../bytes/index.ts';
import type { Envelope } from './envelope.ts';

/**
 * What MAIL has to say of a message that is there whole, with its header (RFC 6152 §2, RFC 6531 §3.4): whether it has octets
 * beyond ASCII, and whether its header has, which is then in UTF-8.
 */
export function describedMessage(bytes: Uint8Array): Envelope['message'] {
  const first = firstBeyondAscii(bytes);
  if (first === -1) return { octets: bytes.length, content: '7bit' };
  return { octets: bytes.length, content: '8bit', utf8Header: first < headerEnd(bytes) };
}

function firstBeyondAscii(bytes: Uint8Array): number {
  let at = 0;
  // By eight: a message may have many megabytes.
  for (; at + 7 < bytes.length; at += 8) {
    const some = bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!;
    if ((some | bytes[at + 4]! | bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]!) > 0x7f) break;
  }
  while (at < bytes.length && bytes[at]! <= 0x7f) at++;
  return at < bytes.length ? at : -1;
}

/** Where the empty line is that ends the header; the end of all where there is none. */
function headerEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF || (bytes[at + 1] === CR && bytes[at + 2] === LF)) return at;
  }
  return bytes.length;
}

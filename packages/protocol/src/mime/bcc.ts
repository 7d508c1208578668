import { concatBytes, CR, LF } from '../bytes/index.ts';
import { fieldEnd } from './header.ts';

/** `bcc:` or `resent-bcc:` at the beginning of a field. */
function isBcc(message: Uint8Array, at: number): boolean {
  const start = String.fromCharCode(...message.subarray(at, at + 20)).toLowerCase();
  return /^(?:resent-)?bcc[ \t]*:/.test(start);
}

/**
 * The same octets less the Bcc and Resent-Bcc fields of its own header (RFC 5322 §3.6.3), for submission. Without such a
 * field it is the very array that was given.
 */
export function withoutBcc(message: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  let at = 0;
  while (at < message.length && message[at] !== LF && !(message[at] === CR && message[at + 1] === LF)) {
    const end = fieldEnd(message, at);
    if (isBcc(message, at)) {
      kept.push(message.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (from === 0) return message;
  kept.push(message.subarray(from));
  return concatBytes(kept);
}

import { asciiDomain } from './domain.ts';
import { oneLine } from './text.ts';

/** Characters of an address, where RFC 5321 §4.5.3.1 stops, too: with four octets each it still fits a line of 998. */
export const MAX_ADDRESS = 320;

/**
 * `local@domain` as it may stand in a header and in RCPT TO: the domain in ASCII, the local part quoted where it has to be
 * (RFC 5322 §3.4.1). Nothing that could end the address or the line is left in it. A local part beyond ASCII stays: it
 * needs SMTPUTF8 (RFC 6531).
 */
export function wireAddress(address: string): string {
  const plain = oneLine(address).trim().slice(0, MAX_ADDRESS);
  const at = plain.lastIndexOf('@');
  const local = localPart(at < 0 ? plain : plain.slice(0, at));
  if (at < 0) return local;
  const domain = plain.slice(at + 1);
  const literal = /^\[[\w.:-]+\]$/.exec(domain.trim());
  return `${local}@${literal ? literal[0] : asciiDomain(domain)}`;
}

function localPart(raw: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(raw.trim());
  const text = quoted ? quoted[1]!.replace(/\\(.)/g, '$1') : raw.trim();
  if (/^(?:[\w!#$%&'*+/=?^`{|}~-]|[^\0-\x7f])+(?:\.(?:[\w!#$%&'*+/=?^`{|}~-]|[^\0-\x7f])+)*$/.test(text))
    return text;
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

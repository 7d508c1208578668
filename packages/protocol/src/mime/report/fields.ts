/** Groups of fields, as the machine-readable parts of reports hold them (RFC 3464 §2.1, RFC 8098 §3.1). */
import { LF } from '../../bytes/index.ts';
import { parseHeaders } from '../header.ts';
import type { HeaderFields } from '../header.ts';
import { oneLine } from '../text.ts';

/** Groups, thus recipients, of one report. */
const MAX_GROUPS = 1000;
/** Characters of one value: RFC 5321 §4.5.3.1 stops addresses at 320, and servers explain themselves in fewer. */
const MAX_VALUE = 4000;

/** The groups of fields in a part, its transfer encoding undone; empty ones are none. */
export function fieldGroups(bytes: Uint8Array): HeaderFields[] {
  const groups: HeaderFields[] = [];
  for (let at = 0; at < bytes.length && groups.length < MAX_GROUPS;) {
    const group = parseHeaders(bytes.subarray(at));
    if (group.fields.length > 0) groups.push(group);
    // Lines that are no fields end a group as an empty line does.
    at += Math.max(group.octets, 1);
    while (bytes[at] === LF) at++;
  }
  return groups;
}

/** `rfc822; ada@example.org` → the address; RFC 6533's `\x{263A}` undone. '' if there is none. */
export function typedValue(raw: string | undefined): string {
  // A text without its type may have a semicolon of its own.
  const typed = /^\s*([\w.+-]{1,100})\s*;/.exec((raw ?? '').slice(0, MAX_VALUE));
  const semicolon = typed ? typed[0].length - 1 : -1;
  const type = typed?.[1]!.toLowerCase();
  const value = oneLine((raw ?? '').slice(semicolon + 1, semicolon + 1 + MAX_VALUE)).trim();
  const plain = type !== 'utf-8' ? value : value.replace(/\\x\{([\dA-Fa-f]{2,6})\}/g, unescaped);
  return plain.replace(/^<([^<>]*)>$/, '$1');
}

function unescaped(whole: string, hex: string): string {
  const code = parseInt(hex, 16);
  return code > 0x10ffff ? whole : oneLine(String.fromCodePoint(code));
}

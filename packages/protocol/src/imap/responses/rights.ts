import type { Reader } from '../reader.ts';
import type { AccessControlList, MailboxRights, RightsChoice } from '../response.ts';
import { readMailboxWord } from './mailbox.ts';

/** `"ACL" SP mailbox *(SP identifier SP rights)` (RFC 4314 §3.6, §7). Negative rights have `-` before their identifier. */
export function readAccessControlList(reader: Reader): AccessControlList {
  const wireName = readMailboxWord(reader);
  const entries: { identifier: string; rights: string }[] = [];
  while (reader.moreOnLine()) {
    const identifier = reader.astring();
    reader.skipSpaces();
    entries.push({ identifier, rights: reader.astring() });
  }
  return { wireName, entries };
}

/** `"LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)` (RFC 4314 §3.7). */
export function readRightsChoice(reader: Reader): RightsChoice {
  const wireName = readMailboxWord(reader);
  reader.skipSpaces();
  const identifier = reader.astring();
  reader.skipSpaces();
  const required = reader.astring();
  const optional: string[] = [];
  while (reader.moreOnLine()) optional.push(reader.astring());
  return { wireName, identifier, required, optional };
}

/** `"MYRIGHTS" SP mailbox SP rights` (RFC 4314 §3.8). */
export function readMyRights(reader: Reader): MailboxRights {
  const wireName = readMailboxWord(reader);
  reader.skipSpaces();
  return { wireName, rights: reader.astring() };
}

import { OPEN, type Reader } from '../reader.ts';
import type { Metadata } from '../response.ts';
import { readMailboxWord } from './mailbox.ts';

/**
 * `"METADATA" SP mailbox SP (entry-values / entry-list)` (RFC 5464 §4.4): values where they were asked for, else only the
 * names of the entries that changed. An empty mailbox name is the server itself.
 */
export function readMetadata(reader: Reader): Metadata {
  const wireName = readMailboxWord(reader);
  reader.skipSpaces();
  if (reader.peek !== OPEN) {
    const changed: string[] = [];
    while (reader.moreOnLine()) changed.push(reader.astring().toLowerCase());
    return { wireName, changed };
  }
  const values = new Map<string, Uint8Array | null>();
  reader.list(() => {
    const entry = reader.astring().toLowerCase();
    reader.skipSpaces();
    const octets = reader.nstringBytes();
    // A value that was streamed past is not known, which is something else than NIL.
    if (octets !== undefined) values.set(entry, octets && octets.slice());
  });
  return { wireName, values };
}

import { CR, LF, SP } from '../../bytes/index.ts';
import { BRACKET, CLOSE, END_BRACKET, OPEN, type Reader } from '../reader.ts';
import type { Rare } from './found.ts';

/** Characters of one section's name: the header fields that it lists. */
export const SECTION_LIMIT = 16_384;

/** `section = "[" [section-spec] "]"`; upper case, header names without quotes, one space between them. */
export function readSectionName(reader: Reader): string {
  reader.expect(BRACKET);
  reader.skipSpaces();
  let name = '';
  while (reader.peek !== END_BRACKET) {
    if (reader.atEnd) throw reader.error(']');
    if (reader.peek === OPEN) {
      const fields: string[] = [];
      reader.list(() => fields.push(reader.astring().toUpperCase()));
      name += ` (${fields.join(' ')})`;
    } else {
      name += reader.word();
    }
    if (name.length > SECTION_LIMIT) throw reader.error('a shorter section');
    reader.skipSpaces();
  }
  reader.pos++;
  return name;
}

/**
 * The value of `BODY[section]<origin>`. Octets that were streamed past are not here. Quirk: no value at all (Yandex) counts as
 * NIL.
 */
export function addSection(reader: Reader, message: Rare, section: string, binary: boolean): void {
  let origin: number | undefined;
  if (reader.take(0x3c /* < */)) {
    origin = reader.number();
    reader.expect(0x3e /* > */);
  }
  reader.skipSpaces();
  const octets = lacksValue(reader) ? null : reader.nstringBytes();
  // Quirk: a literal counted in characters, or shorter than it was announced, leaves or takes what is not its own.
  if (octets !== null && !endsItem(reader)) throw reader.error('the end of a section');
  if (octets === undefined) return;
  const data = octets && (reader.atEnd ? withLastBreak(octets) : kept(octets));
  (message.sections ??= []).push(
    binary ? { section, origin, data, binary: true } : { section, origin, data },
  );
}

/** At the end of the list, or at the next item's name. */
function lacksValue(reader: Reader): boolean {
  if (reader.peek === CLOSE) return true;
  if (reader.atEnd || reader.atString || reader.atNil) return false;
  const { pos } = reader;
  const word = reader.word();
  reader.rewind(pos);
  return /^(?:UID|FLAGS|MODSEQ|INTERNALDATE|ENVELOPE|BODY|BODYSTRUCTURE|BINARY|RFC822)\b/.test(word);
}

/** What stands behind a section: a space, the end of the list, or of the line (Xeams). */
export function endsItem(reader: Reader): boolean {
  return reader.atEnd || reader.peek === SP || reader.peek === CLOSE;
}

/** Quirk: a last CRLF that was counted and not sent: the literal took the `)` and half of the line break behind it. */
function withLastBreak(octets: Uint8Array): Uint8Array {
  const copy = octets.slice();
  if (copy.at(-2) === CLOSE && copy.at(-1) === CR) copy.set([CR, LF], copy.length - 2);
  return copy;
}

/** A small view would keep its whole window alive: it is copied. */
function kept(octets: Uint8Array): Uint8Array {
  return octets.length * 2 < octets.buffer.byteLength ? octets.slice() : octets;
}

import { OPEN, type Reader } from '../reader.ts';
import type { ExtendedSearch } from '../response.ts';
import { toRanges } from '../sets.ts';
import type { ModSeq } from '../types.ts';

/** `SEARCH *(SP nz-number) ["(" "MODSEQ" SP mod-sequence-value ")"]` (RFC 3501 §7.2.5, RFC 7162 §3.1.5). */
export function readSearch(reader: Reader): { numbers: number[]; modSeq: ModSeq | undefined } {
  const numbers: number[] = [];
  let modSeq: ModSeq | undefined;
  for (;;) {
    reader.skipSpaces();
    if (reader.atEnd) return { numbers, modSeq };
    if (reader.peek === OPEN) {
      reader.list(() => {
        const name = reader.word();
        reader.skipSpaces();
        if (name === 'MODSEQ') modSeq = reader.bigNumber() as ModSeq;
        else reader.skipValue();
      });
    } else {
      numbers.push(reader.number());
    }
  }
}

/** `ESEARCH [SP "(" "TAG" SP string ")"] [SP "UID"] *(SP search-return-data)` (RFC 4731 §3.1, RFC 4466 §2.6.2). */
export function readExtendedSearch(reader: Reader): ExtendedSearch {
  const result: { -readonly [K in keyof ExtendedSearch]: ExtendedSearch[K] } = { tag: undefined, uid: false };
  reader.skipSpaces();
  if (reader.peek === OPEN) {
    reader.list(() => {
      const name = reader.word();
      reader.skipSpaces();
      const value = reader.astring();
      if (name === 'TAG') result.tag = value;
    });
  }
  for (reader.skipSpaces(); !reader.atEnd; reader.skipSpaces()) {
    const name = reader.word();
    reader.skipSpaces();
    if (name === 'UID') result.uid = true;
    else if (name === 'ALL') result.all = toRanges(reader.set());
    else if (name === 'MIN') result.min = reader.number();
    else if (name === 'MAX') result.max = reader.number();
    else if (name === 'COUNT') result.count = reader.number();
    else if (name === 'MODSEQ') result.modSeq = reader.bigNumber() as ModSeq;
    else reader.skipValue();
  }
  return result;
}

/** `id-params-list` (RFC 2971 §3.1); field names in lower case. */
export function readId(reader: Reader): Map<string, string> | null {
  reader.skipSpaces();
  if (reader.takeNil()) return null;
  const fields = new Map<string, string>();
  reader.list(() => {
    const name = reader.astring().toLowerCase();
    reader.skipSpaces();
    const value = reader.nstring();
    if (value !== null) fields.set(name, value);
  });
  return fields;
}

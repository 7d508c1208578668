/** From a file that holds a message (.eml) to what is put into a mailbox. Pure. */
import { parseDate, parseHeaders } from '@postern/protocol/mime';
import type { ImportFile } from '@postern/protocol/sync';

const CR = 13;
const LF = 10;

export interface ReadFile {
  /** With CRLF line breaks, as messages have to have them (RFC 5322 §2.3); in a binary part others are no line breaks. */
  readonly bytes: Uint8Array;
  readonly file: ImportFile;
}

/**
 * undefined: it is no message, since nothing in it says from whom or when.
 * @param modified of the file, for a message without a date; milliseconds since 1970.
 */
export function readFile(
  name: string,
  content: Uint8Array,
  outgoing: string,
  modified: number,
): ReadFile | undefined {
  const headers = parseHeaders(content);
  const from = headers.raw('from') ?? headers.raw('sender');
  const date = headers.raw('date');
  if (from === undefined && date === undefined) return undefined;
  const nul = content.includes(0);
  const bytes = nul && content[content.indexOf(LF) - 1] === CR ? content : withCrlf(content);
  const messageId = /<[^<>\s]+>/.exec(headers.raw('message-id') ?? '')?.[0] ?? '';
  const sent = (date === undefined ? undefined : parseDate(date)) ?? modified;
  // INTERNALDATE has four digits for the year.
  const reasonable = sent > 0 && sent < Date.UTC(9999, 0) ? sent : modified;
  const file = {
    name,
    outgoing,
    octets: bytes.length,
    ...(nul && { nul }),
    messageId,
    date: reasonable,
    state: 'waiting',
  } as const;
  return { bytes, file };
}

/** The same octets where they have CRLF already. */
export function withCrlf(content: Uint8Array): Uint8Array {
  let bare = 0;
  for (let i = 0; i < content.length; i++) {
    if (content[i] === LF ? content[i - 1] !== CR : content[i] === CR && content[i + 1] !== LF) bare++;
  }
  if (bare === 0) return content;
  const bytes = new Uint8Array(content.length + bare);
  let at = 0;
  for (let i = 0; i < content.length; i++) {
    const octet = content[i] ?? 0;
    if (octet === LF && content[i - 1] !== CR) bytes[at++] = CR;
    bytes[at++] = octet;
    if (octet === CR && content[i + 1] !== LF) bytes[at++] = LF;
  }
  return bytes;
}

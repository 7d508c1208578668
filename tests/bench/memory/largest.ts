/** The largest responses that are read at all, as a network brings them: piece by piece. */
import { LINE_LIMIT, LITERAL_LIMIT, RESPONSE_LIMIT } from '@postern/protocol/imap';

export interface LargestResponse {
  readonly name: string;
  /** Octets on the wire. */
  readonly octets: number;
  pieces(): Iterable<Uint8Array>;
}

/** Octets of one piece: what a socket or a WebSocket gives at a time. */
const PIECE = 16 * 1024;

function* cut(parts: Iterable<string>): Generator<Uint8Array> {
  let left = '';
  for (const part of parts) {
    left += part;
    let at = 0;
    for (; left.length - at >= PIECE; at += PIECE) yield latin1(left.slice(at, at + PIECE));
    left = left.slice(at);
  }
  if (left !== '') yield latin1(left);
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** `before`, then pieces made by their number until there are `octets` of them, or `count`, then `after`. */
function response(
  name: string,
  before: string,
  piece: (index: number) => string,
  after: string,
  { octets = Infinity, count = Infinity }: { readonly octets?: number; readonly count?: number },
): LargestResponse {
  const parts = function* (): Generator<string> {
    yield before;
    let written = before.length + after.length + 2;
    for (let index = 0; index < count; index++) {
      const text = piece(index);
      written += text.length;
      if (written > octets) break;
      yield text;
    }
    yield `${after}\r\n`;
  };
  let length = 0;
  for (const part of parts()) length += part.length;
  return { name, octets: length, pieces: () => cut(parts()) };
}

const KILOBYTE = `${'x'.repeat(1022)}\r\n`;
const literal = (octets: number): string => `{${octets}}\r\n${KILOBYTE.repeat(octets / 1024)}`;

/** Nothing of it is kept. */
export const STREAMED = response(
  'a part of 200 MiB, which is streamed',
  `* 1 FETCH (UID 1 BODY[1] {${200 * 1024 * 1024}}\r\n`,
  () => KILOBYTE,
  ')',
  { count: 200 * 1024 },
);

export const LARGEST: readonly LargestResponse[] = [
  response('a part in one literal', '* 1 FETCH (UID 1 BODY[1] ', () => literal(LITERAL_LIMIT), ')', {
    count: 1,
  }),
  response(
    'parts in literals, up to the limit of a response',
    '* 1 FETCH (UID 1',
    (index) => ` BODY[${index}] ${literal(1024 * 1024)}`,
    ')',
    { octets: RESPONSE_LIMIT },
  ),
  response('the longest line', '* OK ', () => 'one word ', 'x', { octets: LINE_LIMIT }),
  response('the longest SEARCH', '* SEARCH', (index) => ` ${1_000_000 + index}`, '', { octets: LINE_LIMIT }),
  response('SEARCH, short numbers', '* SEARCH', () => ' 1', '', { count: 2_000_000 }),
  response('ranges', '* VANISHED (EARLIER) 1', (index) => `,${index * 3 + 3}`, '', { count: 249_999 }),
  response('flags', '* FLAGS (', (index) => `$Flag${index} `, ')', { count: 200_000 }),
  response('threads', '* THREAD ', (index) => `(${index + 1})`, '', { count: 200_000 }),
  response(
    'parts of a BODYSTRUCTURE',
    '* 1 FETCH (UID 1 BODYSTRUCTURE (',
    (index) =>
      `("TEXT" "PLAIN" ("CHARSET" "utf-8" "NAME" "file ${index}.txt") NIL NIL "BASE64" ${index} 1 NIL ("ATTACHMENT" ("FILENAME" "file ${index}.txt")) NIL NIL)`,
    '"MIXED"))',
    { count: 9999 },
  ),
  response(
    'addresses of an ENVELOPE',
    '* 1 FETCH (UID 1 ENVELOPE (NIL "s" NIL NIL NIL (',
    (index) => `("Name ${index}" NIL "user${index}" "example.org")`,
    ') NIL NIL NIL "<id>"))',
    { count: 10_000 },
  ),
  response('nothing that is read', '* 1 FETCH (X ("', () => KILOBYTE.trim(), '"))', { octets: LINE_LIMIT }),
  STREAMED,
  response('a line without end, of 200 MiB', '* OK ', () => 'one word ', 'x', { octets: 200 * 1024 * 1024 }),
];

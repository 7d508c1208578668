/** What a server may have too much of: each bound costs what exceeds it, and the connection goes on behind it. */
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { failure } from '../testing/wire.ts';
import { selectedSession } from '../testing/session.ts';
import { type Fragment, Fragmenter, LINE_LIMIT, LITERALS_LIMIT, RESPONSE_LIMIT } from './fragmenter.ts';
import { uidSearch } from './index.ts';
import { parseResponse } from './parse.ts';
import { ELEMENTS_LIMIT, NESTING_LIMIT, RANGES_LIMIT } from './reader.ts';
import type { Response } from './response.ts';
import { PART_LIMIT } from './responses/body-structure.ts';
import { ADDRESS_LIMIT } from './responses/envelope.ts';
import { ITEMS_LIMIT } from './responses/fetch.ts';
import { SECTION_LIMIT } from './responses/section.ts';
import { NUMBERS_LIMIT } from './responses/search.ts';
import { CAPABILITIES_LIMIT, CODE_UIDS_LIMIT, URLS_LIMIT } from './responses/status.ts';
import { THREADS_LIMIT } from './responses/thread.ts';
import { EXISTS_LIMIT } from './sequence.ts';

interface Heard {
  readonly responses: readonly Response[];
  readonly defects: readonly ProtocolError[];
}

/** Of the last response what a test looks at is taken off: a `* 9 RECENT` that has to be read whatever came before it. */
function hear(...chunks: readonly Uint8Array[]): Heard {
  const fragmenter = new Fragmenter();
  const responses: Response[] = [];
  const defects: ProtocolError[] = [];
  for (const chunk of [...chunks, encodeText('* 9 RECENT\r\n')]) {
    fragmenter.push(chunk.slice());
    for (let fragment: Fragment | undefined = fragmenter.next(); fragment; fragment = fragmenter.next()) {
      if (fragment.type === 'defect') defects.push(fragment.error);
      if (fragment.type !== 'frame') continue;
      const parsed = parseResponse(fragment.frame);
      if (parsed.response) responses.push(parsed.response);
      defects.push(...parsed.defects);
    }
  }
  expect(responses.pop()).toEqual({ type: 'recent', count: 9 });
  return { responses, defects };
}

const line = (wire: string): Heard => hear(encodeText(`${wire}\r\n`));
const repeat = (piece: string, count: number, between = ' '): string =>
  (piece + between).repeat(count - 1) + piece;
const message = ({ responses }: Heard): object | undefined =>
  responses[0]?.type === 'fetch' ? responses[0].message : undefined;

describe('of one response', () => {
  const part = '("text" "plain" NIL NIL NIL "7bit" 1 1)';

  /** What is written with `count` of it; what stays where there is one too many. */
  const bounds: readonly [string, number, (count: number) => string, object | undefined][] = [
    ['capabilities', CAPABILITIES_LIMIT, (n) => `* CAPABILITY ${repeat('X', n)}`, undefined],
    ['numbers of SEARCH', NUMBERS_LIMIT, (n) => `* SEARCH ${repeat('1', n)}`, undefined],
    ['ranges of a set', RANGES_LIMIT, (n) => `* VANISHED ${repeat('1', n, ',')}`, undefined],
    ['ranges of ESEARCH', RANGES_LIMIT, (n) => `* ESEARCH UID ALL ${repeat('1:2', n, ',')}`, undefined],
    ['threads', THREADS_LIMIT, (n) => `* THREAD ${repeat('(1)', n, '')}`, undefined],
    ['branches of a thread', THREADS_LIMIT - 1, (n) => `* THREAD (1 ${repeat('(2)', n, '')})`, undefined],
    [
      'threads within threads',
      NESTING_LIMIT,
      (n) => `* THREAD ${'('.repeat(n + 1)}1${')'.repeat(n + 1)}`,
      undefined,
    ],
    ['flags of a mailbox', ELEMENTS_LIMIT, (n) => `* FLAGS (${repeat('a', n)})`, undefined],
    ['attributes of a mailbox', ELEMENTS_LIMIT, (n) => `* LIST (${repeat('\\x', n)}) "/" a`, undefined],
    ['namespaces', ELEMENTS_LIMIT, (n) => `* NAMESPACE (${repeat('("" "/")', n, '')}) NIL NIL`, undefined],
    ['resources of a quota', ELEMENTS_LIMIT, (n) => `* QUOTA "" (${repeat('STORAGE 1 2', n)})`, undefined],
    ['roots of a quota', ELEMENTS_LIMIT, (n) => `* QUOTAROOT a ${repeat('b', n)}`, undefined],
    ['identifiers of an ACL', ELEMENTS_LIMIT, (n) => `* ACL a ${repeat('b lr', n)}`, undefined],
    ['rights to choose from', ELEMENTS_LIMIT, (n) => `* LISTRIGHTS a b "" ${repeat('l', n)}`, undefined],
    ['entries of METADATA', ELEMENTS_LIMIT, (n) => `* METADATA "" ${repeat('/a', n)}`, undefined],
    ['fields of ID', ELEMENTS_LIMIT, (n) => `* ID (${repeat('"a" "b"', n)})`, undefined],
    ['items of STATUS', ELEMENTS_LIMIT, (n) => `* STATUS a (${repeat('UNSEEN 1', n)})`, undefined],
    [
      'flags of a message',
      ELEMENTS_LIMIT,
      (n) => `* 1 FETCH (UID 5 FLAGS (${repeat('a', n)}) RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
    [
      'labels of a message',
      ELEMENTS_LIMIT,
      (n) => `* 1 FETCH (UID 5 X-GM-LABELS (${repeat('a', n)}) RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
    ['items of a message', ITEMS_LIMIT, (n) => `* 1 FETCH (UID 5 ${repeat('X 1', n - 1)})`, { uid: 5 }],
    [
      'letters of a section',
      SECTION_LIMIT - ' ()'.length,
      (n) => `* 1 FETCH (UID 5 BODY[(${'A'.repeat(n)})] "x" RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
    [
      'parts',
      PART_LIMIT - 1,
      (n) => `* 1 FETCH (UID 5 BODYSTRUCTURE (${part.repeat(n)} "mixed") RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
    [
      'parts within parts',
      NESTING_LIMIT,
      (n) => `* 1 FETCH (UID 5 BODYSTRUCTURE ${'('.repeat(n)}${part}${' "mixed")'.repeat(n)} RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
    [
      'parameters of a part',
      ELEMENTS_LIMIT,
      (n) =>
        `* 1 FETCH (UID 5 BODYSTRUCTURE ("text" "plain" (${repeat('"a" "b"', n)}) NIL NIL "7bit" 1 1) RFC822.SIZE 7)`,
      { uid: 5, size: 7 },
    ],
  ];

  it.each(bounds)('%s: %i', (_, limit, wire, left) => {
    const most = line(wire(limit));
    expect(most.defects).toEqual([]);
    expect(most.responses).toHaveLength(1);
    const more = line(wire(limit + 1));
    expect(more.defects.length).toBeGreaterThan(0);
    for (const defect of more.defects) {
      expect(defect).toBeInstanceOf(ProtocolError);
      expect(defect.fatal).toBe(false);
    }
    if (left) expect(message(more)).toEqual(left);
    else expect(more.responses).toEqual([]);
  });

  it(`addresses of a field: ${ADDRESS_LIMIT}, and the rest is passed over`, () => {
    const { responses, defects } = line(
      `* 1 FETCH (UID 5 ENVELOPE (NIL "s" (${'(NIL NIL "a" "b")'.repeat(ADDRESS_LIMIT + 5)}) NIL NIL NIL NIL NIL NIL "<id>"))`,
    );
    expect(defects).toEqual([]);
    const envelope = responses[0]?.type === 'fetch' ? responses[0].message.envelope : undefined;
    expect(envelope?.from).toHaveLength(ADDRESS_LIMIT);
    expect(envelope?.messageId).toBe('<id>');
  });

  it(`URLs of a referral: ${URLS_LIMIT}, and the rest is passed over`, () => {
    const { responses } = line(`* NO [REFERRAL ${repeat('imap://a/', URLS_LIMIT + 5)}] elsewhere`);
    expect(responses[0]).toMatchObject({ text: 'elsewhere', code: { name: 'REFERRAL' } });
    const code = responses[0]?.type === 'status' ? responses[0].code : undefined;
    expect(code?.name === 'REFERRAL' && code.urls).toHaveLength(URLS_LIMIT);
  });

  it(`UIDs of a response code: ${CODE_UIDS_LIMIT}, or the code is text`, () => {
    const codeOf = (count: number): object =>
      line(`* OK [COPYUID 1 1:${count} 1:${count}] done`).responses[0] ?? {};
    expect(codeOf(CODE_UIDS_LIMIT)).toMatchObject({ code: { name: 'COPYUID' }, text: 'done' });
    expect(codeOf(CODE_UIDS_LIMIT + 1)).toMatchObject({ code: { name: 'OTHER' }, text: 'done' });
  });

  it(`octets of a line: ${LINE_LIMIT}, however they arrive`, () => {
    const wire = (octets: number): Uint8Array => encodeText(`* OK ${'x'.repeat(octets - 6)}\r\n`);
    expect(hear(wire(LINE_LIMIT)).defects).toEqual([]);
    const long = wire(LINE_LIMIT + 1);
    expect(hear(long)).toMatchObject({ responses: [], defects: [{ fatal: false }] });
    expect(hear(long.subarray(0, LINE_LIMIT + 1), long.subarray(LINE_LIMIT + 1)).defects).toHaveLength(1);
  });

  it(`literals: ${LITERALS_LIMIT}`, () => {
    const wire = (count: number): Uint8Array =>
      encodeText(`* 1 FETCH (UID 5 X (${'{1}\r\na '.repeat(count)}) RFC822.SIZE 7)\r\n`);
    expect(hear(wire(LITERALS_LIMIT)).defects).toEqual([]);
    expect(hear(wire(LITERALS_LIMIT + 1))).toMatchObject({ responses: [], defects: [{ fatal: false }] });
    // Those behind the one too many are still literals, and no protocol.
    const hidden = encodeText(
      `* 1 FETCH (X (${'{1}\r\na '.repeat(LITERALS_LIMIT)}{12}\r\n* 2 EXISTS\r\n))\r\n`,
    );
    expect(hear(hidden)).toMatchObject({ responses: [], defects: [{}] });
  });

  it.each(['9'.repeat(16), `1${'0'.repeat(400)}`, `${'9'.repeat(400)}0`, `${'0'.repeat(400)}1`])(
    'a literal of impossible size ends the stream: {%s}',
    (digits) => {
      const fragmenter = new Fragmenter();
      fragmenter.push(encodeText(`* X {${digits}}\r\nabc\r\n`));
      expect(fragmenter.next()).toMatchObject({ type: 'defect', error: { fatal: true } });
      expect(fragmenter.next()).toBeUndefined();
    },
  );

  it(`octets of lines between literals: ${RESPONSE_LIMIT}`, () => {
    const piece = encodeText(`${'x'.repeat(LINE_LIMIT / 2 - 5)}{1}\r\n`);
    const chunks = Array.from({ length: 5 }, () => [piece, encodeText('a')]).flat();
    expect(hear(...chunks, encodeText(')\r\n'))).toMatchObject({
      responses: [],
      defects: [{ fatal: false }],
    });
  });
});

describe('of a connection', () => {
  it(`messages: ${EXISTS_LIMIT}`, async () => {
    const { session, wire, news, defects } = await selectedSession();
    wire.say(`* ${EXISTS_LIMIT + 1} EXISTS`, '* 4 EXISTS');
    await wire.heard();
    expect(news).toEqual([{ type: 'exists', count: 4 }]);
    expect(defects).toHaveLength(1);
    session.close();
  });

  it('UIDs that a search finds, in ranges or in numbers', async () => {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 ESEARCH');
    const run = session.run(uidSearch({ key: 'ALL' }));
    wire.say('* ESEARCH (TAG "P2") UID ALL 1:2000001', 'P2 OK');
    expect(await failure(run)).toBeInstanceOf(ProtocolError);
    const next = session.run(uidSearch({ key: 'ALL' }));
    wire.say('* ESEARCH (TAG "P3") UID ALL 1:3', 'P3 OK');
    expect(await next).toEqual([1, 2, 3]);
  });
});

it('a literal that is streamed is shown the beginning and the end of what is before it', () => {
  const fragmenter = new Fragmenter();
  const names = 'X-SPAM '.repeat(2000);
  const before = `* 1 FETCH (UID 5 BODY[HEADER.FIELDS (${names})] NIL BODY[2]`;
  fragmenter.push(concatBytes([encodeText(`${before} {99999999}\r\n`), encodeText('abc')]));
  const piece = fragmenter.next();
  expect(piece).toMatchObject({ type: 'piece', octets: 99_999_999, offset: 0 });
  const head = piece?.type === 'piece' ? new TextDecoder().decode(piece.head) : '';
  expect(head.length).toBeLessThanOrEqual(4096);
  expect(before.startsWith(head.slice(0, 2000))).toBe(true);
  expect(`${before} `.endsWith(head.slice(-2000))).toBe(true);
});

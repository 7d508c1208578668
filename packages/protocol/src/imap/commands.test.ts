import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { UsageError } from '../error.ts';
import {
  append,
  type Command,
  create,
  enable,
  id,
  list,
  login,
  type ModSeq,
  rename,
  select,
  status,
  uidCopy,
  uidExpunge,
  uidFetch,
  uidSearch,
  uidStore,
} from './index.ts';

/** The pieces as one line, literals in angle brackets. */
function written(command: Command<unknown>, ...capabilities: string[]): string {
  return command
    .write(new Set(capabilities))
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const literal = 'literal8' in piece ? piece.literal8 : piece;
      return literal instanceof Uint8Array ? `<${decodeLatin1(literal)}>` : `<${literal.octets} octets>`;
    })
    .join('');
}

const utf8 = (text: string): string => decodeLatin1(encodeText(text));

describe('commands', () => {
  it.each<[Command<unknown>, string]>([
    [login('a', 'b\r\nP2 LOGOUT'), 'LOGIN "a" <b\r\nP2 LOGOUT>'],
    [login('ä', '\\"'), `LOGIN <${utf8('ä')}> "\\\\\\""`],
    [id(null), 'ID NIL'],
    [id({ name: 'Postern', version: '1' }), 'ID ("name" "Postern" "version" "1")'],
    [enable(['CONDSTORE', 'QRESYNC']), 'ENABLE CONDSTORE QRESYNC'],
    [list('', '%'), 'LIST "" "%"'],
    [
      list({ wire: '' }, '*', { returnSubscribed: true, returnChildren: true }),
      'LIST "" "*" RETURN (SUBSCRIBED CHILDREN)',
    ],
    [status('Ä', ['MESSAGES', 'UIDNEXT']), 'STATUS "&AMQ-" (MESSAGES UIDNEXT)'],
    [select('a"b\\', { condstore: true }), 'SELECT "a\\"b\\\\" (CONDSTORE)'],
    [select('a\r\nb'), 'SELECT "a&AA0ACg-b"'],
    [select({ wire: 'Entw\udcfcrfe' }), 'SELECT <Entw\xfcrfe>'],
    [select({ wire: 'Entwürfe' }, { readOnly: true }), `EXAMINE <${utf8('Entwürfe')}>`],
    [create('x'.repeat(600)), `CREATE <${'x'.repeat(600)}>`],
    [rename('a', 'b/c'), 'RENAME "a" "b/c"'],
    [
      append('Sent', { message: { octets: 7, chunks: () => (async function* () {})() } }),
      'APPEND "Sent" <7 octets>',
    ],
    [uidFetch([1], ['FLAGS'], { changedSince: 5n as ModSeq }), 'UID FETCH 1 (UID FLAGS) (CHANGEDSINCE 5)'],
    [
      uidFetch([[1, 9]], ['FLAGS'], { changedSince: 5n as ModSeq, vanished: true, window: [-1, -100] }),
      'UID FETCH 1:9 (UID FLAGS) (CHANGEDSINCE 5 VANISHED PARTIAL -1:-100)',
    ],
    [
      select('x', {
        resync: { uidValidity: 7 as never, modSeq: 90060115205545359n as ModSeq, known: [1, 2, 9] },
      }),
      'SELECT "x" (QRESYNC (7 90060115205545359 1:2,9))',
    ],
    [
      select('x', { resync: { uidValidity: 7 as never, modSeq: 8n as ModSeq } }),
      'SELECT "x" (QRESYNC (7 8))',
    ],
    [
      uidFetch(
        [[4, 9]],
        [
          { section: '1.2', partial: [0, 65536] },
          { section: 'HEADER.FIELDS', fields: ['References', 'List-Id'] },
        ],
      ),
      'UID FETCH 4:9 (UID BODY.PEEK[1.2]<0.65536> BODY.PEEK[HEADER.FIELDS (References List-Id)])',
    ],
    [
      uidStore([3, 4], { mode: 'remove', flags: ['\\Seen', '$Forwarded'], unchangedSince: 8n as ModSeq }),
      'UID STORE 3:4 (UNCHANGEDSINCE 8) -FLAGS (\\Seen $Forwarded)',
    ],
    [uidCopy([1], { wire: 'INBOX.Sent' }), 'UID COPY 1 "INBOX.Sent"'],
    [uidExpunge([7, 9]), 'UID EXPUNGE 7,9'],
    [
      uidSearch({
        key: 'AND',
        all: [
          {
            key: 'OR',
            either: [
              { key: 'FROM', text: 'a' },
              { key: 'NOT', not: { key: 'KEYWORD', flag: 'kw' } },
            ],
          },
          {
            key: 'AND',
            all: [
              { key: 'LARGER', octets: 5 },
              { key: 'UID', uids: [[3, 4_294_967_295]] },
            ],
          },
          { key: 'SINCE', day: { year: 2024, month: 2, day: 9 } },
          { key: 'HEADER', field: 'Message-ID', text: '<x>' },
          { key: 'MODSEQ', modSeq: 9n as ModSeq },
          { key: 'AND', all: [] },
        ],
      }),
      'UID SEARCH OR FROM "a" NOT KEYWORD kw (LARGER 5 UID 3:*) SINCE 9-Feb-2024 HEADER "Message-ID" "<x>" MODSEQ 9 ALL',
    ],
  ])('%# are written', (command, text) => {
    expect(written(command, 'ENABLE', 'UIDPLUS')).toBe(text);
  });

  it('ask for the short answer where the server has it', () => {
    expect(written(uidSearch({ key: 'UNSEEN' }), 'ESEARCH')).toBe('UID SEARCH RETURN (ALL) UNSEEN');
    expect(written(uidSearch({ key: 'NOT', not: { key: 'BODY', text: 'ä' } }), 'ESEARCH')).toBe(
      `UID SEARCH RETURN (ALL) CHARSET UTF-8 NOT BODY <${utf8('ä')}>`,
    );
  });

  it.each<[string, () => unknown]>([
    ['an empty set', () => uidFetch([], ['FLAGS'])],
    ['VANISHED alone', () => uidFetch([1], ['FLAGS'], { vanished: true })],
    ['a window from both ends', () => uidFetch([1], ['FLAGS'], { window: [1, -5] })],
    [
      'known UIDs without end',
      () =>
        written(
          select('x', {
            resync: { uidValidity: 1 as never, modSeq: 1n as ModSeq, known: [[1, 4_294_967_295]] },
          }),
        ),
    ],
    ['no items', () => uidFetch([1], [])],
    ['a section that is none', () => uidFetch([1], [{ section: '1] BODY[2' }])],
    ['fields without their section', () => uidFetch([1], [{ section: '1', fields: ['x'] }])],
    ['a header name with a space', () => uidFetch([1], [{ section: 'HEADER.FIELDS', fields: ['a b'] }])],
    ['a flag with a space', () => uidStore([1], { mode: 'add', flags: ['a b'] })],
    ['a flag with a line break', () => uidStore([1], { mode: 'add', flags: ['a\r\nP9 LOGOUT'] })],
    ['NUL in a password', () => written(login('a', 'b\0'))],
    ['NUL in a name', () => written(select({ wire: 'a\0' }))],
    ['an empty message', () => append('x', { message: new Uint8Array() })],
    ['no day', () => written(uidSearch({ key: 'ON', day: { year: 2024, month: 13, day: 1 } }))],
    ['copying nothing', () => uidCopy([], 'x')],
  ])('%s cannot be said', (_, make) => {
    expect(make).toThrow(UsageError);
  });
});

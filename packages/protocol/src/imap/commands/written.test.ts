/** Whatever a caller asks for, a command is one line of what RFC 3501 §9 allows, or is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../error.ts';
import {
  append,
  cancelUpdate,
  type Command,
  create,
  enable,
  fetch,
  type FetchItem,
  getAcl,
  getMetadata,
  getQuota,
  id,
  list,
  login,
  type MailboxName,
  notifySet,
  type Piece,
  rename,
  type SearchKey,
  select,
  setAcl,
  setMetadata,
  setQuota,
  status,
  store,
  type Uid,
  uidExtendedSearch,
  uidFetch,
  uidReplace,
  uidSearch,
  uidSort,
  uidStore,
  uidStoreLabels,
  uidThread,
} from '../index.ts';

const EVERYTHING = new Set(
  (
    'IMAP4REV1 IMAP4REV2 ESEARCH SEARCHRES PARTIAL CONTEXT=SEARCH NOTIFY WITHIN SAVEDATE OBJECTID SEARCH=FUZZY X-GM-EXT-1 ' +
    'BINARY CATENATE REPLACE LIST-EXTENDED SPECIAL-USE CREATE-SPECIAL-USE PREVIEW UTF8=ACCEPT MULTIAPPEND'
  ).split(' '),
);

/** Text with what would break out of an argument, if anything did. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '\r\n',
        '\n',
        '\0',
        '(',
        ')',
        '{3}',
        '{3+}\r\n',
        ' ',
        '%',
        '*',
        ']',
        'ä',
        '\ud800',
        'a',
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
);
const name: fc.Arbitrary<MailboxName> = fc.oneof(
  text,
  text.map((wire) => ({ wire })),
);
const number = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.double());
const item: fc.Arbitrary<FetchItem> = fc.oneof(
  fc.constantFrom('FLAGS' as const, 'PREVIEW (LAZY)' as const),
  fc.record({ section: text }),
  fc.record({ section: fc.constant('HEADER.FIELDS'), fields: fc.array(text, { maxLength: 3 }) }),
  fc.record({ binary: text, partial: fc.tuple(number, number) }),
  fc.record({ binarySize: text }),
);
const day = fc.record({ year: number, month: number, day: number });
const { key } = fc.letrec<{ key: SearchKey }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 3 },
    fc.record({ key: fc.constantFrom('FROM' as const, 'X-GM-RAW' as const), text }),
    fc.record({ key: fc.constant('HEADER' as const), field: text, text }),
    fc.record({ key: fc.constant('KEYWORD' as const), flag: text }),
    fc.record({ key: fc.constantFrom('SINCE' as const, 'SAVEDON' as const), day }),
    fc.record({ key: fc.constantFrom('OLDER' as const), seconds: number }),
    fc.record({ key: fc.constantFrom('LARGER' as const), octets: number }),
    fc.record({ key: fc.constant('EMAILID' as const), id: text }),
    fc.record({ key: fc.constant('X-GM-LABELS' as const), label: name }),
    fc.record({ key: fc.constant('UIDBEFORE' as const), uid: number.map((each) => each as Uid) }),
    fc.record({ key: fc.constant('NOT' as const), not: tie('key') }),
    fc.record({ key: fc.constant('FUZZY' as const), fuzzy: tie('key') }),
    fc.record({ key: fc.constant('AND' as const), all: fc.array(tie('key'), { maxLength: 3 }) }),
  ),
}));
const octets = fc.uint8Array({ minLength: 1, maxLength: 8 });
const flags = fc.array(text, { maxLength: 2 });

const commands: Record<string, fc.Arbitrary<() => Command<unknown>>> = {
  LOGIN: fc.tuple(text, text).map(
    ([a, b]) =>
      () =>
        login(a, b),
  ),
  ID: fc.dictionary(text, text, { maxKeys: 2 }).map((fields) => () => id(fields)),
  ENABLE: text.map((each) => () => enable([each])),
  SELECT: name.map((each) => () => select(each)),
  RENAME: fc.tuple(name, name).map(
    ([a, b]) =>
      () =>
        rename(a, b),
  ),
  CREATE: fc.tuple(name, flags).map(
    ([a, b]) =>
      () =>
        create(a, b),
  ),
  STATUS: name.map((each) => () => status(each, ['MESSAGES'])),
  LIST: fc.tuple(name, fc.array(name, { maxLength: 3 }), text).map(
    ([a, b, entry]) =>
      () =>
        list(a, b, { returnMetadata: [entry] }),
  ),
  APPEND: fc.tuple(name, flags, octets, fc.constantFrom('binary' as const, 'utf8' as const)).map(
    ([a, b, message, form]) =>
      () =>
        append(a, { flags: b, message, form }),
  ),
  CATENATE: fc.tuple(name, text, octets).map(
    ([a, url, part]) =>
      () =>
        uidReplace(7 as Uid, a, { parts: [{ url }, { text: part }, { utf8: part }] }),
  ),
  'UID FETCH': fc.array(item, { maxLength: 3 }).map((items) => () => uidFetch([1], items)),
  FETCH: fc.tuple(number, number, item).map(
    ([a, b, each]) =>
      () =>
        fetch([[a, b]], [each]),
  ),
  STORE: flags.map((each) => () => store([[1, 1]], { mode: 'add', flags: each })),
  'UID STORE': flags.map((each) => () => uidStore([1], { mode: 'add', flags: each })),
  'X-GM-LABELS': fc
    .array(name, { maxLength: 3 })
    .map((labels) => () => uidStoreLabels([1], { mode: 'add', labels })),
  SEARCH: key.map((each) => () => uidSearch(each)),
  'SEARCH RETURN': fc.tuple(key, fc.tuple(number, number), fc.array(item, { maxLength: 2 })).map(
    ([each, partial, update]) =>
      () =>
        uidExtendedSearch(each, { partial, update }),
  ),
  SORT: key.map((each) => () => uidSort([{ by: 'DATE' }], each)),
  THREAD: fc.tuple(text, key).map(
    ([a, b]) =>
      () =>
        uidThread(a, b),
  ),
  CANCELUPDATE: text.map((each) => () => cancelUpdate([each])),
  NOTIFY: fc.tuple(fc.array(name, { maxLength: 2 }), item).map(
    ([mailboxes, each]) =>
      () =>
        notifySet([
          { of: 'selected', events: ['MessageNew', 'MessageExpunge'], newMessage: [each] },
          { of: { mailboxes }, events: [] },
        ]),
  ),
  ACL: fc.tuple(name, text, text).map(
    ([a, b, c]) =>
      () =>
        setAcl(a, b, c),
  ),
  GETACL: name.map((each) => () => getAcl(each)),
  GETMETADATA: fc.tuple(name, text).map(
    ([a, b]) =>
      () =>
        getMetadata(a, [b]),
  ),
  SETMETADATA: fc.tuple(name, text, octets).map(
    ([a, b, c]) =>
      () =>
        setMetadata(a, new Map([[b, c]])),
  ),
  QUOTA: text.map((each) => () => getQuota(each)),
  SETQUOTA: fc.tuple(text, text).map(
    ([a, b]) =>
      () =>
        setQuota(a, { [b]: 5n }),
  ),
};

/** The text of a line: no control characters, quotes and parentheses closed, no 8-bit octets unless UTF-8 is enabled. */
function isSound(pieces: readonly Piece[], utf8: boolean): boolean {
  // A literal stands where a word would.
  const line = pieces.map((piece) => (typeof piece === 'string' ? piece : 'literal')).join('');
  if (/[\0\r\n]/.test(line) || (!utf8 && /[^\0-\x7f]/.test(line))) return false;
  const unquoted = line.replace(/"(?:[^"\\]|\\["\\])*"/g, 'quoted');
  if (unquoted.includes('"') || /\{\d+\+?\}$/.test(unquoted)) return false;
  let depth = 0;
  for (const character of unquoted) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

describe.each(Object.entries(commands))('%s', (_, arbitrary) => {
  it.each([
    ['modified UTF-7', []],
    ['UTF8=ACCEPT', ['UTF8=ACCEPT']],
    ['IMAP4rev2', ['IMAP4REV2']],
  ])('is sound or refused, under %s', (_name, enabled) => {
    fc.assert(
      fc.property(arbitrary, (make) => {
        let pieces: readonly Piece[];
        try {
          pieces = make().write(EVERYTHING, new Set(enabled));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return;
        }
        expect(pieces).toSatisfy((each: readonly Piece[]) => isSound(each, enabled.length > 0));
      }),
      { numRuns: 150 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { ProtocolError, UsageError } from '../../error.ts';
import { Exchange, utf8 } from '../../testing/exchange.ts';
import {
  cancelUpdate,
  type Command,
  type ModSeq,
  SAVED,
  search,
  type SearchKey,
  type SearchReturn,
  sort,
  thread,
  uidCopy,
  uidExpunge,
  uidExtendedSearch,
  uidExtendedSort,
  uidFetch,
  uidMove,
  type Uid,
  uidSearch,
  uidSort,
  uidStore,
  uidThread,
} from '../index.ts';

const REV1 = 'IMAP4rev1 LITERAL+';
const FULL = `${REV1} SORT ESEARCH SEARCHRES PARTIAL CONTEXT=SEARCH CONTEXT=SORT ESORT NOTIFY WITHIN SAVEDATE OBJECTID SEARCH=FUZZY SORT=DISPLAY X-GM-EXT-1 MESSAGELIMIT=1000 MOVE UIDPLUS`;
const ALL: SearchKey = { key: 'ALL' };
const day = { year: 2024, month: 2, day: 9 };
const uid = (number: number): Uid => number as Uid;

describe('search keys', () => {
  it.each<[SearchKey, withIt: string, without: string | typeof UsageError]>([
    [{ key: 'OLDER', seconds: 3600 }, 'OLDER 3600', UsageError],
    [{ key: 'YOUNGER', seconds: 259200 }, 'YOUNGER 259200', UsageError],
    [{ key: 'SAVEDSINCE', day }, 'SAVEDSINCE 9-Feb-2024', 'SINCE 9-Feb-2024'],
    [{ key: 'SAVEDBEFORE', day }, 'SAVEDBEFORE 9-Feb-2024', 'BEFORE 9-Feb-2024'],
    [{ key: 'SAVEDON', day }, 'SAVEDON 9-Feb-2024', 'ON 9-Feb-2024'],
    [{ key: 'SAVEDATESUPPORTED' }, 'SAVEDATESUPPORTED', 'NOT ALL'],
    [{ key: 'EMAILID', id: 'M6d99ac3275bb4e' }, 'EMAILID M6d99ac3275bb4e', UsageError],
    [{ key: 'THREADID', id: 'T-1' }, 'THREADID T-1', UsageError],
    [{ key: 'UID', uids: SAVED }, 'UID $', UsageError],
    [{ key: 'NUMBER', numbers: [[5, 9]] }, '5:9', '5:9'],
    [{ key: 'UIDAFTER', uid: uid(25000) }, 'UIDAFTER 25000', 'UID 25001:4294967295'],
    [{ key: 'UIDBEFORE', uid: uid(25000) }, 'UIDBEFORE 25000', 'UID 1:24999'],
    [{ key: 'UIDBEFORE', uid: uid(1) }, 'UIDBEFORE 1', 'NOT ALL'],
    [
      { key: 'FUZZY', fuzzy: { key: 'AND', all: [{ key: 'SUBJECT', text: 'a' }, { key: 'SEEN' }] } },
      'FUZZY (SUBJECT "a" SEEN)',
      '(SUBJECT "a" SEEN)',
    ],
    [{ key: 'X-GM-RAW', text: 'has:attachment "x"' }, 'X-GM-RAW "has:attachment \\"x\\""', UsageError],
    [{ key: 'X-GM-LABELS', label: '\\Inbox' }, 'X-GM-LABELS \\Inbox', UsageError],
    [{ key: 'X-GM-LABELS', label: 'Müll' }, 'X-GM-LABELS "M&APw-ll"', UsageError],
    [{ key: 'X-GM-MSGID', number: 1278455344230334865n }, 'X-GM-MSGID 1278455344230334865', UsageError],
    [{ key: 'RECENT' }, 'RECENT', 'RECENT'],
    [
      { key: 'MODSEQ', modSeq: 90060115205545359n as ModSeq },
      'MODSEQ 90060115205545359',
      'MODSEQ 90060115205545359',
    ],
  ])('%# are written, or something in their place', (key, written, without) => {
    expect(new Exchange(FULL).run(uidSearch(key)).written).toBe(`UID SEARCH RETURN (ALL) ${written}`);
    const plain = (): string => new Exchange(REV1).run(uidSearch(key)).written;
    if (typeof without === 'string') expect(plain()).toBe(`UID SEARCH ${without}`);
    else expect(plain).toThrow(UsageError);
  });

  it.each<[string, SearchKey]>([
    ['no interval', { key: 'OLDER', seconds: 0 }],
    ['part of a second', { key: 'YOUNGER', seconds: 1.5 }],
    ['an identifier that is none', { key: 'EMAILID', id: 'a b' }],
    ['an empty set', { key: 'UID', uids: [] }],
    ['no numbers', { key: 'NUMBER', numbers: [] }],
    ['UID 0', { key: 'UIDAFTER', uid: uid(0) }],
    ['a label that breaks out', { key: 'X-GM-LABELS', label: '\\Inbox) X' }],
    ['depth', Array.from({ length: 100_000 }).reduce<SearchKey>((not) => ({ key: 'NOT', not }), ALL)],
  ])('%s cannot be said', (_, key) => {
    expect(() => new Exchange(FULL).run(uidSearch(key))).toThrow(UsageError);
    expect(() => new Exchange(FULL).run(uidExtendedSort([{ by: 'DATE' }], key))).toThrow(UsageError);
    expect(() => new Exchange(FULL).run(uidThread('REFERENCES', key))).toThrow(UsageError);
  });

  it('name no charset once UTF-8 is enabled, and quote it', () => {
    const command = uidSearch({ key: 'SUBJECT', text: 'ä' });
    expect(new Exchange('IMAP4rev1 UTF8=ACCEPT', 'UTF8=ACCEPT').run(command).written).toBe(
      utf8('UID SEARCH SUBJECT "ä"'),
    );
    expect(new Exchange('IMAP4rev1 UTF8=ACCEPT').run(command).written).toBe(
      `UID SEARCH CHARSET UTF-8 SUBJECT {2}\r\n${utf8('ä')}`,
    );
    expect(() => new Exchange('IMAP4rev2').run(uidSearch({ key: 'NEW' }))).toThrow(UsageError);
  });
});

describe('UID SEARCH RETURN', () => {
  it.each<[SearchReturn, written: string, answer: string, result: object]>([
    [{}, 'RETURN (ALL) ', 'UID ALL 5,2:3', { all: [2, 3, 5] }],
    [
      { min: true, max: true, count: true },
      'RETURN (MIN MAX COUNT) ',
      'UID MIN 2 MAX 47 COUNT 25',
      { min: 2, max: 47, count: 25 },
    ],
    [{ min: true, count: true }, 'RETURN (MIN COUNT) ', 'UID COUNT 0', { min: undefined, count: 0 }],
    [{ all: true }, 'RETURN (ALL) ', 'UID', { all: [] }],
    [{ save: true }, 'RETURN (SAVE) ', 'UID', {}],
    [{ save: true, min: true }, 'RETURN (SAVE MIN) ', 'UID MIN 4', { min: 4 }],
    [{ partial: [-1, -3] }, 'RETURN (PARTIAL -1:-3) ', 'UID PARTIAL (-1:-3 9:10,7)', { partial: [7, 9, 10] }],
    [
      { partial: [24000, 24500] },
      'RETURN (PARTIAL 24000:24500) ',
      'UID PARTIAL (24000:24500 NIL)',
      { partial: [] },
    ],
    [
      { context: true, update: true, count: true },
      'RETURN (CONTEXT UPDATE COUNT) ',
      'UID COUNT 74',
      { count: 74, updating: true },
    ],
    [
      { update: ['FLAGS', { section: 'HEADER.FIELDS', fields: ['Subject'] }], all: true },
      'RETURN (UPDATE (FLAGS BODY.PEEK[HEADER.FIELDS (Subject)]) ALL) ',
      'UID ALL 1',
      { all: [1], updating: true },
    ],
    [
      { all: true, relevancy: true },
      'RETURN (RELEVANCY ALL) ',
      'UID ALL 1,5,10 RELEVANCY (4 99 42) MODSEQ 917162500',
      { all: [1, 5, 10], relevancy: [4, 99, 42], modSeq: 917162500n },
    ],
  ])('(%j) is written, and its answer read', (wanted, written, answer, result) => {
    const run = new Exchange(FULL).run(uidExtendedSearch(ALL, wanted), `* ESEARCH (TAG "$tag") ${answer}`);
    expect(run).toEqual({ written: `UID SEARCH ${written}ALL`, value: { tag: 'P2', ...result }, news: [] });
  });

  it.each<[SearchReturn, object]>([
    [{}, { all: [2, 4, 84, 882] }],
    [
      { min: true, max: true, count: true },
      { min: 2, max: 882, count: 4 },
    ],
    [{ partial: [2, 3] }, { partial: [4, 84] }],
    [{ partial: [3, 900] }, { partial: [84, 882] }],
    [{ partial: [-1, -2] }, { partial: [84, 882] }],
    [{ partial: [-3, -2] }, { partial: [4, 84] }],
    [{ partial: [-4, -400] }, { partial: [2] }],
    [{ context: true, relevancy: true, count: true }, { count: 4 }],
  ])('(%j) is done without by servers that know none of it', (wanted, result) => {
    const answer = '* SEARCH 2 84 882 4 4';
    const plain = new Exchange(REV1).run(uidExtendedSearch(ALL, wanted), answer);
    expect(plain.written).toBe('UID SEARCH ALL');
    expect(plain.value).toEqual({ tag: 'P2', ...result });
    // As old releases of Cyrus do although they say ESEARCH.
    expect(new Exchange(FULL).run(uidExtendedSearch(ALL, wanted), answer).value).toEqual({
      tag: 'P2',
      ...result,
    });
  });

  it('asks for all and cuts it where windows are not known, or not from the end', () => {
    const wanted = { partial: [-1, -2], count: true } as const;
    for (const more of ['', ' CONTEXT=SEARCH']) {
      const exchange = new Exchange(`${REV1} ESEARCH${more}`);
      const { written, value } = exchange.run(
        uidExtendedSearch(ALL, wanted),
        '* ESEARCH (TAG "$tag") UID COUNT 3 ALL 4:6',
      );
      expect(written).toBe('UID SEARCH RETURN (COUNT ALL) ALL');
      expect(value).toMatchObject({ partial: [5, 6], count: 3 });
    }
  });

  it('takes only its own answer', () => {
    const { value } = new Exchange(FULL).run(
      uidExtendedSearch(ALL, { count: true }),
      '* ESEARCH (TAG "P99") UID COUNT 7',
      '* ESEARCH (TAG "$tag") UID COUNT 8',
    );
    expect(value).toMatchObject({ count: 8 });
  });

  it.each<[string, string, SearchReturn]>([
    ['saving', `${REV1} ESEARCH`, { save: true }],
    ['updates', `${REV1} ESEARCH CONTEXT=SORT`, { update: true }],
    ['items with updates', `${REV1} ESEARCH CONTEXT=SEARCH`, { update: ['FLAGS'] }],
    ['saving a window', `${REV1} ESEARCH SEARCHRES`, { save: true, partial: [1, 2] }],
    ['a window and all', FULL, { all: true, partial: [1, 2] }],
    ['a window from both ends', FULL, { partial: [1, -2] }],
    ['a window from 0', FULL, { partial: [0, 2] }],
  ])('%s cannot be said (%s)', (_, capabilities, wanted) => {
    expect(() => new Exchange(capabilities).run(uidExtendedSearch(ALL, wanted))).toThrow(UsageError);
  });

  it('fails by itself where a server claims to have found more than there can be', () => {
    const answer = '* ESEARCH (TAG "$tag") UID ALL 1:4294967295';
    expect(new Exchange(FULL).run(uidExtendedSearch(ALL), answer).value).toBeInstanceOf(ProtocolError);
    expect(new Exchange(FULL).run(uidSearch(ALL), answer).value).toBeInstanceOf(ProtocolError);
  });
});

describe('updates of a search', () => {
  it('are news, in order', () => {
    const exchange = new Exchange(FULL);
    const { value, news } = exchange.run(
      uidExtendedSearch(ALL, { update: true, count: true }),
      '* ESEARCH (TAG "$tag") UID COUNT 2',
      '* ESEARCH (TAG "$tag") UID ADDTO (0 32768:32769)',
    );
    expect(value).toEqual({ tag: 'P2', count: 2, updating: true });
    expect(news).toEqual([
      { type: 'search-update', tag: 'P2', updates: [{ type: 'add', position: 0, found: [[32768, 32769]] }] },
    ]);
    const later = exchange.run(
      uidSearch(ALL),
      '* ESEARCH (TAG "P2") UID REMOVEFROM (0 32768) ADDTO (1 2733 1 2731:2732)',
      '* ESEARCH (TAG "P2") ADDTO (0 4)',
      '* SEARCH 1',
    );
    expect(later.value).toEqual([1]);
    // The second has sequence numbers, which mean nothing above.
    expect(later.news).toEqual([
      {
        type: 'search-update',
        tag: 'P2',
        updates: [
          { type: 'remove', position: 0, found: [[32768, 32768]] },
          { type: 'add', position: 1, found: [[2733, 2733]] },
          { type: 'add', position: 1, found: [[2731, 2732]] },
        ],
      },
    ]);
    expect(exchange.run(cancelUpdate(['P2'])).written).toBe('CANCELUPDATE "P2"');
  });

  it('may be refused', () => {
    const run = new Exchange(FULL).run(
      uidExtendedSearch(ALL, { update: true, count: true }),
      '* ESEARCH (TAG "$tag") UID COUNT 74',
      '* NO [NOUPDATE "$tag"] Too many contexts',
    );
    expect(run).toMatchObject({ value: { count: 74, updating: false }, news: [] });
  });

  it.each([
    ['no tags', FULL, []],
    ['a tag that breaks out', FULL, ['a" "b']],
    ['a server without them', REV1, ['P2']],
  ])('cannot be cancelled with %s', (_, capabilities, tags) => {
    expect(() => new Exchange(capabilities).run(cancelUpdate(tags))).toThrow(UsageError);
  });
});

it('saves where SEARCHRES is named and ESEARCH, which it needs, is not', () => {
  expect(new Exchange(`${REV1} SEARCHRES`).run(uidExtendedSearch(ALL, { save: true })).written).toBe(
    'UID SEARCH RETURN (SAVE) ALL',
  );
});

describe('UID SORT RETURN', () => {
  const by = [{ by: 'DATE', reverse: true }] as const;

  it('keeps the order of the answer', () => {
    const { written, value } = new Exchange(FULL).run(
      uidExtendedSort(by, ALL, { all: true, min: true, max: true, relevancy: true }),
      '* ESEARCH (TAG "$tag") UID MIN 9 MAX 1 ALL 9,4:5,1 RELEVANCY (1 2 3 4)',
    );
    expect(written).toBe('UID SORT RETURN (RELEVANCY MIN MAX ALL) (REVERSE DATE) US-ASCII ALL');
    expect(value).toEqual({ tag: 'P2', all: [9, 4, 5, 1], min: 9, max: 1, relevancy: [1, 2, 3, 4] });
    const windowed = new Exchange(FULL).run(
      uidExtendedSort(by, { key: 'FUZZY', fuzzy: { key: 'TEXT', text: 'World' } }, { partial: [1, 10] }),
      '* ESEARCH (TAG "$tag") UID PARTIAL (1:10 42,9,34)',
    );
    expect(windowed).toMatchObject({
      written: 'UID SORT RETURN (PARTIAL 1:10) (REVERSE DATE) US-ASCII FUZZY TEXT "World"',
      value: { partial: [42, 9, 34] },
    });
  });

  it('is made of a plain SORT elsewhere', () => {
    const wanted = { min: true, max: true, count: true, partial: [2, 3] } as const;
    const { written, value } = new Exchange(`${REV1} SORT ESEARCH`).run(
      uidExtendedSort(by, ALL, wanted),
      '* SORT 9 4 5 1',
    );
    expect(written).toBe('UID SORT (REVERSE DATE) US-ASCII ALL');
    expect(value).toEqual({ tag: 'P2', min: 9, max: 1, count: 4, partial: [4, 5] });
  });

  it('goes by the address where names are not known, and by relevancy only where it is', () => {
    const display = uidSort([{ by: 'DISPLAYFROM', reverse: true }], ALL);
    expect(new Exchange(FULL).run(display).written).toBe('UID SORT (REVERSE DISPLAYFROM) US-ASCII ALL');
    expect(new Exchange(`${REV1} SORT`).run(display).written).toBe('UID SORT (REVERSE FROM) US-ASCII ALL');
    expect(new Exchange(FULL).run(uidSort([{ by: 'RELEVANCY' }], ALL)).written).toBe(
      'UID SORT (RELEVANCY) US-ASCII ALL',
    );
    expect(() => new Exchange(`${REV1} SORT`).run(uidSort([{ by: 'RELEVANCY' }], ALL))).toThrow(UsageError);
  });
});

describe('what was saved', () => {
  it.each<[Command<unknown>, string]>([
    [uidFetch(SAVED, ['FLAGS']), 'UID FETCH $ (UID FLAGS)'],
    [uidStore(SAVED, { mode: 'add', flags: ['\\Deleted'] }), 'UID STORE $ +FLAGS (\\Deleted)'],
    [uidCopy(SAVED, 'Junk'), 'UID COPY $ "Junk"'],
    [uidMove(SAVED, 'Junk'), 'UID MOVE $ "Junk"'],
    [uidExpunge(SAVED), 'UID EXPUNGE $'],
  ])('%# is named in a later command', (command, written) => {
    expect(new Exchange(FULL).run(command).written).toBe(written);
    expect(new Exchange('IMAP4rev2').run(command).written).toBe(written);
    expect(() => new Exchange(REV1).run(command)).toThrow(UsageError);
  });

  it('is counted whatever it is', () => {
    const answers = ['* 1 FETCH (UID 14 ENVELOPE NIL RFC822.SIZE 1)', '* 2 FETCH (UID 100 RFC822.SIZE 2)'];
    expect(new Exchange(FULL).run(uidFetch(SAVED, ['RFC822.SIZE']), ...answers).value).toBe(2);
  });
});

describe('by sequence number', () => {
  it('is written without UID, and answered with numbers', () => {
    const modern = new Exchange(FULL).run(
      search({ key: 'SEEN' }),
      '* ESEARCH (TAG "$tag") ALL 2,4:5',
      '$tag OK done',
    );
    expect(modern).toMatchObject({ written: 'SEARCH RETURN (ALL) SEEN', value: [2, 4, 5] });
    const old = new Exchange(REV1).run(search({ key: 'SUBJECT', text: 'ü' }), '* SEARCH 5 2', '$tag OK done');
    expect(old.value).toEqual([2, 5]);
    expect(old.written).toBe(utf8('SEARCH CHARSET UTF-8 SUBJECT {2+}\r\nü'));
    const sorted = new Exchange(`${REV1} SORT`).run(
      sort([{ by: 'SIZE' }], ALL),
      '* SORT 3 1 2',
      '$tag OK done',
    );
    expect(sorted).toMatchObject({ written: 'SORT (SIZE) US-ASCII ALL', value: [3, 1, 2] });
    const threads = new Exchange(`${REV1} THREAD=REFERENCES`).run(
      thread('REFERENCES', ALL),
      '* THREAD (1 2)(3)',
      '$tag OK done',
    );
    expect(threads.written).toBe('THREAD REFERENCES US-ASCII ALL');
    expect(threads.value).toEqual([
      { line: [1, 2], branches: [] },
      { line: [3], branches: [] },
    ]);
  });

  it('has no place where messages have no numbers (RFC 9586 §3)', () => {
    for (const command of [search(ALL), sort([{ by: 'SIZE' }], ALL), thread('REFERENCES', ALL)])
      expect(command.numbered).toBe(true);
  });
});

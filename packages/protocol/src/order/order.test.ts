import { describe, expect, it } from 'vitest';
import type { Uid } from '../imap/index.ts';
import { speaker } from '../testing/speaker.ts';
import { baseSubject } from './base-subject.ts';
import { casemapped, compareText } from './collation.ts';
import { sortMessages, threadMessages } from './index.ts';
import { threadByReferences } from './references.ts';
import { sentDate } from './sent-date.ts';
import type { ThreadFacts } from './thread-facts.ts';
import { threadOf } from './thread-node.ts';

const ALL = { key: 'ALL' } as const;

describe('the base subject (RFC 5256 §2.1)', () => {
  it.each([
    ['Hello', 'Hello', false],
    ['Re: Hello', 'Hello', true],
    ['  RE :\tHello   there ', 'Hello there', true],
    ['re[4]: Fw: [list] FWD: Hello', 'Hello', true],
    ['[a] [b] Hello', 'Hello', false],
    ['[a]', '[a]', false],
    ['[a] [b]', '[b]', false],
    ['Re: [a]', '[a]', true],
    ['Re:', '', true],
    ['(fwd)', '', true],
    ['Hello (fwd) (FWD)', 'Hello', true],
    ['[Fwd: Re: Hello (fwd)]', 'Hello', true],
    ['[fwd: [fwd: [x] Hello]]', 'Hello', true],
    ['[fwd: inner] outer', 'outer', false],
    ['Hello Re: you', 'Hello Re: you', false],
    ['AW: Hello', 'AW: Hello', false],
    ['Re(2): Hello', 'Re(2): Hello', false],
    ['[[nested]] Hello', '[[nested]] Hello', false],
  ])('%s', (subject, text, isReply) => {
    expect(baseSubject(subject)).toEqual({ text, isReply });
  });

  it.each([
    're:'.repeat(50_000),
    '[a]'.repeat(50_000),
    '[fwd:'.repeat(50_000) + ']'.repeat(50_000),
    '(fwd)'.repeat(50_000),
  ])('takes no time, however long it is', (subject) => {
    const before = performance.now();
    baseSubject(subject);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('i;unicode-casemap (RFC 5051)', () => {
  it.each([
    ['hello', 'HELLO'],
    ['ärger', 'ÄRGER'],
    ['A\u0308', 'ä'],
    ['ǆ', 'Ǆ'],
    ['ᾳ', 'ᾼ'],
    ['ᾀ', 'ᾈ'],
  ])('%s is %s', (a, b) => {
    expect(casemapped(a)).toBe(casemapped(b));
  });

  it('takes letters apart after it made capitals', () => {
    expect(casemapped('\ufb01ß')).toBe('fiß');
  });

  it('orders by code point', () => {
    const texts = [
      '',
      'A',
      'Ä',
      'Z',
      'straße',
      'strasse',
      'я',
      'ｚ\u{e000}',
      '\u{e000}',
      '\u{1f600}',
      '\u{10ffff}',
    ];
    const sorted = texts.map(casemapped).toSorted(compareText);
    const octets = texts.map((text) => Buffer.from(casemapped(text))).toSorted(Buffer.compare);
    expect(sorted).toEqual(octets.map(String));
    expect(sorted.indexOf(casemapped('strasse'))).not.toBe(sorted.indexOf(casemapped('straße')));
  });
});

describe('the sent date (RFC 5256 §2.2)', () => {
  const internal = Date.UTC(2026, 0, 1);
  it.each([
    ['31 Dec 2000 16:01:33 -0800', Date.UTC(2001, 0, 1, 0, 1, 33)],
    ['Mon, 1 Jan 2001 00:01:33 +9999', Date.UTC(2001, 0, 1, 0, 1, 33)],
    ['Mon, 1 Jan 2001 99:99:99 +0100', Date.UTC(2001, 0, 1)],
    ['1 Jan 2001', Date.UTC(2001, 0, 1)],
    ['yesterday', internal],
    ['', internal],
    [null, internal],
  ])('%s', (field, date) => {
    expect(sentDate(field, internal)).toBe(date);
  });
});

describe('sortMessages', () => {
  const address = (name: string, mailbox: string): string => `((${name} NIL "${mailbox}" "x"))`;
  const envelope = (uid: number, from: string): string =>
    `* ${uid} FETCH (UID ${uid} ENVELOPE (NIL NIL ${from} NIL NIL NIL NIL NIL NIL NIL))`;

  it('goes by the names that people see, where the server sorts by addresses alone', async () => {
    const session = speaker(
      'IMAP4rev1 SORT',
      ['* SEARCH 1 2 3 4 5'],
      [
        envelope(1, address('"=?utf-8?q?=C3=84da?="', 'z')),
        envelope(2, address('NIL', 'b')),
        envelope(3, address('"ada"', 'y')),
        envelope(4, 'NIL'),
        envelope(5, '((NIL NIL "a group" NIL)(NIL NIL "b" "x")(NIL NIL NIL NIL))'),
      ],
    );
    expect((await sortMessages(session, [{ by: 'DISPLAYFROM' }], ALL)).all).toEqual([4, 5, 3, 1, 2]);
    expect(session.written).toEqual(['UID SEARCH ALL', 'UID FETCH 1:5 (UID ENVELOPE)']);
    const display = speaker('IMAP4rev1 SORT SORT=DISPLAY', ['* SORT 2 1']);
    expect((await sortMessages(display, [{ by: 'DISPLAYFROM' }], ALL)).all).toEqual([2, 1]);
  });

  it('leaves out what is gone meanwhile', async () => {
    const sizes = ['* 1 FETCH (UID 1 RFC822.SIZE 9)', '* 2 FETCH (UID 3 RFC822.SIZE 8)'];
    const session = speaker('IMAP4rev1', ['* SEARCH 1 2 3'], sizes);
    expect(await sortMessages(session, [{ by: 'SIZE' }], ALL, { count: true, min: true })).toMatchObject({
      count: 2,
      min: 3,
    });
  });

  it('goes by relevance where there is a score, the most relevant first', async () => {
    const key = { key: 'FUZZY', fuzzy: { key: 'TEXT', text: 'helo' } } as const;
    const by = [{ by: 'RELEVANCY' }, { by: 'ARRIVAL' }] as const;
    const arrival = (uid: number, day: number): string =>
      `* ${uid} FETCH (UID ${uid} INTERNALDATE "0${day}-Sep-2026 00:00:00 +0000")`;
    const scored = speaker(
      'IMAP4rev1 ESEARCH SEARCH=FUZZY',
      ['* ESEARCH (TAG "$tag") UID ALL 1,5,10 RELEVANCY (4 99 4)'],
      [arrival(1, 2), arrival(5, 3), arrival(10, 1)],
    );
    expect((await sortMessages(scored, by, key)).all).toEqual([5, 10, 1]);
    const exact = speaker('IMAP4rev1 SORT', ['* SORT 1 10']);
    expect((await sortMessages(exact, by, key)).all).toEqual([1, 10]);
    expect(exact.written).toEqual(['UID SORT (ARRIVAL) US-ASCII TEXT "helo"']);
    const plain = speaker('IMAP4rev1', ['* SEARCH 3 4']);
    expect((await sortMessages(plain, [{ by: 'RELEVANCY' }], key)).all).toEqual([3, 4]);
  });
});

describe('THREAD=REFERENCES', () => {
  const letters = (
    given: Readonly<Record<number, readonly [id: string, references: string, subject?: string]>>,
  ) =>
    Object.entries(given).map(([uid, [id, references, subject = '']]): ThreadFacts => ({
      uid: Number(uid) as Uid,
      date: Number(uid),
      subject: baseSubject(subject),
      id: id || undefined,
      references: references === '' ? [] : references.split(' '),
    }));
  const threads = (given: Parameters<typeof letters>[0]) => threadByReferences(letters(given)).map(threadOf);
  const leaf = (...line: number[]) => ({ line, branches: [] });

  it.each<[string, Parameters<typeof letters>[0], unknown]>([
    ['a line', { 1: ['a', ''], 2: ['b', 'a'], 3: ['c', 'a b'] }, [leaf(1, 2, 3)]],
    [
      'branches',
      { 1: ['a', ''], 2: ['b', 'a'], 3: ['c', 'a'] },
      [{ line: [1], branches: [leaf(2), leaf(3)] }],
    ],
    [
      'a parent that is missing',
      { 2: ['b', 'a'], 3: ['c', 'a'] },
      [{ line: [], branches: [leaf(2), leaf(3)] }],
    ],
    ['an only child of a missing parent', { 2: ['b', 'x a'], 3: ['c', ''] }, [leaf(2), leaf(3)]],
    ['missing ones between', { 1: ['a', ''], 4: ['d', 'a b c'] }, [leaf(1, 4)]],
    ['a loop', { 1: ['a', 'b'], 2: ['b', 'a'] }, [leaf(2, 1)]],
    ['itself', { 1: ['a', 'a'] }, [leaf(1)]],
    ['an identifier twice', { 1: ['a', ''], 2: ['a', ''], 3: ['c', 'a'] }, [leaf(1, 3), leaf(2)]],
    ['what it says of itself counts', { 1: ['c', 'a b'], 2: ['b', 'x'], 3: ['x', ''] }, [leaf(3, 2, 1)]],
    [
      'subjects',
      { 1: ['a', '', 'Hello'], 2: ['b', '', 'Re: Hello'], 3: ['c', '', 'Fwd: Hello'] },
      [{ line: [1], branches: [leaf(2), leaf(3)] }],
    ],
    [
      'subjects that all answer',
      { 1: ['a', '', 'Re: Hello'], 2: ['b', '', 'Re: Hello'] },
      [{ line: [], branches: [leaf(1), leaf(2)] }],
    ],
    ['an original that comes later', { 1: ['a', '', 'Re: Hello'], 2: ['b', '', 'Hello'] }, [leaf(2, 1)]],
  ])('%s', (_, given, expected) => {
    expect(threads(given)).toEqual(expected);
  });

  it('takes no time for long chains, whichever way they lie, nor for many answers to one', () => {
    const count = 20_000;
    const make = (parent: (at: number) => number) =>
      threadByReferences(
        Array.from({ length: count }, (_, at) => ({
          uid: (at + 1) as Uid,
          date: at,
          subject: baseSubject(''),
          id: `<${at}@x>`,
          references: [`<${parent(at)}@x>`],
        })),
      );
    const before = performance.now();
    expect(threadOf(make((at) => at - 1)[0]!).line).toHaveLength(count);
    expect(threadOf(make((at) => at + 1)[0]!).line).toHaveLength(count);
    expect(threadOf(make(() => -1)[0]!).branches).toHaveLength(count);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('threadMessages', () => {
  it('reads identifiers as they are written (RFC 5256 §3)', async () => {
    const header = (uid: number, ...fields: readonly string[]): string => {
      const text = `${fields.join('\r\n')}\r\n\r\n`;
      const section = 'HEADER.FIELDS (DATE SUBJECT MESSAGE-ID REFERENCES IN-REPLY-TO)';
      return `* ${uid} FETCH (UID ${uid} INTERNALDATE "01-Sep-2026 00:00:00 +0000" BODY[${section}] {${text.length}}\r\n${text})`;
    };
    const session = speaker(
      'IMAP4rev1 THREAD=ORDEREDSUBJECT',
      ['* SEARCH 1 2 3 4'],
      [
        header(1, 'Message-ID: <"a"@x>'),
        header(2, 'Message-ID: <b@x>', 'In-Reply-To: somebody <a@x> <c@x>'),
        header(3, 'Message-ID: <c@x>', 'References: <a@x> <b@x>', ' <a@x>'),
        header(4, 'References: none', 'In-Reply-To: <c@x>'),
      ],
    );
    expect(await threadMessages(session, 'REFERENCES', ALL)).toEqual([
      {
        line: [1],
        branches: [
          { line: [2], branches: [] },
          { line: [3, 4], branches: [] },
        ],
      },
    ]);
    const has = speaker('IMAP4rev1 THREAD=REFERENCES', ['* THREAD (1 2)']);
    expect(await threadMessages(has, 'REFERENCES', ALL)).toEqual([{ line: [1, 2], branches: [] }]);
  });

  it('says those of one subject side by side, however the server does', async () => {
    const session = speaker('IMAP4rev1 THREAD=ORDEREDSUBJECT', ['* THREAD (1)(2 3)(4 5 6)(7 (8)(9 10))']);
    const leaf = (...line: number[]) => ({ line, branches: [] });
    expect(await threadMessages(session, 'ORDEREDSUBJECT', ALL)).toEqual([
      leaf(1),
      leaf(2, 3),
      { line: [4], branches: [leaf(5), leaf(6)] },
      { line: [7], branches: [leaf(8), leaf(9), leaf(10)] },
    ]);
  });
});

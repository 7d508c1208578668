import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../bytes/index.ts';
import {
  type Fragment,
  Fragmenter,
  type Frame,
  LINE_LIMIT,
  LITERAL_LIMIT,
  RESPONSE_LIMIT,
} from './fragmenter.ts';

function all(fragmenter: Fragmenter): Fragment[] {
  const fragments: Fragment[] = [];
  for (let next = fragmenter.next(); next; next = fragmenter.next()) fragments.push(next);
  return fragments;
}

function octetsOf({ window, start, end }: Frame): Uint8Array {
  return window.bytes.subarray(start, end);
}

/** Each frame as its text and its literals. */
function shown(fragment: Fragment): unknown {
  if (fragment.type !== 'frame') return fragment.type;
  const { literals, window } = fragment.frame;
  return [
    decodeLatin1(octetsOf(fragment.frame)),
    ...literals.map(({ start, end }) => decodeLatin1(window.bytes.subarray(start, end))),
  ];
}

function fragments(text: string, size = Infinity): unknown[] {
  const fragmenter = new Fragmenter();
  const bytes = encodeText(text);
  const out: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    fragmenter.push(bytes.slice(at, at + size));
    out.push(...all(fragmenter).map(shown));
  }
  return out;
}

describe('Fragmenter', () => {
  const cases: [string, string, unknown[]][] = [
    ['lines', '* 1 EXISTS\r\nP1 OK\r\n', [['* 1 EXISTS'], ['P1 OK']]],
    ['bare line feeds', 'a\nb\r\n', [['a'], ['b']]],
    ['a literal', '* X {3}\r\nabc y\r\n', [['* X {3}\r\nabc y', 'abc']]],
    ['an empty literal', '* X {0}\r\n)\r\n', [['* X {0}\r\n)', '']]],
    ['two literals', '* X {1}\r\na{2}\r\nbc\r\n', [['* X {1}\r\na{2}\r\nbc', 'a', 'bc']]],
    ['protocol inside a literal', '* X {8}\r\nP1 OK {9\r\n', [['* X {8}\r\nP1 OK {9', 'P1 OK {9']]],
    ['a line break inside a literal', '* X {4}\r\n\r\n\r\n)\r\n', [['* X {4}\r\n\r\n\r\n)', '\r\n\r\n']]],
    ['literal8 and LITERAL+', '* X ~{1}\r\na {1+}\r\nb\r\n', [['* X ~{1}\r\na {1+}\r\nb', 'a', 'b']]],
    ['human text that ends like a literal', '* OK mind {5}\r\n* NO x\r\n', [['* OK mind {5}'], ['* NO x']]],
    ['a receipt that does', 'P1 NO [ALERT] mind {5}\r\nx\r\n', [['P1 NO [ALERT] mind {5}'], ['x']]],
    ['a continuation that does', '+ {5}\r\nx\r\n', [['+ {5}'], ['x']]],
    [
      'a literal inside a response code',
      '* NO [BADCHARSET ({5}\r\nUTF-8)] x\r\n',
      [['* NO [BADCHARSET ({5}\r\nUTF-8)] x', 'UTF-8']],
    ],
    ['braces that are no literal', '* X {a}\r\n* X {}\r\n* X 5}\r\n', [['* X {a}'], ['* X {}'], ['* X 5}']]],
  ];

  it.each(cases)('cuts %s, however they arrive', (_, text, expected) => {
    for (let size = 1; size <= text.length; size++) expect(fragments(text, size)).toEqual(expected);
  });

  it.each(cases)('gives nothing of %s before its end has come', (_, text, expected) => {
    const bytes = encodeText(text);
    const last = (expected.at(-1) as string[])[0]!;
    // Where the last response ends, its line break not counted.
    const end = text.lastIndexOf(last) + last.length;
    for (let cut = 0; cut < bytes.length; cut++) {
      const fragmenter = new Fragmenter();
      fragmenter.push(bytes.slice(0, cut));
      const early = all(fragmenter).map(shown);
      expect(early).toEqual(expected.slice(0, early.length));
      expect(early.length).toBeLessThan(expected.length);
      if (cut >= end) expect(early).toHaveLength(expected.length - 1);
    }
  });

  it('cuts what was put together', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-z {}()"\\]{0,12}$/).map((text) => ({ text: text.replace(/\}$/, '') })),
      fc.uint8Array({ maxLength: 20 }).map((literal) => ({ literal })),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { maxLength: 5 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 30 }),
        (responses, size) => {
          let wire = '';
          const expected: unknown[] = [];
          for (const pieces of responses) {
            const start = wire.length;
            const literals: string[] = [];
            wire += '* X ';
            for (const each of pieces) {
              if ('text' in each) wire += each.text;
              else {
                literals.push(decodeLatin1(each.literal));
                wire += ` {${each.literal.length}}\r\n${literals.at(-1)}`;
              }
            }
            // Whatever the text ends with, it is not a literal.
            wire += '.';
            expected.push([wire.slice(start), ...literals]);
            wire += '\r\n';
          }
          const fragmenter = new Fragmenter();
          const bytes = Uint8Array.from(wire, (character) => character.charCodeAt(0));
          const got: unknown[] = [];
          for (let at = 0; at < bytes.length; at += size) {
            fragmenter.push(bytes.slice(at, at + size));
            got.push(...all(fragmenter).map(shown));
          }
          expect(got).toEqual(expected);
          expect(fragmenter.midway).toBe(false);
        },
      ),
    );
  });

  it.each(['end)', '{3}\r\nabc)', '{6000}\r\n' + 'x'.repeat(6000)])(
    'takes all of a large chunk whose first line goes on from the one before: %.12s',
    (first) => {
      const begun = '* 1 FETCH (X ';
      const chunk = `${first}\r\n${'* 2 EXISTS\r\n'.repeat(500)}* 3 EX`;
      const fragmenter = new Fragmenter();
      fragmenter.push(encodeText(begun));
      fragmenter.push(encodeText(chunk));
      const got = all(fragmenter).map(shown);
      expect(fragmenter.midway).toBe(true);
      expect(decodeLatin1(fragmenter.unread)).toBe('* 3 EX');
      const whole = new Fragmenter();
      whole.push(encodeText(begun + chunk));
      expect(got).toEqual(all(whole).map(shown));
      expect(got.length).toBe(501);
    },
  );

  it('streams a literal that is too large to be kept, and goes on after it', () => {
    const fragmenter = new Fragmenter();
    const octets = LITERAL_LIMIT + 5;
    fragmenter.push(encodeText(`* 1 FETCH (BODY[] {${octets}}\r\n`));
    let offset = 0;
    for (let left = octets; left > 0; left -= 100_000) {
      fragmenter.push(new Uint8Array(Math.min(left, 100_000)));
      for (const fragment of all(fragmenter)) {
        if (fragment.type !== 'piece') throw new Error(fragment.type);
        expect(fragment).toMatchObject({ octets, offset });
        expect(decodeLatin1(fragment.head)).toBe('* 1 FETCH (BODY[] ');
        offset += fragment.data.length;
      }
    }
    expect(offset).toBe(octets);
    fragmenter.push(encodeText(' UID 7 X {2}\r\nab)\r\n'));
    const [last] = all(fragmenter);
    if (last?.type !== 'frame') throw new Error('no frame');
    expect(decodeLatin1(octetsOf(last.frame))).toBe(`* 1 FETCH (BODY[] {${octets}}\r\n UID 7 X {2}\r\nab)`);
    expect(last.frame.literals.map(({ streamed }) => streamed)).toEqual([true, false]);
    const second = last.frame.literals[1]!;
    expect(decodeLatin1(octetsOf(last.frame).subarray(second.start, second.end))).toBe('ab');
  });

  it('keeps no more of one response than its limit', () => {
    const fragmenter = new Fragmenter();
    const literal = new Uint8Array(LITERAL_LIMIT);
    const kinds: string[] = [];
    for (let i = 0; i < 5; i++) {
      fragmenter.push(encodeText(`${i === 0 ? '* X' : ''} {${LITERAL_LIMIT}}\r\n`));
      fragmenter.push(literal);
      kinds.push(...all(fragmenter).map(({ type }) => type));
    }
    fragmenter.push(encodeText('\r\n'));
    const [frame] = all(fragmenter);
    expect(kinds).toContain('piece');
    expect(frame?.type === 'frame' && octetsOf(frame.frame).length).toBeLessThanOrEqual(RESPONSE_LIMIT);
  });

  it('drops a line without end, and nothing else', () => {
    const fragmenter = new Fragmenter();
    const chunk = encodeText('x'.repeat(1_000_000));
    for (let sent = 0; sent <= LINE_LIMIT; sent += chunk.length) {
      fragmenter.push(chunk);
      expect(all(fragmenter)).toEqual([]);
    }
    fragmenter.push(encodeText(' {3}\r\nabc\r\n* 1 EXISTS\r\n'));
    expect(all(fragmenter).map(shown)).toEqual(['defect', ['* 1 EXISTS']]);
  });

  it('gives up on a literal of impossible size', () => {
    const fragmenter = new Fragmenter();
    fragmenter.push(encodeText('* X {99999999999999999999}\r\nP1 OK\r\n'));
    const [defect, ...more] = all(fragmenter);
    expect(defect).toMatchObject({ type: 'defect', error: { fatal: true } });
    expect(more).toEqual([]);
  });
});

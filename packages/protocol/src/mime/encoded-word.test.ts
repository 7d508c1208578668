import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64, encodeText } from '../bytes/index.ts';
import { decodeWords } from './encoded-word.ts';
import { encodedWords } from './header-writer.ts';

const cases: readonly (readonly [why: string, raw: string, text: string])[] = [
  ['nothing to decode', 'Re: Saying Hello', 'Re: Saying Hello'],
  ['Q with underscore and hex', '=?iso-8859-1?q?this=20is_some_text?=', 'this is some text'],
  ['lower-case hex', '=?utf-8?q?=c3=a9?=', 'é'],
  ['RFC 2047 §8', '(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)', '(a b)'],
  ['white space between words is none', '=?ISO-8859-1?Q?a?=\r\n  =?ISO-8859-1?Q?b?=', 'ab'],
  ['white space beside text stays', 'x =?ISO-8859-1?Q?a?= b', 'x a b'],
  ['language of RFC 2231 §5', '=?US-ASCII*EN?Q?Keith_Moore?=', 'Keith Moore'],
  ['character split between Q words', '=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=', 'é'],
  ['character split between B and Q', '=?utf-8?B?ww==?= =?utf-8?Q?=A9?=', 'é'],
  ['base64 quantum split between words', '=?utf-8?B?w?= =?utf-8?B?6k=?=', 'é'],
  [
    'ISO-2022-JP, each word in itself',
    '=?ISO-2022-JP?B?GyRCJDMbKEI=?= =?ISO-2022-JP?B?GyRCJHMbKEI=?=',
    'こん',
  ],
  [
    'ISO-2022-JP, split without escapes',
    '=?iso-2022-jp?B?GyRCJDMkcw==?= =?iso-2022-jp?B?JEskQSRPGyhC?=',
    'こんにちは',
  ],
  ['raw ISO-2022-JP', '\x1b$B$3$s\x1b(B!', 'こん!'],
  ['glued to text', '[SPAM]=?utf-8?B?w6k=?=,', '[SPAM]é,'],
  ['words glued to each other', '=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab'],
  ['spaces inside', '=?utf-8?Q?two words?= x', 'two words x'],
  ['folded inside', '=?utf-8?Q?Hello\r\n _there?=', 'Hello there'],
  ['missing padding', '=?utf-8?B?w6k?=', 'é'],
  ['missing padding of several', '=?utf-8?B?YQ?= =?utf-8?B?Yg?= =?utf-8?B?w6TDtg?= =?utf-8?B?w7w?=', 'abäöü'],
  ['a quantum in two words', '=?utf-8?B?w6TDt?= =?utf-8?B?jDD?= =?utf-8?B?vA==?=', 'äö0ü'],
  ['a bad hex digit stays', '=?utf-8?Q?50=%?=', '50=%'],
  ['cut off', 'About =?utf-8?Q?caf=C3=A9', 'About café'],
  ['cut off between ? and =', '=?utf-8?Q?caf=C3=A9?', 'café'],
  ['not closed, text follows', '=?utf-8?Q?caf and more', '=?utf-8?Q?caf and more'],
  ['not closed, a word follows', '=?utf-8?Q?a =?utf-8?Q?b?=', '=?utf-8?Q?a b'],
  ['no encoding', 'try =?iso-8859-1? this', 'try =?iso-8859-1? this'],
  ['unknown encoding', '=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
  ['empty word', 'a =?utf-8?Q??= b', 'a  b'],
  ['unknown charset, UTF-8 inside', '=?x-nonsense?Q?caf=C3=A9?=', 'café'],
  ['windows-1252 under the name of Latin-1', '=?iso-8859-1?Q?=93a=94?=', '“a”'],
  ['controls and line breaks inside', '=?utf-8?Q?a=0D=0ABcc:_b=00=1B?=', 'a Bcc: b'],
  ['right-to-left override', '=?utf-8?Q?gpj.=E2=80=AEexe?=', 'gpj.exe'],
  ['raw UTF-8 text', 'ハロー・ワールド', 'ハロー・ワールド'],
  ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
];

describe('decodeWords', () => {
  it.each(cases)('%s', (_, raw, text) => {
    expect(decodeWords(raw)).toBe(text);
  });

  it('reads what encodedWords writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (raw) => {
        // What has no place in a line of text is not what this is about.
        const text = decodeWords(raw.replaceAll('=?', '')).replaceAll('\x1b', '');
        expect(decodeWords(encodedWords(text).join('\r\n '))).toBe(text);
      }),
    );
  });

  it('never throws, and never lets a line break or control through', () => {
    const piece = fc.constantFrom(
      '=?',
      '?=',
      '?',
      '=',
      'utf-8',
      'iso-2022-jp',
      '?Q?',
      '?b?',
      '=C3',
      'w6',
      ' ',
      '\r\n ',
      '_',
      '\x1b$B',
      '*en',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(decodeWords(pieces.join(''))).not.toMatch(/[\0-\x1f\x7f]/);
      }),
    );
  });

  it.each([
    ['utf-8', 'c3a9e4b8adf09f9880', 'é中😀'],
    ['shift_jis', '93fa967b8cea5c', '日本語\\'],
    ['euc-jp', 'c6fccbdcb8ec', '日本語'],
    ['gbk', 'd6d0cec4', '中文'],
    ['gb18030', 'd6d08130813881308130', null],
    ['big5', 'a4a4a4e5', '中文'],
    ['euc-kr', 'c7d1b1db', '한글'],
    ['utf-16be', '4e2d6587', '中文'],
    ['iso-2022-jp', '1b2442467c4b5c1b2842', '日本'],
    ['koi8-r', 'd0d2c9', 'при'],
  ])('joins words of %s that were cut between any two octets, and after each', (charset, hex, text) => {
    const octets = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
    const word = (part: readonly number[], encoding: 'B' | 'Q') =>
      `=?${charset}?${encoding}?${
        encoding === 'B'
          ? encodeBase64(Uint8Array.from(part))
          : part.map((octet) => `=${octet.toString(16).padStart(2, '0')}`).join('')
      }?=`;
    const whole = decodeWords(word(octets, 'B'));
    if (text !== null) expect(whole).toBe(text);
    expect(whole).not.toContain('\ufffd');
    for (let cut = 1; cut < octets.length; cut++) {
      for (const [first, second] of [
        ['B', 'B'],
        ['Q', 'Q'],
        ['B', 'Q'],
        ['Q', 'B'],
      ] as const) {
        const words = [word(octets.slice(0, cut), first), word(octets.slice(cut), second)];
        expect(decodeWords(words.join('\r\n ')), `cut at ${cut}`).toBe(whole);
      }
    }
    expect(decodeWords(octets.map((octet) => word([octet], 'Q')).join(' '))).toBe(whole);
  });

  it('leaves words as they are where there are too many', () => {
    const word = '=?utf-8?Q?=C3=A9?=';
    expect(decodeWords(`${word} `.repeat(10_000).trim())).toBe('é'.repeat(10_000));
    expect(decodeWords(`${word} `.repeat(10_001).trim())).toBe(`${'é'.repeat(10_000)} ${word}`);
  });

  it('takes time in proportion to the length', () => {
    for (const piece of [
      '=?',
      '=?a?q?x ',
      '?=',
      '=?utf-8?q?=?= ',
      '=?utf-8?b?' + encodeBase64(encodeText('é')) + '?= ',
    ]) {
      const started = performance.now();
      decodeWords(piece.repeat(200_000 / piece.length));
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});

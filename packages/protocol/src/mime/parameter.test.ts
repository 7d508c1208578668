import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterTokens } from './header-writer.ts';
import { parameterValue, parseParameters } from './parameter.ts';
import { oneLine } from './text.ts';

describe('parameterValue', () => {
  it.each<[string, [string, string][], string | undefined]>([
    ['absent', [['charset', 'x']], undefined],
    ['plain, any case', [['Name', 'a.txt']], 'a.txt'],
    [
      'the first of two',
      [
        ['name', 'a'],
        ['name', 'b'],
      ],
      'a',
    ],
    ['RFC 2231 charset', [['name*', "iso-8859-1'de'Hasenundf%F6hre.txt"]], 'Hasenundföhre.txt'],
    [
      'continuations, out of order',
      [
        ['name*1', 'b'],
        ['name*0', 'a'],
        ['name*10', 'd'],
        ['name*2', 'c'],
      ],
      'abcd',
    ],
    [
      'RFC 2231 §4.1',
      [
        ['name*0*', "us-ascii'en'This%20is%20even%20more%20"],
        ['name*1*', '%2A%2A%2Afun%2A%2A%2A%20'],
        ['name*2', "isn't it!"],
      ],
      "This is even more ***fun*** isn't it!",
    ],
    [
      'a character between two sections',
      [
        ['name*0*', "utf-8''%C3"],
        ['name*1*', '%A9'],
      ],
      'é',
    ],
    [
      'percent in a plain section stays',
      [
        ['name*0', '100%'],
        ['name*1', '41'],
      ],
      '100%41',
    ],
    [
      'encoded beats plain',
      [
        ['name', 'plain'],
        ['name*', "utf-8''%C3%A9"],
      ],
      'é',
    ],
    ['no charset', [['name*', 'a%20b']], 'a b'],
    ['empty charset, UTF-8', [['name*', "''%C3%A9"]], 'é'],
    ['encoded words', [['name', '=?utf-8?Q?=C3=A9?= =?utf-8?Q?.pdf?=']], 'é.pdf'],
    [
      'encoded words in continuations',
      [
        ['name*0', '=?utf-8?B?w6'],
        ['name*1', 'k=?='],
      ],
      'é',
    ],
    ['bad percent', [['name*', "utf-8''50%zz%4"]], '50%zz%4'],
    [
      'another parameter with the same beginning',
      [
        ['names*', "utf-8''x"],
        ['name*x', 'y'],
      ],
      undefined,
    ],
    ['line breaks', [['name', 'a\r\nb\0']], 'a b'],
  ])('%s', (_, parameters, value) => {
    expect(parameterValue(parameters, 'name')).toBe(value);
  });

  it('reads what parameterTokens writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (raw) => {
        const text = oneLine(raw);
        const { parameters } = parseParameters(
          ['attachment', ...parameterTokens('filename', text)].join(';\r\n '),
        );
        expect(parameterValue(parameters, 'filename')).toBe(text);
      }),
    );
  });
});

describe('parseParameters', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'text/plain charset=utf-8; format=flowed',
      'text/plain',
      [
        ['charset', 'utf-8'],
        ['format', 'flowed'],
      ],
    ],
    ['attachment filename="a b.pdf"', 'attachment', [['filename', 'a b.pdf']]],
    ['attachment; filename=Report (1).pdf', 'attachment', [['filename', 'Report (1).pdf']]],
    ['text/plain; charset=utf-8 (Unicode)', 'text/plain', [['charset', 'utf-8']]],
    ['text/plain', 'text/plain', []],
    [' Text / Plain ; charset =us-ascii (comment; here)', 'text/plain', [['charset', 'us-ascii']]],
    [
      'multipart/mixed; boundary="a;b\\"c"; X=y',
      'multipart/mixed',
      [
        ['boundary', 'a;b"c'],
        ['x', 'y'],
      ],
    ],
    ['text/plain;;; = ; name="value"', 'text/plain', [['name', 'value']]],
    ['a/b; name="unclosed', 'a/b', [['name', 'unclosed']]],
    ['attachment; filename=two words.txt', 'attachment', [['filename', 'two words.txt']]],
    ['', '', []],
  ])('%j', (raw, value, parameters) => {
    expect(parseParameters(raw)).toEqual({ value, parameters });
  });
});

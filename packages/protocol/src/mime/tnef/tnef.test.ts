import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../bytes/index.ts';
import { decompressRtf } from './rtf.ts';
import { unpackTnef } from './tnef.ts';

const number = (value: number, octets: number) =>
  Uint8Array.from({ length: octets }, (_, index) => Math.floor(value / 256 ** index) % 256);

function attribute(level: 1 | 2, id: number, data: Uint8Array): Uint8Array {
  const sum = data.reduce((total, octet) => total + octet, 0);
  return concatBytes([number(level, 1), number(id, 4), number(data.length, 4), data, number(sum, 2)]);
}

const padded = (data: Uint8Array) => concatBytes([data, new Uint8Array((4 - (data.length % 4)) % 4)]);
const utf16 = (text: string) =>
  concatBytes([...`${text}\0`].map((letter) => number(letter.charCodeAt(0), 2)));

/** A property of a variable type. */
function property(id: number, type: number, value: Uint8Array): Uint8Array {
  return concatBytes([number(type, 2), number(id, 2), number(1, 4), number(value.length, 4), padded(value)]);
}
const unicode = (id: number, text: string) => property(id, 0x1f, utf16(text));
const long = (id: number, value: number) => concatBytes([number(3, 2), number(id, 2), number(value, 4)]);
const properties = (...list: Uint8Array[]) => concatBytes([number(list.length, 4), ...list]);
const tnef = (...attributes: Uint8Array[]) =>
  concatBytes([number(0x223e9f78, 4), number(1, 2), ...attributes]);

const CONTENT = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);
const NAMED = concatBytes([
  number(0x1e, 2),
  number(0x8001, 2),
  new Uint8Array(16),
  number(1, 4),
  number(6, 4),
  padded(utf16('ab')),
  number(1, 4),
  number(2, 4),
  padded(encodeText('x\0')),
]);

const hex = (text: string) => Uint8Array.from(text.match(/[\da-f]{2}/g) ?? [], (pair) => parseInt(pair, 16));

/** [MS-OXRTFCP] §4.1.1. */
const EXAMPLE = hex(
  '2d000000 2b000000 4c5a4675 f1c5c7a7 03000a00 72637067 31323542 320af320 68656c09 00206277 05b06c64 7d0a800f a0',
);
const EXAMPLE_RTF = encodeText('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');

const WHOLE = tnef(
  attribute(1, 0x00089006, number(0x10000, 4)),
  attribute(1, 0x00069007, concatBytes([number(1251, 4), number(0, 4)])),
  attribute(1, 0x00018004, Uint8Array.of(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0)),
  attribute(
    1,
    0x00069003,
    properties(
      NAMED,
      long(0x3fde, 65001),
      // Two values, of which the first is read.
      concatBytes([number(0x1003, 2), number(0x6000, 2), number(2, 4), number(1, 4), number(2, 4)]),
      unicode(0x1000, 'Hello\r\nthere'),
      property(0x1013, 0x102, encodeText('<p>Grüße</p>')),
      property(0x1009, 0x102, EXAMPLE),
    ),
  ),
  attribute(2, 0x00069002, new Uint8Array(14)),
  attribute(2, 0x00018010, encodeText('UEBERS~1.PDF\0')),
  attribute(2, 0x0006800f, CONTENT),
  attribute(
    2,
    0x00069005,
    properties(
      unicode(0x3707, 'C:\\Files\\Übersicht.pdf'),
      unicode(0x370e, 'Application/PDF'),
      unicode(0x3712, '<a@b>'),
    ),
  ),
  attribute(2, 0x00069002, new Uint8Array(14)),
  attribute(
    2,
    0x00069005,
    properties(
      property(
        0x3701,
        0x0d,
        concatBytes([
          new Uint8Array(16),
          tnef(attribute(1, 0x00018004, encodeText('Inner\0')), attribute(1, 0x0002800c, encodeText('Deep'))),
        ]),
      ),
    ),
  ),
);

describe('unpackTnef', () => {
  it('reads text, HTML, files and messages within', () => {
    expect(unpackTnef(WHOLE)).toEqual({
      subject: 'Привет',
      text: 'Hello\nthere',
      html: '<p>Grüße</p>',
      rtf: EXAMPLE_RTF,
      truncated: false,
      files: [
        { name: 'Übersicht.pdf', type: 'application/pdf', contentId: 'a@b', content: CONTENT },
        {
          name: 'Inner',
          type: 'application/octet-stream',
          contentId: '',
          content: expect.any(Uint8Array) as Uint8Array,
          message: {
            subject: 'Inner',
            text: 'Deep',
            html: '',
            rtf: undefined,
            files: [],
            truncated: false,
          },
        },
      ],
    });
  });

  it('is undefined for what is something else', () => {
    expect(unpackTnef(encodeText('PK\x03\x04 something else'))).toBeUndefined();
    expect(unpackTnef(new Uint8Array(0))).toBeUndefined();
  });

  it('reads what is there when cut anywhere', () => {
    let most = 0;
    for (let length = 6; length < WHOLE.length; length++) {
      const found = unpackTnef(WHOLE.subarray(0, length))!;
      expect(found.files.length).toBeGreaterThanOrEqual(most);
      most = found.files.length;
      for (const { content } of found.files) expect(content.length).toBeLessThanOrEqual(length);
    }
    expect(most).toBe(2);
    expect(unpackTnef(WHOLE.subarray(0, WHOLE.length - 100))?.truncated).toBe(true);
  });

  it('survives any damage', () => {
    const damage = fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { maxLength: 30 });
    fc.assert(
      fc.property(damage, (hits) => {
        const bytes = WHOLE.slice();
        for (const [at, octet] of hits) bytes[at] = octet;
        unpackTnef(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('goes ten messages deep and no further', () => {
    let inner = tnef(attribute(1, 0x00018004, encodeText('bottom\0')));
    for (let depth = 0; depth < 30; depth++) {
      const object = property(0x3701, 0x0d, concatBytes([new Uint8Array(16), inner]));
      inner = tnef(
        attribute(2, 0x00069002, new Uint8Array(14)),
        attribute(2, 0x00069005, properties(object)),
      );
    }
    let depth = 0;
    for (let at = unpackTnef(inner); at !== undefined; at = at.files[0]?.message) depth++;
    expect(depth).toBe(11);
  });
});

it('reads text and HTML from the RTF where there is nothing else', () => {
  const only = (rtf: string) => {
    const content = encodeText(rtf);
    const packed = concatBytes([
      number(content.length + 12, 4),
      number(content.length, 4),
      encodeText('MELA'),
      number(0, 4),
      content,
    ]);
    const { text, html } = unpackTnef(
      tnef(attribute(1, 0x00069003, properties(property(0x1009, 0x102, packed)))),
    )!;
    return { text, html };
  };
  expect(only('{\\rtf1\\ansi\\fromtext{\\f0 a\\par b}}')).toEqual({ text: 'a\nb', html: '' });
  expect(only('{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag <p>}a}')).toEqual({ text: '', html: '<p>a' });
  expect(only('no RTF')).toEqual({ text: '', html: '' });
});

describe('decompressRtf', () => {
  it.each([
    ['the example', EXAMPLE, EXAMPLE_RTF],
    // [MS-OXRTFCP] §4.1.2: references that overlap what they write.
    [
      'overlapping references',
      hex('1a000000 1c000000 4c5a4675 e2d44b51 41000420 5758595a 0d6e7d01 0eb0'),
      encodeText('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}'),
    ],
    [
      'not compressed',
      concatBytes([number(15, 4), number(3, 4), encodeText('MELA'), number(0, 4), encodeText('abc')]),
      encodeText('abc'),
    ],
    ['cut', EXAMPLE.subarray(0, 24), encodeText('{\\rtf1\\ansi\\ansicpg')],
    ['something else', encodeText('x'.repeat(40)), undefined],
    ['nothing', new Uint8Array(0), undefined],
  ])('%s', (_, bytes, expected) => {
    expect(decompressRtf(bytes)).toEqual(expected);
  });
});

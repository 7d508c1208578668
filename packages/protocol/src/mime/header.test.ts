import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { messageIds, parseHeaders } from './header.ts';

const headers = (text: string) => parseHeaders(encodeText(text));

describe('parseHeaders', () => {
  it('unfolds, decodes and keeps order', () => {
    const fields = headers('Subject: =?utf-8?Q?caf=C3=A9?=\r\n  noir\r\nX: 1\r\nx: 2\r\n\r\nY: body\r\n');
    expect(fields.get('SUBJECT')).toBe('café  noir');
    expect(fields.raw('subject')).toBe('=?utf-8?Q?caf=C3=A9?=  noir');
    expect(fields.getAll('X')).toEqual(['1', '2']);
    expect(fields.get('y')).toBeUndefined();
    expect(fields.fields.map(({ name }) => name)).toEqual(['subject', 'x', 'x']);
  });

  it('says where the body begins', () => {
    const text = 'A: 1\r\nB: 2\r\n\r\nbody';
    expect(text.slice(headers(text).octets)).toBe('body');
    expect(headers('\r\nbody').octets).toBe(2);
    expect(headers('A: 1').octets).toBe(4);
  });

  it.each([
    [
      'bare LF',
      'A: 1\nB: 2\n\nC: 3',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['white space before the colon', 'A : 1\r\n', [['a', '1']]],
    [
      'a line without a colon',
      'A: 1\r\nnonsense\r\nB: 2\r\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['mbox', 'From jane@example.org Mon Nov  3 10:00:00 2025\r\nA: 1\r\n', [['a', '1']]],
    [
      'empty value',
      'A:\r\nB: 2\r\n',
      [
        ['a', ''],
        ['b', '2'],
      ],
    ],
    ['continuation first', ' lost\r\nA: 1\r\n', [['a', '1']]],
  ] as const)('tolerates %s', (_, text, expected) => {
    expect(headers(text).fields.map(({ name, raw }) => [name, raw])).toEqual(expected);
  });

  it('reads raw octets as UTF-8, else as what they seem', () => {
    expect(headers('A: \x1b$B$"\x1b(B\r\n').get('a')).toBe('あ');
    expect(headers(`A: ${'x'.repeat(2000)}\r\n\ty \r\n`).raw('a')).toBe(`${'x'.repeat(2000)}\ty`);
    expect(parseHeaders(Uint8Array.of(0x41, 0x3a, 0xc3, 0xa9)).get('a')).toBe('é');
    expect(parseHeaders(Uint8Array.of(0x41, 0x3a, 0x63, 0xe9, 0x65)).get('a')).toBe('cée');
  });

  it('keeps its bounds', () => {
    for (const [fields, defects] of [
      [999, []],
      [1000, []],
      [1001, ['header-truncated']],
      [5000, ['header-truncated']],
    ] as const) {
      const text = `${'A: 1\r\n'.repeat(fields)}\r\nbody`;
      const read = headers(text);
      expect(read.fields).toHaveLength(Math.min(fields, 1000));
      expect(read.defects).toEqual(defects);
      expect(text.slice(read.octets)).toBe('body');
    }
    // One field longer than a whole header may be: what is after the header is still the body.
    for (const length of [1024 * 1024 - 4, 1024 * 1024 - 3, 1024 * 1024, 3 * 1024 * 1024]) {
      const text = `A: ${'x'.repeat(length)}\r\nB: 1\r\n\r\nbody`;
      const read = headers(text);
      expect(text.slice(read.octets)).toBe('body');
      expect(read.raw('a')!.length).toBeLessThan(1024 * 1024);
      expect(read.defects).toEqual(['header-truncated']);
    }
    expect(headers(`A: ${'x'.repeat(2 * 1024 * 1024)}`).octets).toBe(2 * 1024 * 1024 + 3);
    expect(headers('A: 1\r\n\r\n').defects).toEqual([]);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => void parseHeaders(octets)));
  });
});

describe('messageIds', () => {
  it.each([
    ['<a@b> <c@d>', ['<a@b>', '<c@d>']],
    ['<a@b>\r\n\t<a@b>,<c@d>', ['<a@b>', '<c@d>']],
    ['(comment) <a@b', []],
    ['<>', []],
    ['no brackets', []],
    ['<a @\r\n b>', ['<a@b>']],
  ])('%j', (raw, ids) => {
    expect(messageIds(raw)).toEqual(ids);
  });
});

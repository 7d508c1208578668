import { describe, expect, it } from 'vitest';
import { decodeText } from './charset.ts';
import { charsetOf } from './charset-label.ts';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? Array.from(part, (letter) => letter.charCodeAt(0)) : part,
    ),
  );
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('charsetOf', () => {
  it.each([
    ['UTF-8', 'utf-8'],
    [' "utf8" ', 'utf-8'],
    ['utf-8; format=flowed', 'utf-8'],
    ['US-ASCII', 'windows-1252'],
    ['iso-8859-1', 'windows-1252'],
    ['ISO8859_15', 'iso-8859-15'],
    ['iso-8859-2:1987', 'iso-8859-2'],
    ['cp1251', 'windows-1251'],
    ['win_1250', 'windows-1250'],
    ['cp932', 'shift_jis'],
    ['ks_c_5601-1987', 'euc-kr'],
    ['x-gbk', 'gbk'],
    ['_iso-2022-jp$ESC', 'unknown'],
    ['iso-2022-jp-ms', 'iso-2022-jp'],
    ['unicode-1-1-utf-7', 'utf-7'],
    ['cp850', 'ibm850'],
    ['IBM-852', 'ibm852'],
    ['437', 'ibm437'],
    ['cp1257', 'windows-1257'],
    ['cp866', 'ibm866'],
    ['mac-ce', 'x-mac-ce'],
    ['x-mac-ce', 'x-mac-ce'],
    ['cp20127', 'windows-1252'],
    ['gb_2312-80', 'gbk'],
    ['x-unknown', undefined],
    ['x-user-defined', undefined],
    ['ISO2022JP', 'iso-2022-jp'],
    ['iso2022kr', 'iso-2022-kr'],
    ['MS936', 'gbk'],
    ['ms950', 'big5'],
    ['uhc', 'euc-kr'],
    ['koi8r', 'koi8-r'],
    ['MacCyrillic', 'x-mac-cyrillic'],
    ['latin9', 'iso-8859-15'],
    ['iso646-us', 'windows-1252'],
    ['csWindows1251', 'windows-1251'],
    ['1250', 'windows-1250'],
    [undefined, undefined],
    ['klingon', 'unknown'],
  ])('%s is %s', (label, charset) => {
    expect(charsetOf(label)).toBe(charset);
  });
});

describe('decodeText', () => {
  it.each<[string, Uint8Array, string | undefined, string, string, string[]]>([
    ['declared UTF-8', utf8('é漢😀'), 'utf-8', 'é漢😀', 'utf-8', []],
    ['declared Latin-1 is windows-1252', bytes([0x93, 0xe9, 0x94]), 'iso-8859-1', '“é”', 'windows-1252', []],
    ['declared KOI8-R', bytes([0xf0, 0xd2, 0xc9]), 'koi8-r', 'При', 'koi8-r', []],
    ['mark of UTF-8 beats the label', bytes([0xef, 0xbb, 0xbf], [...utf8('é')]), 'koi8-r', 'é', 'utf-8', []],
    ['mark of UTF-16', bytes([0xff, 0xfe, 0xe9, 0]), undefined, 'é', 'utf-16le', []],
    [
      'UTF-16 without a mark, big-endian',
      bytes([0, 0x61, 0, 0x62, 0, 0x63]),
      'utf-16',
      'abc',
      'utf-16be',
      [],
    ],
    ['undeclared UTF-8', utf8('né'), undefined, 'né', 'utf-8', ['charset-undeclared']],
    [
      'undeclared Latin',
      bytes('caf', [0xe9], ' noir'),
      undefined,
      'café noir',
      'windows-1252',
      ['charset-undeclared'],
    ],
    ['undeclared ASCII is no defect', bytes('plain'), undefined, 'plain', 'utf-8', []],
    ['unknown label', utf8('né'), 'klingon', 'né', 'utf-8', ['charset-unknown']],
    ['ASCII that is UTF-8', utf8('né'), 'us-ascii', 'né', 'utf-8', ['charset-misdeclared']],
    ['Latin that is UTF-8', utf8('né’s'), 'iso-8859-1', 'né’s', 'utf-8', ['charset-misdeclared']],
    [
      'Latin that ends as UTF-8 might begin',
      bytes('Andr', [0xe9]),
      'iso-8859-1',
      'André',
      'windows-1252',
      [],
    ],
    [
      'Latin letters that would be controls in UTF-8',
      bytes([0xc2, 0x80]),
      'iso-8859-1',
      'Â€',
      'windows-1252',
      [],
    ],
    [
      'UTF-8 that is Latin',
      bytes('caf', [0xe9], ' noir'),
      'utf-8',
      'café noir',
      'windows-1252',
      ['charset-misdeclared'],
    ],
    [
      'a charset of two octets that is UTF-8',
      utf8('Köln – schön'),
      'gb2312',
      'Köln – schön',
      'utf-8',
      ['charset-misdeclared'],
    ],
    [
      'a charset of seven bits that is UTF-8',
      utf8('né'),
      'iso-2022-jp',
      'né',
      'utf-8',
      ['charset-misdeclared'],
    ],
    [
      'damage that is no UTF-8',
      bytes([0x82, 0xa0, 0xff], 'x'),
      'shift_jis',
      'あ\ufffdx',
      'shift_jis',
      ['text-malformed'],
    ],
    [
      'UTF-8 with damage',
      bytes([...utf8('né')], [0xff], 'x'),
      'utf-8',
      'né\ufffdx',
      'utf-8',
      ['text-malformed'],
    ],
    ['cut in mid-character', utf8('né漢').subarray(0, 5), 'utf-8', 'né', 'utf-8', []],
    ['code page of DOS', bytes('a', [0x84, 0x94, 0x81, 0xe1]), 'cp850', 'aäöüß', 'ibm850', []],
    ['code page of old Macs', bytes([0xe9, 0x90]), 'x-mac-ce', 'ťź', 'x-mac-ce', []],
    ['UTF-7, declared', bytes('Hi +AOk-+2D3eAA- a+-b'), 'utf-7', 'Hi é😀 a+b', 'utf-7', []],
    ['UTF-7 is never guessed', bytes('+ADw-script+AD4-'), undefined, '+ADw-script+AD4-', 'utf-8', []],
    ['ISO-2022-KR', bytes([0x1b], '$)C', [0x0e], '0!', [0x0f], '!'), 'iso-2022-kr', '가!', 'iso-2022-kr', []],
    ['HZ', bytes('~{VPND~} ~~ a~\r\nb~\nc'), 'hz-gb-2312', '中文 ~ abc', 'hz-gb-2312', []],
    ['ISO-2022-JP under no label', bytes([0x1b], '$B$3', [0x1b], '(B'), undefined, 'こ', 'iso-2022-jp', []],
  ])('%s', (_, octets, label, text, charset, defects) => {
    expect(decodeText(octets, label)).toEqual({ text, charset, defects });
  });

  it.each<[string, number[], string]>([
    // "Привет, как дела? Всё хорошо" and the like, as old programs sent them.
    [
      'windows-1251',
      [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x20, 0xea, 0xe0, 0xea, 0x20, 0xe4, 0xe5, 0xeb, 0xe0],
      'Привет, как дела',
    ],
    [
      'koi8-r',
      [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4, 0x2c, 0x20, 0xcb, 0xc1, 0xcb, 0x20, 0xc4, 0xc5, 0xcc, 0xc1],
      'Привет, как дела',
    ],
    [
      'shift_jis',
      [0x82, 0xb1, 0x82, 0xf1, 0x82, 0xc9, 0x82, 0xbf, 0x82, 0xcd, 0x90, 0xa2, 0x8a, 0x45],
      'こんにちは世界',
    ],
    [
      'euc-jp',
      [0xa4, 0xb3, 0xa4, 0xf3, 0xa4, 0xcb, 0xa4, 0xc1, 0xa4, 0xcf, 0xc0, 0xa4, 0xb3, 0xa6],
      'こんにちは世界',
    ],
    [
      'euc-kr',
      [0xbe, 0xc8, 0xb3, 0xe7, 0xc7, 0xcf, 0xbc, 0xbc, 0xbf, 0xe4, 0x20, 0xbc, 0xbc, 0xb0, 0xe8],
      '안녕하세요 세계',
    ],
    [
      'gb18030',
      [0xc4, 0xe3, 0xba, 0xc3, 0xa3, 0xac, 0xca, 0xc0, 0xbd, 0xe7, 0xb5, 0xc4, 0xc8, 0xcb],
      '你好，世界的人',
    ],
  ])('guesses %s', (charset, octets, text) => {
    expect(decodeText(Uint8Array.from(octets), undefined)).toEqual({
      text,
      charset,
      defects: ['charset-undeclared'],
    });
  });

  it('does not take Western text for anything else', () => {
    const german = bytes(
      'Gr',
      [0xfc, 0xdf],
      'e aus M',
      [0xfc],
      'nchen, sch',
      [0xf6],
      'ne ',
      [0xc4],
      'pfel, m',
      [0xf6],
      'glich, h',
      [0xe4],
      'tte, f',
      [0xfc],
      'r, ',
      [0xd6],
      'l',
    );
    expect(decodeText(german, undefined).charset).toBe('windows-1252');
  });

  it('reads what HTML says of itself, but not UTF-7', () => {
    const html = (charset: string) =>
      bytes(`<html><meta http-equiv="Content-Type" content="text/html; charset=${charset}">`, [0xcf, 0xf0]);
    expect(decodeText(html('windows-1251'), undefined, { html: true })).toMatchObject({
      charset: 'windows-1251',
    });
    expect(decodeText(html('windows-1251'), undefined).charset).toBe('windows-1252');
    expect(decodeText(html('utf-7'), undefined, { html: true }).charset).toBe('windows-1252');
    expect(decodeText(html('windows-1251'), 'koi8-r', { html: true }).charset).toBe('koi8-r');
  });
});

/**
 * From the charset labels seen in mail to those of the Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels).
 */

import { isCodePage } from './code-page.ts';

/** `utf-7`, `iso-2022-kr` and `hz-gb-2312` are not in the Encoding Standard (or refused by it): see seven-bit.ts. */
export type SevenBitCharset = 'utf-7' | 'iso-2022-kr' | 'hz-gb-2312';

/** Labels that the Encoding Standard does not list, lower-case. */
const ALIASES: Readonly<Record<string, string>> = {
  'unicode-1-1-utf-7': 'utf-7',
  'unicode-2-0-utf-7': 'utf-7',
  csunicode11utf7: 'utf-7',
  utf7: 'utf-7',
  csiso2022kr: 'iso-2022-kr',
  'hz-gb': 'hz-gb-2312',
  hz: 'hz-gb-2312',
  iso2022kr: 'iso-2022-kr',
  iso2022jp: 'iso-2022-jp',
  utf_8: 'utf-8',
  'utf-8-mac': 'utf-8',
  utf8mb4: 'utf-8',
  cp65001: 'utf-8',
  cp932: 'shift_jis',
  'windows-932': 'shift_jis',
  'shift-jisx0213': 'shift_jis',
  cp936: 'gbk',
  'windows-936': 'gbk',
  ms936: 'gbk',
  gb2312_charset: 'gbk',
  gb2312_80: 'gbk',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp950: 'big5',
  'windows-950': 'big5',
  ms950: 'big5',
  'big5-eten': 'big5',
  cp51932: 'euc-jp',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-2004': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  jis: 'iso-2022-jp',
  cp874: 'windows-874',
  tis620: 'windows-874',
  sjis: 'shift_jis',
  'gb-2312': 'gbk',
  gb_2312: 'gbk',
  'gb18030-2000': 'gb18030',
  'gb18030-2005': 'gb18030',
  'big5-hkscs-2004': 'big5',
  cp20127: 'us-ascii',
  '646': 'us-ascii',
  'us-acsii': 'us-ascii',
  'iso646-us': 'us-ascii',
  'iso-646-us': 'us-ascii',
  cp20866: 'koi8-r',
  koi: 'koi8-r',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  cp21866: 'koi8-u',
  cp1200: 'utf-16le',
  cp1201: 'utf-16be',
  utf16: 'utf-16le',
  macroman: 'macintosh',
  'mac-roman': 'macintosh',
  'x-macroman': 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  maccyrillic: 'x-mac-cyrillic',
  'mac-ce': 'x-mac-ce',
  'x-mac-centraleurroman': 'x-mac-ce',
  maccentraleurope: 'x-mac-ce',
  'iso-10646-ucs-2': 'utf-16be',
  'latin-1': 'windows-1252',
  'latin-2': 'iso-8859-2',
  'latin-9': 'iso-8859-15',
  latin9: 'iso-8859-15',
  ansi: 'windows-1252',
};

/** Labels that say nothing. */
const MEANINGLESS = new Set([
  '',
  'unknown',
  'unknown-8bit',
  'x-unknown',
  // What a browser once called whatever its user had chosen; as a charset it would be for private use.
  'x-user-defined',
  'default',
  '_autodetect',
  'binary',
  '8bit',
  '7bit',
  'none',
  'null',
]);

/** Octets of a label worth looking at; the longest registered one has 45. */
const MAX_LABEL = 80;

/**
 * The Encoding Standard's name for a label as found in mail, lower-case, or one of the seven-bit charsets or code pages that
 * it leaves out; `undefined` when the label says nothing; `'unknown'` when it says something nobody knows.
 */
export function charsetOf(label: string | undefined): string | undefined {
  const plain = (label ?? '')
    .slice(0, MAX_LABEL)
    .toLowerCase()
    .replace(/^charset=/, '')
    .replace(/[\s"'<>()\0]/g, '')
    .replace(/[;,*].*$/, '');
  if (MEANINGLESS.has(plain)) return undefined;
  return named(plain) ?? named(plain.replace(/^_+|^x-|^cs(?=iso|utf)/, '')) ?? 'unknown';
}

function named(plain: string): string | undefined {
  const alias = ALIASES[plain];
  if (alias === 'utf-7' || alias === 'iso-2022-kr' || alias === 'hz-gb-2312') return alias;
  const page =
    alias ?? plain.replace(/^(?:cp|ibm|ms|dos|pc)?-?(?=(?:437|85[0-8]|86[25])(?:multilingual)?$)/, 'ibm');
  if (isCodePage(page)) return page;
  if (plain === 'utf-7' || plain === 'iso-2022-kr' || plain === 'hz-gb-2312') return plain;
  return standard(alias ?? plain) ?? standard(regular(plain));
}

/** `cp1252`, `win_1252`, `iso8859_15`, `iso-8859-1:1987`, `8859-2` … to the Standard's spelling. */
function regular(plain: string): string {
  const windows = /^(?:cp|win|windows|cswindows|ms|ibm)?[-_]?(125[0-8]|874)$/.exec(plain);
  if (windows) return `windows-${windows[1]}`;
  const iso = /^(?:iso)?[-_]?8859[-_]?(\d{1,2})(?:[-_]?([ei]))?(?:[:_].*)?$/.exec(plain);
  if (iso) return `iso-8859-${iso[1]}${iso[2] ? `-${iso[2]}` : ''}`;
  return plain.replace(/_/g, '-');
}

const known = new Map<string, string | undefined>();

function standard(label: string): string | undefined {
  if (known.has(label)) return known.get(label);
  let name: string | undefined;
  try {
    name = new TextDecoder(label).encoding.toLowerCase();
  } catch {
    name = undefined;
  }
  if (known.size < 200) known.set(label, name);
  return name;
}

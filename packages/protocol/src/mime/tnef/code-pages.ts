/** Windows' numbers of charsets, as charset names. */
import { charsetOf } from '../charset-label.ts';

/** A code page number, as Outlook gives it; undefined where nobody knows it. */
export function codePageCharset(number: number): string | undefined {
  if (number === 20127) return 'windows-1252';
  if (number === 28605) return 'iso-8859-15';
  if (number >= 28591 && number <= 28606) return `iso-8859-${number - 28590}`;
  const charset = charsetOf(`cp${number}`);
  return charset === undefined || charset === 'unknown' ? undefined : charset;
}

/** `\fcharset` of RTF; those left out (0x01 default, 0x02 symbol) are the document's. */
export const FONT_CHARSETS: ReadonlyMap<number, string> = new Map([
  [0, 'windows-1252'],
  [77, 'macintosh'],
  [128, 'shift_jis'],
  [129, 'euc-kr'],
  [134, 'gbk'],
  [136, 'big5'],
  [161, 'windows-1253'],
  [162, 'windows-1254'],
  [163, 'windows-1258'],
  [177, 'windows-1255'],
  [178, 'windows-1256'],
  [186, 'windows-1257'],
  [204, 'windows-1251'],
  [222, 'windows-874'],
  [238, 'windows-1250'],
]);

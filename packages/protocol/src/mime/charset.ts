import type { Defect } from './defect.ts';
import { decodeCodePage, isCodePage } from './code-page.ts';
import { charsetOf } from './charset-label.ts';
import { guessCharset, hasUtf8Sequence, readable } from './charset-guess.ts';
import { decodeSevenBit } from './seven-bit.ts';

export interface DecodedText {
  readonly text: string;
  /** The charset it was read in, by the Encoding Standard's name in lower case. */
  readonly charset: string;
  readonly defects: readonly Defect[];
}

/** Labels under which anything may come, because it was some program's default. */
const DOUBTFUL = new Set(['windows-1252', 'iso-8859-15']);

/**
 * Octets of a text part (transfer encoding already removed) to text. Never throws.
 *
 * Order: byte order mark, label, what a HTML document says of itself (`html` only), a guess. A label that the octets
 * contradict is overruled: UTF-8 that is not UTF-8 in any place, Latin or ASCII that is UTF-8 in every place, any other that
 * the octets are no text in while they are UTF-8. The octets
 * may end in the middle of a character (a partial fetch): that character is left out.
 */
export function decodeText(
  bytes: Uint8Array,
  charset: string | undefined,
  options: { readonly html?: boolean } = {},
): DecodedText {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return decodeAs(bytes, marked, []);
  const label = charsetOf(charset);
  if (label === 'utf-7' || label === 'iso-2022-kr' || label === 'hz-gb-2312') {
    return { text: decodeSevenBit(bytes, label), charset: label, defects: [] };
  }
  if (label !== undefined && isCodePage(label))
    return { text: decodeCodePage(bytes, label), charset: label, defects: [] };
  if (label === undefined || label === 'unknown') {
    const defects: Defect[] = label === 'unknown' ? ['charset-unknown'] : [];
    const said = options.html === true ? charsetInHtml(bytes) : undefined;
    if (said !== undefined && readable(bytes, said) !== undefined) return decodeAs(bytes, said, defects);
    const guess = guessCharset(bytes);
    if (label === undefined && !isAscii(bytes)) defects.push('charset-undeclared');
    return decodeAs(bytes, guess, defects);
  }
  if (label === 'utf-16le' || label === 'utf-16be') return decodeAs(bytes, utf16Order(bytes, label), []);
  if (label === 'utf-8') {
    if (readable(bytes, 'utf-8') === undefined && !hasUtf8Sequence(bytes)) {
      return decodeAs(bytes, guessCharset(bytes), ['charset-misdeclared']);
    }
  } else if (DOUBTFUL.has(label) && !isAscii(bytes)) {
    const text = readable(bytes, 'utf-8');
    // C1 controls would mean that the pairs were Latin letters after all.
    if (text !== undefined && hasUtf8Sequence(bytes) && !/[\x80-\x9f]/.test(text))
      return decodeAs(bytes, 'utf-8', ['charset-misdeclared']);
    const declared = charset!.toLowerCase();
    if (declared.includes('ascii')) return decodeAs(bytes, guessCharset(bytes), ['charset-misdeclared']);
  } else if (DOUBTFUL.has(label) && guessCharset(bytes) === 'iso-2022-jp') {
    return decodeAs(bytes, 'iso-2022-jp', ['charset-misdeclared']);
  } else if (readable(bytes, label) === undefined) {
    const text = hasUtf8Sequence(bytes) ? readable(bytes, 'utf-8') : undefined;
    if (text !== undefined) return { text, charset: 'utf-8', defects: ['charset-misdeclared'] };
  }
  return decodeAs(bytes, label, []);
}

function decodeAs(bytes: Uint8Array, charset: string, defects: readonly Defect[]): DecodedText {
  const text = readable(bytes, charset);
  if (text !== undefined) return { text, charset, defects };
  const tolerant = new TextDecoder(charset).decode(bytes, { stream: true });
  return { text: tolerant, charset, defects: [...defects, 'text-malformed'] };
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** RFC 2781 says big-endian without a mark, the Encoding Standard says little-endian; the zeros of ASCII tell. */
function utf16Order(bytes: Uint8Array, label: string): string {
  let even = 0;
  let odd = 0;
  const end = Math.min(bytes.length, 1000);
  for (let at = 0; at < end; at++) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  if (even > 2 * odd) return 'utf-16be';
  if (odd > 2 * even) return 'utf-16le';
  return label;
}

/**
 * `<meta charset=x>` or `<meta http-equiv=content-type content="…charset=x">` in the first 1024 octets, as HTML §13.2.3.2
 * looks for it. A meta element that claims UTF-16 is UTF-8, and UTF-7 is never believed.
 */
function charsetInHtml(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 1024));
  const found = /<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}["']?([^\s"'>;/]{1,40})/i.exec(head);
  const charset = charsetOf(found?.[1]);
  if (charset === undefined || charset === 'unknown') return undefined;
  if (charset === 'utf-7' || charset === 'iso-2022-kr' || charset === 'hz-gb-2312') return undefined;
  if (isCodePage(charset)) return undefined;
  return charset.startsWith('utf-16') ? 'utf-8' : charset;
}

function isAscii(bytes: Uint8Array): boolean {
  for (const octet of bytes) if (octet >= 0x80) return false;
  return true;
}

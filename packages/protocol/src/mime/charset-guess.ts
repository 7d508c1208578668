import { decodeWindows1252 } from '../bytes/index.ts';

/**
 * A guess at the charset of octets that nobody labelled. Conservative: UTF-8 when the octets are UTF-8, an East Asian or
 * Cyrillic charset only on strong evidence, otherwise windows-1252, which most unlabelled mail is.
 */

/** Octets looked at; the evidence is as good in these as in a megabyte. */
const SAMPLE = 4096;
/** Fewer octets beyond ASCII than this prove nothing. */
const ENOUGH = 8;

export function guessCharset(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, SAMPLE);
  const { high, paired, letters, cyrillic } = census(sample);
  if (high === 0) return hasEscape(sample) ? 'iso-2022-jp' : 'utf-8';
  if (hasUtf8Sequence(bytes) && readable(bytes, 'utf-8') !== undefined) return 'utf-8';
  if (high < ENOUGH) return 'windows-1252';
  // Cyrillic words are runs of C0–FF and little else; the pairs of East Asian charsets use all of A1–FE.
  if (cyrillic >= high * 0.95 && high >= letters * 0.6) return cyrillicOf(sample);
  // In Western text an octet beyond ASCII stands alone among letters.
  return (paired >= high * 0.5 ? eastAsianOf(sample) : undefined) ?? 'windows-1252';
}

/** The text, if all octets are text in that charset, as far as they go: a character cut off at the end is no error. */
export function readable(bytes: Uint8Array, charset: string): string | undefined {
  if (charset === 'windows-1252') return decodeWindows1252(bytes);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function census(sample: Uint8Array) {
  let high = 0;
  let paired = 0;
  let letters = 0;
  let cyrillic = 0;
  for (let at = 0; at < sample.length; at++) {
    const octet = sample[at]!;
    if (octet < 0x80) {
      if ((octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x7a) letters++;
      continue;
    }
    high++;
    letters++;
    if ((sample[at - 1] ?? 0) >= 0x80 || (sample[at + 1] ?? 0) >= 0x80) paired++;
    if (octet >= 0xc0 || octet === 0xa8 || octet === 0xb8 || octet === 0xa3 || octet === 0xb3) cyrillic++;
  }
  return { high, paired, letters, cyrillic };
}

function hasEscape(sample: Uint8Array): boolean {
  for (let at = sample.indexOf(0x1b); at >= 0; at = sample.indexOf(0x1b, at + 1)) {
    const first = sample[at + 1];
    const second = sample[at + 2];
    if (first === 0x24 && (second === 0x40 || second === 0x42)) return true;
    if (first === 0x28 && (second === 0x4a || second === 0x49)) return true;
  }
  return false;
}

/** Small letters prevail in any text: they are E0–FF in windows-1251 and C0–DF in KOI8-R. */
function cyrillicOf(sample: Uint8Array): string {
  let lower = 0;
  let upper = 0;
  for (const octet of sample) {
    if (octet >= 0xe0) lower++;
    else if (octet >= 0xc0) upper++;
  }
  return lower >= upper ? 'windows-1251' : 'koi8-r';
}

function eastAsianOf(sample: Uint8Array): string | undefined {
  const share = (charset: string, wanted: RegExp): number => {
    const text = readable(sample, charset);
    if (text === undefined) return 0;
    const beyond = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
    return beyond === 0 ? 0 : (text.match(wanted)?.length ?? 0) / beyond;
  };
  // Kana prevail in Japanese text and are absent from the others; syllables of hangul from Chinese.
  if (share('euc-jp', /[\u3041-\u30fc]/g) >= 0.25) return 'euc-jp';
  if (share('shift_jis', /[\u3041-\u30fc]/g) >= 0.25) return 'shift_jis';
  if (share('euc-kr', /[\uac00-\ud7a3]/g) >= 0.9) return 'euc-kr';
  if (firstLevel(sample, 0xb0, 0xd7) >= 0.8 && readable(sample, 'gb18030') !== undefined) return 'gb18030';
  if (firstLevel(sample, 0xa4, 0xc6) >= 0.8 && readable(sample, 'big5') !== undefined) return 'big5';
  return undefined;
}

/** The share of pairs whose first octet is in the rows of the most frequent characters. */
function firstLevel(sample: Uint8Array, from: number, to: number): number {
  let pairs = 0;
  let frequent = 0;
  for (let at = 0; at + 1 < sample.length; at++) {
    const octet = sample[at]!;
    if (octet < 0x80) continue;
    at++;
    // Rows A1–A3 are punctuation, common to all of them.
    if (octet >= 0xa1 && octet <= 0xa3) continue;
    pairs++;
    if (octet >= from && octet <= to) frequent++;
  }
  return pairs === 0 ? 0 : frequent / pairs;
}

/** One well-formed sequence of several octets is enough to believe that damaged text is UTF-8. */
export function hasUtf8Sequence(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0xc2 || lead > 0xf4) continue;
    const tail = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let follow = 0;
    while (follow < tail && ((bytes[at + 1 + follow] ?? 0) & 0xc0) === 0x80) follow++;
    if (follow === tail) return true;
  }
  return false;
}

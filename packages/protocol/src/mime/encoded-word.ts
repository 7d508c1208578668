/**
 * Encoded words, RFC 2047, read as they come: with a language (RFC 2231 §5), split in the middle of a character, glued to
 * other text, holding spaces, cut off, or in no word at all but in raw ISO-2022-JP.
 */
import { concatBytes, decodeBase64, encodeText, hexValue, isAscii } from '../bytes/index.ts';
import { decodeText } from './charset.ts';
import { charsetOf } from './charset-label.ts';
import { oneLine } from './text.ts';

/** Characters of a charset name with its language; a longer one is not an encoded word. */
const MAX_CHARSET = 80;
/** Encoded words of one value: a subject of 20,000 characters has about a thousand. Those after them stay as they are. */
const MAX_WORDS = 10_000;
const ESCAPE = 0x1b;

export interface EncodedWord {
  /** Without the language. */
  readonly charset: string;
  readonly encoding: 'b' | 'q';
  readonly text: string;
  /** Index after the closing `?=`. */
  readonly end: number;
}

/** Where the last `=?` and the last `?=` of a text stand: asked once, so that no search runs to its end again and again. */
export interface WordBounds {
  readonly open: number;
  readonly close: number;
}

export function wordBounds(raw: string): WordBounds {
  return { open: raw.lastIndexOf('=?'), close: raw.lastIndexOf('?=') };
}

/** The encoded word that begins at `at` (where `=?` stands), if it is one. */
export function encodedWordAt(raw: string, at: number, last: WordBounds): EncodedWord | undefined {
  const afterCharset = raw.indexOf('?', at + 2);
  if (afterCharset < 0 || afterCharset === at + 2 || afterCharset - at > MAX_CHARSET) return undefined;
  const charset = raw.slice(at + 2, afterCharset);
  if (/[\s"=()<>@,;:]/.test(charset)) return undefined;
  const encoding = raw[afterCharset + 1]?.toLowerCase();
  if ((encoding !== 'b' && encoding !== 'q') || raw[afterCharset + 2] !== '?') return undefined;
  const start = afterCharset + 3;
  const label = charset.replace(/\*.*$/, '');
  if (start <= last.close) {
    const close = raw.indexOf('?=', start);
    const next = raw.indexOf('=?', start);
    // Another word begins before this one ends: this one has no end.
    if (next >= 0 && next < close && /^=\?[^\s?]{1,80}\?[bq]\?/i.test(raw.slice(next, next + 90)))
      return undefined;
    return { charset: label, encoding, text: raw.slice(start, close), end: close + 2 };
  }
  // Cut off by a program that limits the length of a header: what is there is worth reading, if it is but one word.
  if (at !== last.open || /\s\S/.test(raw.slice(start))) return undefined;
  return { charset: label, encoding, text: raw.slice(start).replace(/\?\s*$/, ''), end: raw.length };
}

/**
 * A header value for a person to read: unfolded, encoded words decoded, white space between two of them dropped, control
 * characters gone. Never throws; what cannot be decoded stays as it is. Takes time in proportion to its length.
 */
export function decodeWords(raw: string): string {
  if (!raw.includes('=?')) return oneLine(unescapeJapanese(raw));
  const pieces: string[] = [];
  let run: EncodedWord[] = [];
  const last = wordBounds(raw);
  let copied = 0;
  let at = raw.indexOf('=?');
  let words = 0;
  while (at >= 0 && words < MAX_WORDS) {
    const word = encodedWordAt(raw, at, last);
    if (word === undefined) {
      at = raw.indexOf('=?', at + 2);
      continue;
    }
    const gap = raw.slice(copied, at);
    if (run.length === 0 || gap.trim() !== '') {
      pieces.push(decodeRun(run), gap);
      run = [];
    }
    run.push(word);
    words++;
    copied = word.end;
    at = raw.indexOf('=?', copied);
  }
  pieces.push(decodeRun(run), raw.slice(copied));
  return oneLine(pieces.join(''));
}

/** Words that follow each other; those in one charset may share a character between them. */
function decodeRun(run: readonly EncodedWord[]): string {
  let text = '';
  for (let first = 0; first < run.length;) {
    const charset = run[first]!.charset.toLowerCase();
    let end = first + 1;
    while (end < run.length && run[end]!.charset.toLowerCase() === charset) end++;
    text += decodeWordsOf(charset, rejoin(run.slice(first, end)).map(octetsOf));
    first = end;
  }
  return text;
}

/**
 * Some programs cut the base64 text itself wherever a line was full, so that one quantum stands in two words; others forget the
 * padding.
 */
function rejoin(run: readonly EncodedWord[]): EncodedWord[] {
  const whole: EncodedWord[] = [];
  for (const word of run) {
    const before = whole.at(-1);
    const torn =
      before?.encoding === 'b' &&
      word.encoding === 'b' &&
      !before.text.endsWith('=') &&
      before.text.length % 4 > 0 &&
      !isUnpadded(before, word);
    if (torn) whole[whole.length - 1] = { ...word, text: before.text + word.text };
    else whole.push(word);
  }
  return whole;
}

/** Letters on either side of a seam that tell what it is: few, so that many seams cost no more than their letters. */
const SEAM = 64;

/** Whether two words are each whole, and only their padding is missing: more can be read of them than of both as one. */
function isUnpadded(left: EncodedWord, right: EncodedWord): boolean {
  const end = left.text.slice(-SEAM - (left.text.length % 4));
  const begin = right.text.slice(0, SEAM);
  const unreadable = (words: readonly string[]): number => {
    const octets = concatBytes(words.map((text) => decodeBase64(encodeText(text))));
    return decodeText(octets, left.charset).text.match(/[\0-\x1a\x1c-\x1f\x7f\ufffd]/g)?.length ?? 0;
  };
  return unreadable([end, begin]) < unreadable([end + begin]);
}

function decodeWordsOf(label: string, words: readonly Uint8Array[]): string {
  if (words.length === 1) return decodeText(words[0]!, label).text;
  const charset = charsetOf(label);
  // Stateful charsets start afresh in every word, and a byte order mark or a guess belongs to one word.
  const stateful =
    charset?.startsWith('iso-2022') === true || charset === 'utf-7' || charset === 'hz-gb-2312';
  if (!stateful || !words.every(endsInAscii)) return decodeText(joinWords(words, stateful), label).text;
  return words.map((word) => decodeText(word, label).text).join('');
}

/** Whether the last escape sequence, if any, went back to ASCII or JIS Roman. */
function endsInAscii(word: Uint8Array): boolean {
  const at = word.lastIndexOf(ESCAPE);
  return at < 0 || (word[at + 1] === 0x28 && (word[at + 2] === 0x42 || word[at + 2] === 0x4a));
}

/** Two escape sequences in a row are an error to the Encoding Standard, so one at a seam goes. */
function joinWords(words: readonly Uint8Array[], stateful: boolean): Uint8Array {
  if (!stateful) return concatBytes(words);
  return concatBytes(
    words.map((word, index) => {
      const superfluous = words[index + 1]?.[0] === ESCAPE && word.length >= 3 && word.at(-3) === ESCAPE;
      return superfluous ? word.subarray(0, -3) : word;
    }),
  );
}

function octetsOf(word: EncodedWord): Uint8Array {
  return word.encoding === 'b' ? decodeBase64(encodeText(word.text)) : fromQ(word.text);
}

/** The Q encoding, RFC 2047 §4.2. Folding inside a word (seen in the wild) is no part of the text. */
function fromQ(text: string): Uint8Array {
  const source = encodeText(text.replace(/[\r\n]+[ \t]*/g, ''));
  const out = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    const octet = source[at]!;
    if (octet === 0x5f) out[length++] = 0x20;
    else if (octet === 0x3d) {
      const value = (hexValue(source[at + 1] ?? 0) << 4) | hexValue(source[at + 2] ?? 0);
      if (value < 0) out[length++] = octet;
      else {
        out[length++] = value;
        at += 2;
      }
    } else out[length++] = octet;
  }
  return out.subarray(0, length);
}

/** Raw ISO-2022-JP, as Japanese programs once put into headers: seven bits, so no byte of it looked wrong to anybody. */
function unescapeJapanese(raw: string): string {
  if (!/\x1b\$[@B]/.test(raw) || !isAscii(raw)) return raw;
  return decodeText(encodeText(raw), 'iso-2022-jp').text;
}

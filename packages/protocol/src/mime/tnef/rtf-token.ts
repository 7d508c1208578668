/** RTF cut into tokens: [MS-OXRTFEX] needs no more of the format than this. */
import { hexValue } from '../../bytes/index.ts';

export type RtfToken =
  | { readonly kind: 'open' | 'close' }
  /** `\*`: who does not know the destination that follows passes over the group. */
  | { readonly kind: 'optional' }
  /** `\fs20`; `value` is undefined without a number. */
  | { readonly kind: 'word'; readonly word: string; readonly value: number | undefined }
  /** Text in the code page of the font, part of what was given. */
  | { readonly kind: 'text'; readonly octets: Uint8Array };

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x27;
const STAR = 0x2a;
const MINUS = 0x2d;
const SPACE = 0x20;
/** Letters of a control word, and digits of its number; the longest known ones have 20 and 5. The rest is text. */
const MAX_WORD = 32;
const MAX_DIGITS = 10;

/** Symbols that are words without letters. */
const SYMBOLS: ReadonlyMap<number, string> = new Map([
  [0x7e, 'nbsp'],
  [0x5f, 'nbhyphen'],
  [MINUS, 'shy'],
  [0x0d, 'par'],
  [0x0a, 'par'],
]);

/** Linear in the length. Line breaks are no text; the octets of `\bin` are passed over. */
export function* rtfTokens(rtf: Uint8Array): Generator<RtfToken> {
  for (let at = 0; at < rtf.length;) {
    const octet = rtf[at]!;
    if (octet === OPEN) yield { kind: 'open' };
    else if (octet === CLOSE) yield { kind: 'close' };
    else if (octet === BACKSLASH) {
      const { token, end } = control(rtf, at + 1);
      at = end;
      if (token?.kind === 'word' && token.word === 'bin') at += Math.max(0, token.value ?? 0);
      else if (token !== undefined) yield token;
      continue;
    } else if (isText(octet)) {
      let end = at + 1;
      while (end < rtf.length && isText(rtf[end]!)) end++;
      yield { kind: 'text', octets: rtf.subarray(at, end) };
      at = end;
      continue;
    }
    at++;
  }
}

function isText(octet: number): boolean {
  return octet >= SPACE ? octet !== BACKSLASH && octet !== OPEN && octet !== CLOSE : octet === 0x09;
}

/** What stands behind a backslash, from `at` on. */
function control(rtf: Uint8Array, at: number): { token: RtfToken | undefined; end: number } {
  const letters = runEnd(rtf, at, MAX_WORD, isLetter);
  if (letters > at) return wordAt(rtf, at, letters);
  const octet = rtf[at] ?? 0;
  if (octet === QUOTE) {
    const value = (hexValue(rtf[at + 1] ?? 0) << 4) | hexValue(rtf[at + 2] ?? 0);
    return value < 0
      ? { token: undefined, end: at + 1 }
      : { token: { kind: 'text', octets: Uint8Array.of(value) }, end: at + 3 };
  }
  if (octet === STAR) return { token: { kind: 'optional' }, end: at + 1 };
  const word = SYMBOLS.get(octet);
  if (word !== undefined) return { token: { kind: 'word', word, value: undefined }, end: at + 1 };
  const itself = octet === BACKSLASH || octet === OPEN || octet === CLOSE;
  return { token: itself ? { kind: 'text', octets: rtf.subarray(at, at + 1) } : undefined, end: at + 1 };
}

/** One space behind a word belongs to it. */
function wordAt(rtf: Uint8Array, at: number, letters: number): { token: RtfToken; end: number } {
  const word = String.fromCharCode(...rtf.subarray(at, letters));
  const digits = rtf[letters] === MINUS ? letters + 1 : letters;
  const end = runEnd(rtf, digits, MAX_DIGITS, isDigit);
  if (end === digits) return { token: { kind: 'word', word, value: undefined }, end: spaceEnd(rtf, letters) };
  const value = Number(String.fromCharCode(...rtf.subarray(letters, end)));
  return { token: { kind: 'word', word, value }, end: spaceEnd(rtf, end) };
}

function runEnd(rtf: Uint8Array, at: number, most: number, is: (octet: number) => boolean): number {
  const last = Math.min(rtf.length, at + most);
  while (at < last && is(rtf[at]!)) at++;
  return at;
}

function spaceEnd(rtf: Uint8Array, at: number): number {
  return rtf[at] === SPACE ? at + 1 : at;
}

function isLetter(octet: number): boolean {
  return (octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x7a;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** RTF cut into tokens: [MS-OXRTFEX] needs no more of the format than this. */
import { decodeLatin1, hexValue } from '../../bytes/index.ts';

export type RtfToken =
  | { readonly kind: 'open' | 'close' }
  /** `\*`: who does not know the destination that follows passes over the group. */
  | { readonly kind: 'optional' }
  /** `\fs20`; `value` is undefined without a number. */
  | { readonly kind: 'word'; readonly word: string; readonly value: number | undefined }
  /** One octet of text in the code page of the font. `escaped`: it was `\'hh`. */
  | { readonly kind: 'octet'; readonly octet: number };

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Letters of a control word; the longest known one has 20. */
const MAX_WORD = 32;

/** Symbols that are words without letters. */
const SYMBOLS: Readonly<Record<string, string>> = {
  '~': 'nbsp',
  _: 'nbhyphen',
  '-': 'shy',
  '\r': 'par',
  '\n': 'par',
};

/** Linear in the length. Line breaks are no text; the octets of `\bin` are passed over. */
export function* rtfTokens(rtf: Uint8Array): Generator<RtfToken> {
  for (let at = 0; at < rtf.length;) {
    const octet = rtf[at++]!;
    if (octet === OPEN) yield { kind: 'open' };
    else if (octet === CLOSE) yield { kind: 'close' };
    else if (octet !== BACKSLASH) {
      if (octet !== 0x0a && octet !== 0x0d && octet !== 0) yield { kind: 'octet', octet };
    } else {
      const { token, end } = control(rtf, at);
      at = end;
      if (token?.kind === 'word' && token.word === 'bin') at += Math.max(0, token.value ?? 0);
      else if (token !== undefined) yield token;
    }
  }
}

/** What stands behind a backslash at `at` − 1. */
function control(rtf: Uint8Array, at: number): { token: RtfToken | undefined; end: number } {
  const found = /^([a-zA-Z]+)(-?\d{1,10})? ?/.exec(decodeLatin1(rtf.subarray(at, at + MAX_WORD + 12)));
  if (found !== null) {
    const value = found[2] === undefined ? undefined : Number(found[2]);
    return { token: { kind: 'word', word: found[1]!, value }, end: at + found[0].length };
  }
  const symbol = String.fromCharCode(rtf[at] ?? 0);
  if (symbol === "'") {
    const octet = (hexValue(rtf[at + 1] ?? 0) << 4) | hexValue(rtf[at + 2] ?? 0);
    return octet < 0 ? { token: undefined, end: at + 1 } : { token: { kind: 'octet', octet }, end: at + 3 };
  }
  if (symbol === '*') return { token: { kind: 'optional' }, end: at + 1 };
  const word = SYMBOLS[symbol];
  if (word !== undefined) return { token: { kind: 'word', word, value: undefined }, end: at + 1 };
  const itself = symbol === '\\' || symbol === '{' || symbol === '}';
  return { token: itself ? { kind: 'octet', octet: rtf[at]! } : undefined, end: at + 1 };
}

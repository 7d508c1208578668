/** i;unicode-casemap (RFC 5051), by which SORT and THREAD compare (RFC 5256 §7). */

/** Titlecase letters that are neither upper nor lower case: what their three forms have in common. */
const DIGRAPHS: Readonly<Record<string, string>> = {
  '\u01c4': '\u01c5',
  '\u01c6': '\u01c5',
  '\u01c7': '\u01c8',
  '\u01c9': '\u01c8',
  '\u01ca': '\u01cb',
  '\u01cc': '\u01cb',
  '\u01f1': '\u01f2',
  '\u01f3': '\u01f2',
};

/**
 * What a text is compared as: each character in titlecase, as the Unicode Character Database maps it to a single one, and
 * decomposed (RFC 5051 §2).
 */
export function casemapped(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toUpperCase();
  let mapped = '';
  for (const character of text) mapped += titlecase(character);
  return mapped.normalize('NFKD');
}

function titlecase(character: string): string {
  const point = character.codePointAt(0)!;
  // Greek with iota below: in capitals it would become two letters.
  if (point >= 0x1f80 && point <= 0x1faf) return String.fromCodePoint(point | 8);
  if (point === 0x1fb3 || point === 0x1fc3 || point === 0x1ff3) return String.fromCodePoint(point + 9);
  const upper = character.toUpperCase();
  return DIGRAPHS[character] ?? (upper.length === character.length ? upper : character);
}

/** Orders what is `casemapped`, as the octets of UTF-8 are ordered: by code points, which UTF-16 is not. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for the highest code points. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/**
 * Host names that imitate others (UTS 39). Two rules catch what has been seen in mail: a label that mixes
 * scripts which no language mixes, and a label written whole in letters that look Latin and are not.
 */

/** Cyrillic, Greek and Armenian letters that a reader takes for Latin ones. */
const LATIN_LIKE = /^[аеорсухѕіјһԁԛԝԍӏьгпкмнтвαοριυνκτηωխոօսցզԼլ0-9-]+$/u;

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Georgian', /\p{Script=Georgian}/u],
  ['Lisu', /\p{Script=Lisu}/u],
  // Japanese and Korean mix these with one another and with Latin every day.
  [
    'East Asian',
    /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}/u,
  ],
];

/** Whether a host name may deceive the eye. Takes the ASCII (`xn--`) form as well as Unicode. */
export function looksAlike(host: string): boolean {
  const labels = unicodeHost(host).split('.');
  const top = labels.at(-1) ?? '';
  return labels.some((label) => {
    if (/^[\u0000-\u007f]*$/.test(label)) return /^xn--/i.test(label);
    if (
      /[\u0300-\u036f\u200b-\u200f\u2024\u2044\u2215\u29f8\u3002\uff0e\uff0f\u0131\u0237\u0261\u1d00-\u1d7f]/u.test(
        label,
      )
    )
      return true;
    const scripts = SCRIPTS.filter(([, letters]) => letters.test(label)).map(([name]) => name);
    const eastAsianWithLatin =
      scripts.length === 2 && scripts.includes('East Asian') && scripts.includes('Latin');
    if (scripts.length > 1 && !eastAsianWithLatin) return true;
    // Under a domain of its own script a word may well consist of such letters (сор.рф).
    return LATIN_LIKE.test(label) && /^[a-z]/i.test(top) && !top.startsWith('xn--');
  });
}

/** A host name as people write it; labels that do not decode stay as they are. */
export function unicodeHost(host: string): string {
  return host
    .split('.')
    .map((label) => (/^xn--/i.test(label) ? (decodePunycode(label.slice(4).toLowerCase()) ?? label) : label))
    .join('.');
}

/** RFC 3492 §6.2; undefined when the text is not valid. */
function decodePunycode(text: string): string | undefined {
  if (text === '') return undefined;
  const delimiter = text.lastIndexOf('-');
  const output = delimiter > 0 ? Array.from(text.slice(0, delimiter), (char) => char.charCodeAt(0)) : [];
  let code = 128;
  let bias = 72;
  let index = 0;
  for (let at = delimiter > 0 ? delimiter + 1 : 0; at < text.length;) {
    const before = index;
    let weight = 1;
    for (let k = 36; ; k += 36) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit === undefined) return undefined;
      index += digit * weight;
      if (index > 0x7fffffff) return undefined;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    bias = adapt(index - before, length, before === 0);
    code += Math.floor(index / length);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    index %= length;
    output.splice(index++, 0, code);
  }
  return String.fromCodePoint(...output);
}

function digitOf(char: number): number | undefined {
  if (char >= 0x61 && char <= 0x7a) return char - 0x61;
  return char >= 0x30 && char <= 0x39 ? char - 0x30 + 26 : undefined;
}

function adapt(delta: number, length: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? 700 : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

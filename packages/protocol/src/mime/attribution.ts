/** Lines that programs write above what they quote. */

/** "On … wrote:" in the languages seen most, over one or two lines. */
const ATTRIBUTION =
  /^(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|Vào|Pada|El día)\s.{4,200}\s?(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napsal\(?a?\)?|napisał\(?a?\)?|viết|menulis)\b.{0,100}:$/iu;
/** Where the original begins in mail of programs that do not mark quotes. */
const ORIGINAL =
  /^-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Message d.origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Původní zpráva|Исходное сообщение|Forwarded message)\s*-{2,}$/i;
/** A rule of Outlook's, which newsletters draw too: it is one where a header follows. */
const RULE = /^_{10,}$/;
const HEADER_LINE = /^(?:From|Von|De|Da|Van|Från|Fra|Od|От)\s*:\s*\S/i;
/** Characters of a line that are looked at. */
const MAX_LINE = 400;
/** Lines over which an attribution goes at most. */
const MAX_LINES = 4;

/** Whether a quote without marks begins with this line. `lines`: trimmed. */
export function isOriginalRule(lines: readonly string[], index: number): boolean {
  const line = lines[index]!;
  if (line.length > MAX_LINE) return false;
  if (!RULE.test(line)) return ORIGINAL.test(line);
  return lines.slice(index + 1, index + 5).some((next) => HEADER_LINE.test(next.slice(0, MAX_LINE)));
}

/**
 * How many lines that end with this one attribute what follows to somebody: 0 if it does not, more than one where it began on
 * a line before. `lines`: trimmed.
 */
export function attributionLines(lines: readonly string[], index: number): number {
  const line = lines[index]!.slice(0, MAX_LINE);
  if (!line.endsWith(':')) return 0;
  let joined = line;
  for (let count = 1; ; count++) {
    if (ATTRIBUTION.test(joined)) return count;
    const before = lines[index - count];
    if (count === MAX_LINES || !before) break;
    joined = `${before.slice(0, MAX_LINE)} ${joined}`;
  }
  const next = lines.slice(index + 1, index + 4).find((one) => one !== '');
  return next?.startsWith('>') === true && /@|\d{4}|\d[:.]\d\d/.test(line) ? 1 : 0;
}

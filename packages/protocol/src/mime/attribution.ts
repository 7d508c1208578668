/** Lines that programs write above what they quote. */

/** "On … wrote:" in the languages seen most, over one or two lines. */
const ATTRIBUTION =
  /^(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|Vào|Pada|El día)\s.{4,200}\s?(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napsal\(?a?\)?|napisał\(?a?\)?|viết|menulis)\b.{0,100}:$/iu;
/** Where the original begins in mail of programs that do not mark quotes. */
const ORIGINAL =
  /^(?:-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Forwarded message)\s*-{2,}|_{10,})$/i;
/** Characters of a line that are looked at. */
const MAX_LINE = 400;

/** Whether a quote without marks begins below this line. `line`: trimmed. */
export function isOriginalRule(line: string): boolean {
  return line.length <= MAX_LINE && ORIGINAL.test(line);
}

/**
 * How many lines that end with this one attribute what follows to somebody: 0 if it does not, 2 where the first half stands on
 * the line before. `lines`: trimmed.
 */
export function attributionLines(lines: readonly string[], index: number): 0 | 1 | 2 {
  const line = lines[index]!.slice(0, MAX_LINE);
  if (!line.endsWith(':')) return 0;
  if (ATTRIBUTION.test(line)) return 1;
  const before = lines[index - 1];
  if (before !== undefined && ATTRIBUTION.test(`${before.slice(0, 300)} ${line}`)) return 2;
  const next = lines.slice(index + 1, index + 4).find((one) => one !== '');
  return next?.startsWith('>') === true && /@|\d{4}|\d:\d\d/.test(line) ? 1 : 0;
}

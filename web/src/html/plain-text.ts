/** The structure of a plain-text mail: what is new, what is quoted and how deep, the signature, the history. */
import { quotedStretches } from '@postern/protocol/mime';
import type { TextStretch } from '@postern/protocol/mime';

export interface PlainBlock {
  readonly kind: 'text' | 'quote' | 'signature';
  /** How many `>` stood before each line; 0 for what is not quoted. */
  readonly level: number;
  readonly text: string;
}

export interface PlainMail {
  readonly blocks: readonly PlainBlock[];
  /** What was quoted in whole below the answer, the line that introduces it included. */
  readonly history: readonly PlainBlock[];
  /** The text relies on columns: tables, drawings, patches, code. */
  readonly aligned: boolean;
}

/** Reads the structure. Text in any line ending; no word of it is lost. */
export function readPlainText(text: string): PlainMail {
  const stretches = quotedStretches(text.replace(/[\r\n]+$/, ''));
  const start = historyStart(stretches);
  const answer = stretches.slice(0, start).map(blockOf);
  const last = answer.at(-1);
  if (last && start < stretches.length) answer[answer.length - 1] = { ...last, text: last.text.trimEnd() };
  return {
    blocks: answer,
    history: stretches
      .slice(start)
      .filter((one) => one.text.trim() !== '')
      .map(blockOf),
    aligned: looksAligned(text.split(/\r\n?|\n/)),
  };
}

function blockOf({ kind, depth, text }: TextStretch): PlainBlock {
  return { kind: kind === 'quote' || kind === 'signature' ? kind : 'text', level: depth, text };
}

const hasWords = (text: string): boolean => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(text);

/** A forwarded message is what was sent, not what was answered. */
const FORWARDED = /^-{2,}\s*forwarded message/i;

/** Where nothing but what was quoted follows an answer; the number of stretches where there is no such place. */
function historyStart(stretches: readonly TextStretch[]): number {
  const none = stretches.length;
  const isOld = ({ kind }: TextStretch): boolean => kind !== 'own' && kind !== 'signature';
  let start = none;
  for (let at = none - 1; at >= 0; at--) {
    const stretch = stretches[at]!;
    if (isOld(stretch)) start = at;
    else if (hasWords(stretch.text)) break;
  }
  const answered = stretches.slice(0, start).some(({ kind, text }) => kind === 'own' && hasWords(text));
  return answered && !FORWARDED.test(stretches[start]?.text ?? '') ? start : none;
}

/** Tables, drawings and patches fall apart in letters of different widths. */
function looksAligned(lines: readonly string[]): boolean {
  const own = lines.filter((line) => line.trim() !== '' && !line.startsWith('>')).slice(0, 400);
  if (own.some((line) => /^(?:diff --git |@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@)/.test(line))) return true;
  const drawn = own.filter((line) =>
    /\S(?: {3,}|\t+)\S.*\S|[|+]-{3,}[+|]|^\s*\|.*\|\s*$|[─│┌└├]{2}/.test(line),
  );
  return drawn.length >= 4 && drawn.length / own.length > 0.2;
}

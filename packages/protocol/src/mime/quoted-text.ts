import { attributionLines, isOriginalRule } from './attribution.ts';

/** A stretch of a plain text. */
export interface TextStretch {
  /**
   * `own`: what the sender wrote. `attribution`: the line above a quote. `quote`: lines behind `>`, the marks taken off.
   * `original`: all below a line such as `-----Original Message-----`, that line included. `signature`: from its mark `-- ` on.
   */
  readonly kind: 'own' | 'attribution' | 'quote' | 'original' | 'signature';
  /** How deep a quote is; 0 for all else. */
  readonly depth: number;
  /** Lines parted by `\n`, without one at the end. */
  readonly text: string;
}

/** Lines looked at; what comes after them belongs to the last stretch. */
const MAX_LINES = 50_000;
/** Deeper quotes are shown at this depth. */
const MAX_DEPTH = 100;

/**
 * A plain text (format=flowed already undone) in stretches, so that quotes can be folded away and coloured by depth. Every
 * line is in one of them, in order. Never throws.
 */
export function quotedStretches(text: string): TextStretch[] {
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES + 1);
  const kinds = kindsOf(lines.slice(0, MAX_LINES));
  const found: { kind: TextStretch['kind']; depth: number; lines: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const { kind, depth, content } = kinds[index] ?? { ...kinds[MAX_LINES - 1]!, content: line };
    const last = found.at(-1);
    if (last?.kind === kind && last.depth === depth) last.lines.push(content);
    else found.push({ kind, depth, lines: [content] });
  }
  return found.map((one) => ({ kind: one.kind, depth: one.depth, text: one.lines.join('\n') }));
}

interface Line {
  kind: TextStretch['kind'];
  depth: number;
  content: string;
}

function kindsOf(lines: readonly string[]): Line[] {
  const trimmed = lines.map((line) => line.trim());
  const found: Line[] = [];
  /** Whether the rest is a signature, or a quote without marks. */
  let rest: 'signature' | 'original' | undefined;
  for (const [index, line] of lines.entries()) {
    const { depth, content } = withoutMarks(line);
    // A signature ends where a quote begins: lists put their footers in the middle.
    if (depth > 0 && rest !== 'original') {
      rest = undefined;
      found.push({ kind: 'quote', depth, content });
      continue;
    }
    if (rest === undefined && (line === '-- ' || line === '--')) rest = 'signature';
    if (rest !== 'original' && isOriginalRule(trimmed, index)) rest = 'original';
    const attributing = rest === 'original' ? 0 : attributionLines(trimmed, index);
    for (let before = index - attributing + 1; before < index; before++)
      found[before] = { kind: 'attribution', depth: 0, content: lines[before]! };
    found.push({ kind: attributing > 0 ? 'attribution' : (rest ?? 'own'), depth: 0, content: line });
  }
  return found;
}

/** `>> text`, `> > text`; `>From ` is what mailboxes made of a line of the sender's own. */
function withoutMarks(line: string): { depth: number; content: string } {
  const marks = /^(?:> ?)+/.exec(line)?.[0] ?? '';
  if (marks === '>' && line.startsWith('>From ')) return { depth: 0, content: line };
  const depth = Math.min(marks.replaceAll(' ', '').length, MAX_DEPTH);
  return { depth, content: line.slice(marks.length) };
}

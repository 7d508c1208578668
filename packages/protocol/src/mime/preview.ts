/** The one line under a subject in a list: what the sender wrote, without what they quoted or were made to add. */
import { attributionLines, isOriginalRule } from './attribution.ts';
import { previewTextOfHtml } from './html-text.ts';
import { isDataLine } from './uuencoded.ts';

/** Characters of a body looked at for a preview. */
const MAX_TEXT = 20_000;
/** Letters of HTML text gathered; quotes and spacing are dropped from them. */
const MAX_HTML_TEXT = 2000;

/**
 * Nothing to see: zero-width characters and the like, with which newsletters push the rest of their text out of previews,
 * soft hyphens, object replacements. The zero-width joiner and non-joiner stay between letters, where scripts need them.
 */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00\ufeff\uffa0\ufffc]+/g;
const LONE_JOINERS = /(?<![\p{L}\p{M}\p{Emoji}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Emoji}])/gu;

/** Lines of signs, as plain-text newsletters draw them. */
const RULE = /^[\s\-_=*~#+.•·—–|<>]{3,}$/u;

/**
 * At most `max` characters (Unicode code points) in one line; '' when there is nothing to say. No DOM; the text may be cut
 * anywhere, as a partial fetch leaves it.
 */
export function previewOf(text: string, kind: 'plain' | 'html', max = 160): string {
  const plain =
    kind === 'html' ? previewTextOfHtml(text, Math.max(MAX_HTML_TEXT, max * 4)) : text.slice(0, MAX_TEXT);
  const lines = withoutFiles(plain.split(/\r\n|\n|\r/)).map((line) => line.trim());
  const own = oneLineOf(ownLines(lines));
  // A message that is but a quote (or all below a signature mark) still says something.
  const said = own === '' ? oneLineOf(lines.map((line) => line.replace(/^[> ]+/, ''))) : own;
  const letters = [...said.slice(0, max * 2)];
  return letters.length <= max ? letters.join('') : letters.slice(0, max).join('').trimEnd();
}

/** Files that stand uuencoded in the text are no words; the last one may be cut. */
function withoutFiles(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let inFile = false;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (inFile) inFile = line !== 'end';
    else if (next && /^begin [0-7]{3,4} \S/.test(line) && isDataLine(next.charCodeAt(0), next.length))
      inFile = true;
    else kept.push(line);
  }
  return kept;
}

function ownLines(lines: readonly string[]): string[] {
  const own: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '--' && own.some((before) => before !== '')) break;
    if (isOriginalRule(lines, index) && own.some((before) => before !== '')) break;
    if (line.startsWith('>') || RULE.test(line)) continue;
    const attributing = attributionLines(lines, index);
    if (attributing > 0) {
      own.splice(own.length - attributing + 1);
      continue;
    }
    own.push(line);
  }
  return own;
}

function oneLineOf(lines: readonly string[]): string {
  return lines
    .join(' ')
    .replace(/\[(?:cid:|image:|inline image)[^\]]{0,200}\]/gi, ' ')
    .replace(/[\0-\x1f\x7f-\x9f]+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(LONE_JOINERS, '')
    .replace(/\s+/gu, ' ')
    .replace(/<?https?:\/\/[^\s<>]{60,}>?/g, '…')
    .trim();
}

/** The structure of a plain-text mail: what is new, what is quoted and how deep, the signature, the history. */

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

const ATTRIBUTION = /(?:\d{4}|\d{1,2}[:.]\d{2}|@)[\s\S]{0,300}:\s*$/;
/** How programs that do not quote with `>` begin the history. */
const ORIGINAL =
  /^(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d.origine|mensaje original|messaggio originale|oorspronkelijk bericht|původní zpráva|исходное сообщение)\s*-{2,}|_{20,})\s*$/i;
const HEADER_LINE = /^(?:From|Von|De|Da|Van|Från|Fra|Od|От)\s*:\s*\S/i;

/** Reads the structure. Text in any line ending; nothing is lost: joined by line breaks, the blocks are the text. */
export function readPlainText(text: string): PlainMail {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const blocks = group(lines);
  const { answer, history } = splitHistory(blocks);
  return { blocks: answer, history, aligned: looksAligned(lines) };
}

function group(lines: readonly string[]): PlainBlock[] {
  const blocks: { kind: PlainBlock['kind']; level: number; lines: string[] }[] = [];
  for (const line of lines) {
    const prefix = /^(?:> ?)+/.exec(line)?.[0] ?? '';
    const level = Math.min(prefix.split('>').length - 1, 50);
    const last = blocks.at(-1);
    const content = line.slice(prefix.length);
    const inSignature = last?.kind === 'signature' && level === 0;
    const kind = level > 0 ? 'quote' : inSignature || line === '-- ' || line === '--' ? 'signature' : 'text';
    if (last !== undefined && last.kind === kind && last.level === level) last.lines.push(content);
    else blocks.push({ kind, level, lines: [content] });
  }
  return blocks.map((block) => ({ kind: block.kind, level: block.level, text: block.lines.join('\n') }));
}

const hasWords = (text: string): boolean => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(text);

function splitHistory(blocks: readonly PlainBlock[]): { answer: PlainBlock[]; history: PlainBlock[] } {
  const unquoted = splitUnquotedHistory(blocks);
  if (unquoted !== undefined) return unquoted;
  let start = blocks.length;
  while (start > 0) {
    const block = blocks[start - 1];
    if (block === undefined || (block.kind !== 'quote' && hasWords(block.text))) break;
    start -= 1;
  }
  while (start < blocks.length && blocks[start]?.kind !== 'quote') start += 1;
  const answer = blocks.slice(0, start);
  if (start === blocks.length) return { answer, history: [] };
  const history = blocks.slice(start);
  const last = answer.at(-1);
  if (last !== undefined && last.kind !== 'quote') {
    const [kept, introduction] = cutIntroduction(last.text);
    if (introduction !== '') {
      answer.pop();
      if (kept !== '') answer.push({ ...last, text: kept });
      history.unshift({ kind: 'text', level: 0, text: introduction });
    }
  }
  const hasAnswer = answer.some((block) => block.kind === 'text' && hasWords(block.text));
  return hasAnswer ? { answer, history } : { answer: [...blocks], history: [] };
}

/** The last paragraph, when it is the line that introduces a quotation. */
function cutIntroduction(text: string): [string, string] {
  const trimmed = text.trimEnd();
  const from = trimmed.lastIndexOf('\n\n') + 1;
  const paragraph = trimmed.slice(from).trim();
  if (paragraph.length < 400 && paragraph.split('\n').length <= 4 && ATTRIBUTION.test(paragraph)) {
    return [trimmed.slice(0, from).trimEnd(), paragraph];
  }
  const line = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  if (line.length < 400 && ATTRIBUTION.test(line)) {
    return [trimmed.slice(0, trimmed.length - line.length).trimEnd(), line.trim()];
  }
  return [text, ''];
}

function splitUnquotedHistory(
  blocks: readonly PlainBlock[],
): { answer: PlainBlock[]; history: PlainBlock[] } | undefined {
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'quote') continue;
    const lines = block.text.split('\n');
    const at = lines.findIndex(
      (line, row) =>
        ORIGINAL.test(line) && lines.slice(row + 1, row + 5).some((next) => HEADER_LINE.test(next)),
    );
    if (at < 0) continue;
    const kept = lines.slice(0, at).join('\n').trimEnd();
    const answer = [...blocks.slice(0, index), ...(kept === '' ? [] : [{ ...block, text: kept }])];
    if (!answer.some((part) => part.kind === 'text' && hasWords(part.text))) return undefined;
    const rest: PlainBlock = { kind: 'text', level: 0, text: lines.slice(at).join('\n') };
    return { answer, history: [rest, ...blocks.slice(index + 1)] };
  }
  return undefined;
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

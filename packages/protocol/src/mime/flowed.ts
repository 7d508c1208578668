/** format=flowed, RFC 3676. */

/** Columns that generated lines stay below, the trailing space and the quote marks included (RFC 3676 §4.2). */
const WIDTH = 72;
/** Deeper quotes are shown at this depth. */
const MAX_DEPTH = 100;

/**
 * Text with its paragraphs in one line each, quoted ones behind `>` by depth (`>> text`), space-stuffing undone.
 * `delsp`: the parameter DelSp=yes, which drops the space at a soft line break. Lines are parted by `\n`.
 */
export function unflow(text: string, delsp: boolean): string {
  const paragraphs: string[] = [];
  let pieces: string[] = [];
  let depth = -1;
  const end = () => {
    if (depth >= 0) paragraphs.push(quoteMarks(depth) + pieces.join(''));
    pieces = [];
    depth = -1;
  };
  for (const line of linesOf(text)) {
    const { depth: lineDepth, content } = unquoteLine(line);
    const signature = content === '-- ';
    // A paragraph ends where the quote depth changes, whatever its last line promised (RFC 3676 §4.5).
    if (depth >= 0 && (lineDepth !== depth || signature)) end();
    depth = lineDepth;
    const flows = content.endsWith(' ') && !signature;
    pieces.push(flows && delsp ? content.slice(0, -1) : content);
    if (!flows) end();
  }
  end();
  return paragraphs.join('\n');
}

function quoteMarks(depth: number): string {
  return depth === 0 ? '' : `${'>'.repeat(Math.min(depth, MAX_DEPTH))} `;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  // The last line break ends a line, it does not begin one.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** RFC 3676 §4.4 and §4.5: quote marks first, then one stuffed space. */
function unquoteLine(line: string): { depth: number; content: string } {
  let depth = 0;
  while (line[depth] === '>') depth++;
  const content = line.slice(depth);
  return { depth, content: content.startsWith(' ') ? content.slice(1) : content };
}

/**
 * The other way: text as a person typed it, a paragraph to a line, to format=flowed (DelSp=no) with CRLF. Lines that begin
 * with `>` are quotes of that depth, `> >` is `>>`. White space at a line's end would mean a soft break: it is dropped,
 * except of the signature mark `-- `.
 */
export function flow(text: string): string {
  const out: string[] = [];
  for (const line of linesOf(text)) {
    const quoted = /^(?:>[ ]?)+/.exec(line)?.[0] ?? '';
    const depth = quoted.replaceAll(' ', '').length;
    const content = line.slice(quoted.length);
    const marks = '>'.repeat(depth);
    if (content === '-- ') out.push(depth > 0 ? `${marks} -- ` : '-- ');
    else
      for (const piece of wrap(content.trimEnd(), WIDTH - depth - 1)) out.push(marks + stuff(piece, depth));
  }
  return out.map((line) => `${line}\r\n`).join('');
}

/** RFC 3676 §4.4: a quoted line gets a space always, for looks; others where they would be misread. */
function stuff(line: string, depth: number): string {
  if (depth > 0) return line === '' ? '' : ` ${line}`;
  return /^(?: |>|From )/.test(line) ? ` ${line}` : line;
}

/** Pieces of at most `width` columns, each but the last ending in a space; a longer word stays whole. */
function wrap(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const pieces: string[] = [];
  let piece = '';
  for (const word of line.match(/[^ ]+ *|^ +/g) ?? []) {
    // `-- ` in a line of its own would be a signature mark.
    if (piece !== '' && piece !== '-- ' && piece.length + word.trimEnd().length > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += word;
  }
  pieces.push(piece);
  return pieces;
}

/**
 * A structured field's value without its comments (RFC 5322 §3.2.2), nested ones too, each a space; quoted strings stay, and so
 * does what stands in angle brackets: a URL may have parentheses (RFC 3986 §2.2).
 */
export function withoutComments(raw: string): string {
  let text = '';
  let start = 0;
  let depth = 0;
  let quoted = false;
  const lastAngle = raw.lastIndexOf('>');
  for (let at = 0; at < raw.length; at++) {
    const letter = raw[at];
    if (letter === '\\' && (quoted || depth > 0)) at++;
    else if (letter === '"' && depth === 0) quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '<' && depth === 0 && at < lastAngle) at = raw.indexOf('>', at);
    else if (letter === '(') {
      if (depth++ === 0) text += raw.slice(start, at) + ' ';
    } else if (letter === ')' && depth > 0) {
      depth--;
      start = at + 1;
    }
  }
  return depth > 0 ? text : text + raw.slice(start);
}

/** Cut at a separator outside quoted strings and angle brackets; comments have to be gone. */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let angled = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\' && quoted) at++;
    else if (letter === '"' && !angled) quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '<') angled = true;
    else if (letter === '>') angled = false;
    else if (letter === separator && !angled) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** What a quoted string holds; anything else as it is. */
export function unquoted(text: string): string {
  const inner = /^"((?:[^"\\]|\\[^])*)"?$/.exec(text.trim())?.[1];
  return inner === undefined ? text.trim() : inner.replace(/\\([^])/g, '$1');
}

/**
 * CSS that nests no deeper than a browser can bear. Engines read blocks and functions by calling themselves: a few
 * thousand `a{a{a{` or `:is(:is(:is(` in a mail end the tab (seen in Chromium 150 and 156), and `not (not (` takes them
 * time by the square. So brackets are counted here, by the tokens of CSS Syntax 3 §4.3, before any engine sees them.
 */

/** Brackets in brackets. Newsletters come to 4: a media query, a rule, a gradient, a colour. */
const MAX_NESTING = 32;
/** Characters before a block: twice what is kept of a selector. CSSOM writes out long selectors in the square of their length. */
const MAX_PRELUDE = 16 * 1024;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** NUL is read as U+FFFD. */
const NAME = /[-\w\0\u0080-\uffff]/;

/**
 * The CSS, of a sheet or a style attribute, without the statements that nest too deep. Never more than is given, in one pass;
 * where a browser might read brackets otherwise than it is done here, the statement goes too.
 */
export function withoutDepths(given: string): string {
  const css = given.replace(/\r\n?|\f/g, '\n');
  const awaited: string[] = [];
  let kept = '';
  let statement = 0;
  let prelude = 0;
  let excess = false;
  for (let at = 0; at < css.length;) {
    const token = tokenAt(css, at);
    const closing = CLOSING[token.bracket ?? ''];
    if (token.bracket === '{') excess ||= at - prelude > MAX_PRELUDE;
    if (closing !== undefined) awaited.push(closing);
    else if (awaited.length > 0 && token.bracket === awaited.at(-1)) awaited.pop();
    excess ||= token.doubtful === true || awaited.length > MAX_NESTING;
    at = token.end;
    if (token.bracket === '{' || token.bracket === '}' || token.bracket === ';') prelude = at;
    if (at < css.length && (awaited.length > 0 || prelude !== at)) continue;
    if (!excess) kept += css.slice(statement, at);
    statement = at;
    excess = false;
  }
  return kept;
}

interface Token {
  readonly end: number;
  /** Where it is one of `(){}[];`. */
  readonly bracket?: string;
  /** Whether it is an address, in which brackets do not count, is for what stands before it to say. */
  readonly doubtful?: boolean;
}

function tokenAt(css: string, at: number): Token {
  const first = css.charAt(at);
  if ('(){}[];'.includes(first)) return { end: at + 1, bracket: first };
  if (first === '"' || first === "'") return { end: endOfString(css, at) };
  if (first === '/' && css.charAt(at + 1) === '*') {
    const end = css.indexOf('*/', at + 2);
    return { end: end < 0 ? css.length : end + 2 };
  }
  const end = endOfName(css, at);
  if (end === at) return { end: at + 1 };
  const name = css.charAt(end) === '(' ? unescaped(css.slice(at, end)) : '';
  if (!/url$/i.test(name)) return { end };
  // `1url(`, `#url(` and `<!--url(` are no addresses, or may be none.
  if (!/^url$/i.test(name) || /[#@]/.test(css.charAt(at - 1))) return { end, doubtful: true };
  let inside = end + 1;
  while (/[ \t\n]/.test(css.charAt(inside))) inside++;
  return /["']/.test(css.charAt(inside)) ? { end } : { end: endOfAddress(css, inside) };
}

function endOfString(css: string, begin: number): number {
  const quote = css.charAt(begin);
  for (let at = begin + 1; at < css.length;) {
    const character = css.charAt(at);
    // A string that is left open ends with its line.
    if (character === quote || character === '\n') return at + 1;
    at = character === '\\' ? endOfEscape(css, at) || at + 2 : at + 1;
  }
  return css.length;
}

function endOfName(css: string, begin: number): number {
  let at = begin;
  for (;;) {
    const next = NAME.test(css.charAt(at)) ? at + 1 : endOfEscape(css, at);
    if (next === 0) return at;
    at = next;
  }
}

function endOfAddress(css: string, begin: number): number {
  for (let at = begin; at < css.length;) {
    if (css.charAt(at) === ')') return at + 1;
    at = endOfEscape(css, at) || at + 1;
  }
  return css.length;
}

const ESCAPE = /\\(?:([0-9a-f]{1,6})[ \t\n]?|[^\n])/iy;

/** 0: none begins here. A backslash before the end of a line is none. */
function endOfEscape(css: string, at: number): number {
  ESCAPE.lastIndex = at;
  return ESCAPE.test(css) ? ESCAPE.lastIndex : 0;
}

function unescaped(name: string): string {
  return name.replace(new RegExp(ESCAPE, 'gi'), (escape: string, digits?: string) => {
    const code = Number.parseInt(digits ?? '', 16);
    return digits === undefined ? escape.slice(1) : String.fromCodePoint(code > 0x10ffff ? 0xfffd : code);
  });
}

/**
 * HTML to plain text, in one pass, without a DOM: for quoting a mail in an answer, and for mail too large to lay
 * out. Makes text only; nothing in the result is ever parsed as HTML again.
 */

const BLOCK =
  /^(?:address|article|aside|blockquote|center|div|dl|dt|dd|fieldset|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tr|ul|br)$/;
const PARAGRAPH = /^(?:p|h[1-6]|blockquote|pre|table|ul|ol|dl)$/;
const SKIPPED =
  /^(?:head|style|script|title|template|noscript|svg|math|iframe|object|select|textarea|video|audio)$/;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  zwnj: '',
  zwj: '',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  deg: '°',
  times: '×',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  ecirc: 'ê',
  agrave: 'à',
  aacute: 'á',
  acirc: 'â',
  ccedil: 'ç',
  iacute: 'í',
  oacute: 'ó',
  uacute: 'ú',
  ntilde: 'ñ',
  aring: 'å',
  aelig: 'æ',
  oslash: 'ø',
  zwsp: '',
  emsp: ' ',
  ensp: ' ',
  thinsp: ' ',
};

/**
 * @param limit characters of text after which to stop; the result then ends with "…".
 */
export function textOfHtml(html: string, limit = Infinity): string {
  const writer = createWriter();
  const unclosed = new Set<string>();
  let skipping: string | undefined;
  let at = 0;
  while (at < html.length && writer.length() < limit) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (skipping === undefined && end > at) writer.add(html.slice(at, end));
    if (open < 0) break;
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)/.exec(html.slice(open, open + 40));
    if (tag === null) {
      at = endOfOther(html, open);
      if (at === open + 1 && skipping === undefined) writer.add('<');
      continue;
    }
    const name = (tag[2] ?? '').toLowerCase();
    const closing = tag[1] === '/';
    at = endOfTag(html, open + tag[0].length);
    if (skipping !== undefined) {
      if ((closing && name === skipping) || (skipping === 'head' && name === 'body')) skipping = undefined;
    } else if (!SKIPPED.test(name)) writer.tag(name, closing);
    else if (!closing && !unclosed.has(name)) {
      if (closesLater(html, name, at)) skipping = name;
      else unclosed.add(name);
    }
  }
  const text = writer.text();
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

interface Writer {
  add(piece: string): void;
  tag(name: string, closing: boolean): void;
  length(): number;
  text(): string;
}

/** Puts pieces of text together with the breaks and single spaces that belong between them. */
function createWriter(): Writer {
  // Pieces, not one growing string: looking at the end of that would copy it each time.
  const pieces: string[] = [];
  let length = 0;
  let spaced = true;
  let breaks = 0;
  let room = false;

  function add(piece: string): void {
    let words = decodeEntities(piece).replace(/[\s\u00a0]+/g, ' ');
    if (words === '') return;
    if (breaks > 0 || spaced) words = words.trimStart();
    if (words === '') {
      room = true;
      return;
    }
    if (length > 0 && breaks > 0) words = '\n'.repeat(breaks) + words;
    else if (room && !spaced && !words.startsWith(' ')) words = ` ${words}`;
    pieces.push(words);
    length += words.length;
    spaced = words.endsWith(' ');
    breaks = 0;
    room = false;
  }

  return {
    add,
    tag(name, closing) {
      if (name === 'td' || name === 'th') room = true;
      if (!BLOCK.test(name)) return;
      breaks = name === 'br' ? Math.min(breaks + 1, 2) : Math.max(breaks, PARAGRAPH.test(name) ? 2 : 1);
      if (name === 'li' && !closing) add('• ');
    },
    length: () => length,
    text: () => pieces.join('').trimEnd(),
  };
}

/** The position after a comment, a declaration or a stray `<`. */
function endOfOther(html: string, open: number): number {
  if (html.startsWith('<!--', open)) {
    const close = html.indexOf('-->', open + 4);
    return close < 0 ? html.length : close + 3;
  }
  if (!/[!?/]/.test(html[open + 1] ?? '')) return open + 1;
  const close = html.indexOf('>', open);
  return close < 0 ? html.length : close + 1;
}

function closesLater(html: string, name: string, from: number): boolean {
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = from;
  return close.test(html);
}

/** The position after a tag's `>`, quoted attribute values passed over. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at += 1) {
    const char = html[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && html[at - 1] === '=') quote = char;
    else if (char === '>') return at + 1;
  }
  return html.length;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
      return code > 0x1f && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
        ? String.fromCodePoint(code)
        : ' ';
    },
  );
}

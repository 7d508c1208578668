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
  let text = '';
  let skipping: string | undefined;
  let breaks = 0;
  let at = 0;
  let room = false;
  const unclosed = new Set<string>();

  const add = (piece: string): void => {
    const words = decodeEntities(piece).replace(/[\s\u00a0]+/g, ' ');
    if (words === '' || (words === ' ' && (breaks > 0 || text === ''))) {
      room ||= words === ' ';
      return;
    }
    if (text === '') text = words.trimStart();
    else if (breaks > 0) text += '\n'.repeat(breaks) + words.trimStart();
    else if (text.endsWith(' ')) text += words.trimStart();
    else text += (room && !words.startsWith(' ') ? ' ' : '') + words;
    breaks = 0;
    room = false;
  };

  while (at < html.length && text.length < limit) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (skipping === undefined && end > at) add(html.slice(at, end));
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      at = close < 0 ? html.length : close + 3;
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)/.exec(html.slice(open, open + 40));
    if (tag === null) {
      if (skipping === undefined && !/^<[!?/]/.test(html.slice(open, open + 2))) {
        add('<');
        at = open + 1;
        continue;
      }
      const close = html.indexOf('>', open);
      at = close < 0 ? html.length : close + 1;
      continue;
    }
    const name = (tag[2] ?? '').toLowerCase();
    const closing = tag[1] === '/';
    at = endOfTag(html, open + tag[0].length);
    if (skipping !== undefined) {
      if ((closing && name === skipping) || (skipping === 'head' && name === 'body')) skipping = undefined;
    } else if (SKIPPED.test(name)) {
      if (closing || unclosed.has(name)) continue;
      if (closesLater(html, name, at)) skipping = name;
      else unclosed.add(name);
    } else if (BLOCK.test(name)) {
      const wanted = PARAGRAPH.test(name) ? 2 : 1;
      breaks = name === 'br' ? Math.min(breaks + 1, 2) : Math.max(breaks, wanted);
      if (name === 'li' && !closing) add('• ');
    } else if (name === 'td' || name === 'th') room = true;
  }
  return text.length > limit ? `${text.slice(0, limit)}…` : text.trimEnd();
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

/** An answer's or a forward's HTML: what programs fold and colour as a quote, and others still show as one. */

/** Characters of HTML that are quoted: beyond these the answer has its text alone. */
const MAX_QUOTED = 1_000_000;
/** For programs that show no difference between a quote and an indent. */
const STYLE = 'margin:0 0 0 .8ex;border-left:2px solid #ccc;padding-left:1ex';

/** The attribution, escaped, above `html` as a quote; undefined where it is too long. `html`: as `Original.html` has it. */
export function quotedHtml(attribution: string, html: string): string | undefined {
  if (html.length > MAX_QUOTED) return undefined;
  // What follows a quote has to be outside of it, or the caret cannot leave it.
  return `<div>${escaped(attribution)}</div>\n<blockquote type="cite" style="${STYLE}">${html}</blockquote>\n<div><br></div>\n`;
}

/** The lines of the header, escaped, above `html` as it is. */
export function forwardedHtml(header: string, html: string): string | undefined {
  if (html.length > MAX_QUOTED) return undefined;
  return `<div>${escaped(header.trimEnd())}</div>\n<div><br></div>\n<div>${html}</div>\n`;
}

/** Text as HTML, line breaks included. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\r\n?|\n/g, '<br>\n');
}

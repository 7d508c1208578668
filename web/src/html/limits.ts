/**
 * How much HTML Postern lays out. A mail beyond these limits is shown as its text: the browser's parser and
 * layout are fast, but a hostile mail can make either work for minutes in the thread the person is using.
 */

/** Characters of HTML, inline data: images included. 16 Mi is three times what large senders accept in all. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Characters that are not inside a data: address. */
const MAX_MARKUP = 4 * 1024 * 1024;
/** Elements the parser may have to make, by `estimateElements`. A long newsletter has 5,000. */
export const MAX_ELEMENTS = 40_000;
/** Depth of nested elements. Newsletters nest tables 30 deep; browsers flatten at 512. */
export const MAX_DEPTH = 200;
/** Characters of text shown when the HTML is not. */
export const MAX_TEXT = 512 * 1024;

/** Why a mail's HTML was not laid out. */
export type Excess = 'too-large' | 'too-complex';

/** Says, in one pass and before any parser sees it, whether a mail's HTML is beyond the limits. */
export function excessOf(html: string): Excess | undefined {
  if (html.length > MAX_CHARACTERS) return 'too-large';
  if (
    html.length > MAX_MARKUP &&
    html.replace(/data:image\/[\w.+-]+;base64,[\w+/=\s]*/gi, '').length > MAX_MARKUP
  ) {
    return 'too-large';
  }
  return estimateElements(html, MAX_ELEMENTS) > MAX_ELEMENTS ? 'too-complex' : undefined;
}

const TAG = /<(\/?)([a-z][a-z0-9]*)/gi;
const FORMATTING = /^(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)$/i;

/**
 * An upper estimate of the elements a parser makes of this HTML. It may be far more than there are tags: every
 * formatting element left open is made again in each block that follows (HTML, "reconstruct the active
 * formatting elements"), so 5,000 open `<font>`s before 5,000 paragraphs are 25 million elements.
 * @param enough stop counting beyond this.
 */
function estimateElements(html: string, enough: number): number {
  let open = 0;
  let elements = 0;
  for (const match of html.matchAll(TAG)) {
    const closing = match[1] === '/';
    const formatting = FORMATTING.test(match[2] ?? '');
    if (closing) {
      if (formatting && open > 0) open -= 1;
      continue;
    }
    // Up to 8 open at a time is how ordinary mail nests them; no factor is charged for those.
    elements += open > 8 ? open : 1;
    if (formatting) open += 1;
    if (elements > enough) return elements;
  }
  return elements;
}

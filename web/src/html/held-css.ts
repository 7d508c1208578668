/**
 * Keeps a mail's CSS from the browser while the HTML is parsed: an inert document reads style sheets, style attributes and media
 * conditions at once, and what is made to wear it out (css-depth.ts) would have done so before anything is cleaned. In the text
 * of the mail, the names of those attributes get a mark that no attribute has; style sheets, and inputs, which may hold a
 * colour, get a type that is none. Then the text is parsed, and what the mark came into besides gets rid of it again.
 */
import { withoutDepths } from './css-depth.ts';

/** A code point that means nothing and never will, and may stand in the name of an attribute. */
const MARK = '\ud7ff';
const MARKS = new RegExp(` type=${MARK}|${MARK}`, 'g');

/** What the parser finds in the place of `style`. */
export const HELD_STYLE = `style${MARK}`;

/** HTML in which no CSS is to be read by whoever parses it. */
export function holdStyles(html: string): string {
  return (
    html
      // Of two attributes with one name, the parser keeps the first.
      .replace(/<(?:style|input)(?=[\s/>])/gi, `$& type=${MARK}`)
      // Wherever the name of an attribute can stand: in text too, since only a parser can tell.
      .replace(/(?<=[\s"'/])(?:style|media)(?=\s*=)/gi, `$&${MARK}`)
  );
}

/** The text as it was before `holdStyles`. */
export function released(text: string): string {
  return text.includes(MARK) ? text.replace(MARKS, '') : text;
}

/** Undoes `holdStyles` in parsed and purified elements; styles come back without what nests too deep. */
export function releaseStyles(elements: readonly HTMLElement[]): void {
  for (const element of elements) {
    for (const { name, value } of [...element.attributes]) {
      if (name === HELD_STYLE) {
        element.removeAttribute(name);
        element.setAttribute('style', withoutDepths(released(value)));
      } else if (value.includes(MARK)) element.setAttribute(name, released(value));
    }
    for (const node of element.childNodes) {
      if (node.nodeType === 3) node.nodeValue = released(node.nodeValue ?? '');
    }
  }
}

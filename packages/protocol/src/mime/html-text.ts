/** HTML to text that reads well, without a DOM: for quoting in a reply and for previews. What comes out is text, never HTML. */
import { decodeEntities } from './entity.ts';
import { attribute, htmlTokens } from './html-token.ts';
import type { HtmlTag } from './html-token.ts';
import { TextLines } from './text-lines.ts';

/** Characters of HTML that are read; a person reads less. */
const MAX_HTML = 4 * 1024 * 1024;
/** Elements open at a time that are kept in mind. */
const MAX_OPEN = 200;

/** Elements that begin and end a line. */
const BLOCKS = new Set(
  'address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody thead tfoot tr ul'.split(
    ' ',
  ),
);
/** Those with an empty line around them. */
const SPACED = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

export interface HtmlTextOptions {
  /** Links as `text <url>`, quotes behind `>`, pictures by their description. */
  readonly forReading: boolean;
  /** Characters of text after which the rest is left out. */
  readonly limit?: number;
}

/**
 * The text of an HTML message: blocks on lines of their own, lists with marks, quotes behind `>`, links as `text <url>`
 * where the text is not the address itself, white space collapsed except in `pre`. Hidden elements are left out.
 * @param limit characters of text after which the rest is left out.
 */
export function textOfHtml(html: string, limit = Infinity): string {
  return new HtmlReader({ forReading: true, limit }).read(html).slice(0, limit);
}

/** For {@link previewOf}: no links, no quotes, no pictures; text hidden for previews stays, it was written for them. */
export function previewTextOfHtml(html: string, limit: number): string {
  return new HtmlReader({ forReading: false, limit }).read(html);
}

interface OpenElement {
  readonly name: string;
  readonly hidden: boolean;
  readonly href: string | undefined;
  /** Characters written before it. */
  readonly start: number;
  /** The number of the next item of an `ol`; 0 for others. */
  item: number;
}

class HtmlReader {
  readonly #options: HtmlTextOptions;
  readonly #lines = new TextLines();
  readonly #open: OpenElement[] = [];
  /** How many open elements are hidden. */
  #hidden = 0;
  #pre = 0;

  constructor(options: HtmlTextOptions) {
    this.#options = options;
  }

  read(html: string): string {
    const limit = this.#options.limit ?? Infinity;
    for (const token of htmlTokens(html.slice(0, MAX_HTML))) {
      if (token.kind === 'text') this.#text(token.text);
      else if (token.kind === 'open') this.#openTag(token);
      else this.#closeTag(token.name);
      if (this.#lines.length > limit) break;
    }
    return this.#lines.text();
  }

  #text(raw: string): void {
    if (this.#hidden > 0) return;
    const text = decodeEntities(raw);
    if (this.#pre > 0) this.#lines.verbatim(text);
    else this.#lines.flowing(text);
  }

  #openTag(tag: HtmlTag): void {
    const { name } = tag;
    this.#closeImplied(name);
    const hidden = isHidden(tag, this.#options.forReading);
    if (this.#hidden === 0 && !hidden) {
      if (name === 'br') this.#lines.lineBreak();
      else if (BLOCKS.has(name)) this.#beginBlock(tag);
      else if (name === 'td' || name === 'th') this.#lines.gap();
      else if (name === 'img' && this.#options.forReading) this.#picture(tag);
    }
    if (!VOID.has(name)) this.#push(tag, hidden);
  }

  /** End tags that HTML lets authors leave out (§13.1.2.4), as far as they matter here. */
  #closeImplied(name: string): void {
    if (BLOCKS.has(name)) this.#closeTop('p');
    if (name === 'li') this.#closeTop('li');
    if (name === 'td' || name === 'th' || name === 'tr') this.#closeTop('td', 'th');
    if (name === 'tr') this.#closeTop('tr');
  }

  #closeTop(...names: readonly string[]): void {
    const top = this.#open.at(-1);
    if (top !== undefined && names.includes(top.name)) this.#close(this.#open.pop()!);
  }

  #beginBlock(tag: HtmlTag): void {
    // A list within a list needs no empty line.
    const spaced = SPACED.has(tag.name) && !this.#open.some((element) => element.name === 'li');
    this.#lines.block(spaced);
    if (!this.#options.forReading) return;
    if (tag.name === 'hr') {
      this.#lines.flowing('----');
      this.#lines.block(false);
    }
    if (tag.name === 'li') this.#listMark();
  }

  #listMark(): void {
    const list = this.#open.findLast((element) => element.name === 'ol' || element.name === 'ul');
    this.#lines.mark(list?.name === 'ol' ? `${++list.item}. ` : '- ');
  }

  #picture(tag: HtmlTag): void {
    const description = attribute(tag, 'alt')?.trim();
    if (description !== undefined && description !== '') this.#lines.flowing(description.slice(0, 500));
  }

  #push(tag: HtmlTag, hidden: boolean): void {
    if (this.#open.length >= MAX_OPEN) return;
    const href = tag.name === 'a' && this.#options.forReading ? attribute(tag, 'href')?.trim() : undefined;
    this.#open.push({ name: tag.name, hidden, href, start: this.#lines.length, item: 0 });
    if (hidden) this.#hidden++;
    if (tag.name === 'pre') this.#pre++;
    if (tag.name === 'blockquote' && this.#hidden === 0) this.#lines.quote(1);
  }

  /** Closes what is open up to that element; a closing tag of nothing open is no tag. */
  #closeTag(name: string): void {
    const index = this.#open.findLastIndex((element) => element.name === name);
    if (index < 0) {
      // As in a browser, `</p>` alone is an empty paragraph.
      if (name === 'p' && this.#hidden === 0) this.#lines.block(true);
      return;
    }
    while (this.#open.length > index) this.#close(this.#open.pop()!);
  }

  #close(element: OpenElement): void {
    if (element.hidden) this.#hidden--;
    if (element.name === 'pre') this.#pre--;
    if (this.#hidden > 0 || element.hidden) return;
    if (element.href !== undefined) this.#link(element.href, element.start);
    if (element.name === 'blockquote') {
      this.#lines.block(false);
      this.#lines.quote(-1);
    }
    if (BLOCKS.has(element.name)) this.#lines.block(SPACED.has(element.name));
  }

  /** `text <url>`, unless the text says it already, or there is none, or it leads nowhere outside. */
  #link(href: string, start: number): void {
    if (!/^(?:https?|ftp|mailto|tel):/i.test(href) || href.length > 2000) return;
    const text = this.#lines.since(start).trim();
    const bare = (url: string) =>
      url.replace(/^(?:https?:\/\/|mailto:|tel:)?(?:www\.)?/i, '').replace(/\/$/, '');
    if (text !== '' && bare(text) !== bare(href))
      this.#lines.flowing(` <${href.replace(/[\s<>]/g, encodeURI)}>`);
  }
}

function isHidden(tag: HtmlTag, forReading: boolean): boolean {
  if (tag.name === 'head') return true;
  if (!forReading) return tag.name === 'blockquote';
  if (tag.attributes.length < 6) return false;
  if (/(?:^|\s)hidden(?:[\s=/]|$)/i.test(tag.attributes.replace(/"[^"]*"|'[^']*'/g, '""'))) return true;
  const style = attribute(tag, 'style');
  if (style === undefined) return false;
  // Not font-size: 0 or mso-hide: newsletters put visible things into those.
  return /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style);
}

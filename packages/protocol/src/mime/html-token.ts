/** Cuts HTML into tags and text, well enough to read it; not to show it: that is a browser's and the sanitiser's business. */

import { decodeEntities } from './entity.ts';

export interface HtmlTag {
  readonly kind: 'open' | 'close';
  /** Lower-case. */
  readonly name: string;
  /** What stands between the name and the `>`. */
  readonly attributes: string;
}

export type HtmlToken = HtmlTag | { readonly kind: 'text'; readonly text: string };

/** Elements whose content is no text, whatever it looks like (HTML §13.1.2). */
const RAW = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'template',
  'noscript',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'svg',
  'math',
  'object',
  'select',
]);

/** Linear in the length; comments, declarations and the content of scripts and styles are left out. Text keeps its references. */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  // What is not closed once is not closed later either.
  const missing = new Set<string>();
  const find = (needle: string, from: number): number => {
    if (missing.has(needle)) return -1;
    const found = html.indexOf(needle, from);
    if (found < 0) missing.add(needle);
    return found;
  };
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    if (open > at) yield { kind: 'text', text: html.slice(at, open) };
    const next = html[open + 1] ?? '';
    if (next === '!' || next === '?') {
      const comment = html.startsWith('<!--', open);
      const end = comment ? find('-->', open + 4) : find('>', open);
      at = end < 0 ? html.length : end + (comment ? 3 : 1);
    } else if (!/[a-z/]/i.test(next)) {
      yield { kind: 'text', text: '<' };
      at = open + 1;
    } else {
      const end = tagEnd(html, open, find);
      const tag = tagOf(html.slice(open + 1, end));
      at = end + 1;
      if (tag === undefined) continue;
      yield tag;
      if (tag.kind === 'open' && RAW.has(tag.name) && !tag.attributes.endsWith('/'))
        at = rawEnd(html, at, tag.name, missing);
    }
  }
  if (at < html.length) yield { kind: 'text', text: html.slice(at) };
}

/** The `>` of a tag, past those in quoted attribute values. */
function tagEnd(html: string, open: number, find: (needle: string, from: number) => number): number {
  const pattern = /[>"']/g;
  pattern.lastIndex = open;
  for (let found = pattern.exec(html); found !== null; found = pattern.exec(html)) {
    if (found[0] === '>') return found.index;
    // A quote opens a value only after `=`; elsewhere it is a stray character.
    if (!/=\s*$/.test(html.slice(Math.max(open, found.index - 8), found.index))) continue;
    const close = find(found[0], found.index + 1);
    if (close < 0) continue;
    pattern.lastIndex = close + 1;
  }
  return html.length;
}

function tagOf(content: string): HtmlTag | undefined {
  const found = /^(\/?)([a-z][^\s/>]{0,60})/i.exec(content);
  if (found === null) return undefined;
  return {
    kind: found[1] === '/' ? 'close' : 'open',
    name: found[2]!.toLowerCase(),
    attributes: content.slice(found[0].length),
  };
}

function rawEnd(html: string, from: number, name: string, missing: Set<string>): number {
  if (missing.has(name)) return from;
  const close = new RegExp(`</${name}[\\s/>]`, 'ig');
  close.lastIndex = from;
  const found = close.exec(html);
  if (found !== null) return found.index;
  missing.add(name);
  // A script that never ends hides the rest, as in a browser; others do not.
  return name === 'script' || name === 'style' ? html.length : from;
}

/** One attribute's value with its references undone; undefined if it is not there. */
export function attribute(tag: HtmlTag, name: string): string | undefined {
  const pattern = /([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const [, key, double, single, bare] of tag.attributes.slice(0, 20_000).matchAll(pattern)) {
    if (key!.toLowerCase() === name) return decodeEntities(double ?? single ?? bare ?? '');
  }
  return undefined;
}

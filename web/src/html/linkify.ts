/** Finds the links in plain text. Gives pieces, never markup: whoever shows them makes text nodes of them. */
import { LinkifyIt } from 'linkify-it';
import { isFileName } from './link.ts';
import { linkTarget } from './urls.ts';

export type Segment = { readonly text: string } | { readonly link: string; readonly href: string };

/** Characters of one line in which links are looked for; the rest is shown as it is. */
const MAX_LINE = 20_000;

const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false, maxLength: 4096 })
  .add('ftp:', null)
  .add('//', null);

/**
 * Splits text into what is said and what can be followed: http, https and mailto addresses, `www.` names, names
 * with a well-known ending, mail addresses. Joined again, the pieces are the text, character for character.
 */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') segments.push({ text: plain });
    plain = '';
  };
  for (const line of text.split(/(?<=\n)/)) {
    const searched = line.slice(0, MAX_LINE);
    let end = 0;
    for (const match of finder.match(searched) ?? []) {
      const href = hrefOf(match.schema, match.url, match.raw);
      if (href === undefined) continue;
      plain += line.slice(end, match.index);
      flush();
      segments.push({ link: match.raw, href });
      end = match.lastIndex;
    }
    plain += line.slice(end);
  }
  flush();
  return segments;
}

function hrefOf(schema: string, url: string, raw: string): string | undefined {
  if (schema === '' && isFileName(raw)) return undefined;
  // Nobody wrote http: here, the library put it in front.
  const address = schema === '' ? url.replace(/^http:/i, 'https:') : url;
  return linkTarget(address)?.href;
}

import { splitOutsideQuotes, unquoted, withoutComments } from './comment.ts';
import { decodeWords } from './encoded-word.ts';
import type { HeaderFields } from './header.ts';
import { oneLine } from './text.ts';

/** What a mailing list says of itself: RFC 2369, 2919 and 8058. URLs are `mailto:`, `https:` or `http:`, best first. */
export interface MailingList {
  /** Without angle brackets, lower-case; '' if it has none. */
  readonly id: string;
  /** What people call it; '' if it does not say. */
  readonly name: string;
  /** undefined: not said; an empty list: nobody may post (`NO`). */
  readonly post: readonly string[] | undefined;
  readonly unsubscribe: readonly string[];
  /**
   * To be POSTed `List-Unsubscribe=One-Click`, without cookies, when the person asks to unsubscribe (RFC 8058 §3.2; §4 wants
   * a valid DKIM signature over both fields first, which is for the caller to see to). undefined: not offered.
   */
  readonly oneClick: string | undefined;
  readonly subscribe: readonly string[];
  readonly help: readonly string[];
  readonly owner: readonly string[];
  readonly archive: readonly string[];
}

/** URLs of one field. */
const MAX_URLS = 20;
/** Characters of a field that are looked at, and of a URL. */
const MAX_FIELD = 20_000;
const MAX_URL = 4000;

/** undefined: the message came through no list. Never throws. */
export function mailingListOf(headers: HeaderFields): MailingList | undefined {
  const { id, name } = listId(headers.raw('list-id') ?? '');
  const urls = (field: string) => urlsOf(headers.raw(`list-${field}`) ?? '');
  const post = headers.raw('list-post');
  const unsubscribe = urls('unsubscribe');
  if (id === '' && post === undefined && unsubscribe.length === 0) return undefined;
  const oneClick = /^\s*List-Unsubscribe\s*=\s*One-Click\s*$/i.test(
    headers.raw('list-unsubscribe-post') ?? '',
  );
  return {
    id,
    name,
    post: post === undefined ? undefined : urlsOf(post),
    unsubscribe,
    oneClick: oneClick ? unsubscribe.find((url) => /^https:/i.test(url)) : undefined,
    subscribe: urls('subscribe'),
    help: urls('help'),
    owner: urls('owner'),
    archive: urls('archive'),
  };
}

/** RFC 2919 §3: a phrase, and the identifier in angle brackets; some write it bare. */
function listId(raw: string): { id: string; name: string } {
  const field = raw.slice(0, MAX_FIELD);
  const open = field.lastIndexOf('<');
  const id = open < 0 ? withoutComments(field) : field.slice(open + 1).split('>')[0]!;
  const name = open < 0 ? '' : unquoted(decodeWords(withoutComments(field.slice(0, open))));
  return { id: oneLine(id).replace(/\s+/g, '').toLowerCase().slice(0, 255), name: oneLine(name).trim() };
}

/** RFC 2369 §2: URLs in angle brackets, the best first; white space within is none of theirs. */
function urlsOf(raw: string): string[] {
  const found: string[] = [];
  for (const piece of splitOutsideQuotes(withoutComments(raw.slice(0, MAX_FIELD)), ',')) {
    const url = (/<([^<>]*)>/.exec(piece)?.[1] ?? piece).replace(/[\s\0-\x1f\x7f]+/g, '');
    if (/^(?:mailto:|https?:\/\/)./i.test(url) && url.length <= MAX_URL) found.push(url);
    if (found.length >= MAX_URLS) break;
  }
  return found;
}

/** Is a link what it seems to be? Asked before a person is led anywhere. */
import { isPublicHost, linkTarget } from './urls.ts';
import { looksAlike, unicodeHost } from './look-alike.ts';

/**
 * - `shows-other-host`: the text names one place, the link leads to another
 * - `look-alike`: the name is spelt with letters that imitate others
 * - `hidden-name`: a name before an `@` pretends to be the place (`https://bank.example@other.example`)
 * - `number-address`: a bare number instead of a name
 * - `private-address`: a machine on the person's own network
 * - `not-a-link`: a scheme Postern does not open
 */
export type LinkWarning =
  'shows-other-host' | 'look-alike' | 'hidden-name' | 'number-address' | 'private-address' | 'not-a-link';

export interface LinkCheck {
  /** True: open without asking. */
  readonly safe: boolean;
  readonly warning?: LinkWarning;
  /** Where it leads, as a person reads it: host name in Unicode, a mail address, a telephone number. */
  readonly host: string;
  /** The host the text names, as a person reads it; only with `shows-other-host`. */
  readonly shown?: string;
  /** The address to open; empty when it must not be opened at all. */
  readonly href: string;
}

/**
 * @param text what the link shows.
 * @param href where it leads.
 */
export function inspectLink(text: string, href: string): LinkCheck {
  const url = linkTarget(href);
  if (url === undefined) return { safe: false, warning: 'not-a-link', host: '', href: '' };
  if (url.protocol === 'tel:') return { safe: true, host: url.pathname, href: url.href };
  const mail = url.protocol === 'mailto:';
  const address = mail ? mailAddress(url) : '';
  const ascii = mail ? address.slice(address.lastIndexOf('@') + 1) : url.hostname;
  const result = { host: mail ? address : unicodeHost(ascii), href: url.href };
  const warning = warningFor(url, ascii, mail);
  if (warning !== undefined) return { safe: false, warning, ...result };
  const shown = shownHost(text);
  if (shown === undefined || ascii === '' || sameOwner(shown, ascii)) return { safe: true, ...result };
  return { safe: false, warning: 'shows-other-host', shown: unicodeHost(shown), ...result };
}

function mailAddress(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}

function warningFor(url: URL, host: string, mail: boolean): LinkWarning | undefined {
  if (looksAlike(host)) return 'look-alike';
  if (!mail) {
    if (url.username !== '' || url.password !== '') return 'hidden-name';
    if (/^[\d.]+$|^\[/.test(host)) return isPublicHost(host) ? 'number-address' : 'private-address';
    if (!isPublicHost(host)) return 'private-address';
  }
  return undefined;
}

/** Characters without width, and those that turn the direction of what follows. */
const UNSEEN = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const HOST = String.raw`((?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]{0,62})\.)+\p{L}[\p{L}\p{N}\p{M}-]{1,62})`;
const SHOWN_ADDRESS = new RegExp(String.raw`^[<("'\s]*(?:[a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@]*@)?${HOST}`, 'iu');
const SHOWN_NAME = new RegExp(
  String.raw`^[<("'\s]*(?:mailto:)?(?:[^\s@/]+@)?${HOST}(?=$|[:/?#>)"'\s.,])`,
  'iu',
);
const INNER_ADDRESS = new RegExp(String.raw`(?:https?:\/\/|www\.)(?:[^\s/@]*@)?${HOST}`, 'iu');
/** File names that would read as a host with a top-level domain of the same letters. */
const FILE_NAME =
  /\.(?:pdf|docx?|xlsx?|pptx?|zip|txt|html?|jpe?g|png|gif|csv|ics|eml|js|ts|py|rs|md|sh|cfg|conf|log|exe|rb|go|css|json|xml|svg|mp[34]|mov|tar|gz|bin)$/i;

/** Whether a word that could be a host is more likely a file's name (`README.md`). */
export function isFileName(word: string): boolean {
  return FILE_NAME.test(word) && !/[/@]|^www\./i.test(word);
}

/** The host a link's text makes a person expect, in ASCII form; undefined when it names none. */
function shownHost(text: string): string | undefined {
  const plain = text.slice(0, 2000).normalize('NFKC').replace(UNSEEN, '').trim();
  const bare = SHOWN_NAME.exec(plain)?.[1];
  const found =
    SHOWN_ADDRESS.exec(plain)?.[1] ??
    (bare !== undefined && !isFileName(bare) && plain.split(/\s+/).length <= 2 ? bare : undefined) ??
    INNER_ADDRESS.exec(plain)?.[1];
  if (found === undefined) return undefined;
  return URL.canParse(`https://${found}`) ? new URL(`https://${found}`).hostname : undefined;
}

/** Whether two hosts have one owner, as far as that can be told without the public suffix list. */
function sameOwner(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) =>
    host
      .toLowerCase()
      .replace(/\.$/, '')
      .replace(/^www\./, ''),
  ) as [string, string];
  return a === b || owner(a) === owner(b);
}

function owner(host: string): string {
  const labels = host.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  // co.uk, com.au, or.jp and their like: a short second level under a country is not an owner's name.
  const shared =
    top.length === 2 &&
    /^(?:com?|org?|net?|gov?|edu|ac|gob|gouv|mil|ltd|plc|me|sch|nhs|id|asn)$/.test(second);
  return labels.slice(shared ? -3 : -2).join('.');
}

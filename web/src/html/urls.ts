/** Which addresses in a mail may be opened or loaded, and which never. */

/** Where an image's address leads. */
export type ImageSource =
  | { readonly kind: 'cid'; readonly cid: string }
  | { readonly kind: 'data'; readonly url: string }
  | { readonly kind: 'remote'; readonly url: string }
  | { readonly kind: 'none' };

const DATA_IMAGE =
  /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon);base64,[A-Za-z0-9+/=\s]*$/i;
const LINK_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** White space and control characters, which browsers skip inside a scheme and people do not see. */
const INVISIBLE = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g;

/** The address in full, when a person may be led there (http, https, mailto, tel); undefined otherwise. */
export function linkTarget(href: string): URL | undefined {
  const trimmed = href.trim();
  if (trimmed.length > 8192) return undefined;
  const absolute = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  // A scheme that only shows once the invisible is taken out was meant to deceive.
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(absolute)?.[1]?.toLowerCase();
  if (scheme === undefined || !LINK_SCHEMES.has(scheme)) return undefined;
  if (!URL.canParse(absolute)) return undefined;
  const url = new URL(absolute);
  return LINK_SCHEMES.has(url.protocol) ? url : undefined;
}

/** What an image's address is: a part of this message, data in the mail itself, or somewhere on the network. */
export function imageSource(src: string): ImageSource {
  const trimmed = src.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/i
    .exec(trimmed.slice(0, 32).replace(INVISIBLE, ''))?.[1]
    ?.toLowerCase();
  if (scheme === 'cid') return { kind: 'cid', cid: decodePercent(trimmed.slice(trimmed.indexOf(':') + 1)) };
  if (scheme === 'data') return DATA_IMAGE.test(trimmed) ? { kind: 'data', url: trimmed } : { kind: 'none' };
  const absolute = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  if (trimmed.length > 8192 || !/^https?:/i.test(absolute) || !URL.canParse(absolute))
    return { kind: 'none' };
  const url = new URL(absolute);
  // The frame may only load https; nearly every server that has an image over http has it over https too.
  url.protocol = 'https:';
  url.username = '';
  url.password = '';
  return isPublicHost(url.hostname) ? { kind: 'remote', url: url.href } : { kind: 'none' };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a host can be somebody else's server: not this machine, not a private network, not a bare name.
 * A mail must not make the browser knock on the doors behind a person's own firewall.
 * @param host as `URL.hostname` gives it.
 */
export function isPublicHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name.startsWith('[')) return isPublicIPv6(name.slice(1, -1));
  const octets = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name)?.slice(1).map(Number);
  if (octets !== undefined) {
    const [a = 0, b = 0] = octets;
    return !(
      a === 0 ||
      a === 10 ||
      a === 127 ||
      a >= 224 ||
      (a === 100 && b >= 64 && b < 128) ||
      (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168)
    );
  }
  return (
    name.includes('.') &&
    !/\.(?:local|localhost|internal|intranet|lan|home|corp|home\.arpa|onion)$/.test(name)
  );
}

function isPublicIPv6(address: string): boolean {
  // 2000::/3 is all that is routed; ::ffff:0:0/96, fc00::/7, fe80::/10 and ::1 lie outside it.
  return /^[23][0-9a-f]{3}:/.test(address);
}

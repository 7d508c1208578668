/**
 * How a person leaves a mailing list (List-Unsubscribe, RFC 2369). The one-click POST of RFC 8058 is left out on purpose:
 * sent by this page it would tell a host that the sender chose who reads here and from where, its answer could not be read
 * across origins, and the app's policy would have to allow every host; sent by the gateway it would make of it a way to
 * reach any machine. A mail goes the way all mail goes, and a page is opened by the person, in a tab of its own.
 */
import { parseMailto } from '@postern/protocol/mime';
import { inspectLink } from '../html/link.ts';

export interface Unsubscribe {
  /** A message to be sent, as a `mailto:` URL: shown to the person first, as any other. */
  readonly mail?: { readonly url: string; readonly address: string };
  /** A page of the sender's, over https and with a name of its own. */
  readonly page?: { readonly href: string; readonly host: string };
}

/** @param urls as the header has them, best first. */
export function unsubscribeBy(urls: readonly string[]): Unsubscribe {
  const mails = urls.flatMap((url) => {
    const address = parseMailto(url)?.to[0]?.address;
    return address === undefined ? [] : [{ url, address }];
  });
  const pages = urls.flatMap((url) => {
    const { safe, href, host } = inspectLink('', url);
    return safe && href.startsWith('https:') ? [{ href, host }] : [];
  });
  return {
    ...(mails[0] ? { mail: mails[0] } : {}),
    ...(pages[0] ? { page: pages[0] } : {}),
  };
}

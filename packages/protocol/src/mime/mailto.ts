import { decodeText } from './charset.ts';
import { messageIds } from './header.ts';
import { percentDecoded } from './parameter.ts';
import { readRecipients } from './recipients.ts';
import type { DraftFields } from './reply.ts';
import { oneLine } from './text.ts';

/** Characters of a URL that are looked at: a page may hold any. */
const MAX_URL = 100_000;

/**
 * A `mailto:` URL, RFC 6068, as a draft; undefined if it is none. Of the header fields that a page may suggest only To, Cc,
 * Bcc, Subject, body and In-Reply-To are believed (§4 warns of the others). Never throws.
 */
export function parseMailto(url: string): DraftFields | undefined {
  const found = /^\s*mailto:([^?#]*)(?:\?([^#]*))?/i.exec(url.slice(0, MAX_URL));
  if (found === null) return undefined;
  const fields = new Map<string, string[]>([['to', [decoded(found[1]!)]]]);
  for (const pair of (found[2] ?? '').replace(/&amp;/gi, '&').split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const name = decoded(pair.slice(0, equals)).toLowerCase();
    const same = fields.get(name);
    if (same) same.push(decoded(pair.slice(equals + 1)));
    else fields.set(name, [decoded(pair.slice(equals + 1))]);
  }
  const addresses = (name: string) =>
    (fields.get(name) ?? []).flatMap(readRecipients).filter((one) => one.address !== '');
  const inReplyTo = messageIds(fields.get('in-reply-to')?.[0] ?? '')[0];
  return {
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    subject: oneLine(fields.get('subject')?.[0] ?? '').trim(),
    text: (fields.get('body') ?? [])
      .join('\n')
      .replace(/\r\n?/g, '\n')
      .replace(/[\0-\x08\x0b-\x1f\x7f]/g, ''),
    references: inReplyTo === undefined ? [] : [inReplyTo],
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
  };
}

/** Percent-encoded UTF-8; a `+` is a plus (RFC 6068 §5). */
function decoded(text: string): string {
  return decodeText(percentDecoded(text), undefined).text;
}

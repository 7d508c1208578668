/** `mailto:` addresses (RFC 6068): what a link may put into a new message, and nothing else. */

export interface Mailto {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly body: string;
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Reads a `mailto:` address; undefined when it is none. Only to, cc, bcc, subject and body are taken (RFC 6068
 * §4 and §7: other fields, attachments above all, are a sender's way to speak in the reader's name).
 */
export function readMailto(href: string): Mailto | undefined {
  const match = /^mailto:([^?#]*)(?:\?([^#]*))?/i.exec(href.trim());
  if (match === null) return undefined;
  const fields = {
    to: addresses(match[1] ?? ''),
    cc: [] as string[],
    bcc: [] as string[],
    subject: '',
    body: '',
  };
  for (const field of (match[2] ?? '').split('&')) {
    const equals = field.indexOf('=');
    if (equals < 0) continue;
    const name = field.slice(0, equals).toLowerCase();
    const value = field.slice(equals + 1);
    if (name === 'to' || name === 'cc' || name === 'bcc') fields[name].push(...addresses(value));
    else if (name === 'subject') fields.subject = oneLine(decode(value)).slice(0, 998);
    else if (name === 'body')
      fields.body = decode(value).replace(/\r\n?/g, '\n').replace(CONTROL, '').slice(0, 65_536);
  }
  return fields;
}

function addresses(list: string): string[] {
  return list
    .split(',')
    .map((item) => oneLine(decode(item)))
    .filter((item) => item !== '')
    .slice(0, 100);
}

/** Line breaks would let a link write header fields of its own. */
function oneLine(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(CONTROL, '')
    .trim();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

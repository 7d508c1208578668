/** What a delivery report says (RFC 3464): one fate for each recipient. Hostile input, shown as text only. */

export interface Delivery {
  readonly recipient: string;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'other';
  /** The other server's own words, without the numbers before them; may be empty. */
  readonly words: string;
}

/** Characters and recipients: a report on a large list is enough in part. */
const LONGEST = 65_536;
const MOST = 50;

/** Empty when nothing in it is about a recipient. */
export function readDeliveries(text: string): Delivery[] {
  return text
    .slice(0, LONGEST)
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n\s*\n/)
    .map(deliveryOf)
    .filter((delivery) => delivery !== undefined)
    .slice(0, MOST);
}

function deliveryOf(group: string): Delivery | undefined {
  const fields = new Map<string, string>();
  for (const line of group.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const recipient = withoutType(fields.get('final-recipient') ?? fields.get('original-recipient') ?? '');
  if (recipient === '') return undefined;
  const said = withoutType(fields.get('diagnostic-code') ?? '');
  return { recipient, action: actionOf(fields.get('action')), words: withoutCodes(said) };
}

/** `rfc822; ada@example.org` → `ada@example.org` (RFC 3464 §2.1.2). */
function withoutType(value: string): string {
  return value.slice(value.indexOf(';') + 1).trim();
}

/** `550 5.1.1 <x> unknown` → `<x> unknown`; a second line of the reply repeats the code after a dash. */
function withoutCodes(words: string): string {
  return words.replace(/(?:^|\s)[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}\s)?/g, ' ').trim();
}

function actionOf(action: string | undefined): Delivery['action'] {
  const named = action?.toLowerCase();
  return named === 'failed' ||
    named === 'delayed' ||
    named === 'delivered' ||
    named === 'relayed' ||
    named === 'expanded'
    ? named
    : 'other';
}

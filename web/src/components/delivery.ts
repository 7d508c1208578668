/** What a delivery report says (RFC 3464): one fate for each recipient. Hostile input, shown as text only. */
import { parseDeliveryStatus } from '@postern/protocol/mime';

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
  const report = parseDeliveryStatus(new TextEncoder().encode(text.slice(0, LONGEST)));
  return (report?.recipients ?? [])
    .slice(0, MOST)
    .map(({ recipient, action, diagnostic }) => ({ recipient, action, words: withoutCodes(diagnostic) }));
}

/** `550 5.1.1 <x> unknown` → `<x> unknown`; a second line of the reply repeats the code after a dash. */
function withoutCodes(words: string): string {
  return words.replace(/(?:^|\s)[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}\s)?/g, ' ').trim();
}

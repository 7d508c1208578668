import type { HeaderFields } from '../header.ts';
import { parseDate } from '../date.ts';
import { oneLine } from '../text.ts';
import { fieldGroups, typedValue } from './fields.ts';

/** RFC 3464 §2.3.3. */
export type DeliveryAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'other';

/** What became of a message for one recipient. Texts are the servers' own: to be shown as text, never as HTML. */
export interface RecipientStatus {
  /** As the reporting server knows it; '' if it did not say. */
  readonly recipient: string;
  /** As it was sent to, where that differs and was said. */
  readonly originalRecipient: string;
  readonly action: DeliveryAction;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`; '' if there is none. */
  readonly status: string;
  /** What the other server said, without its type. */
  readonly diagnostic: string;
  /** The server that said so. */
  readonly remoteServer: string;
  /** Milliseconds since 1970: when it was last tried, until when it will be. */
  readonly lastAttempt: number | undefined;
  readonly willRetryUntil: number | undefined;
}

export interface DeliveryStatus {
  readonly reportingServer: string;
  /** What the sender called the envelope (RFC 3461 §4.4). */
  readonly envelopeId: string;
  /** When the message came to the reporting server: milliseconds since 1970. */
  readonly arrival: number | undefined;
  readonly recipients: readonly RecipientStatus[];
}

const ACTIONS = new Set<string>(['failed', 'delayed', 'delivered', 'relayed', 'expanded']);

/** Characters of a diagnostic that anybody reads. */
const MAX_TEXT = 2000;

/**
 * A message/delivery-status or message/global-delivery-status part, RFC 3464 and 6533, its transfer encoding undone.
 * undefined where no recipient is named: then it is best shown as the text it is. Never throws.
 */
export function parseDeliveryStatus(bytes: Uint8Array): DeliveryStatus | undefined {
  const groups = fieldGroups(bytes);
  const ofRecipients = groups.filter((group) => isOfRecipient(group));
  const message = groups.find((group) => !isOfRecipient(group)) ?? groups[0];
  if (message === undefined || ofRecipients.length === 0) return undefined;
  return {
    reportingServer: typedValue(message.raw('reporting-mta')),
    envelopeId: oneLine(message.raw('original-envelope-id') ?? '').trim(),
    arrival: dateOf(message, 'arrival-date'),
    recipients: ofRecipients.map(recipientOf),
  };
}

/** Some servers forget the empty line after the fields of the message: then all stand in one group. */
function isOfRecipient(group: HeaderFields): boolean {
  return group.raw('final-recipient') !== undefined || group.raw('original-recipient') !== undefined;
}

function recipientOf(group: HeaderFields): RecipientStatus {
  const final = typedValue(group.raw('final-recipient'));
  const original = typedValue(group.raw('original-recipient'));
  const status =
    /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec((group.raw('status') ?? '').slice(0, MAX_TEXT))?.[0] ?? '';
  return {
    recipient: final === '' ? original : final,
    originalRecipient: original.toLowerCase() === final.toLowerCase() ? '' : original,
    action: actionOf(group.raw('action'), status),
    status,
    diagnostic: typedValue(group.raw('diagnostic-code')).replace(/\s+/g, ' ').slice(0, MAX_TEXT),
    remoteServer: typedValue(group.raw('remote-mta')),
    lastAttempt: dateOf(group, 'last-attempt-date'),
    willRetryUntil: dateOf(group, 'will-retry-until'),
  };
}

/** Where the action is missing, the class of the status tells. */
function actionOf(raw: string | undefined, status: string): DeliveryAction {
  const action = /[a-z]+/.exec((raw ?? '').slice(0, 100).toLowerCase())?.[0] ?? '';
  if (ACTIONS.has(action)) return action as DeliveryAction;
  if (status.startsWith('5')) return 'failed';
  return status.startsWith('4') ? 'delayed' : 'other';
}

function dateOf(group: HeaderFields, name: string): number | undefined {
  const raw = group.raw(name);
  return raw === undefined ? undefined : parseDate(raw);
}

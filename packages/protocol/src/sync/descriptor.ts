/** From what FETCH said to what is kept: header values are decoded once, here, and are text from then on. */
import type { Address, BodyStructure, FetchedMessage } from '../imap/types.ts';
import {
  addressesOf,
  choosePresentation,
  decodeWords,
  mailingListOf,
  parseAddresses,
  parseDate,
  parseHeaders,
} from '../mime/index.ts';
import type { HeaderFields } from '../mime/index.ts';
import type { Descriptor } from './model.ts';

/** The header fields that ENVELOPE does not have. */
export const EXTRA_FIELDS = [
  'REFERENCES',
  'LIST-ID',
  'LIST-UNSUBSCRIBE',
  'DISPOSITION-NOTIFICATION-TO',
] as const;
/** The header fields that make up for a missing ENVELOPE. */
export const STAND_IN_FIELDS = [
  'DATE',
  'SUBJECT',
  'FROM',
  'REPLY-TO',
  'TO',
  'CC',
  'BCC',
  'MESSAGE-ID',
  'IN-REPLY-TO',
  ...EXTRA_FIELDS,
] as const;

/** References beyond these are dropped from the old end; a thread needs its nearest ancestors. */
const MAX_REFERENCES = 50;
const MAX_SUBJECT = 2000;
/** Ways to unsubscribe, and addresses of receipts, that are kept. */
const MAX_ASKED = 4;

/** undefined when the server left out ENVELOPE or BODYSTRUCTURE, unless it was asked for what stands in for them. */
export function descriptorOf(message: FetchedMessage): Descriptor | undefined {
  const { envelope, structure } = message;
  const header = message.sections?.find(({ section }) => section.startsWith('HEADER.FIELDS'));
  const fields = header?.data;
  if (!envelope || !structure) {
    const standsIn = fields && header.section.includes('SUBJECT');
    return standsIn ? standIn(message, fields) : undefined;
  }
  // Most messages have none of these fields: an empty line is all that comes.
  const headers = fields && fields.length > 2 ? parseHeaders(fields) : undefined;
  const from = addressesOf(envelope.from);
  return {
    subject: decodeWords(envelope.subject ?? '').slice(0, MAX_SUBJECT),
    sent: (envelope.date === null ? undefined : parseDate(envelope.date)) ?? message.internalDate ?? 0,
    from,
    // What a server says where the message has none (RFC 3501 §7.4.2).
    replyTo: isSame(envelope.from, envelope.replyTo) ? from : addressesOf(envelope.replyTo),
    to: addressesOf(envelope.to),
    cc: addressesOf(envelope.cc),
    bcc: addressesOf(envelope.bcc),
    messageId: messageIds(envelope.messageId ?? '')[0] ?? '',
    inReplyTo: messageIds(envelope.inReplyTo ?? '')[0] ?? '',
    references: messageIds(headers?.get('references') ?? '').slice(-MAX_REFERENCES),
    listId: /<([^<>]+)>/.exec(headers?.get('list-id') ?? '')?.[1] ?? '',
    ...(headers ? askedOf(headers) : {}),
    structure,
    hasAttachments: hasAttachments(structure),
    preview: undefined,
  };
}

/** A message whose structure nobody knows is shown by its header, its body as the text that it most likely is. */
function standIn(message: FetchedMessage, header: Uint8Array): Descriptor {
  const headers = parseHeaders(header);
  const field = (name: string): string => headers.get(name) ?? '';
  const addresses = (name: string) => parseAddresses(field(name));
  return {
    subject: decodeWords(field('subject')).slice(0, MAX_SUBJECT),
    sent: parseDate(field('date')) ?? message.internalDate ?? 0,
    from: addresses('from'),
    replyTo: addresses('reply-to'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    messageId: messageIds(field('message-id'))[0] ?? '',
    inReplyTo: messageIds(field('in-reply-to'))[0] ?? '',
    references: messageIds(field('references')).slice(-MAX_REFERENCES),
    listId: /<([^<>]+)>/.exec(field('list-id'))?.[1] ?? '',
    ...askedOf(headers),
    structure: UNKNOWN_STRUCTURE,
    hasAttachments: false,
    preview: undefined,
  };
}

/** What few messages have takes no room in the others. */
function askedOf(headers: HeaderFields): Pick<Descriptor, 'unsubscribe' | 'receiptTo'> {
  const unsubscribe = (mailingListOf(headers)?.unsubscribe ?? []).slice(0, MAX_ASKED);
  const receiptTo = parseAddresses(headers.rawList('disposition-notification-to'))
    .filter(({ address }) => address.includes('@'))
    .slice(0, MAX_ASKED);
  return {
    ...(unsubscribe.length > 0 ? { unsubscribe } : {}),
    ...(receiptTo.length > 0 ? { receiptTo } : {}),
  };
}

/** Section 1 is there in every message (RFC 3501 §6.4.5). */
const UNKNOWN_STRUCTURE: BodyStructure = {
  kind: 'part',
  section: '1',
  type: 'text',
  subtype: 'plain',
  parameters: [],
  disposition: null,
  language: [],
  location: null,
  id: null,
  description: null,
  encoding: '7bit',
  octets: -1,
  lines: null,
  md5: null,
  envelope: null,
  body: null,
};

/** The message is known by its header alone. Some servers do not say how large a part is, but they say more than this. */
export function isStandIn({ structure }: Pick<Descriptor, 'structure'>): boolean {
  if (structure.kind !== 'part') return false;
  const { section, type, subtype, parameters, encoding, octets, lines, disposition } = structure;
  const isPlain = type === 'text' && subtype === 'plain' && encoding === '7bit' && parameters.length === 0;
  return section === '1' && isPlain && octets === -1 && lines === null && disposition === null;
}

/** RFC 5322 §3.6.4: every `<…>` in a field, in order. */
function messageIds(field: string): string[] {
  return field.match(/<[^<>\s]+>/g) ?? [];
}

function isSame(some: readonly Address[], others: readonly Address[]): boolean {
  if (some === others) return true;
  return (
    some.length === others.length &&
    some.every(({ name, mailbox, host }, i) => {
      const other = others[i];
      return other?.mailbox === mailbox && other.host === host && other.name === name;
    })
  );
}

function hasAttachments(structure: BodyStructure): boolean {
  if (isPlainText(structure)) return false;
  return choosePresentation(structure, { prefer: 'html' }).attachments.some(({ inline }) => !inline);
}

/** Text and nothing else, as most messages are: nothing about it would have to be weighed. */
function isPlainText(structure: BodyStructure): boolean {
  if (structure.kind === 'multipart')
    return structure.subtype === 'alternative' && structure.parts.every(isBareText);
  return isBareText(structure);
}

function isBareText(part: BodyStructure): boolean {
  return (
    part.kind === 'part' &&
    part.type === 'text' &&
    (part.subtype === 'plain' || part.subtype === 'html') &&
    part.disposition === null &&
    part.parameters.every(([name]) => name === 'charset' || name === 'format' || name === 'delsp')
  );
}

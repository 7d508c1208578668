/** From what FETCH said to what is kept: header values are decoded once, here, and are text from then on. */
import type { BodyStructure, FetchedMessage } from '../imap/types.ts';
import { addressesOf, choosePresentation, decodeWords, parseDate, parseHeaders } from '../mime/index.ts';
import type { Descriptor } from './model.ts';

/** The header fields that ENVELOPE does not have. */
export const EXTRA_FIELDS = ['REFERENCES', 'LIST-ID'] as const;

/** References beyond these are dropped from the old end; a thread needs its nearest ancestors. */
const MAX_REFERENCES = 50;
const MAX_SUBJECT = 2000;

/** undefined when the server left out ENVELOPE or BODYSTRUCTURE. */
export function descriptorOf(message: FetchedMessage): Descriptor | undefined {
  const { envelope, structure } = message;
  if (!envelope || !structure) return undefined;
  const fields = message.sections?.find(({ section }) => section.startsWith('HEADER.FIELDS'))?.data;
  const headers = fields ? parseHeaders(fields) : undefined;
  return {
    subject: decodeWords(envelope.subject ?? '').slice(0, MAX_SUBJECT),
    sent: (envelope.date === null ? undefined : parseDate(envelope.date)) ?? message.internalDate ?? 0,
    from: addressesOf(envelope.from),
    replyTo: addressesOf(envelope.replyTo),
    to: addressesOf(envelope.to),
    cc: addressesOf(envelope.cc),
    bcc: addressesOf(envelope.bcc),
    messageId: messageIds(envelope.messageId ?? '')[0] ?? '',
    inReplyTo: messageIds(envelope.inReplyTo ?? '')[0] ?? '',
    references: messageIds(headers?.get('references') ?? '').slice(-MAX_REFERENCES),
    listId: /<([^<>]+)>/.exec(headers?.get('list-id') ?? '')?.[1] ?? '',
    structure,
    hasAttachments: hasAttachments(structure),
    preview: undefined,
  };
}

/** RFC 5322 §3.6.4: every `<…>` in a field, in order. */
function messageIds(field: string): string[] {
  return field.match(/<[^<>\s]+>/g) ?? [];
}

function hasAttachments(structure: BodyStructure): boolean {
  return choosePresentation(structure, { prefer: 'html' }).attachments.some(({ inline }) => !inline);
}

/**
 * MIME: reading messages and writing them. No I/O. Reading never throws: it gives what could be read, and says what was
 * wrong with it where that matters.
 *
 * Start with presentation.ts (which parts to fetch and show), then charset.ts, address.ts and compose.ts.
 */
export { addressesOf, formatAddresses, parseAddresses, readAddresses } from './address.ts';
export type { MailAddress } from './address.ts';
export { decodeText } from './charset.ts';
export type { DecodedText } from './charset.ts';
export { formatDate, parseDate } from './date.ts';
export type { Defect } from './defect.ts';
export { decodeWords } from './encoded-word.ts';
export { flow, unflow } from './flowed.ts';
export { HeaderFields, messageIds, parseHeaders } from './header.ts';
export type { HeaderField } from './header.ts';
export { parameterValue, parseParameters } from './parameter.ts';
export type { StructuredValue } from './parameter.ts';
export { decodeTransfer, estimatedSize, TransferDecoder } from './transfer.ts';
export type { Attachment } from './attachment.ts';
export { choosePresentation } from './presentation.ts';
export type { Display, Preferences, ShownKind, ShownPart } from './presentation.ts';
export { textOfHtml } from './html-text.ts';
export { previewOf } from './preview.ts';
export { withoutBcc } from './bcc.ts';
export { compose } from './compose.ts';
export type { Composed, EncodedAttachment, Outgoing, OutgoingAttachment } from './compose.ts';
export { joined } from './octets.ts';
export type { Octets, Segment } from './octets.ts';
export { parseMailto } from './mailto.ts';
export { newMessageId } from './message-id.ts';
export { formatRecipients, isAddress, readRecipients } from './recipients.ts';
export { reply } from './reply.ts';
export type { DraftFields, Original, ReplyWords } from './reply.ts';
export { baseSubject, forwardSubject, replySubject } from './subject.ts';
export { wireAddress } from './wire-address.ts';
export { textOfPart } from './body-text.ts';
export { parseMessage } from './message.ts';
export type { ParsedMessage } from './message.ts';
export { ancestorsOf } from './thread/message.ts';
export type { ThreadedMessage } from './thread/message.ts';
export { Threads } from './thread/threads.ts';
export type { Thread } from './thread/threads.ts';
export type { ThreadRow } from './thread/tree.ts';
export { parseAuthenticationResults } from './authentication-results.ts';
export type { AuthenticationResult, AuthenticationResults } from './authentication-results.ts';
export type { ExternalBody, PartialMessage } from './elsewhere.ts';
export { mailingListOf } from './list-fields.ts';
export type { MailingList } from './list-fields.ts';
export { parseDeliveryStatus } from './report/delivery-status.ts';
export type { DeliveryAction, DeliveryStatus, RecipientStatus } from './report/delivery-status.ts';
export { parseDispositionNotification } from './report/disposition-notification.ts';
export type { DispositionNotification } from './report/disposition-notification.ts';
export { unpackTnef } from './tnef/tnef.ts';
export type { Tnef, TnefFile } from './tnef/tnef.ts';
export { unpackUuencoded } from './uuencoded.ts';
export type { UuencodedFile, UuencodedText } from './uuencoded.ts';
export { quotedStretches } from './quoted-text.ts';
export type { TextStretch } from './quoted-text.ts';

/** Writing a message: RFC 5322, 2045–2047, 2183, 2231, 3676. */
import { encodeBase64, encodeQuotedPrintable, encodeText, isAscii } from '../bytes/index.ts';
import type { MailAddress } from './address.ts';
import { formatDate } from './date.ts';
import { flow } from './flowed.ts';
import {
  addressTokens,
  headerField,
  idTokens,
  parameterTokens,
  textTokens,
  withParameters,
} from './header-writer.ts';
import { exactly, inBase64, joined } from './octets.ts';
import type { Octets, Segment } from './octets.ts';
import { boundedReferences } from './references.ts';
import { oneLine, wellFormed } from './text.ts';
import { wireAddress } from './wire-address.ts';

export interface OutgoingAttachment {
  /** Any text; what no file name should hold is left out. */
  readonly name: string;
  /** `image/png`; what is no media type becomes application/octet-stream. */
  readonly type: string;
  /** Exactly as many as `read` gives. */
  readonly octets: number;
  /** The content from its beginning, at every call. */
  read(): AsyncIterable<Uint8Array>;
  /** To be seen in its place; `contentId` without angle brackets. */
  readonly inline?: { readonly contentId: string };
  /**
   * A message forwarded whole: goes as message/rfc822, octet for octet, since that type may not be encoded (RFC 2046
   * §5.2.1). It must have CRLF line breaks, as IMAP gives it.
   */
  readonly message?: boolean;
}

export interface Outgoing {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly replyTo?: readonly MailAddress[];
  readonly subject: string;
  /** As typed: `\n` between lines, a paragraph to a line, quotes behind `>`. */
  readonly text: string;
  /**
   * The same as HTML, a whole document or a piece of one: it goes beside the text, and pictures that are `inline` with it.
   * It is sent as given: cleaning it is for who wrote it.
   */
  readonly html?: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly date: number;
  /** Minutes east of UTC. */
  readonly timeZoneOffset: number;
  /** With angle brackets: see {@link newMessageId}. */
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly attachments: readonly OutgoingAttachment[];
  readonly userAgent?: string;
}

/** The content of an attachment as it stands in the message, in base64. */
export interface EncodedAttachment extends Octets {
  readonly attachment: OutgoingAttachment;
}

/** The message as it is filed, with its Bcc field. */
export interface Composed extends Octets {
  /** The same octets in their order; each attachment that is in base64 is a piece of its own. */
  readonly pieces: readonly (Segment | EncodedAttachment)[];
  /** The same octets less the Bcc field: what is submitted. */
  readonly submission: Octets;
  /** MAIL FROM, without angle brackets. */
  readonly sender: string;
  /** RCPT TO, without angle brackets, each once, whichever field they stand in. */
  readonly recipients: readonly string[];
  /** Octets beyond ASCII may come: submission needs 8BITMIME (RFC 6152). */
  readonly eightBit: boolean;
  /** An address beyond ASCII is in a header: submission needs SMTPUTF8 (RFC 6531). */
  readonly utf8: boolean;
}

/**
 * A valid message, ready to be streamed twice: to the Sent mailbox and, less its Bcc, to the submission server. Only the
 * text is held in memory; attachments are read and encoded as they go out. The same `Outgoing` gives the same octets.
 */
export function compose(message: Outgoing): Composed {
  const eightBit = message.attachments.some((one) => one.message === true);
  const body = bodyOf(message, eightBit ? '8bit' : '7bit');
  const before = addressing(message);
  const bcc = field('Bcc', addressTokens(message.bcc));
  const after = identification(message) + body.header;
  const everyone = [message.from, ...message.to, ...message.cc, ...message.bcc];
  const utf8 = !isAscii(before + bcc + after);
  const pieces = [encodeText(before + bcc + after), ...body.segments];
  return {
    ...joined(pieces),
    pieces,
    submission: joined([encodeText(before + after), ...body.segments]),
    sender: wireAddress(message.from.address),
    recipients: [
      ...new Set(
        everyone
          .slice(1)
          .filter(isReachable)
          .map((one) => wireAddress(one.address)),
      ),
    ],
    eightBit: eightBit || utf8,
    utf8,
  };
}

function isReachable({ address }: MailAddress): boolean {
  return address.trim() !== '';
}

/** '' without tokens: an empty field is not written. */
function field(name: string, tokens: readonly string[]): string {
  return tokens.length === 0 ? '' : headerField(name, tokens);
}

function addressing(message: Outgoing): string {
  const to = addressTokens(message.to);
  const cc = addressTokens(message.cc);
  return (
    field('Date', [formatDate(message.date, message.timeZoneOffset)]) +
    field('From', addressTokens([message.from])) +
    field('Reply-To', addressTokens(message.replyTo ?? [])) +
    // Without any of these, servers add what they like.
    field('To', to.length + cc.length === 0 ? ['undisclosed-recipients:;'] : to) +
    field('Cc', cc)
  );
}

function identification(message: Outgoing): string {
  return (
    field('Subject', textTokens(message.subject)) +
    field('Message-ID', idTokens([message.messageId])) +
    field('In-Reply-To', idTokens(message.inReplyTo === undefined ? [] : [message.inReplyTo])) +
    field('References', boundedReferences(idTokens(message.references ?? []))) +
    field('User-Agent', textTokens(message.userAgent ?? '')) +
    field('MIME-Version', ['1.0'])
  );
}

interface Entity {
  /** Content-Type and what else describes it, without the empty line. */
  readonly header: string;
  /** From the empty line on. */
  readonly segments: readonly Segment[];
}

const EMPTY_LINE = encodeText('\r\n');

/** mixed (alternative (text, related (html, pictures)), files), and of these only what is needed. */
function bodyOf(message: Outgoing, encoding: '7bit' | '8bit'): Entity {
  const text = textEntity('plain', flow(printable(message.text)));
  const files = message.attachments.filter((one) => message.html === undefined || !isPicture(one));
  const body = message.html === undefined ? text : alternative(message, text, message.html);
  return files.length === 0
    ? body
    : multipart(message, 'mixed', encoding, [body, ...files.map(attachmentEntity)]);
}

/** What HTML shows in its place: RFC 2387. */
function isPicture(attachment: OutgoingAttachment): boolean {
  return attachment.inline !== undefined && attachment.message !== true;
}

function alternative(message: Outgoing, text: Entity, source: string): Entity {
  const html = textEntity('html', printable(source).replace(/\r\n|\n|\r/g, '\r\n'));
  const pictures = message.attachments.filter(isPicture).map(attachmentEntity);
  const best = pictures.length === 0 ? html : multipart(message, 'related', '7bit', [html, ...pictures]);
  return multipart(message, 'alternative', '7bit', [text, best]);
}

function printable(text: string): string {
  return wellFormed(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');
}

/** `text`: with CRLF. */
function textEntity(subtype: 'plain' | 'html', text: string): Entity {
  const parameters = subtype === 'plain' ? ['charset=utf-8', 'format=flowed'] : ['charset=utf-8'];
  const { encoding, body } = encodedText(text);
  return {
    header:
      field('Content-Type', withParameters(`text/${subtype}`, parameters)) +
      field('Content-Transfer-Encoding', [encoding]),
    segments: [EMPTY_LINE, encodeText(body)],
  };
}

/** 7bit when nothing has to be encoded, base64 when most has, quoted-printable otherwise. */
function encodedText(text: string): { encoding: string; body: string } {
  const longest = text.split('\r\n').reduce((most, line) => Math.max(most, line.length), 0);
  if (isAscii(text) && longest <= 998 && !text.includes(`--${MARK}`)) return { encoding: '7bit', body: text };
  const octets = encodeText(text);
  const beyond = octets.reduce((sum, octet) => sum + (octet > 0x7e ? 1 : 0), 0);
  if (beyond * 4 <= octets.length)
    return { encoding: 'quoted-printable', body: encodeQuotedPrintable(octets) };
  return { encoding: 'base64', body: `${encodeBase64(octets, 76)}\r\n` };
}

/** Begins every boundary; occurs neither in base64 nor in quoted-printable. */
const MARK = '=_';

/** Unguessable as the Message-ID is, and none the beginning of another. */
function boundaryOf(message: Outgoing, subtype: 'mixed' | 'alternative' | 'related'): string {
  return `${MARK}${subtype}_${message.messageId.replace(/[^A-Za-z0-9]/g, '').slice(0, 50)}`;
}

function multipart(
  message: Outgoing,
  subtype: 'mixed' | 'alternative' | 'related',
  encoding: '7bit' | '8bit',
  parts: readonly Entity[],
): Entity {
  const boundary = boundaryOf(message, subtype);
  const segments: Segment[] = [EMPTY_LINE];
  for (const part of parts) {
    segments.push(
      encodeText(`${segments.length > 1 ? '\r\n' : ''}--${boundary}\r\n${part.header}`),
      ...part.segments,
    );
  }
  segments.push(encodeText(`\r\n--${boundary}--\r\n`));
  const parameters = [
    `boundary="${boundary}"`,
    // RFC 2387 §3.1 wants it.
    ...(subtype === 'related' ? ['type="text/html"'] : []),
  ];
  const type = field('Content-Type', withParameters(`multipart/${subtype}`, parameters));
  return { header: type + field('Content-Transfer-Encoding', [encoding]), segments };
}

function attachmentEntity(attachment: OutgoingAttachment): Entity {
  const name = oneLine(attachment.name).replace(/[/\\]/g, '_').trim();
  const message = attachment.message === true;
  const fileName = name === '' ? [] : parameterTokens('filename', name);
  const disposition = attachment.inline === undefined ? 'attachment' : 'inline';
  const contentId = idTokens(attachment.inline === undefined ? [] : [`<${attachment.inline.contentId}>`]);
  const source: Octets = { octets: attachment.octets, chunks: () => attachment.read() };
  const encoded = (): EncodedAttachment => ({ ...inBase64(source), attachment });
  return {
    header:
      field('Content-Type', [message ? 'message/rfc822' : mediaType(attachment.type)]) +
      field('Content-Transfer-Encoding', [message ? '8bit' : 'base64']) +
      field('Content-Disposition', withParameters(disposition, fileName)) +
      field('Content-ID', contentId),
    segments: [EMPTY_LINE, message ? exactly(source) : encoded()],
  };
}

/** A message or a multipart may not be encoded in base64, so as a file it is but octets. */
function mediaType(type: string): string {
  const plain = type.trim().toLowerCase();
  const valid = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(plain);
  return valid && !/^(?:message|multipart)\//.test(plain) ? plain : 'application/octet-stream';
}

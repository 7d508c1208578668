import type { Message } from '../account/mailbox.ts';
import { previewOf } from '../message/preview.ts';
import { sectionContent } from '../message/section.ts';
import { HeldMessage } from '../message/source.ts';
import { decodedPart } from './binary-part.ts';
import { bodyStructure } from './body-structure.ts';
import type { StructureStyle } from './envelope.ts';
import { envelope } from './envelope.ts';
import type { BinaryItem, BodyItem, FetchItem } from './fetch-items.ts';
import { dateTime, string } from './format.ts';
import type { Piece } from './output.ts';
import type { Session } from './session.ts';
import { acts, newsStyle, selectedOf } from './session.ts';

/**
 * A FETCH response with these items of a message. A Refusal when one of them cannot be had, before anything is said
 * of the message.
 */
export function fetchResponse(
  session: Session,
  number: number,
  message: Message,
  items: readonly FetchItem[],
): Piece[] {
  const pieces: Piece[] = [];
  let text = fetchStart(session, number, message);
  for (const [index, item] of items.entries()) {
    if (index > 0) text += ' ';
    for (const piece of itemValue(session, message, item)) {
      if (typeof piece === 'string') text += piece;
      else {
        pieces.push(text, piece);
        text = '';
      }
    }
  }
  pieces.push(`${text})\r\n`);
  return pieces;
}

/** A "NIL FETCH response" of a message that is no more: empty data for each item (RFC 2180 §4.1.3). */
export function emptyResponse(
  session: Session,
  number: number,
  message: Message,
  items: readonly FetchItem[],
): string {
  const values = items.map((item) => emptyValue(message, item));
  return `${fetchStart(session, number, message)}${values.join(' ')})\r\n`;
}

function emptyValue(message: Message, item: FetchItem): string {
  switch (item.kind) {
    case 'uid':
      return `UID ${message.uid}`;
    case 'flags':
      return 'FLAGS ()';
    case 'internaldate':
      return 'INTERNALDATE "00-Jan-0000 00:00:00 +0000"';
    case 'size':
      return 'RFC822.SIZE 0';
    case 'modseq':
      return `MODSEQ (${message.modSeq})`;
    case 'savedate':
      return 'SAVEDATE NIL';
    case 'emailid':
      return `EMAILID (${message.emailId})`;
    case 'threadid':
      return 'THREADID NIL';
    case 'preview':
      return 'PREVIEW ""';
    case 'envelope':
      return 'ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)';
    case 'structure':
      return `${item.name} ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 0 0)`;
    case 'binary.size':
      return `${item.name} 0`;
    default:
      return `${item.name}${item.partial === undefined ? '' : `<${item.partial.offset}>`} ""`;
  }
}

/** The beginning of a FETCH response, up to its parenthesis; UIDFETCH where that is enabled (RFC 9586 §3). */
export function fetchStart(session: Session, number: number, message: Message): string {
  return session.enabled.has('UIDONLY') ? `* ${message.uid} UIDFETCH (` : `* ${number} FETCH (`;
}

/** What a FETCH response tells besides when the flags of the message have changed (RFC 7162 §3.2.4). */
export function changeItems(session: Session): FetchItem[] {
  const style = newsStyle(session);
  return [
    ...(style.uid ? [{ kind: 'uid' } as const] : []),
    { kind: 'flags' },
    ...(style.modSeq ? [{ kind: 'modseq' } as const] : []),
  ];
}

function itemValue(session: Session, message: Message, item: FetchItem): Piece[] {
  const { content } = message;
  switch (item.kind) {
    case 'uid':
      return [`UID ${message.uid}`];
    case 'flags':
      return [`FLAGS ${selectedOf(session).flagList(message)}`];
    case 'internaldate':
      return [`INTERNALDATE "${dateTime(message.internalDate)}"`];
    case 'size':
      return [`RFC822.SIZE ${content.size}`];
    case 'modseq':
      return [`MODSEQ (${message.modSeq})`];
    case 'savedate':
      return [`SAVEDATE "${dateTime(message.saveDate)}"`];
    case 'emailid':
      return [`EMAILID (${message.emailId})`];
    case 'threadid':
      return ['THREADID NIL'];
    case 'preview':
      if (acts(session, 'preview-nil')) return ['PREVIEW NIL'];
      return [`PREVIEW ${string(Buffer.from(previewOf(content), 'utf8').toString('latin1'))}`];
    case 'envelope':
      return [`ENVELOPE ${envelope(content.structure(), style(session))}`];
    case 'structure':
      return [`${item.name} ${bodyStructure(content.structure(), item.extended, style(session))}`];
    case 'body':
      return body(message, item);
    case 'binary':
      return binary(message, item);
    case 'binary.size': {
      const size = decodedPart(content, item.path)?.size;
      return [`${item.name} ${size ?? 0}`];
    }
  }
}

/** How this server writes what the RFC writes otherwise. */
function style(session: Session): StructureStyle {
  return {
    emptyList: acts(session, 'empty-address-list') ? '()' : 'NIL',
    bareDisposition: acts(session, 'bare-disposition'),
  };
}

function body(message: Message, item: BodyItem): Piece[] {
  const content = sectionContent(message.content, item.section);
  if (content === undefined) return [`${item.name} NIL`];
  if ('bytes' in content) return octets(item, new HeldMessage(content.bytes), 0, content.bytes.length);
  return octets(item, message.content, content.start, content.end - content.start);
}

/** A part without its transfer encoding; with a NUL in it, as literal8 (RFC 3516 §4.3). */
function binary(message: Message, item: BinaryItem): Piece[] {
  const part = decodedPart(message.content, item.path);
  if (part === undefined) return [`${item.name} NIL`];
  const holdsNul = part.read(0, part.size).includes(0);
  return octets(item, part, 0, part.size, holdsNul ? '~' : '');
}

/** `name<origin> {count}` and the octets, cut to the range that was asked for. */
function octets(
  item: BodyItem | BinaryItem,
  source: { read(offset: number, count: number): Uint8Array },
  start: number,
  size: number,
  mark = '',
): Piece[] {
  const { partial } = item;
  const skip = Math.min(partial?.offset ?? 0, size);
  const count = Math.min(partial?.count ?? Infinity, size - skip);
  const origin = partial === undefined ? '' : `<${partial.offset}>`;
  const pieces: Piece[] = [`${item.name}${origin} ${mark}{${count}}\r\n`];
  if (count > 0) pieces.push({ source, offset: start + skip, count });
  return pieces;
}

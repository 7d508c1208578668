import { UsageError } from '../../error.ts';
import type { FetchedMessage } from '../types.ts';

/** Items of extensions by name, and the extension. */
const NEEDS = {
  EMAILID: 'OBJECTID',
  THREADID: 'OBJECTID',
  SAVEDATE: 'SAVEDATE',
  PREVIEW: 'PREVIEW',
  /** Only where it is there already (RFC 8970 §3.1.2). */
  'PREVIEW (LAZY)': 'PREVIEW',
  'X-GM-MSGID': 'X-GM-EXT-1',
  'X-GM-THRID': 'X-GM-EXT-1',
  'X-GM-LABELS': 'X-GM-EXT-1',
} as const;

/** A part of a message. Sections are peeked at, so that reading mail marks nothing, unless `marks` asks to mark it read. */
export interface SectionItem {
  /** As in `BodyPart.section`, or with `HEADER`, `TEXT`, `MIME` (RFC 3501 §6.4.5); `` is the whole message. */
  readonly section: string;
  /** Names, with section `HEADER.FIELDS` or `HEADER.FIELDS.NOT`, or one that ends in them. */
  readonly fields?: readonly string[];
  /** First octet, and how many at most. */
  readonly partial?: readonly [origin: number, octets: number];
  readonly marks?: true;
}

/** A part with its transfer encoding undone by the server, or the octets it then has (RFC 3516 §4.2): no HEADER, no MIME. */
export interface BinaryItem {
  readonly binary: string;
  readonly partial?: readonly [origin: number, octets: number];
  readonly marks?: true;
}

/**
 * What to fetch of a message. Those of extensions (OBJECTID, SAVEDATE, PREVIEW, X-GM-EXT-1, BINARY) are asked only of servers
 * that have them; MODSEQ is for the caller to ask where there is CONDSTORE.
 */
export type FetchItem =
  | 'FLAGS'
  | 'INTERNALDATE'
  | 'RFC822.SIZE'
  | 'ENVELOPE'
  | 'BODYSTRUCTURE'
  | 'MODSEQ'
  | keyof typeof NEEDS
  | SectionItem
  | BinaryItem
  | { readonly binarySize: string };

/** One of these the server must have; undefined: every server does. */
export function itemNeeds(item: FetchItem): readonly string[] | undefined {
  if (typeof item !== 'string') return 'section' in item ? undefined : ['BINARY', 'IMAP4REV2'];
  return item in NEEDS ? [NEEDS[item as keyof typeof NEEDS]] : undefined;
}

/** `fetch-att`. UsageError where it cannot be said. */
export function formatItem(item: FetchItem): string {
  if (typeof item === 'string') return item;
  if ('binarySize' in item) return `BINARY.SIZE[${binarySection(item.binarySize)}]`;
  const peek = item.marks ? '' : '.PEEK';
  const range = formatPartial(item.partial);
  if ('binary' in item) return `BINARY${peek}[${binarySection(item.binary)}]${range}`;
  const { section, fields } = item;
  if (!/^[\dA-Z.]*$/i.test(section)) throw new UsageError(`not a section: ${section}`);
  if (/HEADER\.FIELDS/i.test(section) !== (fields !== undefined)) throw new UsageError('header fields');
  if (
    fields?.some((field) => !/^[!-9;-~]+$/.test(field) || /["\\(){%*\]]/.test(field)) ||
    fields?.length === 0
  ) {
    throw new UsageError('not a header field name');
  }
  const names = fields ? ` (${fields.join(' ')})` : '';
  return `BODY${peek}[${section}${names}]${range}`;
}

function binarySection(section: string): string {
  if (!/^(?:[1-9]\d*(?:\.[1-9]\d*)*)?$/.test(section))
    throw new UsageError(`not a binary section: ${section}`);
  return section;
}

/** `"<" number "." nz-number ">"`. */
function formatPartial(partial: SectionItem['partial']): string {
  if (!partial) return '';
  const [origin, octets] = partial;
  if (!(Number.isSafeInteger(origin) && origin >= 0 && Number.isSafeInteger(octets) && octets > 0)) {
    throw new UsageError('not a part of a section');
  }
  return `<${origin}.${octets}>`;
}

/** True where the message says what was asked for. */
export function hasItem(message: FetchedMessage, item: FetchItem): boolean {
  switch (item) {
    case 'FLAGS':
      return message.flags !== undefined;
    case 'MODSEQ':
      return message.modSeq !== undefined;
    case 'INTERNALDATE':
      return message.internalDate !== undefined;
    case 'RFC822.SIZE':
      return message.size !== undefined;
    case 'ENVELOPE':
      return message.envelope !== undefined;
    case 'BODYSTRUCTURE':
      return message.structure !== undefined;
    case 'EMAILID':
      return message.emailId !== undefined;
    case 'THREADID':
      return message.threadId !== undefined;
    case 'SAVEDATE':
      return message.saveDate !== undefined;
    case 'PREVIEW':
    case 'PREVIEW (LAZY)':
      return message.preview !== undefined;
    case 'X-GM-MSGID':
      return message.gmailMessage !== undefined;
    case 'X-GM-THRID':
      return message.gmailThread !== undefined;
    case 'X-GM-LABELS':
      return message.gmailLabels !== undefined;
    default:
      return hasSection(message, item);
  }
}

function hasSection(message: FetchedMessage, item: Exclude<FetchItem, string>): boolean {
  if ('binarySize' in item) return message.binarySizes?.has(item.binarySize) ?? false;
  const binary = 'binary' in item;
  const section = binary ? item.binary : item.section;
  const name = !binary && item.fields ? `${section} (${item.fields.join(' ')})` : section;
  return (
    message.sections?.some(
      (each) => each.section === name.toUpperCase() && (each.binary ?? false) === binary,
    ) ?? false
  );
}

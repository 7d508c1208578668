/** `winmail.dat`: what Outlook packs into application/ms-tnef, [MS-OXTNEF]. */
import { decodeText } from '../charset.ts';
import { oneLine } from '../text.ts';
import { codePageCharset } from './code-pages.ts';
import { Cursor } from './cursor.ts';
import { decodeString, PROPERTY, readProperties, textOf } from './properties.ts';
import type { Property } from './properties.ts';
import { readRtf } from './rtf-text.ts';
import { decompressRtf } from './rtf.ts';

export interface TnefFile {
  /** Without any path; '' if it has none. */
  readonly name: string;
  /** Lower-case; application/octet-stream where nothing was said. Nothing to trust. */
  readonly type: string;
  /** Without angle brackets; '' if it has none. */
  readonly contentId: string;
  /** Not copied: part of what was unpacked. */
  readonly content: Uint8Array;
  /** The file is a message of its own. */
  readonly message?: Tnef;
}

export interface Tnef {
  readonly subject: string;
  /** The text, where it is here and not only in the message around it; '' otherwise. Read from the RTF if need be. */
  readonly text: string;
  /** The same as HTML, also where it was wrapped into RTF ([MS-OXRTFEX]); '' otherwise. Nothing to trust. */
  readonly html: string;
  /** The text as a RTF document, where it is here: to be saved. */
  readonly rtf: Uint8Array | undefined;
  readonly files: readonly TnefFile[];
  /** It ended before it was through, or was damaged: there may have been more. */
  readonly truncated: boolean;
}

const SIGNATURE = 0x223e9f78;
/** Attribute identifiers, §2.1.3.1 and §2.1.3.2, with the type in the upper half. */
const SUBJECT = 0x00018004;
const BODY = 0x0002800c;
const CODE_PAGE = 0x00069007;
const PROPERTIES = 0x00069003;
const FILE_BEGINS = 0x00069002;
const FILE_TITLE = 0x00018010;
const FILE_DATA = 0x0006800f;
const FILE_PROPERTIES = 0x00069005;

/** Attributes of one file: Outlook writes about ten and a few for each attachment. */
const MAX_ATTRIBUTES = 20_000;
/** Attachments: nobody attaches more. */
const MAX_FILES = 1000;
/** Messages within messages; nobody opens that many after each other. */
const MAX_DEPTH = 10;
/** Octets of the identifier before an embedded object. */
const OBJECT_ID = 16;
const OBJECT = 0x0d;

/** undefined: it is no TNEF at all. What can be read is, up to where it is damaged. Never throws. */
export function unpackTnef(bytes: Uint8Array): Tnef | undefined {
  return unpack(bytes, 0);
}

interface FileDraft {
  title: Uint8Array;
  data: Uint8Array;
  properties: Map<number, Property>;
}

function unpack(bytes: Uint8Array, depth: number): Tnef | undefined {
  const cursor = new Cursor(bytes);
  if (cursor.u32() !== SIGNATURE) return undefined;
  cursor.u16();
  let truncated = false;
  let charset = 'windows-1252';
  let subject: Uint8Array = new Uint8Array(0);
  let body: Uint8Array = new Uint8Array(0);
  let properties = new Map<number, Property>();
  const files: FileDraft[] = [];
  for (let count = 0; cursor.left > 0 && !truncated; count++) {
    cursor.u8();
    const id = cursor.u32();
    const length = cursor.u32();
    if (id === undefined || length === undefined || count >= MAX_ATTRIBUTES) {
      truncated = true;
      break;
    }
    truncated = length > cursor.left;
    const data = cursor.takeUpTo(length);
    // The checksum: what is damaged is better than nothing.
    cursor.takeUpTo(2);
    if (id === FILE_BEGINS) {
      if (files.length < MAX_FILES)
        files.push({ title: new Uint8Array(0), data: new Uint8Array(0), properties: new Map() });
      else truncated = true;
    }
    const file = files.at(-1);
    if (id === CODE_PAGE) charset = codePage(data) ?? charset;
    else if (id === SUBJECT) subject = data;
    else if (id === BODY) body = data;
    else if (id === PROPERTIES) properties = readProperties(data);
    else if (file !== undefined && id === FILE_TITLE) file.title = data;
    else if (file !== undefined && id === FILE_DATA) file.data = data;
    else if (file !== undefined && id === FILE_PROPERTIES) file.properties = readProperties(data);
  }
  const own = textOf(properties.get(PROPERTY.body), charset) || decodeString(body, charset);
  const html = htmlOf(properties, charset);
  const rtf = decompressRtf(properties.get(PROPERTY.compressedRtf)?.value ?? new Uint8Array(0));
  const rich = rtf === undefined || (html !== '' && own !== '') ? undefined : readRtf(rtf);
  return {
    subject: oneLine(textOf(properties.get(PROPERTY.subject), charset) || decodeString(subject, charset)),
    text: (own === '' && rich?.kind === 'text' ? rich.text : own).replace(/\r\n?/g, '\n'),
    html: html === '' && rich?.kind === 'html' ? rich.text : html,
    rtf,
    files: files.map((file) => finished(file, charset, depth)),
    truncated,
  };
}

function htmlOf(properties: Map<number, Property>, charset: string): string {
  const html = properties.get(PROPERTY.html);
  if (html === undefined) return '';
  const said = codePage(properties.get(PROPERTY.codePage)?.value ?? new Uint8Array(0));
  // As a string it is in the strings' charset, as octets in the one that its own property names.
  return html.type === 0x102 ? decodeText(html.value, said, { html: true }).text : textOf(html, charset);
}

function codePage(data: Uint8Array): string | undefined {
  const number = new Cursor(data).u32();
  return number === undefined ? undefined : codePageCharset(number);
}

function finished({ title, data, properties }: FileDraft, charset: string, depth: number): TnefFile {
  const text = (id: number) => oneLine(textOf(properties.get(id), charset)).trim();
  const object = properties.get(PROPERTY.attachData);
  const embedded = object?.type === OBJECT ? object.value.subarray(OBJECT_ID) : undefined;
  const message = embedded && depth < MAX_DEPTH ? unpack(embedded, depth + 1) : undefined;
  const content = embedded ?? (data.length > 0 ? data : (object?.value ?? data));
  const name =
    text(PROPERTY.attachLongFileName) ||
    oneLine(decodeString(title, charset)).trim() ||
    text(PROPERTY.attachFileName) ||
    text(PROPERTY.displayName) ||
    (message?.subject ?? '');
  const type = text(PROPERTY.attachMimeTag).toLowerCase();
  return {
    name: name
      .split(/[/\\]/)
      .at(-1)!
      .replace(/^[\s.]+/, ''),
    type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
    contentId: text(PROPERTY.attachContentId).replace(/^<|>$/g, ''),
    content,
    ...(message === undefined ? {} : { message }),
  };
}

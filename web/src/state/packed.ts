/** Files that stand packed within a part: Outlook's winmail.dat, and uuencode in a text. Unpacked here, from what is here. */
import { unpackTnef, unpackUuencoded } from '@postern/protocol/mime';
import type { Attachment, Display, Tnef } from '@postern/protocol/mime';
import { safeFileName } from '../html/file-name.ts';
import type { Block } from './views.ts';

/** Octets, in the transfer encoding, up to which a winmail.dat is fetched to see what is in it. */
export const packedFetched = 8 * 1024 * 1024;

export interface PackedFile {
  /** Stands for it among the sections of its message: `2/1` is the first file of part 2. */
  readonly section: string;
  /** Safe to show and to save under; never empty. */
  readonly name: string;
  readonly type: string;
  /** Without angle brackets; '' if it has none. */
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly files: readonly PackedFile[];
  /** What it says itself: texts, and messages within it. */
  readonly blocks: readonly Block[];
  /** All of it was understood, so that what it was packed in is of no more use. */
  readonly whole: boolean;
}

export function isTnef({ type, name }: Pick<Attachment, 'type' | 'name'>): boolean {
  if (type === 'application/ms-tnef' || type === 'application/vnd.ms-tnef') return true;
  return type === 'application/octet-stream' && name.toLowerCase() === 'winmail.dat';
}

/** Parts to be fetched to see what is in them. */
export function packedSections({ attachments }: Display): string[] {
  return attachments
    .filter((one) => isTnef(one) && one.octets <= packedFetched && one.octets >= 0)
    .map(({ section }) => section);
}

/** By the section of the part: what was packed in those that are here. */
export function unpacked(
  display: Display,
  parts: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Unpacked> {
  const found = new Map<string, Unpacked>();
  const look = (section: string, unpack: (bytes: Uint8Array) => Unpacked | undefined): void => {
    const bytes = parts.get(section);
    const inside = bytes && remembered(bytes, unpack);
    if (inside) found.set(section, inside);
  };
  for (const { section } of display.attachments.filter(isTnef))
    look(section, (bytes) => ofTnef(section, unpackTnef(bytes)));
  for (const { section, kind } of display.shown)
    if (kind === 'plain') look(section, (bytes) => ofUuencode(section, bytes));
  return found;
}

/** A plain text without the files that stand in it. */
export function withoutFiles(bytes: Uint8Array): Uint8Array {
  const { text, files } = unpackUuencoded(bytes);
  if (files.length === 0) return bytes;
  const own = new Uint8Array(text.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of text) {
    own.set(piece, at);
    at += piece.length;
  }
  return own;
}

const known = new WeakMap<Uint8Array, Unpacked | { readonly nothing: true }>();

function remembered(
  bytes: Uint8Array,
  unpack: (bytes: Uint8Array) => Unpacked | undefined,
): Unpacked | undefined {
  const before = known.get(bytes);
  if (before) return 'nothing' in before ? undefined : before;
  const inside = unpack(bytes);
  known.set(bytes, inside ?? { nothing: true });
  return inside;
}

function ofUuencode(section: string, bytes: Uint8Array): Unpacked | undefined {
  const { files } = unpackUuencoded(bytes);
  if (files.length === 0) return undefined;
  const named = files.map(({ name, content }, index) => ({
    section: `${section}/${index + 1}`,
    name: safeFileName(name, 'attachment'),
    type: 'application/octet-stream',
    contentId: '',
    bytes: content,
  }));
  return { files: named, blocks: [], whole: true };
}

function ofTnef(section: string, tnef: Tnef | undefined): Unpacked | undefined {
  if (tnef === undefined) return undefined;
  const files: PackedFile[] = [];
  const blocks: Block[] = [];
  const whole = gather(section, tnef, files, blocks);
  return { files, blocks, whole };
}

/** In the order it is read: the text, then the messages within it. */
function gather(section: string, tnef: Tnef, files: PackedFile[], blocks: Block[]): boolean {
  let whole = !tnef.truncated;
  if (tnef.html !== '') blocks.push({ kind: 'html', section, html: tnef.html });
  else if (tnef.text !== '') blocks.push({ kind: 'plain', section, text: tnef.text });
  for (const [index, { name, type, contentId, content, message }] of tnef.files.entries()) {
    const own = `${section}/${index + 1}`;
    if (message === undefined) {
      files.push({ section: own, name: safeFileName(name, 'attachment'), type, contentId, bytes: content });
      continue;
    }
    blocks.push({ kind: 'message', section: own, subject: message.subject, from: [], date: undefined });
    whole = gather(own, message, files, blocks) && whole;
  }
  return whole;
}

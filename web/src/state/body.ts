/** What a message says, as blocks in order, from the parts that are here. */
import {
  addressesOf,
  choosePresentation,
  decodeWords,
  parameterValue,
  parseDate,
  textOfPart,
} from '@postern/protocol/mime';
import type { Attachment, Display, ShownPart } from '@postern/protocol/mime';
import type { Descriptor } from '@postern/protocol/sync';
import { safeAttachmentType } from '../html/attachment-type.ts';
import { safeFileName } from '../html/file-name.ts';
import { packedSections, withoutFiles } from './packed.ts';
import type { Block, MessageView } from './views.ts';

/** Octets, in the transfer encoding, up to which an image in the body is fetched without being asked for. */
const imageFetched = 3 * 1024 * 1024;
/** Estimated octets up to which a preview of an attached image is offered. */
export const imagePreviewed = 8 * 1024 * 1024;

/** The choice of parts, the same that the engine makes when it fetches them. */
export function displayOf(descriptor: Descriptor): Display {
  return choosePresentation(descriptor.structure, { prefer: 'html' });
}

/** Sections that have to be in the store for all blocks to be shown, the text first. */
export function sectionsOf(display: Display): string[] {
  const { shown, related } = display;
  const sections = shown
    .filter(({ kind, part }) => kind !== 'message' && (kind !== 'image' || part.octets <= imageFetched))
    .map(({ section }) => section);
  const images = related.filter(isImage).filter(({ octets }) => octets <= imageFetched);
  return [...new Set([...sections, ...images.map(({ section }) => section), ...packedSections(display)])];
}

/** Those of `sectionsOf` that the engine has to be asked for by name: it fetches shown text by itself. */
export function askedSectionsOf(display: Display): string[] {
  const { shown, related } = display;
  const images = shown.filter(({ kind }) => kind === 'image').map(({ part, section }) => ({ part, section }));
  return [
    ...images.filter(({ part }) => part.octets <= imageFetched).map(({ section }) => section),
    ...related
      .filter(isImage)
      .filter(({ octets }) => octets <= imageFetched)
      .map(({ section }) => section),
    ...packedSections(display),
  ];
}

/**
 * @param parts octets by section, as far as they are here.
 * @param urlOf blob: URL of an image's octets; undefined when they are not of a safe type.
 * @param missing why parts that are not here are not coming; undefined: they are on their way.
 */
export function blocksOf(
  display: Display,
  parts: ReadonlyMap<string, Uint8Array>,
  urlOf: (section: string, bytes: Uint8Array) => string | undefined,
  missing: Extract<Block, { kind: 'unavailable' }>['reason'] | undefined,
): Block[] {
  const blocks: Block[] = [];
  for (const shown of display.shown) {
    const { section, kind, part } = shown;
    if (kind === 'message') {
      blocks.push(messageBlock(shown));
      continue;
    }
    const bytes = parts.get(section);
    if (bytes) {
      const block = blockOf(shown, bytes, urlOf);
      if (block) blocks.push(block);
    } else if (kind !== 'image' || part.octets <= imageFetched) {
      blocks.push(
        missing === undefined
          ? { kind: 'loading', section }
          : { kind: 'unavailable', section, reason: missing },
      );
    }
  }
  return blocks;
}

function blockOf(
  { section, kind, part }: ShownPart,
  bytes: Uint8Array,
  urlOf: (section: string, bytes: Uint8Array) => string | undefined,
): Block | undefined {
  if (kind === 'image') {
    const url = urlOf(section, bytes);
    return url === undefined
      ? undefined
      : { kind, section, url, name: safeFileName(parameterValue(part.parameters, 'name') ?? '', '') };
  }
  const text = textOf({ part, kind }, bytes);
  if (kind === 'html') return { kind, section, html: text };
  if (kind === 'calendar' || kind === 'delivery-status' || kind === 'disposition-notification')
    return { kind, section, text };
  return { kind: 'plain', section, text };
}

const texts = new WeakMap<Uint8Array, string>();

/** The text of a part, without the files that stand in it. */
export function textOf({ part, kind }: Pick<ShownPart, 'part' | 'kind'>, bytes: Uint8Array): string {
  const known = texts.get(bytes);
  if (known !== undefined) return known;
  const { text } = textOfPart(part, kind === 'plain' ? withoutFiles(bytes) : bytes);
  texts.set(bytes, text);
  return text;
}

function messageBlock({ section, envelope }: ShownPart): Block {
  return {
    kind: 'message',
    section,
    subject: decodeWords(envelope?.subject ?? ''),
    from: addressesOf(envelope?.from ?? []),
    date: envelope?.date ? parseDate(envelope.date) : undefined,
  };
}

/** Why there is nothing to read although something was written. */
export function sealedOf({ encrypted, signed, shown }: Display): MessageView['sealed'] {
  if (encrypted !== undefined) return encrypted;
  return signed === 'smime' && shown.length === 0 ? 'signature' : undefined;
}

export function attachmentName({ name, type }: Attachment): string {
  return safeFileName(name, type === 'message/rfc822' ? 'message.eml' : 'attachment');
}

export function isPreviewable({ type, estimatedSize }: Attachment): boolean {
  return /^image\/(?:png|jpe?g|pjpeg|gif|webp|avif)$/.test(type) && estimatedSize <= imagePreviewed;
}

/** The type an image has by its first octets; undefined: not one of those that are safe to show. */
export function imageType(bytes: Uint8Array): string | undefined {
  return safeAttachmentType('', '', bytes).preview;
}

function isImage({ type }: Attachment): boolean {
  return type.startsWith('image/') || type === 'application/octet-stream';
}

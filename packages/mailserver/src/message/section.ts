import type { Entity } from './entity.ts';
import type { MessageSource } from './source.ts';

/** A section specification of BODY[…] (RFC 3501 §6.4.5): a part's path, then what of it. */
export interface Section {
  readonly path: readonly number[];
  readonly what: 'all' | 'header' | 'fields' | 'fields.not' | 'mime' | 'text';
  /** Header field names for `fields` and `fields.not`, as they were asked for. */
  readonly fields: readonly string[];
}

/** Octets `[start, end)` of the message, or octets made for the occasion (a selection of header fields). */
export type SectionContent =
  { readonly start: number; readonly end: number } | { readonly bytes: Uint8Array };

/** The part at `path`, or undefined. The empty path is the message itself. */
export function partAt(root: Entity, path: readonly number[]): Entity | undefined {
  let part = root;
  let container: Entity | undefined = root;
  for (const number of path) {
    if (container === undefined) return undefined;
    const child: Entity | undefined =
      container.children === undefined
        ? number === 1
          ? container
          : undefined
        : container.children[number - 1];
    if (child === undefined) return undefined;
    part = child;
    container = child.message ?? (child !== container && child.children !== undefined ? child : undefined);
  }
  return part;
}

/** What a section of a message holds, or undefined when there is no such section (NIL on the wire). */
export function sectionContent(source: MessageSource, section: Section): SectionContent | undefined {
  const root = source.structure();
  const part = partAt(root, section.path);
  if (part === undefined) return undefined;
  const whole = section.path.length === 0;
  if (section.what === 'all')
    return whole ? { start: 0, end: source.size } : { start: part.bodyStart, end: part.end };
  if (section.what === 'mime') return whole ? undefined : { start: part.start, end: part.bodyStart };
  const message = whole ? root : part.message;
  if (message === undefined) return undefined;
  if (section.what === 'text') return { start: message.bodyStart, end: message.end };
  if (section.what === 'header') return { start: message.start, end: message.bodyStart };
  return { bytes: selectedFields(message, section) };
}

function selectedFields(message: Entity, section: Section): Uint8Array {
  const asked = new Set(section.fields.map((field) => field.toLowerCase()));
  const wanted = section.what === 'fields';
  let text = '';
  for (const field of message.header) {
    if (asked.has(field.name) !== wanted) continue;
    text += field.raw.endsWith('\n') ? field.raw : `${field.raw}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

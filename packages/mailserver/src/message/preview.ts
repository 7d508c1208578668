import { bodyText } from './decode.ts';
import type { Entity } from './entity.ts';
import type { MessageSource } from './source.ts';

/** Characters of a preview (RFC 8970 §3.3 allows 256 and advises 200). */
const PREVIEW_LENGTH = 200;

/** The beginning of what a message says, on one line, without markup; empty when it says nothing in words. */
export function previewOf(source: MessageSource): string {
  const part = firstText(source.structure());
  if (part === undefined) return '';
  let text = bodyText(source, part);
  if (part.subtype === 'html') text = withoutMarkup(text);
  return [...text.replace(/\s+/g, ' ').trim()].slice(0, PREVIEW_LENGTH).join('');
}

function firstText(entity: Entity): Entity | undefined {
  if (entity.children !== undefined) {
    for (const child of entity.children) {
      const found = firstText(child);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return entity.type === 'text' ? entity : undefined;
}

function withoutMarkup(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b[^]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

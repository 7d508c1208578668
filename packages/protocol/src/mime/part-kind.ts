/** What one part is, by its type and what its sender said of it. */
import type { BodyPart, BodyStructure } from '../imap/types.ts';
import { isAttached, nameOf } from './attachment.ts';
import { isEnriched } from './enriched.ts';

/** Multiparts within multiparts, messages within messages; what is deeper is not looked at. */
export const MAX_NESTING = 50;

/** Text that reads well as it is. */
const PLAIN_SUBTYPES = new Set(['plain', 'enriched', 'richtext', 'markdown', 'x-markdown', 'rfc822-headers']);
/** Text that reads well, but is a file: shown only where its sender said `inline`. */
const FILE_SUBTYPES = new Set(['x-patch', 'x-diff', 'x-log', 'csv', 'x-csrc', 'x-chdr', 'x-python']);
/** Octets up to which a text file meant to be read in place is. */
const MAX_INLINE_FILE = 256 * 1024;

export function textKind(part: BodyPart): 'plain' | 'html' | undefined {
  if (part.subtype === 'html') return 'html';
  return PLAIN_SUBTYPES.has(part.subtype) || FILE_SUBTYPES.has(part.subtype) ? 'plain' : undefined;
}

/** Whether text among other parts belongs to what is read, rather than being a file that came along; `first`: it begins it. */
export function readsInPlace(part: BodyPart, within: string, first: boolean): boolean {
  if (within === 'alternative') return true;
  const inline = part.disposition?.type === 'inline';
  if (FILE_SUBTYPES.has(part.subtype)) return inline && part.octets <= MAX_INLINE_FILE;
  if (nameOf(part) === '') return true;
  // Some programs name the body itself.
  return (first || (inline && part.subtype !== 'html')) && part.octets <= MAX_INLINE_FILE;
}

export type Form = 'html' | 'plain' | 'other' | 'nothing';

/** What form an alternative has: that of the first text in it. An empty one is no alternative. */
export function formOf(structure: BodyStructure, nesting: number): Form {
  if (nesting > MAX_NESTING) return 'nothing';
  if (structure.kind === 'part') {
    if (structure.type !== 'text') return structure.type === 'image' ? 'other' : 'nothing';
    if (isEmpty(structure) || isAttached(structure)) return 'nothing';
    return isEnriched(structure) ? 'other' : (textKind(structure) ?? 'nothing');
  }
  const inner = structure.parts.map((part) => formOf(part, nesting + 1));
  if (structure.subtype === 'alternative' && inner.includes('html')) return 'html';
  return (
    inner.find((form) => form === 'html' || form === 'plain') ??
    (inner.includes('other') ? 'other' : 'nothing')
  );
}

/** Nothing but a line break, as some programs leave the form that they do not write. −1 is unknown, not empty. */
function isEmpty(part: BodyPart): boolean {
  return part.octets >= 0 && part.octets <= 2;
}

export function holdsHtml(structure: BodyStructure, nesting: number): boolean {
  if (nesting > MAX_NESTING) return false;
  if (structure.kind === 'part') return structure.type === 'text' && structure.subtype === 'html';
  return structure.parts.some((part) => holdsHtml(part, nesting + 1));
}

export function isType(structure: BodyStructure, type: string, subtype: string): boolean {
  return structure.kind === 'part' && structure.type === type && structure.subtype === subtype;
}

export function isSignature(structure: BodyStructure): boolean {
  return (
    structure.kind === 'part' &&
    structure.type === 'application' &&
    /^(x-)?(pgp|pkcs7)-signature$/.test(structure.subtype)
  );
}

/** The `Version: 1` part of RFC 3156 §4. */
export function isEncryptionControl(structure: BodyStructure): boolean {
  return isType(structure, 'application', 'pgp-encrypted');
}

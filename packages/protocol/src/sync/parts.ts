/** Which parts of a message are meant by what, chosen from BODYSTRUCTURE (RFC 1733 §4's 40-megabyte video stays where it is). */
import type { BodyPart, BodyStructure } from '../imap/types.ts';
import { choosePresentation } from '../mime/index.ts';

/** The parts that make up what is read of a message, in order; the same choice that the reader makes. */
export function shownParts(structure: BodyStructure): BodyPart[] {
  return choosePresentation(structure, { prefer: 'html' }).shown.flatMap(({ kind, part }) =>
    kind === 'image' || kind === 'message' ? [] : [part],
  );
}

/** Every part that can be asked for once a message is open: what is shown, the other form of it, and all that can be saved. */
export function wholeParts(structure: BodyStructure): BodyPart[] {
  const { shown, alternatives, related, attachments } = choosePresentation(structure, { prefer: 'html' });
  const parts = new Map<string, BodyPart>();
  for (const { kind, section, part } of [...shown, ...alternatives])
    if (kind !== 'message') parts.set(section, part);
  for (const { section, external } of [...related, ...attachments]) {
    const part = external ? undefined : partAt(structure, section);
    if (part) parts.set(section, part);
  }
  return [...parts.values()];
}

/** Not text to be read: where room is needed it goes before that. */
export function isAttachment({ type, disposition }: BodyPart): boolean {
  return type !== 'text' || disposition?.type === 'attachment';
}

export function partAt(structure: BodyStructure, section: string): BodyPart | undefined {
  if (structure.kind === 'multipart') {
    for (const part of structure.parts) {
      const found = partAt(part, section);
      if (found) return found;
    }
    return undefined;
  }
  if (structure.section === section) return structure;
  return structure.body ? partAt(structure.body, section) : undefined;
}

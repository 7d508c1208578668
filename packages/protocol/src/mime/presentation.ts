/**
 * From a BODYSTRUCTURE to what a person sees: which parts to fetch and show, in what order, and what is an attachment
 * (RFC 2046 §5, 2183, 2387, 1847, 6522).
 */
import type { BodyMultipart, BodyPart, BodyStructure, Envelope } from '../imap/types.ts';
import { attachmentOf, isAttached, nameOf } from './attachment.ts';
import type { Attachment } from './attachment.ts';
import { cryptography } from './cryptography.ts';
import type { Cryptography } from './cryptography.ts';
import { parameterValue } from './parameter.ts';
import {
  MAX_NESTING,
  formOf,
  holdsHtml,
  isEncryptionControl,
  isSignature,
  isType,
  readsInPlace,
  textKind,
} from './part-kind.ts';

export type ShownKind =
  | 'plain'
  | 'html'
  | 'image'
  | 'message'
  | 'calendar'
  /** See {@link parseDeliveryStatus} and {@link parseDispositionNotification}. */
  | 'delivery-status'
  | 'disposition-notification';

export interface ShownPart {
  /** For `BODY.PEEK[section]`. Of a `message`: the section of the embedded message; its header is in `envelope`. */
  readonly section: string;
  readonly kind: ShownKind;
  readonly part: BodyPart;
  /** How many embedded messages it stands in. What a `message` holds follows it, one deeper. */
  readonly depth: number;
  /** Only of `message`: the header to show above what follows. */
  readonly envelope?: Envelope;
}

export interface Display extends Cryptography {
  /** In the order to be read. Empty when the message has nothing but attachments. */
  readonly shown: readonly ShownPart[];
  /** Text that says the same as what is shown, in the other form: for "show as plain text". */
  readonly alternatives: readonly ShownPart[];
  /** What the HTML may refer to by `cid:` or Content-Location. */
  readonly related: readonly Attachment[];
  /** What can be saved: also the images and messages that are shown in place. */
  readonly attachments: readonly Attachment[];
  readonly hasCalendar: boolean;
  /** There were more parts, or deeper ones, than are looked at. */
  readonly truncated: boolean;
}

export interface Preferences {
  readonly prefer: 'html' | 'plain';
}

/** Parts looked at; a message with more is not meant for people. */
const MAX_PARTS = 1000;

/** Images that every browser shows and none runs: SVG is a document, not an image. */
const SHOWN_IMAGES = new Set(['jpeg', 'jpg', 'pjpeg', 'png', 'gif', 'webp', 'avif', 'bmp', 'x-ms-bmp']);
/** Pure; never throws; looks at a bounded number of parts. */
export function choosePresentation(structure: BodyStructure, preferences: Preferences): Display {
  return new Chooser(preferences).display(structure);
}

/** Some programs leave the angle brackets out of `start`. */
function bareId(id: string | null): string | undefined {
  return id?.trim().replace(/^<|>$/g, '');
}

/** Where in the message a part stands. */
interface Place {
  /** Embedded messages around it. */
  readonly depth: number;
  /** Structures around it. */
  readonly nesting: number;
  /** The multipart directly around it, '' for the body of a message. */
  readonly within: string;
}

class Chooser {
  readonly #prefer: 'html' | 'plain';
  readonly #shown: ShownPart[] = [];
  readonly #alternatives: ShownPart[] = [];
  readonly #related: Attachment[] = [];
  readonly #attachments: Attachment[] = [];
  #calendar = false;
  #parts = 0;
  #truncated = false;

  constructor(preferences: Preferences) {
    this.#prefer = preferences.prefer;
  }

  display(structure: BodyStructure): Display {
    this.#visit(structure, { depth: 0, nesting: 0, within: '' });
    return {
      shown: this.#shown,
      alternatives: this.#alternatives,
      related: this.#related,
      attachments: this.#attachments,
      hasCalendar: this.#calendar,
      truncated: this.#truncated,
      ...cryptography(structure),
    };
  }

  #visit(structure: BodyStructure, place: Place): void {
    if (++this.#parts > MAX_PARTS || place.nesting > MAX_NESTING) {
      this.#truncated = true;
      return;
    }
    if (structure.kind === 'multipart') this.#multipart(structure, place);
    else this.#part(structure, place);
  }

  #multipart(multipart: BodyMultipart, place: Place): void {
    const inside = { ...place, nesting: place.nesting + 1, within: multipart.subtype };
    const parts = multipart.parts;
    switch (multipart.subtype) {
      case 'alternative':
        return this.#alternative(parts, inside);
      case 'related':
        return this.#relatedParts(multipart, inside);
      case 'signed':
        // The second part is the signature: nothing to read, nothing to save.
        return this.#each(
          parts.filter((part, index) => index === 0 || !isSignature(part)),
          inside,
        );
      case 'encrypted':
        return this.#each(
          parts.filter((part) => !isEncryptionControl(part)),
          inside,
        );
      case 'appledouble':
        return this.#each(
          parts.filter((part) => !isType(part, 'application', 'applefile')),
          inside,
        );
      default:
        return this.#each(parts, inside);
    }
  }

  #each(parts: readonly BodyStructure[], place: Place): void {
    for (const part of parts) this.#visit(part, place);
  }

  /** RFC 2046 §5.1.4: the last that can be shown is the best, unless the person prefers plain text. */
  #alternative(parts: readonly BodyStructure[], place: Place): void {
    const forms = parts.slice(0, MAX_PARTS).map((part) => formOf(part, 0));
    const other = this.#prefer === 'html' ? 'plain' : 'html';
    let chosen = forms.lastIndexOf(this.#prefer);
    if (chosen < 0) chosen = forms.lastIndexOf(other);
    if (chosen < 0) chosen = forms.lastIndexOf('other');
    if (chosen < 0) chosen = parts.length - 1;
    for (const [index, part] of parts.entries()) {
      if (index === chosen) this.#visit(part, place);
      else this.#passedOver(part, place);
    }
  }

  /** An alternative that is not shown still holds what can be saved, and the calendar beside the text is news. */
  #passedOver(structure: BodyStructure, place: Place): void {
    if (++this.#parts > MAX_PARTS || place.nesting > MAX_NESTING) {
      this.#truncated = true;
    } else if (structure.kind === 'multipart') {
      const inside = { ...place, nesting: place.nesting + 1, within: structure.subtype };
      for (const part of structure.parts) this.#passedOver(part, inside);
    } else if (isType(structure, 'text', 'calendar') || isAttached(structure)) {
      this.#part(structure, place);
    } else if (structure.type === 'text') {
      const kind = textKind(structure);
      if (kind !== undefined) this.#alternatives.push(this.#show(structure, kind, place));
    } else if (place.within === 'related' && (structure.id !== null || structure.location !== null)) {
      this.#related.push(attachmentOf(structure));
    } else this.#attach(structure);
  }

  /** RFC 2387: the root is what is shown, the rest is what it refers to. */
  #relatedParts(multipart: BodyMultipart, place: Place): void {
    const start = parameterValue(multipart.parameters, 'start');
    const named =
      start === undefined
        ? -1
        : multipart.parts.findIndex((part) => part.kind === 'part' && bareId(part.id) === bareId(start));
    const root = multipart.parts[Math.max(named, 0)];
    if (root === undefined) return;
    this.#visit(root, { ...place, within: 'related-root' });
    const html = holdsHtml(root, 0);
    for (const part of multipart.parts) {
      if (part === root) continue;
      const referable = part.kind === 'part' && (part.id !== null || part.location !== null);
      if (html && referable && !isAttached(part)) {
        this.#parts++;
        this.#related.push(attachmentOf(part));
      } else this.#visit(part, place);
    }
  }

  #part(part: BodyPart, place: Place): void {
    if (part.type === 'message') return this.#message(part, place);
    const attached = isAttached(part);
    if (part.type === 'text') return this.#text(part, place, attached);
    // HTML in one part of a mixed message often refers to an image in another.
    if (part.id !== null || part.location !== null) this.#related.push(attachmentOf(part));
    if (part.type === 'image' && SHOWN_IMAGES.has(part.subtype) && !attached)
      this.#shown.push(this.#show(part, 'image', place));
    this.#attach(part);
  }

  #text(part: BodyPart, place: Place, attached: boolean): void {
    if (part.subtype === 'calendar') {
      this.#calendar = true;
      this.#shown.push(this.#show(part, 'calendar', place));
      if (attached || place.within !== 'alternative') this.#attach(part);
      return;
    }
    const kind = textKind(part);
    const body = place.within === '' || place.within === 'related-root';
    // The whole body is shown even if it calls itself an attachment: else there would be nothing to read.
    if (
      kind !== undefined &&
      (body || (!attached && readsInPlace(part, place.within, this.#shown.length === 0)))
    ) {
      this.#shown.push(this.#show(part, kind, place));
      if (attached || nameOf(part) !== '') this.#attach(part);
    } else this.#attach(part);
  }

  #message(part: BodyPart, place: Place): void {
    // RFC 6533 §3 named the global forms.
    const report = part.subtype.replace(/^global-/, '');
    if (report === 'delivery-status' || report === 'disposition-notification') {
      this.#shown.push(this.#show(part, report, place));
      return;
    }
    if (place.within !== 'digest') this.#attach(part);
    if (part.body === null || part.envelope === null) return;
    this.#shown.push({ ...this.#show(part, 'message', place), envelope: part.envelope });
    this.#visit(part.body, { depth: place.depth + 1, nesting: place.nesting + 1, within: '' });
  }

  #show(part: BodyPart, kind: ShownKind, place: Place): ShownPart {
    return { section: part.section, kind, part, depth: place.depth };
  }

  #attach(part: BodyPart): void {
    this.#attachments.push(attachmentOf(part));
  }
}

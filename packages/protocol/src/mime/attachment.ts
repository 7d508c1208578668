import type { BodyPart } from '../imap/types.ts';
import { externalBodyOf, partialMessageOf } from './elsewhere.ts';
import type { ExternalBody, PartialMessage } from './elsewhere.ts';
import { parameterValue } from './parameter.ts';
import { decodeWords } from './encoded-word.ts';
import { estimatedSize } from './transfer.ts';

/** A part that can be saved, or that HTML refers to. */
export interface Attachment {
  /** For `BODY.PEEK[section]`. */
  readonly section: string;
  /** `image/png`, lower-case. What the sender says; nothing to trust. */
  readonly type: string;
  /** Decoded, without any path; '' if it has none. */
  readonly name: string;
  /** In the transfer encoding; −1 if the server does not know. */
  readonly octets: number;
  /** Octets once decoded, within a few; −1 if unknown. */
  readonly estimatedSize: number;
  /** Content-Transfer-Encoding, lower-case. */
  readonly encoding: string;
  /** Without angle brackets, as `cid:` has it (RFC 2392). */
  readonly contentId?: string;
  /** Content-Location (RFC 2557). */
  readonly location?: string;
  /** The sender meant it to be seen in its place (RFC 2183 §2.1). */
  readonly inline: boolean;
  /** The content is not here but there (message/external-body): there is nothing to save. */
  readonly external?: ExternalBody;
  /** It is but a piece of a message (message/partial). */
  readonly partial?: PartialMessage;
}

/** Characters of a file name; file systems stop at 255 octets. */
const MAX_NAME = 200;

export function attachmentOf(part: BodyPart): Attachment {
  const contentId = part.id?.trim().replace(/^<|>$/g, '') ?? '';
  const location = part.location?.trim() ?? '';
  const external = externalBodyOf(part);
  const partial = partialMessageOf(part);
  return {
    section: part.section,
    type: `${part.type}/${part.subtype}`,
    name: nameOf(part),
    octets: part.octets,
    estimatedSize: estimatedSize(part.octets, part.encoding),
    encoding: part.encoding,
    inline: part.disposition?.type === 'inline',
    ...(contentId === '' ? {} : { contentId }),
    ...(location === '' ? {} : { location }),
    ...(external === undefined ? {} : { external }),
    ...(partial === undefined ? {} : { partial }),
  };
}

/** True where the sender said so; anything but `inline` means so (RFC 2183 §2.8). */
export function isAttached(part: BodyPart): boolean {
  return part.disposition !== null && part.disposition.type !== 'inline' && part.disposition.type !== '';
}

/**
 * The file name of a part: Content-Disposition's, else Content-Type's, else, of an embedded message, its subject. No path
 * leads out of it, and a name that begins with a dot does not.
 */
export function nameOf(part: BodyPart): string {
  const given =
    (part.disposition && parameterValue(part.disposition.parameters, 'filename')) ??
    parameterValue(part.parameters, 'name') ??
    parameterValue(part.parameters, 'filename') ??
    '';
  const name = fileName(given);
  if (name !== '' || part.type !== 'message' || part.envelope === null) return name;
  const subject = fileName(decodeWords(part.envelope.subject ?? '').replace(/[/\\]/g, '-'));
  return subject === '' ? '' : `${subject}.eml`;
}

function fileName(text: string): string {
  const last = text.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (plain.length <= MAX_NAME) return plain;
  // A name too long keeps its extension.
  const extension = /\.[^.]{1,10}$/.exec(plain)?.[0] ?? '';
  return `${[...plain].slice(0, MAX_NAME - extension.length).join('')}${extension}`;
}

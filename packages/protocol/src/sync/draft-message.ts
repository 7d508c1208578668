/** A draft as a message: what is put into the Drafts mailbox, and what is sent. Pure. */
import { isAddress, readRecipients } from '../mime/index.ts';
import type { Composed, MailAddress, Outgoing } from '../mime/index.ts';
import type { Draft, Original, PartSource } from './model.ts';

export interface Writer {
  readonly from: MailAddress;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Minutes east of UTC. */
  readonly timeZoneOffset: number;
  readonly messageId: string;
}

export function draftMessage(draft: Draft, { from, now, timeZoneOffset, messageId }: Writer): Outgoing {
  return {
    from,
    to: people(draft.to),
    cc: people(draft.cc),
    bcc: people(draft.bcc),
    subject: draft.subject,
    text: draft.text,
    date: now,
    timeZoneOffset,
    messageId,
    ...(draft.inReplyTo === '' ? {} : { inReplyTo: draft.inReplyTo }),
    references: draft.references,
    attachments: draft.attachments.map(({ name, type, bytes }) => ({
      name,
      type,
      octets: bytes.length,
      async *read() {
        yield bytes;
      },
    })),
  };
}

/** An attachment of a draft in the message that was made of it, where it is in base64. */
export interface DraftFile {
  /** DraftAttachment.id. */
  readonly id: string;
  readonly source?: PartSource;
  /** Octets of the message before it, and of itself as it stands there. */
  readonly from: number;
  readonly octets: number;
  /** Octets of the file itself. */
  readonly decoded: number;
}

/** @param outgoing what `draftMessage` made of `draft`, and `composed` was made of. */
export function filesIn(
  { attachments }: Draft,
  outgoing: Outgoing,
  { pieces }: Composed,
): readonly DraftFile[] {
  const files: DraftFile[] = [];
  let from = 0;
  for (const piece of pieces) {
    const octets = piece instanceof Uint8Array ? piece.length : piece.octets;
    const file =
      'attachment' in piece ? attachments[outgoing.attachments.indexOf(piece.attachment)] : undefined;
    if (file) {
      const { id, source, bytes } = file;
      files.push({ id, ...(source ? { source } : {}), from, octets, decoded: bytes.length });
    }
    from += octets;
  }
  return files;
}

function people(text: string): MailAddress[] {
  return readRecipients(text).filter(({ address }) => isAddress(address));
}

/**
 * Nothing would be lost if the message were all there is of it: not half an address, nor what is to be marked when it is sent.
 */
export function isWholeAsMessage(draft: Draft): boolean {
  const complete = [draft.to, draft.cc, draft.bcc].every((text) =>
    readRecipients(text).every(({ address }) => isAddress(address)),
  );
  const flag = (draft.answers ?? draft.original)?.flag;
  return complete && flag === originalIn(draft)?.flag;
}

/**
 * What a draft that Postern has saved answers or forwards, by what its header says of it: a forwarded message is one that it
 * refers to without answering any.
 */
export function originalIn({
  inReplyTo,
  references,
}: Pick<Draft, 'inReplyTo' | 'references'>): Original | undefined {
  if (inReplyTo !== '') return { messageId: inReplyTo, flag: '\\Answered' };
  const messageId = references.at(-1);
  return messageId === undefined ? undefined : { messageId, flag: '$Forwarded' };
}

/** A draft as a message: what is put into the Drafts mailbox, and what is sent. Pure. */
import { parseAddresses } from '../mime/index.ts';
import type { MailAddress, Outgoing } from '../mime/index.ts';
import type { Draft } from './model.ts';

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

function people(text: string): MailAddress[] {
  return parseAddresses(text).filter(({ address }) => address !== '');
}

/**
 * Nothing would be lost if the message were all there is of it: not half an address, nor that it answers or forwards one that is
 * to be marked when it is sent.
 */
export function isWholeAsMessage({ to, cc, bcc, answers }: Draft): boolean {
  const complete = [to, cc, bcc].every((text) =>
    parseAddresses(text).every(({ address }) => address.includes('@')),
  );
  return complete && answers === undefined;
}

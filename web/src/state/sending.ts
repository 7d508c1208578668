/** From what was written to what is sent. Pure, but for the clock and chance that are given. */
import { compose, isAddress, readRecipients } from '@postern/protocol/mime';
import type { MailAddress } from '@postern/protocol/mime';
import { draftMessage, filesIn, lineOf, newVersionId } from '@postern/protocol/sync';
import type { Change, Draft, MailboxKey, SendAction } from '@postern/protocol/sync';
import { newActionId } from './intent.ts';

/** What keeps a message from being sent; the screen words it. */
export type ComposeProblem =
  | { readonly kind: 'no-recipients' }
  | { readonly kind: 'address'; readonly field: 'to' | 'cc' | 'bcc'; readonly text: string }
  | { readonly kind: 'too-large'; readonly octets: number; readonly limit: number }
  /** Files of the forwarded message are still on their way, or did not come. */
  | { readonly kind: 'attachments' }
  /** This device could not keep it: it stands only on the screen. */
  | { readonly kind: 'unsaved' };

/** Octets of attachments: what most servers take, and what fits in memory while it is put together. */
export const attachmentsLimit = 30 * 1024 * 1024;

/** Milliseconds by which the engine waits longer than undo is offered, so that the two never meet. */
const margin = 1000;

export interface Sender {
  readonly address: MailAddress;
  readonly sentMailbox: MailboxKey | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Minutes east of UTC. */
  readonly timeZoneOffset: number;
  readonly random: Uint8Array;
  /** Milliseconds for which it can be taken back. */
  readonly hold: number;
}

export function problemsIn(
  draft: Pick<Draft, 'to' | 'cc' | 'bcc'> & { readonly octets: number },
): ComposeProblem[] {
  const problems: ComposeProblem[] = [];
  let recipients = 0;
  for (const field of ['to', 'cc', 'bcc'] as const) {
    for (const { name, address } of readRecipients(draft[field])) {
      if (name === '' && address === '') continue;
      if (isAddress(address)) recipients++;
      else problems.push({ kind: 'address', field, text: address });
    }
  }
  if (recipients === 0 && problems.length === 0) problems.push({ kind: 'no-recipients' });
  if (draft.octets > attachmentsLimit) {
    problems.push({ kind: 'too-large', octets: draft.octets, limit: attachmentsLimit });
  }
  return problems;
}

/** One commit: the bytes, the action that sends them, and the draft gone. */
export async function sendingOf(
  draft: Draft,
  sender: Sender,
): Promise<{ readonly action: SendAction; readonly changes: readonly Change[] }> {
  const domain = sender.address.address.split('@').at(-1) ?? '';
  const line = lineOf(draft);
  const messageId = newVersionId(line, domain, sender.random);
  const { address: from, now, timeZoneOffset } = sender;
  const outgoing = draftMessage(draft, { from, now, timeZoneOffset, messageId });
  const composed = compose(outgoing);
  const files = filesIn(draft, outgoing, composed);
  const bytes = new Uint8Array(composed.octets);
  let at = 0;
  for await (const chunk of composed.chunks()) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const action: SendAction = {
    id: newActionId(sender.now),
    at: sender.now,
    state: { name: 'waiting' },
    kind: 'send',
    messageId,
    subject: draft.subject,
    from: composed.sender,
    recipients: composed.recipients,
    sent: sender.sentMailbox,
    answers: draft.answers,
    ...(draft.original ? { original: draft.original } : {}),
    ...(draft.copy || draft.line !== undefined ? { line } : {}),
    ...(draft.copy ? { copy: draft.copy } : {}),
    ...(files.length > 0 ? { files } : {}),
    notBefore: sender.hold === 0 ? sender.now : sender.now + sender.hold + margin,
    step: 'submit',
  };
  return {
    action,
    changes: [
      { kind: 'outgoing', outgoing: { id: action.id, bytes } },
      { kind: 'action', action },
      { kind: 'draft-removed', id: draft.id, heir: action },
    ],
  };
}

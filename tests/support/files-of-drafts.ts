/** Drafts with files, what is sent of one, and a letter of another program with a file: what the server has of that is not uploaded again. */
import { compose } from '@postern/protocol/mime';
import { draftMessage, filesIn } from '@postern/protocol/sync';
import type { Draft, DraftAttachment, MailboxKey, SendAction } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';

export const writer = { name: 'Ada', address: 'ada@postern.example' };

export function draftWith(
  version: number,
  subject: string,
  attachments: readonly DraftAttachment[],
  more: Partial<Draft> = {},
): Draft {
  return {
    ...sampleDraft('d', version),
    to: 'grace@postern.example',
    subject,
    text: `Text of ${subject}.`,
    attachments,
    editing: true,
    ...more,
  };
}

/** What `draft` is as a message that is sent, and what sends it. `now`: milliseconds since 1970. */
export async function sendingOf(
  draft: Draft,
  now: number,
  sent: MailboxKey,
  step: SendAction['step'],
): Promise<{ readonly action: Omit<SendAction, 'id' | 'at' | 'state'>; readonly bytes: Buffer }> {
  const messageId = '<sent@postern.example>';
  const outgoing = draftMessage(draft, { from: writer, now, timeZoneOffset: 0, messageId });
  const composed = compose(outgoing);
  const chunks: Uint8Array[] = [];
  for await (const chunk of composed.chunks()) chunks.push(chunk);
  const action = {
    kind: 'send',
    messageId,
    subject: draft.subject,
    from: writer.address,
    recipients: composed.recipients,
    sent,
    answers: undefined,
    ...(draft.copy ? { copy: draft.copy } : {}),
    files: filesIn(draft, outgoing, composed),
    notBefore: 0,
    step,
  } as const;
  return { action, bytes: Buffer.concat(chunks) };
}

/** A letter whose part 2 is a file, as another program writes it: encoded in lines of `lines`. */
export function letterWithFile(
  file: Uint8Array,
  lines: number,
  spoil: (encoded: string) => string = (encoded) => encoded,
  encoding = 'base64',
): string {
  const encoded = Buffer.from(file)
    .toString('base64')
    .replace(new RegExp(`.{${lines}}`, 'g'), '$&\r\n');
  return [
    'From: grace@postern.example',
    'Subject: with a file',
    'Message-ID: <file@x>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Here it is.',
    '--b',
    'Content-Type: application/x-test; name=theirs.bin',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    spoil(encoded),
    '--b--',
    '',
  ].join('\r\n');
}

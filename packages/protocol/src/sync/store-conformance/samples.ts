/** Mailboxes, messages, drafts and actions as the cases of this folder have them, and some tests elsewhere. */
import type { Uid, UidValidity } from '../../imap/types.ts';
import type { FlagAction, SendAction } from '../action.ts';
import type { NewMessage } from '../change.ts';
import type { Descriptor, Draft, DraftCopy, Mailbox, MailboxKey, MessageKey } from '../model.ts';
import type { Store } from '../store.ts';

export const inbox = 1 as MailboxKey;
export const archive = 2 as MailboxKey;

export function sampleMailbox(key: MailboxKey, name: string): Mailbox {
  return {
    key,
    name,
    wireName: name,
    delimiter: '/',
    attributes: [],
    role: name === 'INBOX' ? 'inbox' : undefined,
    subscribed: true,
    mode: 'disconnected',
    messages: 3,
    unseen: 1,
    sync: { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 90060115205545359n, exists: 0, at: 0 },
  };
}

export function sampleDescriptor(subject: string): Descriptor {
  return {
    subject,
    sent: 1_700_000_000_000,
    from: [{ name: 'Ada', address: 'ada@postern.example' }],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    messageId: `<${subject}@postern.example>`,
    inReplyTo: '',
    references: [],
    listId: '',
    structure: {
      kind: 'part',
      section: '1',
      type: 'text',
      subtype: 'plain',
      parameters: [['charset', 'utf-8']],
      id: null,
      description: null,
      encoding: '7bit',
      octets: 12,
      lines: 1,
      md5: null,
      disposition: null,
      language: [],
      location: null,
      envelope: null,
      body: null,
    },
    hasAttachments: false,
    preview: undefined,
  };
}

/** Fills INBOX with so many messages, and gives their keys. */
export async function fill(
  store: Store,
  count: number,
  flags: (i: number) => string[] = () => [],
): Promise<MessageKey[]> {
  const first = await store.allocate(count);
  const keys = Array.from({ length: count }, (_, i) => (first + i) as MessageKey);
  const messages: NewMessage[] = keys.map((key, i) => ({
    row: { key, uid: (10 + i) as Uid, flags: flags(i), date: 1_700_000_000_000 + i * 1000, size: 100 + i },
    descriptor: sampleDescriptor(`subject ${i}`),
  }));
  await store.commit([
    { kind: 'mailbox', mailbox: sampleMailbox(inbox, 'INBOX') },
    { kind: 'mailbox', mailbox: sampleMailbox(archive, 'Archive') },
    { kind: 'messages', mailbox: inbox, messages },
  ]);
  return keys;
}

export function flagAction(id: string, key: MessageKey): FlagAction {
  return {
    id,
    at: 1,
    state: { name: 'waiting' },
    kind: 'flag',
    mailbox: inbox,
    messages: [key],
    add: ['\\Flagged'],
    remove: [],
  };
}

export function sampleSend(id: string): SendAction {
  return {
    id,
    at: 3,
    state: { name: 'waiting' },
    kind: 'send',
    messageId: '<m@x>',
    subject: 's',
    from: 'ada@postern.example',
    recipients: ['grace@postern.example'],
    sent: archive,
    answers: undefined,
    notBefore: 0,
    step: 'submit',
  };
}

/** A draft's version on the server. */
export function copyAt(uid: number): DraftCopy {
  return { mailbox: archive, uidValidity: 7 as UidValidity, uid: uid as Uid };
}

/** Without words and attachments. */
export function sampleDraft(id: string, changed = 1): Draft {
  return {
    id,
    changed,
    to: '',
    cc: '',
    bcc: '',
    subject: id,
    text: '',
    inReplyTo: '',
    references: [],
    answers: undefined,
    attachments: [],
  };
}

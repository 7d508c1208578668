/** How a message begins to be written. */
import { parseMailto, reply } from '@postern/protocol/mime';
import type { Attachment, DraftFields, MailAddress, ReplyWords } from '@postern/protocol/mime';
import { draftsQuery, originalIn } from '@postern/protocol/sync';
import type { Draft, DraftCopy, MessageKey } from '@postern/protocol/sync';
import { connection } from './connection.svelte.ts';
import { read } from './device.ts';
import { findOriginal } from './original.ts';
import { localDraftOf, serverDraft } from './server-drafts.ts';
import { truth } from './truth.svelte.ts';

export interface ComposeStart {
  readonly mode: 'new' | 'reply' | 'reply-all' | 'forward' | 'draft' | 'server-draft' | 'mailto';
  /** The message answered or forwarded; of `server-draft`, the draft itself (see `openDraft`). */
  readonly key?: MessageKey;
  readonly draftId?: string;
  readonly mailto?: string;
}

/** What it answers, forwards or is a version of. */
export type Thread = Pick<Draft, 'inReplyTo' | 'references' | 'answers' | 'original' | 'line'>;

export interface Beginning {
  readonly fields?: DraftFields;
  readonly thread?: Partial<Thread>;
  /** Its version on the server. */
  readonly copy?: DraftCopy | undefined;
  /** To be fetched, and to be with it. */
  readonly files?: { readonly of: MessageKey; readonly attachments: readonly Attachment[] };
}

/**
 * What stands in it before anything is typed; a message answered that is not to be had leaves it empty.
 * @param words for the lines above a quoted or forwarded text.
 * @throws Error when a draft of the Drafts mailbox is not to be had.
 */
export async function beginningOf(start: ComposeStart, words: ReplyWords): Promise<Beginning> {
  const { mode, key, mailto } = start;
  if (mode === 'mailto') {
    const fields = parseMailto(mailto ?? '');
    return fields ? withFields(fields) : {};
  }
  if (key === undefined || mode === 'new' || mode === 'draft') return {};
  return mode === 'server-draft' ? beginningThere(key) : answering(mode, key, words);
}

/** From the Drafts mailbox. Until its files are here, nothing takes its place there. */
async function beginningThere(key: MessageKey): Promise<Beginning> {
  const found = await findOriginal(key, connection.state === 'online');
  const there = await serverDraft(key);
  if (!found || !there) throw new Error('a draft that is not here');
  const { fields, thread } = withFields(there.fields(found.original.text));
  return {
    fields,
    thread: { ...thread, original: there.original, line: there.line },
    copy: there.copy,
    files: { of: key, attachments: found.display.attachments },
  };
}

async function answering(
  mode: 'reply' | 'reply-all' | 'forward',
  key: MessageKey,
  words: ReplyWords,
): Promise<Beginning> {
  const found = await findOriginal(key, connection.state === 'online');
  if (!found) return {};
  const me: MailAddress[] = truth.account ? [{ name: '', address: truth.account.address }] : [];
  const answer = reply(found.original, me, mode, words);
  // Room to write above what is quoted.
  const { fields, thread } = withFields({ ...answer, text: `\n\n${answer.text}` });
  const flag = mode === 'forward' ? '$Forwarded' : '\\Answered';
  const original = originalIn(thread);
  return {
    fields,
    thread: { ...thread, answers: { key, flag }, original: original?.flag === flag ? original : undefined },
    ...(mode === 'forward' ? { files: { of: key, attachments: found.display.attachments } } : {}),
  };
}

function withFields(fields: DraftFields) {
  const { inReplyTo = '', references } = fields;
  return { fields, thread: { inReplyTo, references, original: originalIn({ inReplyTo, references: [] }) } };
}

/**
 * How to open a message of the Drafts mailbox: the newer version on this device, if there is one. Settles when its text is
 * here; undefined: it is not to be had now.
 */
export async function openDraft(key: MessageKey): Promise<ComposeStart | undefined> {
  const local = await localDraftOf(key);
  if (local) return { mode: 'draft', draftId: local.id };
  await findOriginal(key, connection.state === 'online');
  return (await serverDraft(key)) && { mode: 'server-draft', key, draftId: await draftIdFor(key) };
}

/** The same in all windows. One of that id on this device has gone on to be another version: then it is another draft. */
async function draftIdFor(key: MessageKey): Promise<string> {
  const id = `message-${key}`;
  const taken = (await read(draftsQuery())).some((draft) => draft.id === id);
  return taken ? crypto.randomUUID() : id;
}

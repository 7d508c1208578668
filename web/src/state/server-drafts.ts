/** Drafts that are on the server, as messages of the Drafts mailbox. */
import {
  descriptorsQuery,
  draftsQuery,
  indexOfKey,
  isOurVersion,
  mailboxesQuery,
  originalIn,
  partQuery,
  rowAt,
  rowsQuery,
  versionIn,
} from '@postern/protocol/sync';
import type { Draft, DraftCopy, MessageKey, Original } from '@postern/protocol/sync';
import type { DraftFields } from '@postern/protocol/mime';
import { displayOf } from './body.ts';
import { read } from './device.ts';
import { truth } from './truth.svelte.ts';

export interface ServerDraft {
  readonly copy: DraftCopy | undefined;
  /** As Draft has it. */
  readonly line: string | undefined;
  /** To be marked when it is sent. */
  readonly original: Original | undefined;
  /** What it says in its header, with its text. */
  fields(text: string): DraftFields;
}

/** undefined: it is not here, or not all of its text is. */
export async function serverDraft(key: MessageKey): Promise<ServerDraft | undefined> {
  const descriptor = (await read(descriptorsQuery([key]))).get(key);
  if (!descriptor) return undefined;
  const { shown, related } = displayOf(descriptor);
  for (const { kind, section } of shown) {
    if (kind !== 'plain' && kind !== 'html') continue;
    if (!(await read(partQuery(key, section)))) return undefined;
  }
  // Formatting that another program gave it would be gone with the version there: that one stays beside what is written here.
  const plain = related.length === 0 && shown.every(({ kind }) => kind === 'plain');
  const { to, cc, bcc, subject, inReplyTo, references, messageId } = descriptor;
  const original = originalIn({ inReplyTo, references });
  return {
    copy: plain ? copyAt(key, messageId) : undefined,
    line: versionIn(messageId)?.line,
    // Of what another program wrote, nobody knows that it forwards what it refers to.
    original: inReplyTo !== '' || isOurVersion(messageId) ? original : undefined,
    fields: (text) => ({
      to,
      cc,
      bcc,
      subject,
      text,
      ...(inReplyTo === '' ? {} : { inReplyTo }),
      references,
    }),
  };
}

/** The draft on this device whose version on the server that is, if there is one: it is newer. */
export async function localDraftOf(key: MessageKey): Promise<Draft | undefined> {
  const messageId = (await read(descriptorsQuery([key]))).get(key)?.messageId ?? '';
  const copy = copyAt(key, messageId);
  if (!copy) return undefined;
  return (await read(draftsQuery())).find(({ copy: known }) => known && isSame(known, copy));
}

/** The newest version of a draft that the Drafts mailbox has, as far as is known here. */
export async function versionThere(line: string): Promise<DraftCopy | undefined> {
  const mailbox = (await read(mailboxesQuery())).find(({ role }) => role === 'drafts');
  if (!mailbox?.sync.uidValidity) return undefined;
  const { keys, uids } = await read(rowsQuery(mailbox.key));
  const descriptors = await read(descriptorsQuery([...keys] as MessageKey[]));
  let newest: DraftCopy | undefined;
  for (const [i, key] of keys.entries()) {
    const messageId = descriptors.get(key as MessageKey)?.messageId ?? '';
    const uid = uids[i] as DraftCopy['uid'] | 0;
    if (uid === 0 || versionIn(messageId)?.line !== line || uid < (newest?.uid ?? 0)) continue;
    newest = {
      mailbox: mailbox.key,
      uidValidity: mailbox.sync.uidValidity as DraftCopy['uidValidity'],
      uid,
      messageId,
    };
  }
  return newest;
}

function isSame(known: DraftCopy, { mailbox, uidValidity, uid, messageId }: DraftCopy): boolean {
  if (known.mailbox !== mailbox) return false;
  if (known.uidValidity === uidValidity) return known.uid === uid;
  return known.messageId !== undefined && known.messageId === messageId;
}

function copyAt(key: MessageKey, messageId: string): DraftCopy | undefined {
  const rows = truth.locate(key);
  const row = rows && rowAt(rows, indexOfKey(rows, key));
  const uidValidity = rows && truth.known(rows.mailbox)?.sync.uidValidity;
  if (!row?.uid || !uidValidity) return undefined;
  const { mailbox, uid } = row;
  return { mailbox, uidValidity, uid, ...(messageId === '' ? {} : { messageId }) };
}

/** Messages of the Drafts mailbox that stand for a draft which is shown in another form: left out of lists. Pure. */
import type { Action, Draft, DraftCopy, MailboxKey, MessageKey, Overlay, Rows } from '@postern/protocol/sync';

/** What is being written here, sent, or was discarded, as it is on the server. */
export function draftCopies(
  drafts: readonly Pick<Draft, 'copy'>[],
  actions: readonly Action[],
): readonly DraftCopy[] {
  const copies = drafts.map(({ copy }) => copy);
  for (const action of actions) {
    if (action.kind === 'send' || (action.kind === 'remove-draft' && action.state.name !== 'failed'))
      copies.push(action.copy);
    if (action.kind === 'save-draft') copies.push(action.tried?.replaced);
  }
  return copies.filter((copy) => copy !== undefined);
}

/** @param there what is known of a mailbox. */
export function withoutDrafts(
  overlays: ReadonlyMap<MessageKey, Overlay>,
  copies: readonly DraftCopy[],
  there: (mailbox: MailboxKey) => {
    readonly uidValidity: number | undefined;
    readonly rows: Rows | undefined;
  },
): ReadonlyMap<MessageKey, Overlay> {
  if (copies.length === 0) return overlays;
  const laid = new Map(overlays);
  for (const { mailbox, uidValidity, uid } of copies) {
    const { uidValidity: now, rows } = there(mailbox);
    const at = now === uidValidity ? (rows?.uids.indexOf(uid) ?? -1) : -1;
    if (!rows || at < 0) continue;
    laid.set(rows.keys[at] as MessageKey, {
      add: new Set(),
      remove: new Set(),
      mailbox: null,
      pending: undefined,
    });
  }
  return laid;
}

/** Who a version belongs to that was being saved while its draft became something else. */
import type { Action, SaveDraftAction, SendAction } from '../action.ts';
import type { Change } from '../change.ts';
import { lineOf, versionIn } from '../draft-line.ts';
import type { Draft, DraftCopy } from '../model.ts';
import { actionsQuery, draftsQuery } from '../store.ts';
import type { Settling } from './context.ts';

/**
 * The draft is on its way to be sent, or was taken back from there: it has `place` for its version on the server, so that this goes
 * when it is sent, and is not taken for somebody else's. Empty: nobody has.
 */
export async function inherit(
  { truth }: Settling,
  { draft: id, tried }: SaveDraftAction,
  place: DraftCopy,
): Promise<Change[]> {
  const line = versionIn(tried?.messageId ?? '')?.line;
  const isOurs = (copy: DraftCopy | undefined): boolean =>
    !copy || isSame(copy, tried?.replaced) || isSame(copy, place);
  const sending = (action: Action): action is SendAction =>
    action.kind === 'send' && action.step === 'submit' && action.line === line && isOurs(action.copy);
  const writing = (draft: Draft): boolean => draft.id !== id && lineOf(draft) === line && isOurs(draft.copy);
  const sends = (await truth.store.read(actionsQuery())).filter(sending);
  const drafts = (await truth.store.read(draftsQuery())).filter(writing);
  return [
    ...sends.map((action): Change => ({
      kind: 'action',
      action: { ...action, copy: place },
      keepsState: true,
    })),
    ...drafts.map((draft): Change => ({ kind: 'draft-copy', id: draft.id, copy: place })),
  ];
}

function isSame(a: DraftCopy, b: DraftCopy | undefined): boolean {
  return a.mailbox === b?.mailbox && a.uidValidity === b.uidValidity && a.uid === b.uid;
}

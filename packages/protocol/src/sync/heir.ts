/** What has a draft's version on the server after the draft. Pure: each store does it in the commit in which the draft goes or comes. */
import type { Action, RemoveDraftAction, SendAction } from './action.ts';
import { versionIn } from './draft-line.ts';
import type { Draft, DraftCopy } from './model.ts';

/** @param action what the store has of that id: the mail that the draft has become; else the version is to be removed. */
export function heirOf(
  { id, at }: Pick<Action, 'id' | 'at'>,
  action: Action | undefined,
  copy: DraftCopy,
): SendAction | RemoveDraftAction {
  if (action?.kind === 'send')
    return { ...action, copy, line: action.line ?? versionIn(copy.messageId ?? '')?.line };
  return { id, at, state: { name: 'waiting' }, kind: 'remove-draft', mailbox: copy.mailbox, copy };
}

/** What became known of the version while it waited to be sent is known of the draft that it is again. */
export function withCopyOf(draft: Draft, { copy }: SendAction): Draft {
  return copy ? { ...draft, copy } : draft;
}

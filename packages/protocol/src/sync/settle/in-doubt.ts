/**
 * Messages that an earlier action may have put where they are. What it was is not seen to yet (its receipt was lost, or it came
 * half way): whoever took the message away before would have it put there again.
 */
import type { Action, ActionId, Noted } from '../action.ts';
import type { MailboxKey } from '../model.ts';
import { actionsQuery } from '../store.ts';
import type { Located } from '../truth.ts';
import { NotYet } from './context.ts';
import type { Settling } from './context.ts';

/** Rejects with NotYet while an action before this one may be about `rows`, which this one is to take away. */
export async function needCertainty(
  settling: Settling,
  id: ActionId,
  rows: readonly Located[],
): Promise<void> {
  for (const earlier of await settling.truth.store.read(actionsQuery())) {
    if (earlier.id >= id) return;
    if (earlier.state.name === 'running' && rows.some((row) => mayBeOf(earlier, row))) throw new NotYet();
  }
}

function mayBeOf(action: Action, { mailbox, uid, home }: Located): boolean {
  const put = putBy(action);
  if (!put || put.mailbox !== mailbox) return false;
  const { uidValidity, uidNext } = put.noted;
  return uidValidity !== home.sync.uidValidity || uid >= uidNext;
}

interface Put {
  readonly mailbox: MailboxKey;
  readonly noted: Noted;
}

/** Into which mailbox an action puts messages, and from which UID on they would be. */
function putBy(action: Action): Put | undefined {
  switch (action.kind) {
    case 'move':
    case 'copy':
      return action.noted && { mailbox: action.to, noted: action.noted };
    case 'upload':
    case 'import':
      return action.noted && { mailbox: action.mailbox, noted: action.noted };
    case 'save-draft':
      return action.tried && { mailbox: action.mailbox, noted: action.tried };
    case 'send':
      return action.noted && action.sent !== undefined
        ? { mailbox: action.sent, noted: action.noted }
        : undefined;
    default:
      return undefined;
  }
}

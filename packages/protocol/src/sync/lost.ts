/**
 * Messages that an action names and that nobody can name to the server any more: their UIDs or their mailbox are void, and they
 * were not found again. What was wanted of them is neither done nor dropped in silence.
 */
import type { Action, ActionId, FailureReason } from './action.ts';
import type { Change } from './change.ts';
import type { MessageKey } from './model.ts';
import { messagesOf } from './named-in.ts';
import { actionsQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** What becomes of the actions that name any of `keys`: shown as failed, or, while they can be done to others, later. */
export async function losing(
  truth: Truth,
  keys: ReadonlySet<MessageKey>,
  reason: FailureReason,
): Promise<Change[]> {
  if (keys.size === 0) return [];
  const actions = await truth.store.read(actionsQuery());
  return actions.flatMap((action): Change[] => {
    const named = messagesOf(action);
    const messages = named.filter((key) => keys.has(key) || action.lost?.messages.includes(key));
    if (!named.some((key) => keys.has(key))) return [];
    const state: Action['state'] =
      messages.length === named.length && action.state.name !== 'failed'
        ? { name: 'failed', reason, words: '' }
        : action.state;
    return [{ kind: 'action', action: { ...action, lost: { messages, reason }, state }, onlyIfThere: true }];
  });
}

/**
 * What becomes of an action that did all it could: it is settled, or shown for the messages that it could not be done to,
 * `further` ones among them.
 */
export async function ended(
  truth: Truth,
  id: ActionId,
  further: NonNullable<Action['lost']> = { messages: [], reason: 'gone' },
): Promise<Change> {
  const action = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
  const { messages, reason } = further.messages.length > 0 ? further : (action?.lost ?? further);
  const left = new Set([...(action?.lost?.messages ?? []), ...messages]);
  if (!action || left.size === 0 || !('messages' in action)) return { kind: 'action-removed', id };
  const state = { name: 'failed', reason, words: '' } as const;
  const shown: Action = { ...action, messages: [...left], state };
  if (shown.kind !== 'copy' || action.kind !== 'copy')
    return { kind: 'action', action: shown, onlyIfThere: true };
  const copies = action.copies.filter((_, i) => left.has(action.messages[i] as MessageKey));
  return { kind: 'action', action: { ...shown, copies }, onlyIfThere: true };
}

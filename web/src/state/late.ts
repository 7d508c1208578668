/** What waits for the mail server for longer than a moment, whatever it is that keeps it: that is worth a mark. */
import type { Action, ActionId, MessageKey } from '@postern/protocol/sync';

/** Milliseconds. */
export const MOMENT = 5000;

export interface Late {
  readonly actions: ReadonlySet<ActionId>;
  /** That they are about. */
  readonly messages: ReadonlySet<MessageKey>;
  /** When there will be more, milliseconds since 1970; undefined: not of what is asked for now. */
  readonly next: number | undefined;
}

/** @param now milliseconds since 1970. */
export function lateIn(all: readonly Action[], now: number): Late {
  const actions = new Set<ActionId>();
  const messages = new Set<MessageKey>();
  let next: number | undefined;
  for (const action of all) {
    if (action.state.name !== 'waiting' && action.state.name !== 'running') continue;
    // What the person may still take back has not begun to wait.
    const from = 'notBefore' in action ? Math.max(action.at, action.notBefore ?? 0) : action.at;
    const lateFrom = from + MOMENT;
    if (lateFrom > now) {
      next = Math.min(next ?? lateFrom, lateFrom);
      continue;
    }
    actions.add(action.id);
    for (const key of 'messages' in action ? action.messages : []) messages.add(key);
  }
  return { actions, messages, next };
}

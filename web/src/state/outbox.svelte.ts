/** What waits for the server, or failed there. */
import type { Action } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { commit } from './device.ts';
import { truth } from './truth.svelte.ts';
import type { OutboxEntryView } from './views.ts';

class Outbox {
  readonly #entries: readonly OutboxEntryView[] = $derived(truth.actions.map(entryOf));

  /** In the person's order. */
  get entries(): readonly OutboxEntryView[] {
    return this.#entries;
  }

  /** Begins a failed action again. One that is uncertain may happen twice: the screen has said so. */
  async retry(id: string): Promise<void> {
    const action = truth.actions.find((each) => each.id === id);
    if (!action || (action.state.name !== 'failed' && action.state.name !== 'uncertain')) return;
    await commit([{ kind: 'action', action: { ...action, state: { name: 'waiting' } }, onlyIfThere: true }]);
    engine.wake('action');
  }

  /** What was to be sent is gone with it: the screen asks first. */
  async discard(id: string): Promise<void> {
    await commit([{ kind: 'action-removed', id }]);
    engine.wake('action');
  }
}

function entryOf(action: Action): OutboxEntryView {
  const { id, kind, state } = action;
  const problem = state.name === 'failed' || state.name === 'uncertain' ? state : undefined;
  return {
    id,
    kind,
    count: 'messages' in action ? action.messages.length : 1,
    subject: action.kind === 'send' ? action.subject : undefined,
    state: state.name,
    reason: problem?.reason,
    refusals: problem?.refusals ?? [],
    delivered: action.kind === 'send' ? (action.delivered?.length ?? 0) : 0,
    words: problem?.words,
  };
}

export const outbox = new Outbox();

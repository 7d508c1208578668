/** What was done last and can still be taken back. */
import { actionsQuery, draftsQuery } from '@postern/protocol/sync';
import type { Action, Change, Draft } from '@postern/protocol/sync';
import { commit, read } from './device.ts';
import { inverse } from './intent.ts';
import type { UndoView } from './views.ts';

/** Milliseconds for which it is offered. */
export const offered = 8000;

interface Undoable {
  readonly view: UndoView;
  readonly actions: readonly Action[];
  /** Of a message that was sent: what it was written from. */
  readonly draft: Draft | undefined;
}

function isOf({ actions }: Undoable, id: string): boolean {
  return actions.some((action) => action.id === id);
}

class Undo {
  #last: Undoable | undefined = $state.raw();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get offer(): UndoView | undefined {
    return this.#last?.view;
  }

  /** Takes the place of what was offered before. */
  make(
    actions: readonly Action[],
    view: Omit<UndoView, 'id'>,
    sent?: { readonly draft: Draft; readonly for: number },
  ): void {
    const id = actions[0]?.id;
    if (id === undefined) return;
    clearTimeout(this.#timer);
    this.#last = { view: { ...view, id }, actions, draft: sent?.draft };
    this.#timer = setTimeout(() => this.dismiss(), sent?.for ?? offered);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#last = undefined;
  }

  /**
   * Withdraws what the server has not been told, and asks for the opposite of what it has. Settles with the draft to open
   * again when a message was kept from being sent. Rejects with StoreError where it could not be noted: then it is still offered.
   */
  async take(): Promise<string | undefined> {
    const last = this.#last;
    if (!last) return undefined;
    this.dismiss();
    try {
      return await this.#take(last);
    } catch (error) {
      this.#last ??= last;
      throw error;
    }
  }

  async #take(last: Undoable): Promise<string | undefined> {
    const waiting = new Set(
      (await read(actionsQuery())).filter(({ state }) => state.name === 'waiting').map(({ id }) => id),
    );
    const { draft } = last;
    if (draft) {
      // What has begun to be sent may be with its recipients already: there is nothing to take back.
      await commit(last.actions.map(({ id }): Change => ({ kind: 'taken-back', id, draft })));
      const begun = (await read(actionsQuery())).some(({ id }) => isOf(last, id));
      const back = (await read(draftsQuery())).some(({ id }) => id === draft.id);
      return !begun && back ? draft.id : undefined;
    }
    await commit(last.actions.map(({ id }) => ({ kind: 'action-removed', id, onlyIn: 'waiting' })));
    const left = new Set((await read(actionsQuery())).map(({ id }) => id));
    const now = Date.now();
    const opposite = last.actions
      .filter(({ id }) => left.has(id) || !waiting.has(id))
      .map((action) => inverse(action, now))
      .filter((action) => action !== undefined);
    await commit(opposite.map((action) => ({ kind: 'action', action })));
    return undefined;
  }
}

export const undo = new Undo();

/** Moves and copies that come in several turns: what a person waits for meanwhile goes before the next. */
import type { CopyAction, MoveAction } from '../action.ts';
import { actionsQuery } from '../store.ts';
import type { Settling } from './context.ts';

/** What arrived is settled: the rest begins anew, for what was noted would find what is settled. */
export function beginAnew({ truth }: Settling, { id }: MoveAction | CopyAction): Promise<void> {
  return truth.change(async () => {
    const newest = (await truth.store.read(actionsQuery())).find((each) => each.id === id);
    if (newest?.kind !== 'move' && newest?.kind !== 'copy') return { changes: [], result: undefined };
    const action: (MoveAction | CopyAction) & { noted?: object } = { ...newest, state: { name: 'waiting' } };
    delete action.noted;
    return { changes: [{ kind: 'action', action, onlyIfThere: true }], result: undefined };
  });
}

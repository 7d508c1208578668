/** Messages on their way under the pointer. */
import type { MessageKey } from '@postern/protocol/sync';

/** Marks a drag as Postern's own, so that nothing else is taken for messages. */
export const DRAG_TYPE = 'application/x-postern-messages';

class Dragged {
  keys: readonly MessageKey[] = $state.raw([]);
}

export const dragged = new Dragged();

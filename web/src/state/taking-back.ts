/** A message that waits to be sent becomes the draft again that it was. */
import { actionsQuery, canTakeBack, draftsQuery, outgoingQuery } from '@postern/protocol/sync';
import { commit, read } from './device.ts';
import { draftOf } from './draft-of.ts';

/** Settles with the draft that the message is again, to be opened; undefined where that is too late. */
export async function takeBack(id: string): Promise<string | undefined> {
  const action = (await read(actionsQuery())).find((each) => each.id === id);
  const outgoing = await read(outgoingQuery(id));
  if (!action || !canTakeBack(action) || !outgoing) return undefined;
  const draft = draftOf(outgoing.bytes, action, Date.now());
  await commit([{ kind: 'taken-back', id, draft }]);
  const there = (await read(draftsQuery())).some((each) => each.id === draft.id);
  return there ? draft.id : undefined;
}

/**
 * Forgetting where no room is left. Chromium refuses every transaction then that writes, be it to say what has gone; one that does
 * nothing but delete it lets pass. So bodies go first, with the counts of what is kept, and the counts are put back after that.
 * Should that never happen, what is kept is counted anew when it is next looked after.
 */
import type { Change, Touched } from '@postern/protocol/sync';
import { Bodies } from './bodies.ts';
import type { StoreName, Writing } from './schema.ts';

const scope: StoreName[] = ['parts', 'files', 'pieces', 'kept'];

/** What was touched; undefined when there is more to these changes than that, and nothing was done. */
export async function deleteBodies(
  changes: readonly Change[],
  begin: (stores: StoreName[]) => Writing,
): Promise<ReadonlySet<Touched> | undefined> {
  const plain = changes.every((change) => change.kind === 'evicted' && change.what !== 'descriptors');
  if (!plain) return undefined;
  const touched = new Set<Touched>();
  const deleting = begin(scope);
  const bodies = new Bodies(deleting, touched);
  for (const change of changes)
    if (change.kind === 'evicted') for (const key of change.keys) await bodies.evict(key, change.what);
  const putBack = bodies.takeCounts();
  await deleting.done;
  const counting = begin(['kept']);
  putBack(counting);
  await counting.done.catch(() => {});
  return touched;
}

/** A store on a device with little room, for tests: refuses what would take more than so many octets, as a browser does. */
import { StoreError } from '../error.ts';
import type { Change } from './change.ts';
import { DESCRIPTOR_OCTETS } from './kept.ts';
import { sizesQuery } from './store.ts';
import type { Store } from './store.ts';

export interface ScarceStore extends Store {
  /** Octets in all; may be changed at any time. */
  quota: number;
  /** Commits that were refused. */
  refused: number;
}

export function scarceStore(store: Store, quota: number): ScarceStore {
  /** Octets of what the person made. */
  const own = new Map<string, number>();
  const scarce: ScarceStore = {
    quota,
    refused: 0,
    read: (query) => store.read(query),
    async commit(changes) {
      const sizes = await store.read(sizesQuery());
      const kept = sizes.reduce((sum, each) => sum + each.descriptors + each.texts + each.attachments, 0);
      const made = [...own.values()].reduce((sum, octets) => sum + octets, 0);
      const more = changes.reduce((sum, change) => sum + octetsOf(change), 0);
      if (more > 0 && kept + made + more > scarce.quota) {
        scarce.refused++;
        throw new StoreError('quota', 'no room left');
      }
      await store.commit(changes);
      for (const change of changes) {
        if (change.kind === 'outgoing') own.set(change.outgoing.id, change.outgoing.bytes.length);
        if (change.kind === 'action-removed') own.delete(change.id);
      }
    },
    allocate: (count) => store.allocate(count),
    watch: (listener) => store.watch(listener),
    close: () => store.close(),
  };
  return scarce;
}

function octetsOf(change: Change): number {
  switch (change.kind) {
    case 'messages':
      return change.messages.length * DESCRIPTOR_OCTETS;
    case 'part':
      return change.part.bytes.length;
    case 'piece':
      return change.piece.bytes.length;
    case 'outgoing':
      return change.outgoing.bytes.length;
    default:
      return 0;
  }
}

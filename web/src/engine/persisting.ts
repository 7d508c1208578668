/**
 * When the browser is asked to promise that it keeps what is here: not before there is something to lose, since some browsers ask
 * the person, and one who was asked too early says no. That is once the first mailbox is whole, once a mailbox is to be kept whole,
 * or once something waits for a server that cannot be reached. Once; a person may ask again in the settings.
 */
import { actionsQuery, mailboxesQuery, settingQuery } from '@postern/protocol/sync';
import type { Store } from '@postern/protocol/sync';
import { askToPersist, PERSISTENCE_SETTING } from './storage.ts';
import type { Persistence } from './storage.ts';

export interface PersistingPorts {
  readonly store: Store;
  now(): number;
  /** There is a network, as far as the browser knows. */
  isOnline(): boolean;
  ask(now: number): Promise<Persistence | undefined>;
}

export const browserPorts = (store: Store): PersistingPorts => ({
  store,
  now: () => Date.now(),
  isOnline: () => navigator.onLine,
  ask: askToPersist,
});

/** Waits for the moment, asks, and keeps the answer. Returns the way to stop. */
export function persistInTime({ store, now, isOnline, ask }: PersistingPorts): () => void {
  let done = false;
  let looking = false;
  const isTime = async (): Promise<boolean> => {
    const mailboxes = await store.read(mailboxesQuery());
    if (mailboxes.some(({ sync, mode }) => sync.at > 0 || mode === 'offline')) return true;
    return !isOnline() && (await store.read(actionsQuery())).length > 0;
  };
  const look = async (): Promise<void> => {
    if (done || looking) return;
    looking = true;
    try {
      if ((await store.read(settingQuery<Persistence>(PERSISTENCE_SETTING))) !== undefined) return stop();
      if (!(await isTime())) return;
      stop();
      const value = await ask(now());
      if (value) await store.commit([{ kind: 'setting', name: PERSISTENCE_SETTING, value }]);
    } catch {
      // A store that cannot be read or written has nothing to be kept.
    } finally {
      looking = false;
    }
  };
  const unwatch = store.watch((touched) => {
    if (touched.has('mailboxes') || touched.has('actions')) void look();
  });
  const stop = (): void => {
    done = true;
    unwatch();
  };
  void look();
  return stop;
}

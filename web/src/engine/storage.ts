/** What the browser says about the room that this app has, and whether it promises to keep what is there. */

/** Octets; undefined where the browser does not tell. */
export async function storageEstimate(
  storage: StorageManager | undefined = globalThis.navigator?.storage,
): Promise<{ readonly usage: number; readonly quota: number } | undefined> {
  try {
    const { usage, quota } = (await storage?.estimate()) ?? {};
    return usage === undefined || quota === undefined ? undefined : { usage, quota };
  } catch {
    return undefined;
  }
}

/** What became of asking the browser to keep what is here, whatever else it needs room for. */
export interface Persistence {
  /** Milliseconds since 1970. */
  readonly asked: number;
  readonly granted: boolean;
}

/** The setting that holds Persistence; absent as long as nobody asked. */
export const PERSISTENCE_SETTING = 'persistence';

/** Asks; some browsers ask the person in turn. undefined where there is nothing to ask. */
export async function askToPersist(
  now: number,
  storage: StorageManager | undefined = globalThis.navigator?.storage,
): Promise<Persistence | undefined> {
  if (typeof storage?.persist !== 'function') return undefined;
  try {
    return { asked: now, granted: (await storage.persisted()) || (await storage.persist()) };
  } catch {
    return { asked: now, granted: false };
  }
}

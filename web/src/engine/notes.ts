/**
 * The notes that tabs and the engine's worker send each other. All of them are level-triggered: a tab states all it
 * wishes, the engine all that its status is, and a lost note is repaired by the next.
 *
 * One channel is shared by all tabs and workers of an account; each tab has one more for what was meant for it alone, so that the
 * pieces of a download do not visit every tab. All names begin with that of the account's store: accounts never meet.
 */
import type { EngineNote, WakeReason, Wishes } from '@postern/protocol/sync';

export const sharedChannel = (store: string): string => `${store}-engine`;
export const screenChannel = (store: string, screen: string): string => `${store}-screen-${screen}`;

/** Held by the worker that runs the engine. */
export const leaderLock = (store: string): string => `${store}-engine`;
/** Held by a tab for its life: who can take it knows that the tab is gone. */
export const screenLock = (store: string, screen: string): string => `${store}-screen-${screen}`;

/** An account as its engine knows it: by the name of its store, and by its id at the gateway. */
export interface EngineAccount {
  readonly store: string;
  readonly id: string;
}

/** The name of an account's worker, which is how the worker learns whose it is. */
export const workerName = ({ store, id }: EngineAccount): string => `${store} ${id}`;
export function accountOfWorker(name: string): EngineAccount {
  const [store = '', id = ''] = name.split(' ');
  return { store, id };
}

export type SharedNote =
  /** From a worker that has just begun to lead: state your wishes. */
  | { readonly to: 'screens'; readonly note: 'hello' }
  | { readonly to: 'screens'; readonly note: 'engine'; readonly said: EngineNote }
  | { readonly to: 'engine'; readonly note: 'wishes'; readonly screen: string; readonly wishes: Wishes }
  | { readonly to: 'engine'; readonly note: 'wake'; readonly reason: WakeReason }
  /** Signing out: every worker lets go of the store, and nobody leads any more. */
  | { readonly to: 'workers'; readonly note: 'stop' }
  /** The store was destroyed: every tab that shows it opens anew. */
  | { readonly to: 'screens'; readonly note: 'signed-out' };

/** The little of BroadcastChannel that is needed. */
export interface Channel {
  postMessage(note: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  close(): void;
}

export type Channels = (name: string) => Channel;

/** The little of Web Locks that is needed. */
export interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

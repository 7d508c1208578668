/**
 * The notes that tabs and the engine's worker send each other. All of them are level-triggered: a tab states all it
 * wishes, the engine all that its status is, and a lost note is repaired by the next.
 *
 * One channel is shared by all tabs and workers; each tab has one more for what was meant for it alone, so that the
 * pieces of a download do not visit every tab.
 */
import type { EngineNote, Wishes } from '@postern/protocol/sync';

export const sharedChannel = 'postern-engine';
export const screenChannel = (screen: string): string => `postern-screen-${screen}`;

/** Held by the worker that runs the engine. */
export const leaderLock = 'postern-engine';
/** Held by a tab for its life: who can take it knows that the tab is gone. */
export const screenLock = (screen: string): string => `postern-screen-${screen}`;

export type WakeReason = 'network' | 'visible' | 'action' | 'timer';

export type SharedNote =
  /** From a worker that has just begun to lead: state your wishes. */
  | { readonly to: 'screens'; readonly note: 'hello' }
  | { readonly to: 'screens'; readonly note: 'engine'; readonly said: EngineNote }
  | { readonly to: 'engine'; readonly note: 'wishes'; readonly screen: string; readonly wishes: Wishes }
  | { readonly to: 'engine'; readonly note: 'wake'; readonly reason: WakeReason }
  /** Signing out: every worker lets go of the store, and nobody leads any more. */
  | { readonly to: 'workers'; readonly note: 'stop' }
  /** The store was destroyed: every tab opens anew. */
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

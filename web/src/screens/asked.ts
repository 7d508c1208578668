/** Parts of the app that are loaded when they are first asked for. */
import { notices } from '../components/notices.svelte.ts';
import { words } from '../i18n/index.ts';

/**
 * Settles with the part when it is there. Where it is not to be had it never settles: that is said, and `giveUp` puts things back to
 * where they were.
 */
export function asked<T>(part: Promise<T>, giveUp?: () => void): Promise<T> {
  return part.catch(() => {
    sayNotLoaded();
    giveUp?.();
    return new Promise<never>(() => {});
  });
}

/** With a network it is of a version that the server has no more. */
export function sayNotLoaded(): void {
  if (!navigator.onLine) return notices.say(words.problems.notHere);
  notices.say(words.problems.outdated, { label: words.problems.reload, run: () => location.reload() });
}

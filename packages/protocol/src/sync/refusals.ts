/** What servers answer although nothing is wrong with the command. */
import { CommandError } from '../error.ts';

/** Where the server does not say for how long; milliseconds. */
const USUAL_WAIT = 5000;

/**
 * Milliseconds for which the server does not want to be asked; undefined: that is not what it says. Quirk: Microsoft 365 says
 * so with BAD, `Request is throttled. Suggested Backoff Time: 92415 milliseconds`, and has not carried the command out.
 */
export function throttledFor(error: unknown): number | undefined {
  if (!(error instanceof CommandError) || !/\bthrottled\b/i.test(error.text)) return undefined;
  const wait = /(\d{1,9}) *(?:ms|milliseconds)\b/i.exec(error.text)?.[1];
  return wait === undefined ? USUAL_WAIT : Number(wait);
}

/**
 * Quirk: Exchange says `User is authenticated but not connected.` to every command of a connection that has lost its mailbox
 * store behind the scenes. Only another connection helps.
 */
export function isForlorn(error: unknown): boolean {
  return error instanceof CommandError && /authenticated but not connected/i.test(error.text);
}

/** Quirk: Coremail (163, 126) refuses SELECT, as an `Unsafe Login`, to clients that have not said who they are (RFC 2971). */
export function asksForId(error: unknown): boolean {
  return error instanceof CommandError && error.status === 'NO' && /unsafe login/i.test(error.text);
}

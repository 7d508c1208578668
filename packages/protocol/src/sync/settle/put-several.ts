/**
 * Several messages into one mailbox in few round trips: all or none of them in one command where the server has MULTIAPPEND (RFC
 * 3502), else one command each, some of them under way at once. Which of them are there is known for each one whose receipt came.
 */
import { CommandError } from '../../error.ts';
import type { RefusedMessage } from '../action.ts';
import { verdictOn } from '../outbox.ts';

/** Why one message is not taken. */
export type Refusal = Omit<RefusedMessage, 'key'>;

export interface PutSingly<T> {
  /** What there is a receipt of. */
  readonly outcomes: ReadonlyMap<T, 'done' | Refusal>;
  /** Why the others are not tried, or why nobody knows of them; undefined: there is a receipt of all. */
  readonly failure: unknown;
}

/**
 * Puts all of them there by one command: false where they are refused together, as one of them may be why (RFC 3502 §6.3.11): one by
 * one it is named. Rejects with whatever says nothing of the messages.
 */
export async function putTogether(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (verdictOn(error).verdict === 'fail') return false;
    throw error;
  }
}

/**
 * Puts each of them there by itself, in their order. The first goes alone: what is wrong with all shows before the others are on
 * their way. `refusalOf`: what a failure says of the one message; undefined: no more are tried.
 * @param atOnce commands under way at once.
 */
export async function putSingly<T>(
  messages: readonly T[],
  atOnce: number,
  put: (message: T) => Promise<unknown>,
  refusalOf: (error: unknown) => Refusal | undefined,
): Promise<PutSingly<T>> {
  const outcomes = new Map<T, 'done' | Refusal>();
  let failure: unknown;
  const putOne = async (message: T): Promise<void> => {
    try {
      await put(message);
      outcomes.set(message, 'done');
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) outcomes.set(message, refusal);
      // A lost receipt leaves a doubt, whatever was refused before it.
      else if (failure === undefined || failure instanceof CommandError) failure = error;
    }
  };
  for (let at = 0; at < messages.length && failure === undefined;) {
    const some = messages.slice(at, at === 0 ? 1 : at + atOnce);
    at += some.length;
    await Promise.all(some.map(putOne));
  }
  return { outcomes, failure };
}

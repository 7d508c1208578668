import { CommandError, ProtocolError } from '../../error.ts';
import type { Command } from '../command.ts';
import { withReceipt } from '../commands/around.ts';
import { countUids, intersectRanges, MAX_UID, subtractRanges, toRanges, type UidSet } from '../sets.ts';
import type { ResponseCode, UidRanges } from '../types.ts';
import type { Speaker } from './append-all.ts';

type MessageLimit = Extract<ResponseCode, { name: 'MESSAGELIMIT' }>;

/**
 * Runs a command on a set of messages, in as many steps as a server with MESSAGELIMIT or SAVELIMIT (RFC 9738) makes of it: from
 * the highest UID down, each step on what those before have left. Without such a limit it is one command. COPY, which is done
 * whole or not at all, is done by parts then. Gives the steps' results; rejects as the command does, with what earlier steps
 * did done.
 */
export async function inSteps<R>(
  session: Pick<Speaker, 'run'>,
  set: UidSet,
  make: (uids: UidRanges) => Command<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  /** Sets to be worked through; the last is next. */
  const waiting: UidRanges[] = [toRanges(set)];
  for (let uids = waiting.pop(); uids; uids = waiting.pop()) {
    if (uids.length === 0) continue;
    let limit: MessageLimit | undefined;
    let top: UidRanges;
    try {
      const receipt = await session.run(withReceipt(make(uids)));
      results.push(receipt.value);
      limit = receipt.messageLimit;
      if (limit?.uid === undefined) continue;
      top = topOf(uids, limit);
    } catch (error) {
      limit = limitOf(error);
      if (!limit) throw error;
      top = topOf(uids, limit);
      if (countUids(top) >= countUids(uids)) throw error;
      waiting.push(subtractRanges(uids, top), top);
      continue;
    }
    if (top.length === 0) throw new ProtocolError('MESSAGELIMIT without a message');
    waiting.push(subtractRanges(uids, top));
  }
  return results;
}

/** What the limit lets through of a set; all of it where that cannot be told. */
function topOf(uids: UidRanges, { limit, uid }: MessageLimit): UidRanges {
  if (uid !== undefined) return intersectRanges(uids, [[uid, MAX_UID]]);
  if (uids.at(-1)?.[1] === MAX_UID) return uids;
  // Not more than so many UIDs can be messages.
  const top: [number, number][] = [];
  let left = limit;
  for (const [first, last] of uids.toReversed()) {
    if (left === 0) break;
    const from = Math.max(first, last - left + 1);
    top.unshift([from, last]);
    left -= last - from + 1;
  }
  return top;
}

function limitOf(error: unknown): MessageLimit | undefined {
  const code = error instanceof CommandError ? error.code : undefined;
  return code?.name === 'MESSAGELIMIT' ? (code as MessageLimit) : undefined;
}

/** A message as it is, octet by octet, whatever it weighs. */
import { concatBytes } from '../../bytes/index.ts';
import { uidFetch } from '../../imap/index.ts';
import type { FetchItem } from '../../imap/index.ts';
import type { Flag, Uid } from '../../imap/types.ts';
import { RANGE } from '../fetch-parts.ts';
import type { Lane } from '../lane.ts';
import type { MessageRow } from '../model.ts';
import { runFirstInSteps } from '../steps.ts';
import { Refused } from './context.ts';
import { leftOf } from './still-there.ts';

/** Octets of a message that a browser can hold. */
const LARGEST = 128 << 20;

/**
 * All octets of a message of the selected mailbox; undefined when it is gone. RFC822.SIZE may be wrong: the end is where the server
 * has no more, or where a range is short and the size agrees. `hear` is told how it is marked.
 */
export async function fetchWhole(
  lane: Lane,
  { uid, size }: Pick<MessageRow, 'uid' | 'size'>,
  hear: (flags: readonly Flag[]) => void,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = await fetchRange(lane, uid as Uid, length, hear);
    // Nothing of what has a size is what some servers give of a message that was expunged (RFC 2180 §4.1.3).
    if (!piece || (piece.length === 0 && length === 0 && size > 0)) return undefined;
    pieces.push(piece);
    length += piece.length;
    if (length > LARGEST) throw new Refused('too-large');
    if (piece.length === 0 || (piece.length < RANGE && length === size)) return concatBytes(pieces);
  }
}

/** undefined: the server gave none. NIL behind octets is their end. */
async function fetchRange(
  lane: Lane,
  uid: Uid,
  origin: number,
  hear: (flags: readonly Flag[]) => void,
): Promise<Uint8Array | undefined> {
  let range: Uint8Array | undefined;
  lane.onFetch = (message) => {
    if (message.uid !== uid) return;
    if (message.flags) hear(message.flags);
    for (const { data, origin: said, section } of message.sections ?? [])
      if (section === '' && (said ?? 0) === origin)
        range = data ?? (origin > 0 ? new Uint8Array() : undefined);
  };
  try {
    const items: FetchItem[] = [{ section: '', partial: [origin, RANGE] }];
    if (origin === 0) items.unshift('FLAGS');
    await runFirstInSteps(lane, [uid], (some) => uidFetch(some, items));
  } catch (error) {
    // RFC 2180 §4.1.2: NO because it was expunged by another client.
    lane.onFetch = undefined;
    await leftOf({ lane }, [uid], error);
    range = undefined;
  } finally {
    lane.onFetch = undefined;
  }
  return range;
}

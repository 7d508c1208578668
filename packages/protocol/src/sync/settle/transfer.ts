/**
 * Messages into a mailbox that another server has, where no COPY leads (RFC 2193 §4.4, RFC 4549 §4.2.2.3): FETCH here, APPEND
 * there, with their flags and dates. Whole and byte for byte; what comes of a message only in part is not appended.
 */
import { concatBytes } from '../../bytes/index.ts';
import { CommandError } from '../../error.ts';
import { isUtf8Message, uidFetch } from '../../imap/index.ts';
import type { AppendOptions } from '../../imap/index.ts';
import type { Uid } from '../../imap/types.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { isReferred } from '../referral.ts';
import { runFirstInSteps } from '../steps.ts';
import { RANGE } from '../fetch-parts.ts';
import { appendAsTaken } from './append-as-taken.ts';
import { at, Refused, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import { leftOf } from './still-there.ts';

/** Octets and messages after which others get their turn: what a person waits for must not wait for this. */
const TURN_OCTETS = 4 << 20;
const TURN_MESSAGES = 20;
/** Octets of a message that a browser can hold. */
const LARGEST = 128 << 20;

export interface Carried {
  /** UIDs in the target, 0 where the server did not say. */
  readonly arrived: Map<MessageRow['key'], Uid | 0>;
  /** Not tried in this turn: the action has to be gone on with. */
  readonly left: readonly MessageRow[];
}

/**
 * Puts copies of `rows` of `from`, which is selected on the lane of `settling`, into `to`, in their order. Those that are gone are
 * in neither result. Rejects where the first cannot be had or put there; where a later one cannot, it is left. The action has to be
 * `running` with the target's UIDNEXT noted: what is appended and not settled is found by looking.
 */
export function carryOver(settling: Settling, to: Mailbox, rows: readonly MessageRow[]): Promise<Carried> {
  return at(settling, to, (there) => carry(settling.lane, there, to, rows));
}

async function carry(
  source: Lane,
  there: Settling,
  to: Mailbox,
  rows: readonly MessageRow[],
): Promise<Carried> {
  const arrived: Carried['arrived'] = new Map();
  let octets = 0;
  for (const [i, row] of rows.entries()) {
    if (i === TURN_MESSAGES || octets > TURN_OCTETS) return { arrived, left: rows.slice(i) };
    try {
      const message = await fetchWhole(source, row);
      if (!message) continue;
      octets += message.length;
      arrived.set(row.key, await put(there, to, row, message));
    } catch (error) {
      if (!(error instanceof CommandError) || isReferred(error) || arrived.size === 0) throw error;
      return { arrived, left: rows.slice(i) };
    }
  }
  return { arrived, left: [] };
}

async function put(there: Settling, to: Mailbox, row: MessageRow, message: Uint8Array): Promise<Uid | 0> {
  const where = await withTryCreate(there, to, () =>
    appendAsTaken(there.lane, there.lane.nameOf(to), copyOf(row, message)),
  );
  // Under another UIDVALIDITY than the one that is known, its UID would be another message's.
  return where?.uidValidity === to.sync.uidValidity ? where.uid : 0;
}

/** `message`, which is all of `row`, with its flags and its date. Read piece by piece where it is large, so that it is not copied. */
export function copyOf(row: MessageRow, message: Uint8Array): AppendOptions {
  const flags = row.flags.filter((flag) => flag !== '\\Recent' && flag !== '\\Deleted');
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield message;
  };
  const octets = message.length > RANGE ? { octets: message.length, chunks } : message;
  return { flags, internalDate: row.date, message: octets, utf8Header: isUtf8Message(message) };
}

/**
 * All octets of a message of the selected mailbox; undefined when it is gone. RFC822.SIZE may be wrong: the end is where the server
 * has no more, or where a range is short and the size agrees.
 */
export async function fetchWhole(
  lane: Lane,
  { uid, size }: Pick<MessageRow, 'uid' | 'size'>,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = await fetchRange(lane, uid as Uid, length);
    // Nothing of what has a size is what some servers give of a message that was expunged (RFC 2180 §4.1.3).
    if (!piece || (piece.length === 0 && length === 0 && size > 0)) return undefined;
    pieces.push(piece);
    length += piece.length;
    if (length > LARGEST) throw new Refused('too-large');
    if (piece.length === 0 || (piece.length < RANGE && length === size)) return concatBytes(pieces);
  }
}

/** undefined: the server gave none. NIL behind octets is their end. */
async function fetchRange(lane: Lane, uid: Uid, origin: number): Promise<Uint8Array | undefined> {
  let range: Uint8Array | undefined;
  lane.onFetch = (message) => {
    if (message.uid !== uid) return;
    for (const { data, origin: said, section } of message.sections ?? [])
      if (section === '' && (said ?? 0) === origin)
        range = data ?? (origin > 0 ? new Uint8Array() : undefined);
  };
  try {
    const items = [{ section: '', partial: [origin, RANGE] }] as const;
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

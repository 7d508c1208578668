/**
 * Whole messages in few round trips, on their way into another mailbox: many small ones in one command, in batches, the next of
 * which is fetched while the last is put where it goes. What is in memory is bounded.
 */
import { CommandError } from '../../error.ts';
import { uidFetch } from '../../imap/index.ts';
import type { Flag, Uid } from '../../imap/types.ts';
import type { Lane } from '../lane.ts';
import type { MessageRow } from '../model.ts';
import { runFirstInSteps } from '../steps.ts';
import { RANGE } from '../fetch-parts.ts';
import { Refused } from './context.ts';
import { fetchWhole } from './fetch-whole.ts';

/** Octets of one batch; a message that is larger is one by itself. */
const BATCH_OCTETS = 1 << 20;
/** Octets of two batches that may be in memory at once, the one that goes out and the next; more than that come one after the other. */
const HELD_OCTETS = 4 << 20;

type Sized = Pick<MessageRow, 'uid' | 'size'>;

/**
 * `message` undefined: it is gone. `failure`: it cannot be had. `flags`: as the server told them with it; another program may have
 * marked it since anybody here looked.
 */
export interface Fetched<R extends Sized> {
  readonly row: R;
  readonly message: Uint8Array | undefined;
  readonly flags?: readonly Flag[] | undefined;
  readonly failure?: unknown;
}

/**
 * The messages `rows` of the mailbox that is selected on `lane`, batch after batch, in their order. Nothing else may run on the lane
 * until the generator has come to its end, or was left. Throws where the connection is the matter.
 */
export async function* fetchSeveral<R extends Sized>(
  lane: Lane,
  rows: readonly R[],
): AsyncGenerator<readonly Fetched<R>[], void> {
  const batches = batchesOf(rows);
  let next: Promise<readonly Fetched<R>[]> | undefined;
  try {
    for (const [i, batch] of batches.entries()) {
      const fetched = await (next ?? fetchBatch(lane, batch));
      const following = batches[i + 1];
      const fits = following && octetsOf(batch) + octetsOf(following) <= HELD_OCTETS;
      next = fits ? fetchBatch(lane, following) : undefined;
      // It is told to whoever waits for it.
      next?.catch(() => undefined);
      yield fetched;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}

function batchesOf<R extends Sized>(rows: readonly R[]): R[][] {
  const batches: R[][] = [];
  let octets = Infinity;
  for (const row of rows) {
    octets += row.size;
    const last = batches.at(-1);
    if (last && octets <= BATCH_OCTETS) last.push(row);
    else {
      batches.push([row]);
      octets = row.size;
    }
  }
  return batches;
}

function octetsOf(rows: readonly Sized[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0);
}

async function fetchBatch<R extends Sized>(lane: Lane, rows: readonly R[]): Promise<readonly Fetched<R>[]> {
  const flags = new Map<number, readonly Flag[]>();
  const whole = rows.length > 1 ? await fetchTogether(lane, rows, flags) : new Map<number, Uint8Array>();
  const fetched: Fetched<R>[] = [];
  for (const row of rows) {
    try {
      const hear = (now: readonly Flag[]): void => void flags.set(row.uid, now);
      const message = whole.get(row.uid) ?? (await fetchWhole(lane, row, hear));
      fetched.push({ row, message, flags: flags.get(row.uid) });
    } catch (failure) {
      if (!(failure instanceof CommandError) && !(failure instanceof Refused)) throw failure;
      fetched.push({ row, message: undefined, failure });
    }
  }
  return fetched;
}

/**
 * Those that come whole in answer to one command, by UID. Of the others nothing is said: a server may refuse all where one is gone
 * (RFC 2180 §4.1.2), leave out some, or have told another size.
 */
async function fetchTogether(
  lane: Lane,
  rows: readonly Sized[],
  told: Map<number, readonly Flag[]>,
): Promise<Map<number, Uint8Array>> {
  const whole = new Map<number, Uint8Array>();
  const sizes = new Map(
    rows.filter(({ size }) => size < RANGE).map(({ uid, size }) => [uid as number, size]),
  );
  lane.onFetch = ({ uid = 0, sections = [], flags }) => {
    if (flags) told.set(uid, flags);
    for (const { section, origin, data } of sections)
      if (section === '' && (origin ?? 0) === 0 && data && data.length === sizes.get(uid))
        whole.set(uid, data);
  };
  const items = ['FLAGS', { section: '', partial: [0, RANGE] }] as const;
  if (sizes.size < 2) return whole;
  try {
    await runFirstInSteps(lane, [...sizes.keys()] as Uid[], (some) => uidFetch(some, items));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  } finally {
    lane.onFetch = undefined;
  }
  return whole;
}
